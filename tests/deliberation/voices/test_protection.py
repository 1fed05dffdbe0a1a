"""Answers that a person must see are found by lists in both languages, and the lists do not see danger everywhere."""

import csv
from pathlib import Path

import pytest

from deliberation.voices.protection import Danger, dangers_in
from deliberation.voices.reading import read_answer
from i18n.language import Language

CASES = [
    tuple(line.split("\t"))
    for line in (Path(__file__).parent / "protection_cases.tsv").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]


@pytest.mark.parametrize(("danger", "language", "text"), [case for case in CASES if case[0] != "none"])
def test_sees_the_danger(danger: str, language: str, text: str) -> None:
    assert danger in dangers_in(text, Language(language))
    assert danger in read_answer(text).dangers, "covering a name must not cover the danger"


@pytest.mark.parametrize(("language", "text"), [case[1:] for case in CASES if case[0] == "none"])
def test_leaves_the_same_words_alone_where_they_say_something_else(language: str, text: str) -> None:
    assert dangers_in(text, Language(language)) == ()


def test_sees_danger_in_a_language_it_is_not_sure_of() -> None:
    assert dangers_in("no quiero vivir", Language.OTHER) == (Danger.SELF_HARM,)


def test_civic_proposals_of_the_first_set_are_no_danger() -> None:
    cases = Path(__file__).parent / "kind_cases.tsv"
    rows = csv.reader(
        (line for line in cases.read_text(encoding="utf-8").splitlines() if line[0] != "#"), delimiter="\t"
    )
    alarms = [text for _, language, text in rows if dangers_in(text, Language(language))]
    assert not alarms
