"""A question as the chat shows it: progress, text, hint, choices and the ways on."""

import re
from collections.abc import Iterator

from bot.callback_data import Leave, Listen, OnQuestion, SendIn
from bot.message import LONGEST_LABEL, Button, Message
from bot.reader import Reader
from i18n.translator import Translator
from surveys.conversation.turns import (
    Ask,
    AskRepeat,
    Back,
    Chose,
    Done,
    Move,
    Refusal,
    Show,
    Skip,
    Toggled,
)
from surveys.questionnaire import Kind
from surveys.steps import Asked, Ready

_PAGE = 24
"""Choices shown at once; Telegram takes 100 buttons, a person far fewer."""
_SHORT = 14
"""Labels up to this length stand two in a row."""
_ROW = 30
"""Letters of all labels in a row of buttons."""
_SEVERAL = frozenset({Kind.SELECT_MULTIPLE, Kind.RANK})


def render_question(
    asked: Asked, translator: Translator, page: int = 0, *, can_speak: bool = False
) -> Message:
    """The question on screen; with what was wrong, if the last answer was refused."""
    if isinstance(asked.ask, AskRepeat):
        return _render_repeat(asked, asked.ask, translator, can_speak=can_speak)
    return _Question(asked, asked.ask, translator, page, can_speak=can_speak).message()


def render_ready(ready: Ready, translator: Translator, *, can_speak: bool = False) -> Message:
    """All is answered: send it in, or go back."""
    language, read = ready.language, Reader(ready.language, ready.default_language)
    notes = [read(note) for note in ready.notes]
    text = _paragraphs(read.mark(translator), *notes, translator.text("chat.confirm_sending", language))
    back = Button(
        translator.text("chat.button_back", language),
        OnQuestion(ready.consultation_id, ready.turn, Back()),
    )
    send = Button(translator.text("chat.button_send", language), SendIn(ready.consultation_id))
    rows = [[send], *_listen(ready, translator, can_speak=can_speak), [back]]
    return Message(text, rows, puts_away_keys=_word_on_leaving_the_map(ready, translator))


def _listen(
    step: Asked | Ready, translator: Translator, page: int = 0, *, can_speak: bool
) -> Iterator[list[Button]]:
    """At the foot of the message, where the eye of who cannot read it comes to rest."""
    if can_speak:
        listen = Listen(step.consultation_id, step.turn, page)
        yield [Button(translator.text("chat.button_listen", step.language), listen)]


def _render_repeat(asked: Asked, ask: AskRepeat, translator: Translator, *, can_speak: bool) -> Message:
    language, read = asked.language, Reader(asked.language, asked.default_language)
    group = read(ask.group.label)
    if ask.refusal is None:
        lines = [read(note) for note in ask.notes]
        lines.insert(0, read.mark(translator))
    else:
        lines = [translator.text("chat.refusal_" + ask.refusal.code, language, **ask.refusal.params)]
    lines.append(translator.text("chat.repeat_question", language, group=group))
    rows = [
        [
            Button(
                translator.text("chat.button_repeat_" + answer, language),
                OnQuestion(asked.consultation_id, asked.turn, Chose(index)),
            )
        ]
        for index, answer in enumerate(("yes", "no"))
    ]
    rows += _listen(asked, translator, can_speak=can_speak)
    if ask.can_go_back:
        back = OnQuestion(asked.consultation_id, asked.turn, Back())
        rows.append([Button(translator.text("chat.button_back", language), back)])
    return Message(_paragraphs(*lines), rows, puts_away_keys=_word_on_leaving_the_map(asked, translator))


def _word_on_leaving_the_map(step: Asked | Ready, translator: Translator) -> str:
    return translator.text("chat.map_left", step.language) if step.left_map else ""


