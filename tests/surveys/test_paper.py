"""The same questionnaire on paper: everything that can be answered with a pen is there, with words for the rest."""

import re
import subprocess
from io import BytesIO
from pathlib import Path
from shutil import which

import pikepdf
import pytest
from PIL import Image

from i18n.translator import Translator
from rimay.demonstration.workbook import NEEDS_ASSESSMENT
from surveys.paper.printing import print_sheet
from surveys.paper.sheet import Entry, Sheet, Space, lay_out
from surveys.questionnaire import Choice, Group, Keep, Kind, Question, Questionnaire
from surveys.xlsform.reading import read_questionnaire

CODES = ("K7M2-4QXR", "AAAA-2222")


def asking(*nodes: Question | Group) -> Questionnaire:
    return Questionnaire("f", {"es": "Una hoja"}, "1", ("es", "qu"), "es", nodes)


def laid_out(translator: Translator, *nodes: Question | Group, languages: tuple[str, ...] = ("es",)) -> Sheet:
    return lay_out(asking(*nodes), languages, "la Unidad", translator)


def entries(translator: Translator, *nodes: Question | Group) -> tuple[Entry, ...]:
    return laid_out(translator, *nodes).entries


def ask(kind: Kind, path: str = "a", **more: object) -> Question:
    return Question(path, kind, {"es": "¿Qué?"}, **more)  # type: ignore[arg-type]


TWO = (Choice("1", {"es": "Uno"}), Choice("2", {"es": "Dos", "qu": "Ishkay"}))


@pytest.mark.parametrize(
    ("question", "space", "how"),
    [
        (ask(Kind.TEXT), Space.LINES, "Escriba su respuesta."),
        (ask(Kind.INTEGER), Space.LINE, "Escriba un número."),
        (ask(Kind.DATE), Space.DATE, "Escriba día, mes y año con números."),
        (ask(Kind.DATE, appearance="month-year"), Space.MONTH, "Escriba mes y año con números."),
        (ask(Kind.TIME), Space.TIME, "Escriba hora y minutos, de 0 a 24."),
        (ask(Kind.SELECT_ONE, choices=TWO), Space.ONE, "Marque una."),
        (ask(Kind.SELECT_MULTIPLE, choices=TWO), Space.SEVERAL, "Marque todas las que quiera."),
        (
            ask(Kind.SELECT_MULTIPLE, choices=TWO, constraint="count-selected(.) <= 1"),
            Space.SEVERAL,
            "Marque hasta 1.",
        ),
        (ask(Kind.RANK, choices=TWO), Space.RANKED, "Escriba 1 en lo primero, 2 en lo segundo y así."),
        (ask(Kind.RANGE, parameters={"start": "1", "end": "5"}), Space.ONE, "Marque una."),
        (
            ask(Kind.RANGE, parameters={"start": "0", "end": "500"}),
            Space.LINE,
            "Escriba un número de 0 a 500.",
        ),
        (
            ask(Kind.SELECT_ONE, choices=tuple(Choice(f"{n}", {"es": f"N {n}"}) for n in range(200))),
            Space.LINE,
            "Escriba su respuesta. La lista es larga: pídala a quien le dio esta hoja.",
        ),
        (
            ask(Kind.GEOPOINT),
            Space.LINE,
            "Pida a quien recoge la hoja que anote latitud y longitud con su teléfono.",
        ),
    ],
)
def test_each_kind_has_its_space_and_says_how(
    question: Question, space: Space, how: str, translator: Translator
) -> None:
    (entry,) = entries(translator, question)
    assert (entry.kind, entry.number, entry.space, entry.how.first) == ("question", 1, space, how)


@pytest.mark.parametrize("kind", [Kind.IMAGE, Kind.AUDIO, Kind.GEOTRACE])
def test_what_needs_a_telephone_is_said_to_be_impossible(kind: Kind, translator: Translator) -> None:
    (entry,) = entries(translator, ask(kind))
    assert (entry.kind, entry.number) == ("note", None)
    assert entry.how.first == "Esto no se puede hacer en papel. Siga con lo que viene."


def test_what_the_questionnaire_fills_in_is_not_printed(translator: Translator) -> None:
    assert entries(translator, ask(Kind.CALCULATE), ask(Kind.START, "b"), ask(Kind.HIDDEN, "c")) == ()


def test_numbers_count_what_is_answered_and_conditions_name_them(translator: Translator) -> None:
    note, first, second = entries(
        translator,
        ask(Kind.NOTE, "n"),
        ask(Kind.SELECT_ONE, "one", choices=TWO),
        ask(Kind.TEXT, "why", relevant="/data/one = '2'"),
    )
    assert [note.number, first.number, second.number] == [None, 1, 2]
    assert second.when.first == "Responda solo si en la pregunta 1 marcó «Dos»."


def test_what_is_kept_with_a_person_is_not_asked_where_nobody_is_known(translator: Translator) -> None:
    found = entries(translator, ask(Kind.TEXT, "invite", keep=Keep.INVITE), ask(Kind.TEXT, "why"))
    assert [(entry.number, entry.kind) for entry in found] == [(1, "question")]


def test_a_condition_without_words_sends_to_a_person(translator: Translator) -> None:
    (entry,) = entries(translator, ask(Kind.TEXT, relevant="random() > 0.5"))
    assert entry.when.first == "Pregunte a quien le dio esta hoja si debe responder aquí."


