"""Files beside a workbook: judged by their content, kept by a plain name, refused with a sentence."""

import io
import zipfile

import pytest
from PIL import Image
from sqlalchemy.orm import Session

from core.database import Database
from core.errors import Fault, InvalidInput
from surveys.conversation.outline import outline_of
from surveys.files import find_file, get_files
from surveys.questionnaires import find_same, store_questionnaire
from surveys.rehearsal.report import Code
from surveys.rehearsal.texts import findings_in_texts
from surveys.translations import count_missing
from surveys.xlsform import accompanying
from surveys.xlsform.accompanying import accept_files, judge_file
from surveys.xlsform.needs import unused_files
from surveys.xlsform.notices import missing_translations
from surveys.xlsform.parcel import Parcel, open_parcel
from surveys.xlsform.reading import read_questionnaire
from tests.surveys.accompanying import TOWNS, archive, everything, picture, sound, workbook, workbook_of


def codes_of(name: str, content: bytes, *others: tuple[str, bytes]) -> list[str]:
    with pytest.raises(InvalidInput) as refused:
        open_parcel((name, content), others)
    return [fault.code for fault in refused.value.faults]


def parcel() -> Parcel:
    return open_parcel(("form.xlsx", workbook()), everything().items())


def test_everything_arrives_and_nothing_is_missing() -> None:
    opened = parcel()
    assert opened.imported.notices == ()
    assert [file.media_type for file in opened.files] == ["text/csv", "image/png", "audio/wav", "image/png"]
    assert opened.imported.needs == tuple(everything())
    assert [choice.label["es"] for choice in opened.imported.questionnaire.question("town").choices] == [
        "Otavalo",
        "Urcuquí",
    ]


@pytest.mark.parametrize("folder", ["", "form-media/"])
def test_one_archive_is_the_same_as_many_files(folder: str) -> None:
    files = {folder + name: content for name, content in everything().items()}
    packed = archive({"form.xlsx": workbook(), "__MACOSX/._form.xlsx": b"litter", **files})
    assert open_parcel(("all.zip", packed), ()) == parcel()


def test_what_is_missing_and_what_is_unused_is_said() -> None:
    opened = open_parcel(("form.xlsx", workbook()), [("towns.csv", TOWNS), ("other.png", picture())])
    missing = [
        (notice.sheet, notice.row, notice.params["file"])
        for notice in opened.imported.notices
        if notice.code == "file_missing"
    ]
    assert missing == [("survey", 2, "map.png"), ("survey", 2, "town.wav"), ("choices", 2, "yes.png")]
    names = [file.name for file in opened.files]
    assert [fault.params["file"] for fault in unused_files(opened.imported.needs, names)] == ["other.png"]


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.png", picture(), "image/png"),
        ("a.jpg", picture(), "image/png"),
        ("a.wav", sound(), "audio/wav"),
        ("a.CSV", TOWNS, "text/csv"),
        ("a.xml", b"<root><item><name>a</name></item></root>", "application/xml"),
        ("a.geojson", b'{"features": [{"id": "a", "properties": null}]}', "application/geo+json"),
        (
            "a.png",
            b"<svg xmlns='http://www.w3.org/2000/svg'/>",
            Fault("file_not_as_named", params={"file": "a.png"}),
        ),
        ("a.png", picture()[:60], Fault("file_not_as_named", params={"file": "a.png"})),
        ("a.mp3", picture(), Fault("file_not_as_named", params={"file": "a.mp3"})),
        ("a.mp4", b"MZ\x90\0", Fault("file_not_as_named", params={"file": "a.mp4"})),
        ("a.mp3", b"", Fault("file_not_as_named", params={"file": "a.mp3"})),
        ("a.exe", b"MZ\x90\0", Fault("file_kind_unknown", params={"file": "a.exe"})),
        ("a.svg", b"<svg/>", Fault("file_kind_unknown", params={"file": "a.svg"})),
        ("a.csv", "Urcuquí".encode("latin-1"), Fault("file_not_utf8", params={"file": "a.csv"})),
        ("a.csv", b"a,b\n\0,\0\n", Fault("file_not_a_list", params={"file": "a.csv"})),
        ("a.xml", b"<root>", Fault("file_not_a_list", params={"file": "a.xml"})),
        (
            "a.xml",
            b'<!DOCTYPE a [<!ENTITY b "c">]><root/>',
            Fault("file_not_a_list", params={"file": "a.xml"}),
        ),
        ("a.geojson", b"[1, 2]", Fault("file_not_a_list", params={"file": "a.geojson"})),
        ("a.geojson", b"[" * 100_000, Fault("file_not_a_list", params={"file": "a.geojson"})),
    ],
)
def test_a_file_is_what_its_content_is(name: str, content: bytes, expected: str | Fault) -> None:
    assert judge_file(name, content) == expected


def test_a_picture_that_unpacks_to_gigabytes_is_refused_unpacked() -> None:
    written = io.BytesIO()
    Image.new("1", (30_000, 30_000)).save(written, "PNG")
    assert judge_file("a.png", written.getvalue()) == Fault("file_not_as_named", params={"file": "a.png"})


