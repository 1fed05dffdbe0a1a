"""Whatever people do, in whatever order, the conversation holds."""

import json

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from surveys import dialogue
from surveys.conversation.progress import from_json, to_json
from surveys.conversation.turns import (
    Ask,
    AskRepeat,
    Back,
    Chose,
    Done,
    Finished,
    Located,
    Move,
    Show,
    Skip,
    Toggled,
    Turn,
    Typed,
)
from surveys.dialogue import advance, begin
from surveys.questionnaire import Keep, Kind
from tests.surveys.people import (
    MOMENT,
    ZONE,
    calculate,
    choices,
    group,
    integer,
    note,
    question,
    questionnaire,
    select,
    several,
)

PARISHES = choices(
    "iluman", "quiroga", "san_luis", iluman={"canton": "otavalo"}, quiroga={"canton": "cotacachi"}
)

ASKED = questionnaire(
    note("hello", "Hola"),
    question("when", Kind.START),
    question("day", Kind.DATE, default="today()", constraint=". <= today()"),
    select("canton", "otavalo", "cotacachi", "ibarra"),
    select("parish", choices=PARISHES, choice_filter="canton = /data/canton", required="true()"),
    integer("age", constraint=". >= 0 and . < 120", required="true()"),
    several("needs", "work", "food", "health", "papers", constraint="count-selected(.) <= 2"),
    question(
        "order",
        Kind.RANK,
        choices=choices("x", "y", "z"),
        parameters={"randomize": "true"},
        relevant="/data/age > 50",
    ),
    question("greeting", calculation="concat('Kawsay, ', /data/canton)", triggers=("canton",)),
    group(
        "child",
        question("child/name", label={"es": "¿Nombre de ${position(..)}?"}, required="true()"),
        integer("child/age", constraint=". < /data/age"),
        group("child/toy", question("child/toy/name"), repeats=True, repeat_count="../age"),
        calculate("child/twice", "../age * 2"),
        repeats=True,
        label={"es": "Niña o niño"},
        relevant="selected(/data/needs, 'food') or /data/age < 30",
    ),
    calculate("sum", "sum(/data/child/age)"),
    calculate("lot", "once(random())"),
    question("why", relevant="/data/sum > 3", required="/data/sum > 10"),
    question("where", Kind.GEOPOINT),
    question("mood", Kind.RANGE, parameters={"start": "1", "end": "5"}),
    question("agree", Kind.ACKNOWLEDGE, required="true()"),
    select("come", "yes", "no", keep=Keep.INVITE),
    note("bye", "Adiós"),
)

TEXTS = st.one_of(
    st.text(max_size=20),
    st.sampled_from(
        [
            "1",
            "2",
            "12",
            "60",
            "-3",
            "cinco",
            "ayer",
            "mañana",
            "23/11/2026",
            "Sí",
            "no",
            "Otavalo",
            "1, 2",
            "x" * 5000,
        ]
    ),
)
MOVES = st.one_of(
    st.builds(Typed, TEXTS),
    st.builds(Chose, st.integers(-1, 4)),
    st.builds(Toggled, st.integers(-1, 4), on=st.booleans()),
    st.builds(Located, st.floats(), st.floats(-200, 200)),
    st.sampled_from([Done(), Skip(), Back(), Show()]),
)

ANSWERS: dict[str, list[Move]] = {
    "day": [Typed("hoy"), Done()],
    "canton": [Chose(0), Chose(1), Chose(2)],
    "parish": [Chose(0)],
    "age": [Typed("40"), Typed("3"), Typed("60")],
    "needs": [Typed("1"), Typed("2"), Typed("Food, work")],
    "order": [Typed("1, 2, 3")],
    "greeting": [Skip(), Done(), Typed("Imanalla")],
    "name": [Typed("Tamia")],
    "child/age": [Skip(), Typed("2"), Typed("11")],
    "why": [Typed("porque")],
    "where": [Located(0.3, -78.1)],
    "mood": [Chose(0)],
    "agree": [Done()],
    "come": [Chose(1)],
}
"""What people answer who understand the question. The first is taken whatever was answered before."""


def _make(turn: Turn, move: Move) -> Turn:
    return advance(ASKED, turn.progress, move, moment=MOMENT, zone=ZONE)


def _sensible(turn: Turn) -> list[Move]:
    if isinstance(turn.outcome, AskRepeat):
        return [Chose(1), Chose(0)]
    assert isinstance(turn.outcome, Ask)
    if not turn.outcome.path.startswith("child"):
        return ANSWERS[turn.outcome.path]
    return ANSWERS["child/age" if turn.outcome.path.endswith("/age") else "name"]


class Conversation(RuleBasedStateMachine):
    """Somebody who does anything at all."""

    @initialize()
    def starts(self) -> None:
        self.turn = begin(ASKED, moment=MOMENT, zone=ZONE)
        self.talk = dialogue.Conversation(ASKED, self.turn.progress, MOMENT, ZONE)

    @rule(move=MOVES)
    def does_anything(self, move: Move) -> None:
        self.does(move)

    def does(self, move: Move) -> None:
        before, self.turn = self.turn, _make(self.turn, move)
        assert _make(before, move) == self.turn, "the same move in the same place leads to the same"
        assert self.talk.make(move) == self.turn, (
            "also for who stays, and for whom nothing is worked out anew"
        )
        lost = [
            path
            for path, value in before.progress.answers.items()
            if value
            and not self.turn.progress.answers.get(path)
            and path not in (before.progress.place, "greeting")
        ]
        assert not lost
        if isinstance(self.turn.outcome, Ask | AskRepeat) and self.turn.outcome.refusal:
            assert self.turn.progress == before.progress, "a refusal changes nothing"

    @precondition(lambda self: isinstance(self.turn.outcome, Ask | AskRepeat))
    @rule(which=st.integers(0, 2))
    def answers_sensibly(self, which: int) -> None:
        answers = _sensible(self.turn)
        self.does(answers[min(which, len(answers) - 1)])

    @rule()
    def repeats_a_tap(self) -> None:
        shown = _make(self.turn, Show())
        assert shown.progress == self.turn.progress
        assert _make(shown, Show()) == shown

    @invariant()
    def can_be_written_down(self) -> None:
        written = json.loads(json.dumps(to_json(self.turn.progress)))
        assert from_json(written) == self.turn.progress

    @invariant()
    def knows_where_it_stands(self) -> None:
        outcome = self.turn.outcome
        if isinstance(outcome, Finished):
            assert self.turn.progress.place is None
        else:
            assert outcome.path == self.turn.progress.place
        if isinstance(outcome, Ask):
            assert 1 <= outcome.number <= outcome.total
            assert all(index < len(outcome.choices) for index in outcome.selected)

    def teardown(self) -> None:
        """From wherever the person stands, the end can be reached, and what counts is whole."""
        if not hasattr(self, "turn"):
            return
        for _ in range(400):
            if isinstance(self.turn.outcome, Finished):
                break
            self.turn = _make(self.turn, _sensible(self.turn)[0])
        assert isinstance(self.turn.outcome, Finished)
        assert {"age", "agree", "lot", "when"} <= self.turn.outcome.answers.keys()
        assert self.turn.outcome.kept.keys() <= {"come"}


TestConversation = Conversation.TestCase
TestConversation.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
