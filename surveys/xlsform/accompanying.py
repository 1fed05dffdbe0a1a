"""The files that come with a workbook, judged by what is in them and never by what they claim to be."""

import warnings
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePosixPath

import puremagic
from PIL import Image

from core.errors import Fault, InvalidInput
from surveys.xlsform.archive import inspect_archive
from surveys.xlsform.list_files import LIST_TYPES, UnreadableList, is_list, rows_of

LARGEST = 20_000_000
"""What Telegram lets through."""
LARGEST_TOGETHER = 50_000_000
MOST_FILES = 300
LONGEST_NAME = 200
MOST_PIXELS = 50_000_000
PICTURES = {"PNG": "image/png", "JPEG": "image/jpeg", "GIF": "image/gif", "WEBP": "image/webp"}
PICTURE_ENDINGS = frozenset({".png", ".jpg", ".jpeg", ".gif", ".webp"})
SOUNDS = {
    ".mp3": "audio/mpeg",
    ".ogg": "audio/ogg",
    ".oga": "audio/ogg",
    ".opus": "audio/ogg",
    ".m4a": "audio/mp4",
    ".aac": "audio/aac",
    ".amr": "audio/amr",
    ".wav": "audio/wav",
    ".flac": "audio/flac",
}
FILMS = {".mp4": "video/mp4", ".webm": "video/webm", ".3gp": "video/3gpp", ".mov": "video/quicktime"}
ENDINGS = (*LIST_TYPES, *sorted(PICTURE_ENDINGS), *SOUNDS, *FILMS)
"""Every ending that a file may have."""
SAME = ({".mp4", ".m4a", ".mov", ".3gp", ".f4a"}, {".ogg", ".oga", ".opus"}, {".webm", ".mkv"})
"""Endings that one container goes by."""
WORKBOOK_ENDINGS = (".xlsx", ".xlsm", ".xls")
LEFT_BY_COMPUTERS = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")

NamedContent = tuple[str, bytes]


@dataclass(frozen=True, slots=True)
class AccompanyingFile:
    """A file as it may be kept. `name` is what the workbook calls it."""

    name: str
    media_type: str
    content: bytes


def accept_files(given: Iterable[NamedContent]) -> tuple[AccompanyingFile, ...]:
    """The files, or InvalidInput with everything that is wrong with any of them."""
    accepted: dict[str, AccompanyingFile] = {}
    faults: list[Fault] = []
    weight = 0
    for number, (name, content) in enumerate(given, start=1):
        weight += len(content)
        if number > MOST_FILES or weight > LARGEST_TOGETHER:
            faults.append(_too_much())
            break
        judged = fault_of_name(name) or _fault_of_second(name, accepted) or judge_file(name, content)
        if isinstance(judged, Fault):
            faults.append(judged)
        else:
            accepted[name] = AccompanyingFile(name, judged, content)
    if faults:
        raise InvalidInput(tuple(faults))
    return tuple(accepted.values())


def judge_file(name: str, content: bytes) -> str | Fault:
    """The media type of a file by its content, or why it is no good."""
    suffix = PurePosixPath(name).suffix.lower()
    if len(content) > LARGEST:
        return Fault("file_too_heavy", params={"file": _shown(name), "megabytes": LARGEST // 1_000_000})
    if is_list(name):
        return _judge_list(name, content)
    if suffix in PICTURE_ENDINGS:
        found = _picture_type(content)
    elif suffix in SOUNDS or suffix in FILMS:
        found = _sound_type(suffix, content)
    else:
        return Fault("file_kind_unknown", params={"file": _shown(name)})
    return found or Fault("file_not_as_named", params={"file": _shown(name)})


def is_bundle(content: bytes) -> bool:
    """Whether it is an archive of files, and not a workbook, which is an archive as well."""
    if not content.startswith(b"PK\x03\x04"):
        return False
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            return "[Content_Types].xml" not in archive.namelist()
    except (zipfile.BadZipFile, ValueError, OSError):
        return False


def unpack_bundle(content: bytes) -> tuple[NamedContent, list[NamedContent]]:
    """The workbook in an archive, and the files beside it. Folders are forgotten; a way out of them is refused."""
    if fault := inspect_archive(content):
        raise InvalidInput((fault,))
    with zipfile.ZipFile(BytesIO(content)) as archive:
        entries = [
            entry for entry in archive.infolist() if not entry.is_dir() and not _litter(entry.filename)
        ]
        if sum(entry.file_size for entry in entries) > LARGEST_TOGETHER or len(entries) > MOST_FILES:
            raise InvalidInput((_too_much(),))
        faults = tuple(_with_path(entry.filename) for entry in entries if _leads_away(entry.filename))
        if faults:
            raise InvalidInput(faults)
        files = [(PurePosixPath(entry.filename).name, archive.read(entry)) for entry in entries]
    workbooks = [file for file in files if file[0].lower().endswith(WORKBOOK_ENDINGS)]
    if len(workbooks) != 1:
        raise InvalidInput((Fault("bundle_workbooks", params={"count": len(workbooks)}),))
    return workbooks[0], [file for file in files if file is not workbooks[0]]


def fault_of_name(name: str) -> Fault | None:
    """What is wrong with a name: one that is a way to somewhere never becomes part of an address."""
    return _with_path(name) if _leads_away(name) or "/" in name else None


def _fault_of_second(name: str, accepted: Iterable[str]) -> Fault | None:
    return Fault("file_twice", params={"file": _shown(name)}) if name in accepted else None


def _leads_away(name: str) -> bool:
    steps = name.split("/")
    strange = any(not letter.isprintable() or letter in '\\:*?"<>|' for letter in name)
    return strange or len(name) > LONGEST_NAME or any(step in {"", ".", ".."} for step in steps)


def _litter(name: str) -> bool:
    return name.startswith(LEFT_BY_COMPUTERS) or name.endswith(LEFT_BY_COMPUTERS)


def _judge_list(name: str, content: bytes) -> str | Fault:
    try:
        rows_of(name, content)
    except UnreadableList as error:
        return error.fault
    return LIST_TYPES[PurePosixPath(name).suffix.lower()]


def _picture_type(content: bytes) -> str | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(BytesIO(content), formats=tuple(PICTURES)) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    return None
                picture.verify()
                return PICTURES[str(picture.format)]
    except Exception:  # Pillow answers a damaged picture with whatever its decoder ran into
        return None


def _sound_type(suffix: str, content: bytes) -> str | None:
    """The media type that the ending stands for, where the content is of that kind."""
    fitting = {suffix}.union(*(endings for endings in SAME if suffix in endings))
    try:
        found = {match.extension for match in puremagic.magic_string(content)}
    except (puremagic.PureError, ValueError):
        return None
    return (SOUNDS | FILMS)[suffix] if found & fitting else None


def _with_path(name: str) -> Fault:
    return Fault("file_with_path", params={"file": _shown(name)})


def _too_much() -> Fault:
    params: dict[str, str | int] = {"limit": MOST_FILES, "megabytes": LARGEST_TOGETHER // 1_000_000}
    return Fault("files_too_many", params=params)


def _shown(name: str) -> str:
    """A name fit to be shown."""
    plain = "".join(letter if letter.isprintable() else "?" for letter in name)
    return plain if len(plain) <= 80 else f"…{plain[-79:]}"
