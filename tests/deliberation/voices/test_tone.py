"""The tone of answers: of many together, of Spanish only, and abstaining where no word is known."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deliberation.voices.civic_analyzer import CivicAnalyzer
from deliberation.voices.tone import Leaning, Tone, leaning_of, tone_of

CASES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent / "tone_cases.json").read_text(encoding="utf-8")
)
OPPOSITES = {Leaning.POSITIVE, Leaning.NEGATIVE}


def test_hears_civic_sentences_as_people_mean_them() -> None:
    wrong = [case["text"] for case in CASES if leaning_of(case["text"]) != case["tone"]]
    assert 1 - len(wrong) / len(CASES) >= 0.85, wrong


def test_never_takes_praise_for_complaint_or_complaint_for_praise() -> None:
    assert not [case for case in CASES if {case["tone"], leaning_of(case["text"])} == OPPOSITES]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("No me gusta.", Leaning.NEGATIVE),
        ("Aquí no nos discriminan.", Leaning.POSITIVE),
        ("No hay médico.", Leaning.NEGATIVE),
        ("No hay peligro.", Leaning.POSITIVE),
        ("Vivo sin miedo.", Leaning.POSITIVE),
        ("Necesito una buena escuela.", Leaning.NEUTRAL),
        ("Los martes.", Leaning.UNSURE),
        ("Me atendieron bien pero no hay medicinas.", Leaning.NEUTRAL),
    ],
)
def test_negation_lack_and_wish(text: str, expected: Leaning) -> None:
    assert leaning_of(text) == expected


def test_does_not_read_kichwa() -> None:
    assert tone_of(["Yakuta mana charinchik.", "Falta agua en el barrio."]) == Tone(negative=1, unread=1)


@settings(deadline=None)
@given(st.text(max_size=200))
def test_polarity_stays_within_its_range(text: str) -> None:
    reading = CivicAnalyzer().analyze(text)
    assert -1 <= reading.polarity <= 1
    assert reading.known or reading.polarity == 0
