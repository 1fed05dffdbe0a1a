"""What is not a workbook, or is a trap, is refused before anything reads it as one."""

import io
import tracemalloc
import zipfile

import openpyxl
import pytest

from core.errors import InvalidInput
from surveys.xlsform.archive import MOST_ROWS
from surveys.xlsform.reading import read_questionnaire
from surveys.xlsform.workbook import LARGEST_FILE

QUESTION = ("text", "a", "A")
LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    + "]><worksheet>&i;</worksheet>"
)


def workbook(rows: int = 1) -> bytes:
    """A good workbook of some rows."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("survey")
    sheet.append(("type", "name", "label"))
    for number in range(rows):
        sheet.append(("note", f"n{number}", "N"))
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def with_part(name: str, content: bytes, base: bytes | None = None) -> bytes:
    """A good workbook in which one part is another."""
    changed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(base or workbook())) as old,
        zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for entry in old.infolist():
            if entry.filename != name:
                new.writestr(entry, old.read(entry))
        new.writestr(name, content)
    return changed.getvalue()


def code_of(content: bytes, file_name: str = "form.xlsx") -> str:
    with pytest.raises(InvalidInput) as refused:
        read_questionnaire(content, file_name)
    return refused.value.faults[0].code


def test_a_good_workbook_is_none_of_this() -> None:
    assert read_questionnaire(workbook(), "form.xlsx").questionnaire.name == "form"


@pytest.mark.parametrize(
    ("content", "file_name"),
    [
        (b"", "form.xlsx"),
        (b"", "form.md"),
        (b"hello", "form.csv"),
        (b"%PDF-1.7\n\0\0\0", "form.xlsx"),
        (b"%PDF-1.7\n\0\0\0", "form.pdf"),
        (b"\x89PNG\r\n\x1a\n\0", "form.xls"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "form.xls"),
        (b"PK\x03\x04" + b"\0" * 100, "form.xlsx"),
        ("| survey |".encode("utf-16"), "form.md"),
        (b"\xff\xfe|a|b|c|d|e|", "form.md"),
    ],
)
def test_what_is_not_a_workbook_is_refused(content: bytes, file_name: str) -> None:
    assert code_of(content, file_name) == "not_a_workbook"


def test_an_archive_of_other_things_is_not_a_workbook() -> None:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("readme.txt", "hello")
    assert code_of(written.getvalue()) == "not_a_workbook"


def test_a_damaged_part_is_not_a_workbook() -> None:
    good = bytearray(workbook())
    good[len(good) // 2 : len(good) // 2 + 40] = b"\xff" * 40
    assert code_of(bytes(good)) == "not_a_workbook"


def test_a_large_file_is_refused_unread() -> None:
    assert code_of(b"PK\x03\x04" + b"\0" * LARGEST_FILE) == "file_too_large"


def test_a_zip_bomb_is_refused_and_never_unpacked_whole() -> None:
    bomb = with_part("xl/worksheets/sheet1.xml", b"<worksheet>" + b" " * 200_000_000)
    tracemalloc.start()
    assert code_of(bomb) == "zip_bomb"
    assert tracemalloc.get_traced_memory()[1] < 20_000_000
    tracemalloc.stop()


def test_an_archive_that_lies_about_its_sizes_is_refused() -> None:
    """The directory says 10 bytes; what comes out is more."""
    bomb = bytearray(with_part("xl/media/image1.png", b"\0" * 5_000_000))
    size = (5_000_000).to_bytes(4, "little")
    while (place := bomb.find(size)) >= 0:
        bomb[place : place + 4] = (10).to_bytes(4, "little")
    assert code_of(bytes(bomb)) == "not_a_workbook"


def test_an_archive_of_very_many_entries_is_refused() -> None:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for number in range(3_000):
            archive.writestr(f"xl/{number}.xml", "")
    assert code_of(written.getvalue()) == "zip_bomb"


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "[Content_Types].xml"])
def test_an_xml_bomb_is_refused(part: str) -> None:
    assert code_of(with_part(part, LAUGHS.encode())) == "xml_bomb"


def test_an_external_entity_is_refused() -> None:
    stolen = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><sst><si><t>&x;</t></si></sst>'
    assert code_of(with_part("xl/sharedStrings.xml", stolen)) == "xml_bomb"


def test_too_many_rows_are_refused_before_they_are_read() -> None:
    assert code_of(workbook(MOST_ROWS + 1)) == "too_many_rows"
    lines = "| survey |\n| | type | name | label |\n" + "| | note | n | N |\n" * (MOST_ROWS + 1)
    assert code_of(lines.encode(), "form.md") == "too_many_rows"


def test_a_few_words_in_a_far_row_are_no_trouble() -> None:
    book = openpyxl.Workbook()
    del book["Sheet"]
    sheet = book.create_sheet("survey")
    sheet.append(("type", "name", "label"))
    sheet.append(QUESTION)
    sheet["XFD1048576"] = "far away"
    written = io.BytesIO()
    book.save(written)
    assert len(list(read_questionnaire(written.getvalue(), "form.xlsx").questionnaire.questions())) == 1
