"""Minutes as a PDF in both languages: what it says, that a screen reader can read it, that the bytes never change."""

from datetime import UTC, datetime
from io import BytesIO
from zoneinfo import ZoneInfo

import pikepdf
import pytest

from deliberation.assembly_day.ballot_results import Result, to_json
from deliberation.assembly_day.minutes import Confirmation, MinutesCard
from deliberation.assembly_day.minutes_pdf import render_pdf
from deliberation.assembly_day.minutes_wording import WordedMinutes, word_minutes
from i18n.translator import Translator
from tests.deliberation.assembly_day.rooms import ASKED, BEGAN, DURING, POINTS

ZONE = ZoneInfo("America/Guayaquil")


def recorded() -> MinutesCard:
    """Confirmed minutes with a vote of each kind, one of few people, and one that was not counted."""
    few = {"es": "Cambiar el horario", "qu": "Pachata shuktakyachina"}
    seat = {"es": "Ordenanza de movilidad", "qu": "Movilidad kamachiy"}
    asked = [
        (1, "proposal", ASKED, (), Result(29, passed=True, counts={"yes": 23, "no": 4, "abstain": 2})),
        (2, "proposal", few, (), Result(None, passed=False)),
        (3, "order", {"es": "¿De qué hablamos primero?"}, POINTS, Result(
            20, counts={"1": 12, "2": 11, "3": 9, "4": 0}, order=("1", "3", "2", "4"))),
        (4, "delegate", seat, (), Result(25, passed=True, counts={"yes": 20, "no": 5, "abstain": 0})),
        (5, "proposal", few, (), Result(void=True)),
    ]  # fmt: skip
    ballots = [
        {
            "id": number,
            "number": number,
            "kind": kind,
            "text": text,
            "options": options,
            "result": to_json(result),
        }
        for number, kind, text, options, result in asked
    ]
    content = {
        "facts": {
            "title": {"es": "Asamblea de vivienda", "qu": "Wasimanta tantanakuy"},
            "purpose": {"es": "Hablar de vivienda"},
            "agenda": {"es": "Arriendos\nTrabajo"},
            "place": "Otavalo, casa comunal",
            "starts_at": BEGAN.isoformat(),
            "ends_at": DURING.isoformat(),
        },
        "attendance": {"total": 43, "others": 6, "threshold": 5},
        "ballots": ballots,
        "dissent": {"1": {"es": "Queda lejos.", "qu": "Karumi kan."}},
        "notes": {"es": "Abrió la coordinadora.\nSe pidió otra reunión.", "qu": "Pushakmi paskarka."},
        "corrects": {"id": 1, "number": 1, "why": {"es": "Faltaba un voto.", "qu": "Shuk akllaymi illarka."}},
    }
    day = datetime(2026, 12, 7, 15, 0, tzinfo=UTC)
    both = (Confirmation("organiser", day), Confirmation("council", day))
    return MinutesCard(2, 1, 2, content, 0, None, both, day, day)


def worded(translator: Translator, language: str = "es") -> WordedMinutes:
    return word_minutes(recorded(), language, translator, unit="Unidad de Movilidad Humana", zone=ZONE)


def test_agreements_dissent_and_counts_are_said(translator: Translator) -> None:
    minutes = worded(translator)
    assert [(each.text.text, each.counts) for each in minutes.agreements] == [
        ("Pedir una ventanilla en Otavalo", "A favor: 23. En contra: 4. Abstenciones: 2."),
        ("Pedir la silla vacía: Ordenanza de movilidad", "A favor: 20. En contra: 5. Abstenciones: 0."),
    ]
    assert [(each.amount, each.reason and each.reason.text) for each in minutes.dissent] == [
        ("En contra: 4 de 29 votos (14\u00a0%).", "Queda lejos."),
        ("En contra: 5 de 25 votos (20\u00a0%).", None),
    ]
    assert [each.cells for each in minutes.votes] == [
        ("23", "4", "2"), ("—", "—", "—"), ("20", "5", "0"), ("", "", ""),
    ]  # fmt: skip
    (order,) = minutes.orders
    assert [point.text for point, _ in order.points] == ["Arriendos", "Documentos", "Trabajo", "Salud"]
    assert ("Quiénes fueron", "43 personas. De ellas, 6 sin teléfono.") in [
        (label, value.text) for label, value in minutes.facts
    ]
    assert minutes.confirmations[1] == "Consejo, el 7 de diciembre de 2026"


def test_what_was_written_in_one_language_only_says_which(translator: Translator) -> None:
    minutes = worded(translator, "qu")
    facts = {value.text: value.language for _, value in minutes.facts}
    assert facts["Hablar de vivienda"] == "es"
    assert minutes.title.text == "Wasimanta tantanakuy" and minutes.title.language == "qu"
    assert [each.text for each in minutes.notes] == ["Pushakmi paskarka."]


@pytest.mark.parametrize(("language", "expected"), [("es", "es-EC"), ("qu", "qu-EC")])
def test_the_file_is_tagged_and_the_same_whenever_it_is_asked_for(
    translator: Translator, language: str, expected: str
) -> None:
    minutes = worded(translator, language)
    content = render_pdf.__wrapped__(minutes)
    assert content == render_pdf.__wrapped__(minutes)
    pdf = pikepdf.open(BytesIO(content))
    assert str(pdf.Root.Lang) == expected
    assert bool(pdf.Root.MarkInfo.Marked)
    assert str(pdf.docinfo["/Title"]) == f"{minutes.kind}: {minutes.title.text}"
    with pdf.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"
