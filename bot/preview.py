"""A questionnaire that is still being written, as its chat would be: the real dialogue in the real words.

Nothing is stored. What the author did is a list of short texts that the page sends along: "b:..." pressed a button,
"t:..." wrote, "g" sent a place, "f" sent a file. It is played again from the beginning each time, so that it
shows the questionnaire as it stands now.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.callback_data import OnQuestion, SendIn, decode, encode
from bot.message import Button, Message
from bot.questions import render_question, render_ready
from i18n.translator import Translator
from surveys.conversation.turns import Ask, Finished, Located, Move, Sent, Show, Toggled, Turn, Typed
from surveys.dialogue import advance, begin
from surveys.questionnaire import SENT, Questionnaire
from surveys.steps import Asked, Ready

Shown = dict[str, Any]
_MOST_ACTS = 400
_IBARRA = Located(0.3517, -78.1223)


class Preview:
    """Plays a questionnaire without anybody."""

    def __init__(self, translator: Translator, zone: ZoneInfo) -> None:
        self._translator = translator
        self._zone = zone

    def play(
        self, questionnaire: Questionnaire, language: str, acts: Sequence[str], moment: datetime
    ) -> list[Shown]:
        """What stands on the screen after these acts, the oldest first; buttons carry the act that they are."""
        if not any(True for _ in questionnaire.questions()):
            return []
        turn = begin(questionnaire, moment=moment, zone=self._zone)
        screen: list[Shown] = []
        page = 0
        for act in acts[:_MOST_ACTS]:
            if isinstance(decode(act[2:]), SendIn):
                screen += [_said(self._render(questionnaire, language, turn, page)), _mine("✓")]
                title = questionnaire.title.get(language) or next(iter(questionnaire.title.values()), "")
                return [
                    *screen,
                    _said(Message(self._translator.text("chat.finished", language, title=title))),
                ]
            move, page_after = _move(act, turn)
            if move is None:
                continue
            if not isinstance(move, Show | Toggled):
                message = self._render(questionnaire, language, turn, page)
                screen += [_said(message), _mine(_label(act, message))]
            turn = advance(questionnaire, turn.progress, move, moment=moment, zone=self._zone)
            page = page_after
        return [*screen, self._last(questionnaire, language, turn, page)]

    def _render(self, questionnaire: Questionnaire, language: str, turn: Turn, page: int) -> Message:
        """The chat's own rendering, as if this were consultation 0."""
        if isinstance(turn.outcome, Finished):
            ready = Ready(language, 0, questionnaire.title, 0, turn.outcome.notes)
            return render_ready(ready, self._translator)
        asked = Asked(language, 0, questionnaire.title, 0, turn.outcome, questionnaire.languages)
        return render_question(asked, self._translator, page)

    def _last(self, questionnaire: Questionnaire, language: str, turn: Turn, page: int) -> Shown:
        message = self._render(questionnaire, language, turn, page)
        rows = [[_button(button) for button in row] for row in message.rows]
        rows = [[button for button in row if button["act"]] for row in rows]
        if message.location_key:
            rows.append([{"label": message.location_key, "act": "g"}])
        if isinstance(turn.outcome, Ask) and turn.outcome.question.kind in SENT:
            rows.append([{"label": "📎", "act": "f"}])
        return _said(message) | {"buttons": [row for row in rows if row]}


def _button(button: Button) -> dict[str, str]:
    """Leaving means nothing here: there is nothing to come back to."""
    payload = button.payload
    acts = f"b:{encode(payload)}" if isinstance(payload, OnQuestion | SendIn) else ""
    return {"label": button.label, "act": acts}


def _move(act: str, turn: Turn) -> tuple[Move | None, int]:
    """What an act means where the conversation stands, and the page of choices after it."""
    match act[:2]:
        case "t:":
            return Typed(act[2:]), 0
        case "g":
            return _IBARRA, 0
        case "f" if isinstance(turn.outcome, Ask):
            return Sent(turn.outcome.question.kind, "preview"), 0
        case "b:":
            payload = decode(act[2:])
            if isinstance(payload, OnQuestion):
                return payload.move, payload.page
    return None, 0


def _label(act: str, message: Message) -> str:
    """What the person's side of the chat shows of an act."""
    if act.startswith("t:"):
        return act[2:]
    pressed = decode(act[2:])
    labels = (button.label for row in message.rows for button in row if button.payload == pressed)
    return next(labels, "📎" if act == "f" else "📍" if act == "g" else "…")


def _said(message: Message) -> Shown:
    return {"from": "bot", "text": message.text, "buttons": []}


def _mine(text: str) -> Shown:
    return {"from": "me", "text": text, "buttons": []}
