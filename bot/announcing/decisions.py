"""The council's answer: what was said, what it decided, what happens now; and that there is no decision yet."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from bot.callback_data import Reply
from bot.message import Button, Message
from core.clock import today
from core.settings import Settings
from deliberation.council.announcement import Announcement, get_announcement, get_delay
from i18n.dates import format_date, format_number
from i18n.localized import pick
from i18n.translator import Translator


def decision_writer(
    db: Session, decision_id: int, translator: Translator, settings: Settings
) -> Callable[[str], Message]:
    """Writes the message about a decision, with three buttons: whether it answers what the person said."""
    return _Answer(get_announcement(db, decision_id), translator, settings.unit_name).write


def overdue_writer(
    db: Session, item_id: int, translator: Translator, settings: Settings
) -> Callable[[str], Message]:
    """Writes that an item has no decision in its time, with the new day where there is one."""
    delay, day = get_delay(db, item_id), today(settings.zone)

    def write(language: str) -> Message:
        def say(key: str, **params: object) -> str:
            return translator.text("chat." + key, language, **params)

        asked = say(
            "council_asked",
            title=pick(delay.about, language).text,
            request=pick(delay.request, language).text,
        )
        if delay.decide_by is not None and delay.decide_by >= day:
            when = say("overdue_until", date=format_date(delay.decide_by, language))
        else:
            when = say("overdue_undated")
        return Message(f"{asked}\n\n{say('overdue')} {when}")

    return write


@dataclass(frozen=True, slots=True)
class _Answer:
    decision: Announcement
    translator: Translator
    house: str

    def write(self, language: str) -> Message:
        """In the language of who reads it."""
        text = self._t(
            "decision",
            language,
            asked=self._t(
                "council_asked",
                language,
                title=pick(self.decision.about, language).text,
                request=self._request(language),
            ),
            outcome=self._t("outcome_" + self.decision.outcome, language),
            reason=pick(self.decision.reason, language).text,
            next=self._next(language),
        )
        replies = [
            Button(self._t("button_answered_" + reply, language), Reply(self.decision.decision_id, reply))
            for reply in ("yes", "partly", "no")
        ]
        return Message(text + "\n\n" + self._t("answer_back_question", language), [replies])

    def _request(self, language: str) -> str:
        """What was asked for, and by how many where that may be said."""
        request = pick(self.decision.request, language).text
        if self.decision.count is None or not self.decision.of:
            return request
        key = "agreed_counted" if self.decision.source in ("statement", "agreement") else "request_counted"
        count, of = format_number(self.decision.count), format_number(self.decision.of)
        return self._t(key, language, request=request, count=count, of=of)

    def _next(self, language: str) -> str:
        """What happens now."""
        match self.decision.outcome:
            case "rejected":
                return self._t("next_rejected", language)
            case "deferred" if self.decision.again_by is not None:
                return self._t("next_deferred", language, date=format_date(self.decision.again_by, language))
            case "elsewhere":
                return self._t(
                    "next_elsewhere", language, body=pick(self.decision.sent_to or {}, language).text
                )
        unit = pick(self.decision.unit, language).text if self.decision.unit else self.house
        return self._t("next_done", language, unit=unit)

    def _t(self, key: str, language: str, **params: object) -> str:
        return self.translator.text("chat." + key, language, **params)
