"""Documents that a question for a file takes: those that an office opens without running anything."""

import re
from io import BytesIO
from zipfile import BadZipFile, ZipFile

_OPEN_DOCUMENT = b"application/vnd.oasis.opendocument."
_OFFICE = "application/vnd.openxmlformats-officedocument."
_FOLDERS = {
    "word/": _OFFICE + "wordprocessingml.document",
    "xl/": _OFFICE + "spreadsheetml.sheet",
    "ppt/": _OFFICE + "presentationml.presentation",
}
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f]")
_CODE = re.compile(r"^\s*(?:<|#!|%!|\{\\rtf)|<script|<html", re.IGNORECASE)
"""What a program would run or draw, though it is text."""


def document_type(content: bytes) -> str:
    """The media type; empty for what is not taken: programs, pages, archives, documents with macros."""
    if content.startswith(b"%PDF-"):
        return "application/pdf"
    if content.startswith(b"PK\x03\x04"):
        return _packed_type(content)
    return "text/plain" if _is_plain(content) else ""


def _packed_type(content: bytes) -> str:
    """Word, Calc and their kind are archives; only their table of contents is read."""
    try:
        with ZipFile(BytesIO(content)) as archive:
            names = archive.namelist()
    except (BadZipFile, ValueError, OSError, NotImplementedError):
        return ""
    if any(name.endswith("vbaProject.bin") or name.startswith("Basic/") for name in names):
        return ""
    if names and names[0] == "mimetype":
        return _open_document_type(content)
    if "[Content_Types].xml" not in names:
        return ""
    return next((kind for folder, kind in _FOLDERS.items() if any(n.startswith(folder) for n in names)), "")


def _open_document_type(content: bytes) -> str:
    """An OpenDocument file says its type in its first bytes, not packed."""
    found = re.match(re.escape(_OPEN_DOCUMENT) + rb"(?:text|spreadsheet|presentation)(?=PK)", content[38:120])
    return found[0].decode() if found else ""


def _is_plain(content: bytes) -> bool:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return bool(text.strip()) and not _CONTROL.search(text) and not _CODE.search(text)