@pytest.mark.parametrize(
    "name",
    [
        "../a.png",
        "/etc/a.png",
        "b/a.png",
        "..\\a.png",
        "C:\\a.png",
        "a\0.png",
        "..",
        "a\u202egnp.png",
        "x" * 300,
    ],
)
def test_a_name_that_leads_somewhere_is_refused(name: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        accept_files([(name, picture())])
    assert [fault.code for fault in refused.value.faults] == ["file_with_path"]
    assert codes_of("form.xlsx", workbook(), (name, picture())) == ["file_with_path"]
    assert codes_of(name, workbook()) == ["file_with_path"]


@pytest.mark.parametrize("name", ["../a.png", "/a.png", "a/../../b.png", "a\\b.png"])
def test_an_archive_never_leads_out_of_itself(name: str) -> None:
    assert codes_of("all.zip", archive({"form.xlsx": workbook(), name: picture()})) == ["file_with_path"]


def test_every_fault_of_every_file_and_of_the_workbook_is_said_at_once() -> None:
    wrong = workbook_of({"survey": [("type", "name", "label"), ("txt", "a", "A")]})
    assert codes_of(
        "form.xlsx", wrong, ("a.exe", b"x"), ("b.png", b"x"), ("c.csv", TOWNS), ("c.csv", b"")
    ) == [
        "file_kind_unknown",
        "file_not_as_named",
        "file_twice",
        "type_unknown",
    ]


def test_an_archive_holds_one_workbook() -> None:
    assert codes_of("all.zip", archive({"a.png": picture()})) == ["bundle_workbooks"]
    assert codes_of("all.zip", archive({"a.xlsx": workbook(), "b/b.xlsx": workbook()})) == [
        "bundle_workbooks"
    ]


def test_a_bomb_is_refused_in_an_archive_and_inside_of_its_workbook() -> None:
    zeros = b"\0" * 130_000_000
    assert codes_of("all.zip", archive({"form.xlsx": workbook(), "a.png": zeros})) == ["zip_bomb"]
    inner = archive({"[Content_Types].xml": b"<a/>", "xl/a.xml": b" " * 60_000_000})
    assert codes_of("all.zip", archive({"form.xlsx": inner})) == ["zip_bomb"]


def test_too_many_and_too_heavy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accompanying, "MOST_FILES", 3)
    many = [(f"{number}.csv", TOWNS) for number in range(9)]
    assert codes_of("form.xlsx", workbook(), *many) == ["files_too_many"]
    assert codes_of("all.zip", archive({"form.xlsx": workbook(), **dict(many)})) == ["files_too_many"]
    monkeypatch.setattr(accompanying, "LARGEST", 10)
    assert codes_of("form.xlsx", workbook(), ("a.csv", TOWNS)) == ["file_too_heavy"]


def test_a_zip_beside_the_workbook_is_no_list_and_no_picture() -> None:
    packed = io.BytesIO()
    zipfile.ZipFile(packed, "w").close()
    assert codes_of("form.xlsx", workbook(), ("a.zip", packed.getvalue())) == ["file_kind_unknown"]


def keep(db: Session, opened: Parcel) -> int:
    return store_questionnaire(
        db,
        opened.imported.questionnaire,
        content=opened.content,
        file_name=opened.file_name,
        account_id=None,
        files=opened.files,
    )


async def test_files_are_kept_beside_their_questionnaire(database: Database) -> None:
    opened = parcel()
    stored = await database.run(keep, opened)
    files = await database.read(get_files, stored)
    assert files == everything()
    assert read_questionnaire(opened.content, "form.xlsx", files) == opened.imported
    found = await database.read(find_file, stored, "map.png")
    assert found is not None and (found.media_type, found.content) == ("image/png", picture())
    assert await database.read(find_file, stored, "nothing.png") is None


async def test_other_files_make_another_version(database: Database) -> None:
    opened = parcel()
    stored = await database.run(keep, opened)
    assert await database.run(keep, opened) == stored
    fewer = open_parcel(("form.xlsx", opened.content), [("towns.csv", TOWNS)])
    assert await database.read(find_same, fewer.imported.questionnaire, fewer.content, fewer.files) is None
    second = await database.run(keep, fewer)
    assert second != stored
    assert await database.read(get_files, second) == {"towns.csv": TOWNS}


def test_what_lacks_a_translation_is_counted_alike_wherever_it_is_counted() -> None:
    """In the workbook, on a consultation's page and in a rehearsal; of a file as one notice with its count."""
    rows: list[tuple[str, ...]] = [
        ("type", "name", "label::es", "label::qu", "guidance_hint::es"),
        ("select_one_from_file towns.csv", "town", "¿Dónde vive?", "Maypitak kawsanki?", "Lea despacio"),
        ("select_one_from_file towns.csv", "before", "¿Y antes?", "", ""),
        ("select_one yn", "a", "¿Tiene agua?", "Yakuta charinkichu?", ""),
        ("select_one yn", "b", "¿Tiene luz?", "", ""),
        ("calculate", "c", "Cuenta", "", ""),
    ]
    rows[0] += ("calculation",)
    rows[-1] += ("1 + 1",)
    choices: list[tuple[str, ...]] = [
        ("list_name", "name", "label::es", "label::qu"),
        ("yn", "y", "Sí", ""),
        ("yn", "n", "No", "Mana"),
    ]
    imported = read_questionnaire(
        workbook_of({"survey": rows, "choices": choices}), "form.xlsx", {"towns.csv": TOWNS}
    )
    asked = imported.questionnaire
    counted = missing_translations(imported.notices, asked.languages)["qu"]
    assert counted == {"guidance": 1, "label": 2, "choices": 3}
    [of_file] = [notice for notice in imported.notices if notice.code == "choices_untranslated"]
    assert (of_file.row, of_file.params) == (2, {"locale": "qu", "count": 2})
    found = findings_in_texts(asked, outline_of(asked), frozenset())
    assert sum(finding.code is Code.TRANSLATION_MISSING for finding in found) == sum(counted.values())
    assert count_missing(asked, "qu") == sum(counted.values())
