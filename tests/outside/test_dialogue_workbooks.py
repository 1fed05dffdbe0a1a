"""Every workbook that pyxform accepts can be answered to its end in the chat."""

import random
from pathlib import Path

from core.errors import InvalidInput
from surveys.conversation.offers import range_of
from surveys.conversation.turns import (
    Ask,
    AskRepeat,
    Back,
    Chose,
    Done,
    Finished,
    Located,
    Move,
    Skip,
    Toggled,
    Turn,
    Typed,
)
from surveys.questionnaire import Kind, Questionnaire
from surveys.xlsform.reading import read_questionnaire
from tests.surveys.people import Person

MOST_TURNS = 3000
PEOPLE = 4


def _answers(ask: Ask, chance: random.Random) -> list[Move]:
    """A likely answer of each kind."""
    match ask.question.kind:
        case Kind.SELECT_ONE:
            return [Chose(chance.randrange(len(ask.choices)))]
        case Kind.SELECT_MULTIPLE | Kind.RANK:
            indices = list(range(len(ask.choices)))
            chance.shuffle(indices)
            some = (
                indices
                if ask.question.kind is Kind.RANK
                else indices[: chance.randint(1, int(ask.limits.get("maximum", 3)))]
            )
            return [*(Toggled(index, on=True) for index in some), Done()]
        case Kind.RANGE:
            return [Typed(str(range_of(ask.question)[0]))]
        case Kind.GEOPOINT:
            return [Located(0.35, -78.12)]
        case Kind.ACKNOWLEDGE:
            return [Done()]
        case Kind.DATE:
            return [Typed(chance.choice(["hoy", "ayer", "1/1/1990"]))]
        case Kind.TIME:
            return [Typed("10:30")]
        case Kind.DATETIME:
            return [Typed("23/11/2026 10:30")]
        case Kind.INTEGER | Kind.DECIMAL:
            return [Typed(str(chance.choice([0, 1, 2, 5, 18, 40, 100, 2000])))]
    return [Typed(chance.choice(["sí", "Rosa", "1", "rosa@example.org", "0991234567"]))]


def _answer(person: Person, chance: random.Random) -> None:
    outcome = person.turn.outcome
    if isinstance(outcome, AskRepeat):
        person.does(Chose(chance.choice([0, 1, 1])))
        return
    assert isinstance(outcome, Ask)
    if outcome.can_go_back and chance.random() < 0.05:
        person.does(Back())
        return
    person.does(*_answers(outcome, chance))
    after = person.turn.outcome
    if isinstance(after, Ask) and after.refusal and after.can_skip:
        person.does(Skip())


def _rehearse(questionnaire: Questionnaire, seed: int) -> Turn:
    chance, person = random.Random(seed), Person(questionnaire)
    for _ in range(MOST_TURNS):
        if isinstance(person.turn.outcome, Finished):
            break
        _answer(person, chance)
    return person.turn


def test_every_workbook_comes_to_its_end(outside_data: Path) -> None:
    stuck = []
    played = 0
    for path in sorted((outside_data / "xlsforms").iterdir()):
        if path.suffix not in {".xls", ".xlsx", ".xlsm"}:
            continue
        try:
            questionnaire = read_questionnaire(path.read_bytes(), path.name).questionnaire
        except InvalidInput:
            continue
        for seed in range(PEOPLE):
            turn = _rehearse(questionnaire, seed)
            played += 1
            if not isinstance(turn.outcome, Finished):
                stuck.append((path.name, turn.progress.place, turn.outcome.refusal))
    assert played > 0
    assert stuck == []
