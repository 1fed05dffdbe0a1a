"""Who goes on after days stands where they stood; what is of that day stays, and what is of today is of today."""

from datetime import UTC, datetime

from surveys.conversation.progress import Progress, from_json, to_json
from surveys.conversation.turns import Back, Chose, Done, Finished, Move, Outcome, Show, Typed
from surveys.dialogue import advance
from surveys.questionnaire import Kind, Questionnaire
from tests.surveys.people import ZONE, Person, calculate, group, integer, question, questionnaire, select

LATER = datetime(2026, 12, 1, 15, 0, tzinfo=UTC)
YES = Chose(0)


def goes_on(asked: Questionnaire, progress: Progress, *moves: Move) -> Outcome:
    """The same person, with what was written down of them, on another day."""
    turn = advance(asked, from_json(to_json(progress)), Show(), moment=LATER, zone=ZONE)
    for move in moves:
        turn = advance(asked, from_json(to_json(turn.progress)), move, moment=LATER, zone=ZONE)
    return turn.outcome


def test_the_day_of_the_beginning_is_kept_and_today_is_today() -> None:
    asked = questionnaire(
        question("began", Kind.TODAY),
        calculate("now_is", "today()"),
        calculate("kept", "once(today())"),
        question("filled", Kind.DATE, default="today()"),
        integer("days", constraint=". <= today() - date(/data/began)"),
        calculate("waited", "today() - date(/data/began)"),
    )
    person = Person(asked).does(Done())
    outcome = goes_on(asked, person.turn.progress, Typed("8"))
    assert isinstance(outcome, Finished)
    assert outcome.answers == {
        "began": "2026-11-23", "now_is": "2026-12-01", "kept": "2026-11-23", "filled": "2026-11-23",
        "days": "8", "waited": "8",
    }  # fmt: skip
    assert Person(asked).does(Done(), Typed("8")).refused == "constraint"


def test_an_answer_that_held_when_it_was_given_is_not_asked_again() -> None:
    asked = questionnaire(question("when", Kind.DATE, constraint=". >= today()"), question("z"))
    person = Person(asked).does(Typed("hoy"))
    assert person.place == "z"
    later = advance(asked, person.turn.progress, Typed("x"), moment=LATER, zone=ZONE)
    assert later.progress.place is None


def test_shuffled_choices_drawn_lots_and_ticks_are_as_they_were() -> None:
    values = [f"c{number}" for number in range(10)]
    asked = questionnaire(
        calculate("lot", "once(random())"),
        select("a", *values, parameters={"randomize": "true"}),
        question("z"),
    )
    person = Person(asked)
    shown = goes_on(asked, person.turn.progress)
    assert shown == person.ask
    done = person.does(Chose(3), Typed("z")).finished
    assert goes_on(asked, person.turn.progress) == done


def test_a_repeat_that_shrinks_and_grows_again_has_its_answers_still() -> None:
    inner = group("p", question("p/name"), integer("p/age"), repeats=True, repeat_count="/data/n")
    asked = questionnaire(integer("n"), inner, calculate("sum", "sum(/data/p/age)"))
    person = Person(asked).does(Typed("2"), Typed("Rosa"), Typed("40"), Typed("Luis"), Typed("9"))
    assert person.finished.answers["sum"] == "49"
    person.does(*[Back()] * 5, Typed("1"))
    assert person.finished.answers == {"n": "1", "p[1]/name": "Rosa", "p[1]/age": "40", "sum": "40"}
    person.does(*[Back()] * 3, Typed("3"))
    assert person.place == "p[3]/name"
    person.does(Typed("Eva"), Typed("1"))
    assert person.finished.answers["p[2]/name"] == "Luis"
    assert person.finished.answers["sum"] == "50"


def test_required_may_depend_on_what_was_answered() -> None:
    asked = questionnaire(
        select("why_not", "no_time", "other"),
        question("which", required="/data/why_not = 'other'", required_message={"es": "Diga cuál"}),
    )
    person = Person(asked).does(Chose(1))
    assert not person.ask.can_skip
    assert Person(asked).does(Chose(0)).ask.can_skip
    person = Person(asked).does(Chose(0), Typed(" x "), Back(), Back(), Chose(1))
    assert person.finished.answers == {"why_not": "other", "which": "x"}