class _Question:
    def __init__(self, asked: Asked, ask: Ask, translator: Translator, page: int, *, can_speak: bool) -> None:
        self.asked, self.ask, self.language = asked, ask, asked.language
        self.translator = translator
        self.read = Reader(asked.language, asked.default_language)
        self.last = max(0, (len(ask.choices) - 1) // _PAGE)
        self.page = min(page, self.last)
        self.found = ask.refusal.found[:_PAGE] if ask.refusal else ()
        self.can_speak = can_speak

    def message(self) -> Message:
        listen = _listen(self.asked, self.translator, self.page, can_speak=self.can_speak)
        *before, ways = self._ways()
        rows = [*self._choices(), *self._pages(), *before, *listen, ways]
        asks_for_a_place = self.ask.question.kind is Kind.GEOPOINT and self.ask.refusal is None
        lines = list(self._lines())
        return Message(
            _paragraphs(self.read.mark(self.translator), *lines),
            [row for row in rows if row],
            location_key=self._t("button_location") if asks_for_a_place else "",
            keys_hint=self._t("hint_location_button") if asks_for_a_place else "",
            puts_away_keys=_word_on_leaving_the_map(self.asked, self.translator),
        )

    def _lines(self) -> Iterator[str]:
        """The refusal first, since it is what is new; then nothing is said that was read a moment ago."""
        ask, question = self.ask, self.ask.question
        if ask.refusal is not None:
            yield self._refusal(ask.refusal)
        else:
            yield from map(self.read, ask.notes)
        yield self._t("progress", number=ask.number, total=ask.total) + "\n" + self.read(question.label)
        if hint := self.read(question.hint):
            yield hint
        elif ask.refusal is None:
            yield self._kind_hint()
        yield from self._written_choices()
        if question.keep is not None:
            yield self._t("profile_note")

    def _kind_hint(self) -> str:
        ask = self.ask
        match ask.question.kind:
            case Kind.SELECT_ONE if self.last:
                return self._t("hint_search", number=len(ask.choices))
            case Kind.SELECT_ONE | Kind.ACKNOWLEDGE | Kind.NOTE:
                return ""
            case Kind.TEXT if ask.question.keep is None:
                return self._t("hint_voice")
            case Kind.GEOPOINT if not ask.choices:
                return ""  # the key that sends the place says it
            case Kind.SELECT_MULTIPLE if "maximum" in ask.limits:
                return self._t("hint_select_most", **ask.limits)
            case Kind.DATE if "month-year" in ask.question.appearance:
                return self._t("hint_month")
            case Kind.DATE if "year" in ask.question.appearance:
                return self._t("hint_year")
        return self._t("hint_" + ask.question.kind.value.lower(), **ask.limits)

    def _refusal(self, refusal: Refusal) -> str:
        if refusal.message:
            return self.read(refusal.message)
        if refusal.code == "not_a_location" and self.ask.choices:
            return self._t("refusal_not_a_location_or_choice")
        return self._t("refusal_" + refusal.code, **refusal.params)

    def _shown(self) -> dict[int, str]:
        """Index → label of the choices on this page, or of those that may have been meant."""
        page = range(self.page * _PAGE, min((self.page + 1) * _PAGE, len(self.ask.choices)))
        return {index: self.read(self.ask.choices[index].label) for index in self.found or page}

    def _is_long(self) -> bool:
        """Whether a label does not fit on its button: then all of them are written out, and numbered."""
        return any(len(label) > LONGEST_LABEL for label in self._shown().values())

    def _written_choices(self) -> Iterator[str]:
        if self._is_long():
            yield "\n\n".join(f"{index + 1}. {label}" for index, label in self._shown().items())

    def _choices(self) -> Iterator[list[Button]]:
        number = "{}. {}" if self._is_long() else "{1}"
        buttons = [
            Button(self._marked(index, number.format(index + 1, label)), self._on_choice(index))
            for index, label in self._shown().items()
        ]
        width = _width([button.label for button in buttons], self.ask.question.appearance)
        for first in range(0, len(buttons), width):
            yield buttons[first : first + width]

    def _marked(self, index: int, text: str) -> str:
        if index not in self.ask.selected:
            return text
        if self.ask.question.kind is Kind.RANK:
            return self._t("choice_ranked", place=self.ask.selected.index(index) + 1, label=text)
        return self._t("choice_chosen", label=text)

    def _on_choice(self, index: int) -> OnQuestion:
        if self.ask.question.kind in _SEVERAL:
            # The button says what shall be, not "the other way round": tapped twice, it still means the same.
            return self._on(Toggled(index, on=index not in self.ask.selected), index // _PAGE)
        return self._on(Chose(index))

    def _pages(self) -> Iterator[list[Button]]:
        if self.found:
            yield [Button(self._t("button_all_choices"), self._on(Show(), 0))]
        elif self.last > 0:
            back = Button(self._t("button_less"), self._on(Show(), self.page - 1))
            on = Button(self._t("button_more"), self._on(Show(), self.page + 1))
            yield [*([back] if self.page > 0 else []), *([on] if self.page < self.last else [])]

    def _ways(self) -> Iterator[list[Button]]:
        """The way on has a row to itself: four buttons in one are too narrow for a telephone."""
        ask, kind = self.ask, self.ask.question.kind
        if kind in _SEVERAL:
            yield [Button(self._t("button_done"), self._on(Done()))]
        elif kind is Kind.NOTE:
            yield [Button(self._t("button_next"), self._on(Done()))]
        elif kind is Kind.ACKNOWLEDGE:
            yield [Button(self._t("button_acknowledge"), self._on(Done()))]
        back = Button(self._t("button_back"), self._on(Back()))
        skip = Button(self._t("button_skip"), self._on(Skip()))
        leave = Button(self._t("button_leave"), Leave("later"))
        yield [*([back] if ask.can_go_back else []), *([skip] if ask.can_skip else []), leave]

    def _on(self, move: Move, page: int | None = None) -> OnQuestion:
        return OnQuestion(
            self.asked.consultation_id,
            self.asked.turn,
            move,
            self.page if page is None else page,
        )

    def _t(self, key: str, **params: object) -> str:
        return self.translator.text("chat." + key, self.language, **params)


def _width(labels: list[str], appearance: str) -> int:
    """How many choices stand in a row: as many as the author wants and a telephone can show, else as fit."""
    longest = max(map(len, labels), default=0)
    wanted = re.search(r"\bcolumns-([2-5])\b", appearance)
    if wanted and longest * int(wanted[1]) <= _ROW:
        return int(wanted[1])
    if "likert" in appearance:
        return len(labels) if 0 < longest * len(labels) <= _ROW else 1
    return 2 if len(labels) > 3 and longest <= _SHORT else 1


def _paragraphs(*texts: str) -> str:
    return "\n\n".join(text for text in texts if text)
