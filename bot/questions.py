"""A question as the chat shows it: progress, text, hint, choices and the ways on."""

from collections.abc import Iterator

from bot.callback_data import Leave, OnQuestion, SendIn
from bot.message import Button, Message
from i18n.localized import pick
from i18n.translator import Translator
from surveys.questionnaire import Kind, Localized
from surveys.responses import Asked, Ready
from surveys.turns import (
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

_PAGE = 24
"""Choices shown at once; Telegram takes 100 buttons, a person far fewer."""
_SHORT = 14
"""Labels up to this length stand two in a row."""
_SEVERAL = frozenset({Kind.SELECT_MULTIPLE, Kind.RANK})


def render_question(asked: Asked, translator: Translator, page: int = 0) -> Message:
    """The question on screen; with what was wrong, if the last answer was refused."""
    if isinstance(asked.ask, AskRepeat):
        return _render_repeat(asked, asked.ask, translator)
    return _Question(asked, asked.ask, translator, page).message()


def render_ready(ready: Ready, translator: Translator) -> Message:
    """All is answered: send it in, or go back."""
    language = ready.language
    notes = [pick(note, language).text for note in ready.notes]
    text = "\n\n".join([*notes, translator.text("chat.confirm_sending", language)])
    back = Button(
        translator.text("chat.button_back", language),
        OnQuestion(ready.consultation_id, ready.turn, Back()),
    )
    send = Button(translator.text("chat.button_send", language), SendIn(ready.consultation_id))
    return Message(text, [[send], [back]])


def _render_repeat(asked: Asked, ask: AskRepeat, translator: Translator) -> Message:
    language = asked.language
    group = pick(ask.group.label, language).text
    lines = [pick(note, language).text for note in ask.notes]
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
    if ask.can_go_back:
        back = OnQuestion(asked.consultation_id, asked.turn, Back())
        rows.append([Button(translator.text("chat.button_back", language), back)])
    return Message("\n\n".join(lines), rows)


class _Question:
    def __init__(self, asked: Asked, ask: Ask, translator: Translator, page: int) -> None:
        self.asked, self.ask, self.language = asked, ask, asked.language
        self.translator = translator
        last = max(0, (len(self.ask.choices) - 1) // _PAGE)
        self.page = min(page, last)
        self.last = last

    def message(self) -> Message:
        rows = [*self._choices(), *self._pages(), self._ways()]
        ask_location = self._t("button_location") if self.ask.question.kind is Kind.GEOPOINT else None
        return Message("\n\n".join(self._lines()), [row for row in rows if row], ask_location)

    def _lines(self) -> Iterator[str]:
        ask, question = self.ask, self.ask.question
        if self.asked.stale:
            yield self._t("stale_button")
        if pick(question.label, self.language).fell_back:
            yield self._t("shown_in_spanish")
        for note in ask.notes:
            yield self._pick(note)
        yield (self._t("progress", number=ask.number, total=ask.total) + "\n" + self._pick(question.label))
        if question.hint:
            yield self._pick(question.hint)
        elif hint := self._kind_hint():
            yield hint
        if question.keep is not None:
            yield self._t("profile_note")
        if ask.refusal is not None:
            yield self._refusal(ask.refusal)

    def _kind_hint(self) -> str:
        kind = self.ask.question.kind
        if kind in (Kind.SELECT_ONE, Kind.ACKNOWLEDGE, Kind.NOTE):
            return ""
        return self._t("hint_" + kind.value.lower(), **self.ask.limits)

    def _refusal(self, refusal: Refusal) -> str:
        if refusal.message:
            return self._pick(refusal.message)
        return self._t("refusal_" + refusal.code, **refusal.params)

    def _choices(self) -> Iterator[list[Button]]:
        start = self.page * _PAGE
        buttons = [
            Button(self._label(index, choice.label), self._on(self._choosing(index)))
            for index, choice in enumerate(self.ask.choices)
        ][start : start + _PAGE]
        width = 2 if len(buttons) > 3 and all(len(b.label) <= _SHORT for b in buttons) else 1
        for first in range(0, len(buttons), width):
            yield buttons[first : first + width]

    def _label(self, index: int, label: Localized) -> str:
        text = self._pick(label)
        if index not in self.ask.selected:
            return text
        if self.ask.question.kind is Kind.RANK:
            return self._t("choice_ranked", place=self.ask.selected.index(index) + 1, label=text)
        return self._t("choice_chosen", label=text)

    def _choosing(self, index: int) -> Move:
        if self.ask.question.kind in _SEVERAL:
            # The button says what shall be, not "the other way round": tapped twice, it still means the same.
            return Toggled(index, on=index not in self.ask.selected)
        return Chose(index)

    def _pages(self) -> Iterator[list[Button]]:
        if self.last == 0:
            return
        row = []
        if self.page > 0:
            row.append(Button(self._t("button_less"), self._on(Show(), self.page - 1)))
        if self.page < self.last:
            row.append(Button(self._t("button_more"), self._on(Show(), self.page + 1)))
        yield row

    def _ways(self) -> list[Button]:
        row = []
        if self.ask.can_go_back:
            row.append(Button(self._t("button_back"), self._on(Back())))
        if self.ask.can_skip:
            row.append(Button(self._t("button_skip"), self._on(Skip())))
        if self.ask.question.kind in _SEVERAL:
            row.append(Button(self._t("button_done"), self._on(Done())))
        elif self.ask.question.kind is Kind.NOTE:
            row.append(Button(self._t("button_next"), self._on(Done())))
        elif self.ask.question.kind is Kind.ACKNOWLEDGE:
            row.append(Button(self._t("button_acknowledge"), self._on(Done())))
        row.append(Button(self._t("button_leave"), Leave("later")))
        return row

    def _on(self, move: Move, page: int | None = None) -> OnQuestion:
        return OnQuestion(
            self.asked.consultation_id,
            self.asked.turn,
            move,
            self.page if page is None else page,
        )

    def _pick(self, localized: Localized) -> str:
        return pick(localized, self.language).text

    def _t(self, key: str, **params: object) -> str:
        return self.translator.text("chat." + key, self.language, **params)