def test_a_part_says_once_who_answers_it(translator: Translator) -> None:
    one = ask(Kind.SELECT_ONE, "one", choices=TWO)
    part = Group("p", (ask(Kind.TEXT, "p/a"),), {"es": "Escuela"}, relevant="/data/one = '1'")
    _, title, inside = entries(translator, one, part)
    assert (title.kind, title.text.first) == ("part", "Escuela")
    assert title.when.first == "Responda esta parte solo si en la pregunta 1 marcó «Uno»."
    assert inside.when.first == ""


@pytest.mark.parametrize(("count", "members"), [("", 3), ("2", 2), ("/data/n", 3), ("99", 10)])
def test_a_repeat_is_printed_several_times(count: str, members: int, translator: Translator) -> None:
    repeat = Group("p", (ask(Kind.TEXT, "p/a"),), {"es": "Hijo"}, repeats=True, repeat_count=count)
    found = entries(translator, repeat)
    titles = [entry.text.first for entry in found if entry.kind == "part"]
    assert titles == [f"Hijo {number}" for number in range(1, members + 1)]
    assert [entry.number for entry in found if entry.kind == "question"] == [1] * members


def test_an_earlier_answer_in_a_label_is_named_by_its_number(translator: Translator) -> None:
    first = ask(Kind.TEXT, "name")
    label = {"es": "¿Cuántos años tiene ${/data/name}? ${position(..)}"}
    _, second = entries(translator, first, Question("age", Kind.INTEGER, label))
    assert second.text.first == "¿Cuántos años tiene (su respuesta a la pregunta 1)? ______"


def test_the_second_language_stands_beneath_where_it_differs(translator: Translator) -> None:
    sheet = laid_out(translator, ask(Kind.SELECT_ONE, choices=TWO), languages=("qu", "es"))
    (entry,) = sheet.entries
    assert [(choice.first, choice.second) for choice in entry.choices] == [("Uno", ""), ("Ishkay", "Dos")]
    assert (entry.how.first, entry.how.second) == ("Shukllata akllapay.", "Marque una.")


def printed(translator: Translator, languages: tuple[str, ...] = ("es", "qu")) -> bytes:
    questionnaire = read_questionnaire(NEEDS_ASSESSMENT.read_bytes(), NEEDS_ASSESSMENT.name).questionnaire
    return print_sheet(lay_out(questionnaire, languages, "la Unidad", translator), CODES, {})


@pytest.mark.parametrize("languages", [("es",), ("qu",), ("es", "qu")])
def test_prints_a_tagged_pdf_in_its_language(languages: tuple[str, ...], translator: Translator) -> None:
    pdf = pikepdf.open(BytesIO(printed(translator, languages)))
    assert str(pdf.Root.Lang) == f"{languages[0]}-EC"
    assert bool(pdf.Root.MarkInfo.Marked)
    with pdf.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"


def test_the_same_form_gives_the_same_bytes(translator: Translator) -> None:
    assert printed(translator) == printed(translator)


@pytest.mark.skipif(
    which("pdftotext") is None, reason="pdftotext is not there: apt-get install poppler-utils"
)
def test_each_copy_has_its_code_on_each_page_and_counts_its_own_pages(
    translator: Translator, tmp_path: Path
) -> None:
    path = tmp_path / "form.pdf"
    path.write_bytes(printed(translator))
    text = subprocess.run(
        ["pdftotext", "-layout", path, "-"], capture_output=True, check=True, text=True
    ).stdout
    pages = text.split("\f")[:-1]
    half = len(pages) // 2
    for number, page in enumerate(pages):
        assert CODES[number // half] in page
        assert re.search(rf"Página {number % half + 1} de {half}\b", page)
    assert "¿Qué necesita con más urgencia?" in text


def picture() -> bytes:
    file = BytesIO()
    Image.new("RGB", (40, 30), "red").save(file, "JPEG")
    return file.getvalue()


def test_a_picture_is_printed_with_words_for_who_cannot_see_it(translator: Translator) -> None:
    sheet = laid_out(translator, ask(Kind.TEXT, media={"image": {"es": "../map.jpg"}}))
    pdf = pikepdf.open(BytesIO(print_sheet(sheet, CODES[:1], {"../map.jpg": picture()})))
    assert "/XObject" in pdf.pages[0].Resources


@pytest.mark.parametrize("content", [b"", b"<svg>", picture()[:50]])
def test_a_picture_that_cannot_be_read_is_left_out(content: bytes, translator: Translator) -> None:
    sheet = laid_out(translator, ask(Kind.TEXT, media={"image": {"es": "map.jpg"}}))
    pdf = pikepdf.open(BytesIO(print_sheet(sheet, CODES[:1], {"map.jpg": content})))
    assert "/XObject" not in pdf.pages[0].Resources


@pytest.mark.parametrize(
    "text",
    [
        '#panic("no") $x^2$ *b* \\ @ref <label>',
        "\u202eal revés\u0007 😀 漢字",
        "muylargo" * 90,
        "¿Qué? " * 900,
    ],
)
def test_text_stays_text_whatever_it_holds(text: str, translator: Translator) -> None:
    choices = (Choice("1", {"es": text}), *TWO)
    sheet = laid_out(translator, Question("a", Kind.SELECT_ONE, {"es": text}, {"es": text}, choices=choices))
    assert len(pikepdf.open(BytesIO(print_sheet(sheet, CODES[:1], {}))).pages) >= 1
