"""Rehearsals: the same anywhere, stopped at any moment, and times that people could keep."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rimay.demonstration.workbook import NEEDS_ASSESSMENT
from surveys.questionnaire import Keep, Kind, Questionnaire
from surveys.rehearsal.pace import Pace, count_words, draw_pace
from surveys.rehearsal.patterns import text_fitting
from surveys.rehearsal.rehearsal import Rehearsal
from surveys.rehearsal.report import Code, Report, Severity
from surveys.xlsform.reading import read_questionnaire
from surveys.xpath.functions.strings import regex
from tests.surveys.people import MOMENT, ZONE, group, integer, note, question, questionnaire, select, several

ROOT = Path(__file__).parents[2]


def rehearse(asked: Questionnaire, respondents: int = 10, seed: str = "killa") -> Report:
    rehearsal = Rehearsal(asked, respondents=respondents, seed=seed, moment=MOMENT, zone=ZONE)
    for _ in rehearsal.steps():
        pass
    return rehearsal.report()


@pytest.fixture(scope="module")
def needs() -> Questionnaire:
    return read_questionnaire(NEEDS_ASSESSMENT.read_bytes(), NEEDS_ASSESSMENT.name).questionnaire


def test_nothing_is_wrongly_found_in_our_own_questionnaire(needs: Questionnaire) -> None:
    report = rehearse(needs, respondents=50)
    assert report.finished == report.begun == 50
    assert {finding.code for finding in report.findings} == {Code.AUDIO_MISSING}, "a machine reads it aloud"
    assert all(tally.shown for tally in report.questions)


def test_our_own_questionnaire_takes_minutes_in_both_languages(needs: Questionnaire) -> None:
    report = rehearse(needs, respondents=40)
    assert report.minutes is not None
    for minutes in (report.minutes, report.minutes_by_language["es"], report.minutes_by_language["qu"]):
        assert 3 < minutes.median < minutes.p90 < 20


def test_time_is_reckoned_from_the_words_that_each_person_sees() -> None:
    label = {"es": "¿Qué necesita?", "qu": "Imata mutsurinki " * 60}
    by_language = rehearse(questionnaire(question("a", label=label)), respondents=20).minutes_by_language
    assert by_language["qu"].median > by_language["es"].median + 0.5


def test_the_same_seed_tells_the_same_and_another_one_another(needs: Questionnaire) -> None:
    first = rehearse(needs)
    assert rehearse(needs) == first
    assert rehearse(needs, seed="inti") != first


REPEATED = """
from surveys.rehearsal.report import Report
from tests.surveys.test_rehearsal import branching, rehearse
print(repr(rehearse(branching())))
"""


def branching() -> Questionnaire:
    """Conditions that read several answers, lots, filters and repeats: where an order might not be fixed."""
    return questionnaire(
        *(select(name, "a", "b", "c") for name in ("x", "y", "z")),
        question("far", relevant="/data/x = 'a' and /data/y = 'b' and /data/z = 'c' and /data/n = 77"),
        integer("n", constraint=". < 100"),
        several("many", "p", "q", "r", parameters={"randomize": "true"}),
        group("g", question("g/name"), integer("g/age", constraint=". <= /data/n"), repeats=True),
        question("never", relevant="/data/x = 'a' and /data/x = 'b' or /data/far = 'no' and /data/n > 100"),
    )


def test_the_same_seed_tells_the_same_in_every_process() -> None:
    told = set()
    for hashes in ("0", "7", "42"):
        environment = {**os.environ, "PYTHONHASHSEED": hashes, "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-c", REPEATED]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
        told.add(done.stdout)
    assert len(told) == 1 and "unreachable" in told.pop()


def test_it_can_be_stopped_and_tells_what_it_found_so_far(needs: Questionnaire) -> None:
    rehearsal = Rehearsal(needs, respondents=1_000, seed="1", moment=MOMENT, zone=ZONE)
    steps: Iterator[int] = rehearsal.steps()
    assert [next(steps), next(steps), next(steps)] == [1, 2, 3]
    report = rehearsal.report()
    assert (report.respondents, report.begun) == (1_000, 3)
    cut = next(finding for finding in report.findings if finding.code is Code.CUT_SHORT)
    assert cut.severity is Severity.NOTE and cut.params == {"begun": 3, "total": 1_000}
    assert Code.UNREACHABLE not in {finding.code for finding in report.findings}


def test_a_very_large_questionnaire_is_cut_short_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("surveys.rehearsal.rehearsal.MOST_WORK", 20_000)
    asked = questionnaire(*(question(f"q{number}") for number in range(200)))
    report = rehearse(asked)
    assert 0 < report.finished == report.begun < 10, "fewer people, but each of them to the end"
    assert Code.CUT_SHORT in {finding.code for finding in report.findings}
    assert not report.has_errors, "what nobody had time for is not called unreachable"


def test_who_was_shown_a_question_answered_it_or_left_it_out() -> None:
    asked = questionnaire(
        note("hello", "Hola"), question("a"), integer("b"), question("c", required="true()")
    )
    report = rehearse(asked, respondents=120)
    tallies = {tally.path: tally for tally in report.questions}
    assert tallies["hello"].shown == 120 and tallies["hello"].answered == 0
    for path in ("a", "b"):
        assert tallies[path].shown == tallies[path].answered + tallies[path].skipped == 120
        assert tallies[path].skipped > 0
    assert tallies["c"].answered == 120


EVERY_KIND: list[tuple[Kind, dict[str, Any]]] = [
    (Kind.TEXT, {}),
    (Kind.INTEGER, {}),
    (Kind.DECIMAL, {"constraint": ". > 0.25 and . < 0.75"}),
    (Kind.RANGE, {"parameters": {"start": "0", "end": "1", "step": "0.05"}}),
    (Kind.DATE, {"constraint": ". > today() - 20 and . < today()"}),
    (Kind.TIME, {}),
    (Kind.DATETIME, {}),
    (Kind.SELECT_ONE, {"choices": select("x", "a", "b").choices}),
    (
        Kind.SELECT_MULTIPLE,
        {"choices": select("x", *"abcdef").choices, "constraint": "count-selected(.) = 5"},
    ),
    (Kind.RANK, {"choices": select("x", "a", "b", "c").choices}),
    (Kind.GEOPOINT, {}),
    (Kind.ACKNOWLEDGE, {}),
    (Kind.BARCODE, {"constraint": "string-length(.) = 13"}),
    (Kind.IMAGE, {}),
    (Kind.AUDIO, {}),
    (Kind.VIDEO, {}),
    (Kind.FILE, {}),
]


@pytest.mark.parametrize(("kind", "fields"), EVERY_KIND, ids=[kind.value for kind, _ in EVERY_KIND])
def test_every_kind_of_question_is_answered(kind: Kind, fields: dict[str, Any]) -> None:
    report = rehearse(questionnaire(question("q", kind, required="true()", **fields)), respondents=3)
    assert report.finished == 3 and not report.has_errors
    assert report.questions[0].answered == 3


def test_what_is_kept_for_the_profile_is_asked_as_well() -> None:
    report = rehearse(questionnaire(select("come", "yes", "no", keep=Keep.INVITE)), respondents=4)
    assert report.questions[0].shown == 4


PATTERNS = [
    "^[0-9]{10}$",
    r"^\+593\d{9}$",
    "^(IB|OT)-[A-F]{2,3}[0-9]?$",
    "^[^@ ]+@[a-z]+[.](org|ec)$",
    r"^\p{L}+( \p{L}+)*$",
    "(?:ab){3}|x.y",
    r"\bagua\b",
    "^(?<letra>[a-z])-\\1$",
]


@settings(deadline=None)
@given(st.sampled_from(PATTERNS), st.integers())
def test_a_text_is_made_that_fits_a_pattern(pattern: str, seed: int) -> None:
    made = text_fitting(pattern, Random(seed))
    assert made is not None and (regex(made, pattern) or "\\1" in pattern)


@pytest.mark.parametrize("pattern", ["(", "[", "(a{9999}){9999}", "(" * 5_000 + ")" * 5_000])
def test_a_pattern_that_cannot_be_read_gives_nothing(pattern: str) -> None:
    assert text_fitting(pattern, Random(1)) is None


@settings(deadline=None)
@given(st.integers())
def test_nobody_reads_faster_than_practised_people(seed: int) -> None:
    pace = draw_pace(Random(seed))
    assert 45 <= pace.words_per_minute <= 150
    assert pace.typing("x" * 30) > 18


def test_reading_time_grows_with_the_words_and_skimming_is_quicker() -> None:
    pace = Pace(words_per_minute=60, letters_per_minute=60, decides_in=5)
    words = count_words("¿Qué necesita usted con más urgencia?")
    assert pace.reading(words, "es", again=False) == words == 6
    assert pace.reading(words, "es", again=True) == 2
    assert pace.reading(words, "qu", again=False) == pytest.approx(8.12, abs=0.01)
