"""A questionnaire with one fault of each kind: the rehearsal finds every one, at its place, and nothing else."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

import pytest

from surveys.questionnaire import Choice, Kind, Questionnaire
from surveys.rehearsal.rehearsal import Rehearsal
from surveys.rehearsal.report import Code, Finding, Report
from surveys.xlsform.reading import read_questionnaire
from tests.surveys.people import (
    MOMENT,
    choices,
    group,
    integer,
    note,
    question,
    questionnaire,
    select,
    several,
)

QUITO = ZoneInfo("America/Guayaquil")
ABOUT_TEXTS = {Code.AUDIO_MISSING, Code.TRANSLATION_MISSING, Code.SENTENCE_LONG}


def rehearse(asked: Questionnaire, respondents: int = 20, seed: str = "1") -> Report:
    rehearsal = Rehearsal(asked, respondents=respondents, seed=seed, moment=MOMENT, zone=QUITO)
    for _ in rehearsal.steps():
        pass
    return rehearsal.report()


def found(report: Report, *, about_texts: bool = False) -> list[tuple[str, str, bool]]:
    """Code, place and certainty of what was found."""
    wanted = [finding for finding in report.findings if (finding.code in ABOUT_TEXTS) is about_texts]
    return [(finding.code.value, finding.path, finding.proven) for finding in wanted]


def only(findings: Sequence[Finding], code: Code) -> Finding:
    of_code = [finding for finding in findings if finding.code is code]
    assert len(of_code) == 1
    return of_code[0]


ONE_TO_THREE = choices("a", "b", "c")
CANTONS = choices("ibarra", "otavalo")
PARISHES = choices(
    "caranqui",
    "iluman",
    "quiroga",
    caranqui={"canton": "ibarra"},
    iluman={"canton": "otavalo"},
    quiroga={"canton": "cotacachi"},
)


def test_a_constraint_that_contradicts_itself_is_a_dead_end() -> None:
    report = rehearse(
        questionnaire(integer("age", constraint=". > 10 and . < 5", required="true()"), question("b"))
    )
    assert found(report) == [("dead_end", "age", True), ("constraint_unsatisfied", "age", True)]
    assert report.finished == 0 and report.minutes is None


def test_what_comes_after_a_dead_end_is_rehearsed_too() -> None:
    report = rehearse(
        questionnaire(
            integer("age", constraint=". > 10 and . < 5", required="true()"),
            select("parish", choices=PARISHES, choice_filter="canton = 'nowhere'", required="true()"),
        )
    )
    assert [code for code, path, _ in found(report) if path == "parish"] == ["nothing_to_choose"]


def test_a_constraint_that_nothing_satisfies_though_it_may_be_skipped() -> None:
    report = rehearse(
        questionnaire(question("phone", constraint="regex(., '^[0-9]{10}$') and string-length(.) = 9"))
    )
    assert found(report) == [("constraint_unsatisfied", "phone", False)]
    assert only(report.findings, Code.CONSTRAINT_UNSATISFIED).params["tries"]
    assert report.finished == 20


def test_a_question_that_no_answer_leads_to() -> None:
    report = rehearse(
        questionnaire(integer("age", constraint=". <= 120"), question("old", relevant="/data/age > 150"))
    )
    assert found(report) == [("unreachable", "old", True)]


def test_a_question_behind_a_choice_that_does_not_exist() -> None:
    report = rehearse(
        questionnaire(select("canton", choices=CANTONS), question("b", relevant="/data/canton = 'quito'"))
    )
    assert found(report) == [("unreachable", "b", True)]


def test_a_group_that_nobody_reaches_is_told_once() -> None:
    inside = group("g", question("g/a"), question("g/b"), relevant="/data/x = 'a' and /data/x = 'b'")
    assert found(rehearse(questionnaire(select("x", choices=ONE_TO_THREE), inside))) == [
        ("unreachable", "g", True)
    ]


def test_what_only_lots_decide_is_not_called_proven() -> None:
    asked = questionnaire(question("a"), question("b", relevant="random() > 2"))
    assert found(rehearse(asked)) == [("unreachable", "b", False)]


def test_a_loop_between_two_questions() -> None:
    low = integer("low", constraint="/data/high = '' or . > /data/high", required="true()")
    high = integer("high", constraint=". >= /data/low", required="true()")
    report = rehearse(questionnaire(low, high))
    assert found(report) == [("loop", "low", False)]
    assert set(str(only(report.findings, Code.LOOP).params["names"]).split(" → ")) == {"low", "high"}


def test_a_required_question_whose_filter_leaves_nothing() -> None:
    parish = select("parish", choices=PARISHES[:2], choice_filter="canton = /data/canton", required="true()")
    cantons = select("canton", choices=choices("ibarra", "otavalo", "urcuqui"), required="true()")
    report = rehearse(questionnaire(cantons, parish))
    assert found(report) == [("nothing_to_choose", "parish", False)]
    assert 0 < int(only(report.findings, Code.NOTHING_TO_CHOOSE).params["count"]) < 20


def test_a_choice_that_no_filter_lets_through() -> None:
    parish = select("parish", choices=PARISHES, choice_filter="canton = /data/canton")
    report = rehearse(questionnaire(select("canton", choices=CANTONS, required="true()"), parish))
    assert found(report) == [("choice_never_offered", "parish", True)]
    assert only(report.findings, Code.CHOICE_NEVER_OFFERED).params["choices"] == "quiroga"


@pytest.mark.parametrize("count", ["count(/data/child) + 1", "60"])
def test_a_repeat_that_does_not_end(count: str) -> None:
    child = group("child", question("child/name"), repeats=True, repeat_count=count)
    assert ("repeat_endless", "child", False) in found(rehearse(questionnaire(child), respondents=2))


def test_people_who_answer_themselves_into_a_corner() -> None:
    rooms = select("rooms", "none", "some", required="true()")
    beds = integer("beds", constraint="/data/rooms = 'some' and . > 0", required="true()")
    report = rehearse(questionnaire(rooms, beds))
    assert found(report) == [("cornered", "beds", False)]


def test_a_way_that_nobody_takes_by_chance_is_found_on_purpose() -> None:
    rare = "/data/a = 'c' and /data/b = 'c' and /data/c = 'c' and /data/code = 'Killa-7'"
    asked = questionnaire(
        *(select(name, choices=choices(*"abcdefgh", "i", "j")) for name in "abc"),
        question("code"),
        question("rare", relevant=rare),
    )
    report = rehearse(asked)
    assert found(report) == [("shown_to_nobody", "rare", False)]
    assert only(report.findings, Code.SHOWN_TO_NOBODY).params["way"] == "a = c, b = c, c = c, code = Killa-7"


def test_a_way_may_lead_over_a_question_that_is_left_out() -> None:
    asked = questionnaire(integer("n", relevant="true()"), question("why", relevant="/data/n = ''"))
    assert found(rehearse(asked, respondents=1, seed="2")) in ([], [("shown_to_nobody", "why", False)])


def test_what_a_list_without_choices_hides_is_not_told_apart() -> None:
    parish = select("parish", choices=PARISHES, choice_filter="canton = 'nowhere'", required="true()")
    asked = questionnaire(parish, question("b", relevant="/data/parish = 'iluman'"))
    assert found(rehearse(asked)) == [("nothing_to_choose", "parish", False)]


def test_a_long_sentence_a_missing_translation_and_a_question_that_nobody_has_read_aloud() -> None:
    long = "palabra " * 21 + "fin."
    label = {"es": long, "qu": "Imatak?"}
    asked = questionnaire(
        question("a", label=label, media={"audio": {"es": "a.mp3"}}),
        question("b", label={"es": "¿Y?", "qu": " "}, media={"audio": {"es": "b.mp3"}}),
    )
    report = rehearse(asked)
    assert found(report) == []
    assert found(report, about_texts=True) == [
        ("sentence_long", "a", True),
        ("translation_missing", "b", True),
        ("audio_missing", "a", True),
    ]
    assert only(report.findings, Code.SENTENCE_LONG).params["words"] == 22
    assert only(report.findings, Code.AUDIO_MISSING).params["locale"] == "qu"


def test_a_long_list_that_was_never_translated_is_told_in_one_line() -> None:
    places = tuple(Choice(f"p{number}", {"es": f"Lugar {number}"}) for number in range(200))
    label = {"es": "¿Dónde?", "qu": "Maypi?"}
    report = rehearse(
        questionnaire(select("a", label=label, choices=places), select("b", label=label, choices=places))
    )
    missing = only(report.findings, Code.TRANSLATION_MISSING)
    assert (missing.path, missing.params["field"], missing.params["choice"]) == ("a", "choices", 200)


def test_a_recording_of_the_house_counts_as_one_of_the_workbook() -> None:
    asked = questionnaire(question("a", label={"es": "¿Sí?"}))
    rehearsal = Rehearsal(
        asked, respondents=1, seed="1", moment=MOMENT, zone=QUITO, recorded=frozenset({("a", "es")})
    )
    assert list(rehearsal.steps()) == [1]
    assert [finding.code for finding in rehearsal.report().findings] == [Code.TRANSLATION_MISSING]


def test_nothing_is_wrongly_found_in_a_sound_questionnaire() -> None:
    asked = questionnaire(
        note("hello", "Hola"),
        select("canton", choices=CANTONS, required="true()"),
        select("parish", choices=PARISHES[:2], choice_filter="canton = /data/canton", required="true()"),
        integer("age", constraint=". >= 0 and . < 120", required="true()"),
        question("born", Kind.DATE, constraint=". <= today() and . > '1900-01-01'"),
        question("id", constraint="regex(., '^[A-Z]{2}-[0-9]{3,5}$')"),
        question("mail", constraint="regex(., '^[^@ ]+@[a-z]+[.](org|ec)$')"),
        several("needs", "a", "b", "none", constraint="not(selected(., 'none')) or count-selected(.) = 1"),
        question("photo", Kind.IMAGE, required="true()"),
        question("where", Kind.GEOPOINT, required="true()"),
        question(
            "stars", Kind.RANGE, parameters={"start": "0", "end": "100", "step": "5"}, required="true()"
        ),
        group(
            "child", integer("child/age", constraint=". < /data/age"), repeats=True, relevant="/data/age > 17"
        ),
        question("elder", relevant="/data/age > 64"),
    )
    report = rehearse(asked, respondents=30)
    assert found(report) == []
    assert report.finished == report.begun == 30


RECKONED = """
| survey |
| | type | name | label | relevant | constraint | required | calculation |
| | begin_repeat | m | Persona | | | | |
| | date | born | ¿Cuándo nació? | | . <= today() and . > date('1900-01-01') | yes | |
| | calculate | age | | | | | int((today() - ${born}) div 365.25) |
| | text | school | ¿Escuela? | ${age} >= 5 and ${age} <= 17 | | | |
| | end_repeat | | | | | | |
| | calculate | minors | | | | | count(${m}[age < 18]) |
| | integer | kids | ¿Cuántas van a la escuela? | ${minors} > 0 | . <= ${minors} | yes | |
| | date | from | ¿Desde cuándo? | | . <= today() | yes | |
| | date | to | ¿Hasta cuándo? | | . >= ${from} | yes | |
| | integer | p1 | ¿Qué parte? | | . >= 0 and . <= 100 | yes | |
| | integer | p2 | ¿Y esta? | | . >= 0 and . + ${p1} <= 100 | yes | |
| | integer | p3 | ¿Y esta otra? | | . + ${p1} + ${p2} = 100 | yes | |
| | text | id | ¿Su código? | | string-length(.) = 10 and regex(., '^[0-9]+$') | yes | |
| | text | again | Otra vez | | . = ${id} | yes | |
"""


@pytest.mark.parametrize("respondents", [1, 25])
def test_answers_that_must_be_reckoned_are_found(respondents: int) -> None:
    asked = read_questionnaire(RECKONED.encode(), "reckoned.md").questionnaire
    report = rehearse(asked, respondents)
    assert not report.has_errors and report.finished == respondents
    assert {code for code, *_ in found(report)} <= {"shown_to_nobody"}


SEEDED = """
| survey |
| |type|name|label::Español (es)|label::Kichwa (qu)|relevant|constraint|required|choice_filter|repeat_count|
| | integer | age | ¿Cuántos años tiene? | Mashna watata charinki? | | . > 10 and . < 5 | yes | | |
| | select_one yn | here | ¿Vive aquí? | | | | | | |
| | text | never | ¿Por qué? | Imamanta? | ${here} = 'maybe' | | | | |
| | select_one parish | parish | ¿Parroquia? | Mayhan? | | | yes | canton = 'x' | |
| | begin_repeat | child | Niña | Wawa | | | | | count(${child}) + 1 |
| | text | child_name | ¿Nombre? | Shuti? | | | | | |
| | end_repeat | | | | | | | | |
| choices |
| | list_name | name | label::Español (es) | label::Kichwa (qu) | canton |
| | yn | yes | Sí | Ari | |
| | yn | no | No | Mana | |
| | parish | p1 | Uno | Shuk | a |
"""


def test_all_faults_of_a_workbook_at_once() -> None:
    asked = read_questionnaire(SEEDED.encode(), "seeded.md").questionnaire
    report = rehearse(asked, respondents=5)
    assert {(code, path) for code, path, _ in found(report)} == {
        ("dead_end", "age"),
        ("constraint_unsatisfied", "age"),
        ("unreachable", "never"),
        ("nothing_to_choose", "parish"),
        ("repeat_endless", "child"),
    }
    assert ("translation_missing", "here", True) in found(report, about_texts=True)
