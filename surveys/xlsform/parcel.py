"""What an organiser hands in: a workbook and the files that come with it, or an archive of them all."""

from collections.abc import Iterable
from dataclasses import dataclass

from core.errors import Fault, InvalidInput
from surveys.xlsform.accompanying import (
    AccompanyingFile,
    NamedContent,
    accept_files,
    fault_of_name,
    is_bundle,
    unpack_bundle,
)
from surveys.xlsform.reading import Imported, read_questionnaire


@dataclass(frozen=True, slots=True)
class Parcel:
    """A workbook that was read, and its files: all of it fit to be kept."""

    file_name: str
    content: bytes
    files: tuple[AccompanyingFile, ...]
    imported: Imported


def open_parcel(workbook: NamedContent, others: Iterable[NamedContent]) -> Parcel:
    """Read the workbook and judge the files. Raises InvalidInput with the faults of them all."""
    faults: list[Fault] = []
    name, content = workbook
    if fault := fault_of_name(name):
        raise InvalidInput((fault,))
    if is_bundle(content):
        (name, content), inside = unpack_bundle(content)
        others = (*inside, *others)
    files: tuple[AccompanyingFile, ...] = ()
    try:
        files = accept_files(others)
    except InvalidInput as refusal:
        faults += refusal.faults
    try:
        imported = read_questionnaire(content, name, {file.name: file.content for file in files})
    except InvalidInput as refusal:
        raise InvalidInput((*faults, *refusal.faults)) from refusal
    if faults:
        raise InvalidInput(tuple(faults))
    return Parcel(name, content, files, imported)
