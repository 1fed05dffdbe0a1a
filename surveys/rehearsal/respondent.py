"""One synthetic person, who goes through the real conversation as people do: not straight ahead."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from random import Random

from surveys.conversation.instance import MOST_MEMBERS, Instance
from surveys.conversation.offers import offers_of
from surveys.conversation.outline import SELECTS
from surveys.conversation.spot import Spot, Value
from surveys.conversation.turns import Ask, AskRepeat, Back, Chose, Finished, Move, Show, Skip, Turn, Typed
from surveys.dialogue import Conversation, begin
from surveys.questionnaire import Localized, plain_path
from surveys.rehearsal.life import Life
from surveys.rehearsal.moves import BLUNDERS, Hand, seconds_of
from surveys.rehearsal.pace import MOST_CHOICES_READ, count_words, draw_pace
from surveys.rehearsal.points import NO_CLUES
from surveys.rehearsal.sieve import found_by_trying
from surveys.rehearsal.stage import Stage

RETURNS = 30
"""Led back to a question so often, with other answers each time, nobody believes in an end."""
RETURNS_AT_RANDOM = 10
LEAST_THOUGHTS = 12
ESCAPES = 3
MOST_HELP = 8
MOST_LEAVES = 12
"""Who has put it away for days so often does so no more."""
LEAST_TURNS, TURNS_FOR_QUESTION = 600, 30
MEMBERS_WANTED = 5
MOST_ADDED = 100
"""Asked so often whether there is one more, in all repeats together, everybody says no."""
REFUSAL_WORDS = 10


class Respondent:
    """A person with habits of their own. `wishes` are answers that they are sent to give, path → value."""

    def __init__(self, stage: Stage, chance: Random, language: str, wishes: Mapping[str, Value]) -> None:
        self.stage = stage
        self.chance = chance
        self.wishes = wishes
        self.life = Life(language)
        self.pace = draw_pace(chance)
        self.hand = Hand(chance, writes=chance.choice((0.0, 0.1, 0.4)))
        self.restless = 0.0 if wishes else chance.choice((0.0, 0.02, 0.05, 0.1))
        self.leaves_out = 0.0 if wishes else chance.choice((0.0, 0.05, 0.2))
        self.moment = stage.moment + timedelta(minutes=chance.randint(0, 240))
        self.most_turns = max(LEAST_TURNS, TURNS_FOR_QUESTION * len(stage.outline.sites))
        self.returns: dict[str, int] = {}
        self.trail: list[str] = []
        self.read: set[tuple[str, int]] = set()
        self.escapes = 0
        self.leaves = 0
        self.filled: Mapping[str, str] = {}
        self.talk: Conversation

    def live(self) -> Life:
        """From the first question to the end, or to where there is no going on."""
        begun = begin(self.stage.questionnaire, moment=self.moment, zone=self.stage.zone)
        self.talk = Conversation(self.stage.questionnaire, begun.progress, self.moment, self.stage.zone)
        self.turn = self._moved(begun, Show())
        self._look()
        while not isinstance(self.turn.outcome, Finished):
            if self.life.turns >= self.most_turns or self.stage.is_exhausted:
                self.life.cut = True
                break
            self._wander()
            if not self._answer():
                break
        self.life.finished = isinstance(self.turn.outcome, Finished) and not self.life.helped
        self._look_back()
        return self.life

    def _moved(self, turn: Turn, move: Move) -> Turn:
        """Where a move leads from a turn. Nothing is shown yet: it may only be a thought."""
        self.life.turns += 1
        talk = self._talk_at(turn)
        made = talk.make(move)
        self.stage.count_move(talk.instance)
        return made

    def _talk_at(self, turn: Turn) -> Conversation:
        """The conversation as a turn left it: the same one, unless something was said since or days have passed."""
        if not self.talk.take_up(turn.progress, self.moment):
            self.talk = Conversation(self.stage.questionnaire, turn.progress, self.moment, self.stage.zone)
        return self.talk

    def _does(self, move: Move) -> None:
        """A move that the person really makes."""
        self.life.seconds += seconds_of(move, self.pace)
        self.turn = self._moved(self.turn, move)
        self._look()

    def _look(self) -> None:
        """Take in what is on screen: it takes time, and tells what is on offer."""
        outcome, words = self.turn.outcome, sum(map(self._words, self.turn.outcome.notes))
        if isinstance(outcome, Finished):
            self.life.seconds += self.pace.reading(words, self.life.language, again=False)
            return
        path = plain_path(outcome.path)
        if isinstance(outcome, Ask):
            self.life.see(path)
            offered = self.life.offered.setdefault(path, {})
            offered |= {choice.value: None for choice in outcome.choices}
            words += self._words(outcome.question.label) + self._words(outcome.question.hint)
            words += sum(self._words(choice.label) for choice in outcome.choices[:MOST_CHOICES_READ])
        else:
            words += self._words(outcome.group.label)
        if outcome.refusal is not None:
            self.life.seconds += self.pace.reading(
                self._words(outcome.refusal.message) or REFUSAL_WORDS, self.life.language, again=False
            )
        text = (outcome.path, words)
        self.life.seconds += self.pace.reading(words, self.life.language, again=text in self.read)
        self.read.add(text)

    def _words(self, text: Localized) -> int:
        """Words that this person reads of a text: in their language, else as it falls back."""
        default = self.stage.questionnaire.default_language
        written = text.get(self.life.language) or text.get(default) or next(iter(text.values()), "")
        return count_words(written)

    def _wander(self) -> None:
        """Slip, look again, go back, leave for days: now and then, before answering."""
        self.life.seconds += self.pace.decides_in * self.chance.uniform(0.5, 1.5)
        if self.chance.random() >= self.restless or self.life.turns > self.most_turns // 2:
            return
        deed = self.chance.choice(("slip", "slip", "hesitate", "back", "back", "leave"))
        match deed:
            case "slip":
                before = self.turn
                self._does(self.chance.choice(BLUNDERS))
                if not isinstance(self.turn.outcome, Finished):
                    self._note_arrival(before)
            case "hesitate":
                self.life.seconds += self.chance.uniform(5.0, 40.0)
            case "back":
                self._go_back(self.chance.choice((1, 1, 2, 3)))
            case "leave" if self.leaves < MOST_LEAVES:
                self.leaves += 1
                self.moment += timedelta(days=self.chance.randint(1, 9))
                self._does(Show())

    def _go_back(self, steps: int) -> None:
        for _ in range(steps):
            outcome = self.turn.outcome
            if isinstance(outcome, Finished) or not outcome.can_go_back:
                return
            self._does(Back())

    def _answer(self) -> bool:
        """Answer what is on screen; whether there was a way to go on."""
        before = self.turn
        match before.outcome:
            case AskRepeat() as asked:
                self._does(self._about_one_more(asked))
            case Ask() as asked if not self._answer_question(asked):
                return self._leave_out(asked)
        self._note_endless()
        return self._note_arrival(before)

    def _about_one_more(self, asked: AskRepeat) -> Move:
        likely = 0.9 if asked.position == 2 and self.wishes else 0.5 if asked.position == 2 else 0.3
        more = asked.position <= MEMBERS_WANTED and self.chance.random() < likely
        more = more and len(self.turn.progress.added) < MOST_ADDED
        if self.chance.random() < self.hand.writes:
            return Typed("ari" if more else "no")
        return Chose(0 if more else 1)

    def _answer_question(self, ask: Ask) -> bool:
        path = plain_path(ask.path)
        known = self.stage.candidates.known(ask.path)
        if ask.can_skip and self._passes_over(path):
            self._does(Skip())
            return True
        for value in self._thoughts(ask):
            moves = self.hand.moves(ask, value)
            known.tries += 1
            turn = self._thought_through(moves)
            if turn is None:
                continue
            self.life.seconds += sum(seconds_of(move, self.pace) for move in moves)
            known.remember(value)
            self.turn = turn
            self._look()
            return True
        return False

    def _passes_over(self, path: str) -> bool:
        if path in self.wishes:
            return self.wishes[path] == ""
        return self.chance.random() < self.leaves_out

    def _thoughts(self, ask: Ask) -> Iterator[Value]:
        """Answers that come to mind, the best first: those that the constraint takes, so far as can be seen."""
        known = self.stage.candidates.known(ask.path)
        values = self._wished(ask)
        if not ask.question.constraint:
            yield from values
            return
        instance = self._talk_at(self.turn).instance
        spot = instance.by_path[ask.path]
        refused: list[Value] = []
        for value in values:
            if instance.allows(spot, value):
                yield value
            else:
                refused.append(value)
        clues = self.stage.candidates.clues.get(spot.site.path, NO_CLUES)
        found, tried = found_by_trying(instance, spot, ask.choices, clues, self.chance)
        known.tries += tried + len(refused)
        yield from found
        yield from refused[:LEAST_THOUGHTS]  # the conversation itself has the last word

    def _wished(self, ask: Ask) -> Iterator[Value]:
        """What the person was sent to answer, then what is likely."""
        if wish := self.wishes.get(plain_path(ask.path)):
            yield wish
        likely = self.stage.candidates.likely(ask, self.turn.progress.answers, self.moment, self.chance)
        values = (value for value in likely if value != "")
        returns = self.returns.get(ask.path, 0)
        if returns < RETURNS_AT_RANDOM:
            yield from values
        else:  # perhaps a small answer ends it, perhaps a large one
            yield from sorted(values, key=_size, reverse=returns >= 2 * RETURNS_AT_RANDOM)

    def _thought_through(self, moves: tuple[Move, ...]) -> Turn | None:
        """Where an answer leads that is taken; None where it is not."""
        turn = self.turn
        for move in moves:
            turn = self._moved(turn, move)
        if not moves or (not isinstance(turn.outcome, Finished) and turn.outcome.refusal is not None):
            return None
        return turn

    def _leave_out(self, ask: Ask) -> bool:
        """No answer was taken: leave it out, or go back and answer otherwise, or be helped past it."""
        path = plain_path(ask.path)
        if self.returns.get(ask.path, 0) >= RETURNS_AT_RANDOM:  # only the largest number of all ended it
            self._note_loop(ask.path)
            return False
        self.stage.candidates.known(ask.path).refused += 1
        if ask.can_skip:
            self.life.refusing[path] = None
            self._does(Skip())
            return True
        if ask.can_go_back and self.escapes < ESCAPES:
            self.escapes += 1
            self.life.cornered[path] = None
            self._go_back(2 * self.escapes)
            return True
        self.life.stuck[path] = None
        return self._be_helped(ask)

    def _be_helped(self, ask: Ask) -> bool:
        """Carried past a dead end, so that what comes after it is rehearsed as well."""
        self.life.helped = True
        if len(self.life.stuck) > MOST_HELP:
            return False
        progress = self.turn.progress
        answers = {**progress.answers, ask.path: self._made_up(ask)}
        carried = Turn(replace(progress, answers=answers, place=None, draft=None), ask)
        self.turn = self._moved(carried, Show())
        self._look()
        return not isinstance(self.turn.outcome, Ask) or self.turn.outcome.path != ask.path

    def _made_up(self, ask: Ask) -> Value:
        likely = self.stage.candidates.likely(ask, self.turn.progress.answers, self.moment, self.chance)
        return next((value for value in likely if value != ""), "-")

    def _note_arrival(self, before: Turn) -> bool:
        """Whether the conversation leads on; not where it keeps returning to a question."""
        outcome = self.turn.outcome
        if isinstance(outcome, Finished) or isinstance(before.outcome, Finished):
            return True
        self.trail = [*self.trail[-20:], before.outcome.path]
        if outcome.path == before.outcome.path:
            led_back = outcome.refusal is None and self.turn.progress.draft is None
        else:
            led_back = isinstance(outcome, Ask) and outcome.path in before.progress.answers
        if led_back:
            self.returns[outcome.path] = self.returns.get(outcome.path, 0) + 1
        if self.returns.get(outcome.path, 0) < RETURNS:
            return True
        self._note_loop(outcome.path)
        return False

    def _note_loop(self, path: str) -> None:
        since = [plain_path(other) for other in self.trail[-6:]]
        self.life.loop = tuple(dict.fromkeys([plain_path(path), *since]))

    def _note_endless(self) -> None:
        most, filled = str(MOST_MEMBERS), self.turn.progress.filled
        if not self.stage.outline.counted or filled is self.filled:
            return
        self.filled = filled
        for path, size in filled.items():
            if size == most and self.stage.outline.sites[plain_path(path)].count is not None:
                self.life.endless[plain_path(path)] = None

    def _look_back(self) -> None:
        """What was answered; and what no screen told of: notes, and selects with nothing to choose."""
        for path, value in self.turn.progress.answers.items():
            if plain_path(path) not in self.life.stuck:
                (self.life.answered if value else self.life.skipped)[plain_path(path)] = None
        if not isinstance(self.turn.outcome, Finished):
            return
        instance = self._talk_at(self.turn).instance
        for spot in instance.leaves():
            path = spot.site.path
            if spot.site.is_told:
                self.life.see(path)
            elif _has_nothing_to_choose(instance, spot):
                self.life.empty[path] = self.life.empty.get(path, False) or instance.requires(spot)


def _has_nothing_to_choose(instance: Instance, spot: Spot) -> bool:
    """Whether a select offers nothing, though everything is answered that decides about it."""
    if not spot.site.is_asked or spot.question.kind not in SELECTS or offers_of(instance, spot):
        return False
    reads = spot.site.choices.reads if spot.site.choices else frozenset[str]()
    found = (instance.by_path.get(path) for path in reads)
    return all(other is not None and bool(other.element.text) for other in found)


def _size(value: Value) -> tuple[float, str]:
    try:
        return float(value if isinstance(value, str) else len(value)), ""
    except ValueError:
        return 0.0, str(value)
