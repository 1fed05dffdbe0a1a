"""What the chat says of the empty seat: what it is, what is declared for it, and how a request stands."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, tzinfo

from bot.message import Button, Message
from bot.seat_data import (
    AskForSeat,
    Declare,
    DeclareForCall,
    GetCredential,
    GoForward,
    ListSeats,
    ReportBack,
    Said,
    SayPurpose,
    SeatPayload,
    ShowCall,
    ShowRequest,
    ShowSeat,
    TakePosition,
    WithdrawRequest,
)
from deliberation.empty_seat.delegation import Call
from deliberation.empty_seat.items import Offer, SeatItem
from deliberation.empty_seat.news import CallNews
from deliberation.empty_seat.own_requests import OwnRequest
from deliberation.empty_seat.requests import SeatState
from deliberation.empty_seat.rule_book import RuleBook
from deliberation.empty_seat.rules import POSITIONS, Rule, Rules, asked_of
from deliberation.empty_seat.wording import rule_in_words
from i18n.dates import format_local_date, format_number, format_time
from i18n.localized import Localized, pick
from i18n.translator import Translator

_ASKED_THE_OTHER_WAY = (Rule.OFFICE, Rule.INTEREST)
"""A yes to these questions means that the rule is not met: nobody has to agree to a "not"."""


class Chair:
    """Writes about the empty seat for a reader of one language."""

    def __init__(self, translator: Translator, language: str, zone: tzinfo) -> None:
        self._translator = translator
        self._language = language
        self._zone = zone

    # Before one asks

    def offer(self, offer: Offer, calls: Sequence[Call], requests: Sequence[OwnRequest]) -> Message:
        """The items that can be asked for, those to whom an assembly sends somebody, and one's own requests."""
        held = {each.item_id for each in requests if each.holds_item}
        items = [item for item in offer.items if item.id not in held]
        own = [each for each in requests if each.is_alive or (each.holds_item and each.is_ahead)]
        texts = [self._t("chair.what")]
        if own:
            texts.append("\n".join([self._t("chair.mine"), *map(self._own_line, own)]))
        if offer.book is None:
            texts.append(self._t("chair.no_rules"))
        elif not items:
            texts.append(self._t("chair.no_others" if offer.items else "chair.no_items"))
        else:
            texts += [self._item_line(item) for item in items]
            texts.append(self._t("chair.choose"))
        rows = [[Button(self._pick(item.title), ShowSeat(item.id))] for item in items]
        rows += [[Button(self._call_label(call), ShowCall(call.number))] for call in calls]
        rows += [[self._show(each)] for each in own]
        return Message("\n\n".join(texts), rows)

    def item(self, book: RuleBook, item: SeatItem) -> Message:
        """What it is, and all that one must know before one asks."""
        texts = [self._item_line(item), self._know(book.rules), self._basis(book)]
        if item.sitters:
            texts.insert(1, self._translator.plural("chair.sitters", self._language, item.sitters))
        ask = Button(self._t("chair.button_begin"), Declare(item.id, book.id))
        return Message("\n\n".join(texts), [[ask], [self._back()]])

    def declare(self, book: RuleBook, item: SeatItem, said: Said) -> Message:
        """The next thing to declare; after the last one, whether one asks."""
        asked = asked_of(book.rules)
        if len(said) < len(asked):
            return self._question(
                book.rules, said, [Declare(item.id, book.id, (*said, met)) for met in (True, False)]
            )
        unmet = [rule for rule, met in zip(asked, said, strict=True) if not met]
        text = self._t("chair.sure", title=self._pick(item.title))
        if unmet:
            text = "\n\n".join([self._t("chair.unmet"), self._rules(unmet, book.rules), text])
        yes = Button(self._t("chair.button_ask"), AskForSeat(item.id, book.id, said))
        return Message(text, [[yes], [self._back()]])

    def call(self, call: Call) -> Message:
        """What an assembly seeks somebody for, and how it is drawn."""
        if call.is_forward:
            return Message(self._t("chair.call_forward", title=self._pick(call.item)), [[self._back()]])
        go = Button(self._t("chair.button_go"), DeclareForCall(call.number))
        texts = [self._call_text(call.assembly, call.item, call.source), self._know(call.rules)]
        return Message("\n\n".join(texts), [[go], [self._back()]])

    def declare_for_call(self, call: Call, said: Said) -> Message:
        """The same declarations; who does not meet one cannot be sent."""
        asked = asked_of(call.rules)
        if len(said) < len(asked):
            return self._question(
                call.rules, said, [DeclareForCall(call.number, (*said, met)) for met in (True, False)]
            )
        if not all(said):
            return self.not_open([rule for rule, met in zip(asked, said, strict=True) if not met], call.rules)
        yes = Button(self._t("chair.button_go"), GoForward(call.number, said))
        text = self._t("chair.call_sure", title=self._pick(call.item))
        return Message(text, [[yes], [self._back()]])

    def not_open(self, unmet: Iterable[str], rules: Rules) -> Message:
        """It cannot be asked for, and why."""
        text = self._t("chair.not_open") + "\n\n" + self._rules(unmet, rules)
        return Message(text, [[self._back()]])

    def over(self) -> Message:
        """The button is of something that cannot be done any more."""
        return Message(self._t("chair.over"), [[self._back()]])

    # One's own request

    def request(self, own: OwnRequest, rules: Rules) -> Message:
        """How it stands, and what can be done now."""
        texts = [
            "\n".join([*self._head(own), self._t("chair.state_" + own.standing)]),
            *self._because(own, rules),
        ]
        if own.state == SeatState.ASKED and own.by_assembly:
            texts[1:1] = [self._t("chair.waits_for_council")]
        if own.is_alive and own.is_ahead:
            texts.append(self._t("chair.next_sits" if own.sits else "chair.next_asked"))
        if own.purpose:
            texts.append(self._t("chair.purpose", text=own.purpose))
        if own.is_reported:
            texts.append(self._t("chair.reported"))
        if _may_agree(own, rules):
            texts.append(self._t("chair.together", count=format_number(own.together)))
        return Message("\n\n".join(texts), [*self._acts(own, rules)])

    def forward(self, own: OwnRequest) -> Message:
        """The person would go for their assembly: the lot says who does."""
        text = self._t("chair.forward", number=own.number, title=self._pick(own.item))
        return Message(text, [[self._withdraw(own)], [self._back()]])

    def withdrawing(self, own: OwnRequest) -> Message:
        """Asks once for certainty."""
        yes = Button(self._t("chair.button_withdraw_yes"), WithdrawRequest(own.number, sure=True))
        no = Button(self._t("chair.button_keep"), ShowRequest(own.number))
        return Message(self._t("chair.withdraw_sure", title=self._pick(own.item)), [[yes], [no]])

    def credential(self, code: str, own: OwnRequest) -> Message:
        """The code, once."""
        return Message(self._t("chair.code", code=code), [[self._show(own)]])

    def ask_purpose(self, own: OwnRequest) -> Message:
        """The reply to this message is what the person would say there."""
        return Message(self.purpose_prompt(own.number), asks_reply=True)

    def ask_report(self, own: OwnRequest) -> Message:
        """The reply to this message is what happened there."""
        return Message(self.report_prompt(own.number), asks_reply=True)

    def purpose_prompt(self, number: int) -> str:
        """By which the reply is known."""
        return self._t("chair.ask_purpose", number=number)

    def report_prompt(self, number: int) -> str:
        """By which the reply is known."""
        return self._t("chair.ask_report", number=number)

    def too_long(self, length: int, most: int) -> Message:
        """It was not kept: shorter, please."""
        return Message(self._t("chair.too_long", length=format_number(length), most=format_number(most)))

    def report_kept(self, own: OwnRequest) -> Message:
        """The report as it is kept: covered, and read before it is told."""
        return Message(self._t("chair.report_kept", text=self._pick(own.report)), [[self._show(own)]])

    # What goes out to others

    def call_news(self, news: CallNews) -> Message:
        """An assembly seeks somebody among those who were there."""
        more = Button(self._t("chair.button_more"), ShowCall(news.number))
        return Message(self._call_text(news.assembly, news.item, news.source), [[more]])

    def report(self, own: OwnRequest) -> Message:
        """What a representative reports to those they spoke for."""
        date = "" if own.starts_at is None else format_local_date(own.starts_at, self._language, self._zone)
        facts = {"title": self._pick(own.item), "date": date, "report": self._pick(own.report)}
        return Message(self._t("chair.report", **facts))

    def own_data(self, own: OwnRequest, rules: Rules) -> list[str]:
        """What is kept of a request, a line each."""
        lines = [*self._head(own), "· " + self._t("chair.state_" + own.standing)]
        lines += [
            "· " + self._t("chair.kept_met" if met else "chair.kept_unmet", rule=self._rule(rule, rules))
            for rule, met in own.declared.items()
        ]
        if own.purpose:
            lines.append("· " + self._t("chair.purpose", text=own.purpose))
        if own.position:
            lines.append("· " + self._t("chair.kept_position", position=self._position(own.position)))
        if own.came:
            lines.append("· " + self._t("chair.kept_came"))
        if own.report:
            lines.append("· " + self._t("chair.kept_report", text=self._pick(own.report)))
        return lines

    # Pieces

    def _acts(self, own: OwnRequest, rules: Rules) -> Iterator[list[Button]]:
        if own.sits and own.is_ahead:
            yield [Button(self._t("chair.button_code"), GetCredential(own.number))]
        for position in POSITIONS if _may_agree(own, rules) else ():
            label = self._position(position)
            shown = self._t("chat.choice_chosen", label=label) if own.position == position else label
            yield [Button(shown, TakePosition(own.number, position))]
        if own.is_alive and own.is_ahead:
            yield [Button(self._t("chair.button_purpose"), SayPurpose(own.number))]
            yield [self._withdraw(own)]
        if own.sits and own.came and not own.is_reported:
            yield [Button(self._t("chair.button_report"), ReportBack(own.number))]
        yield [self._back()]

    def _because(self, own: OwnRequest, rules: Rules) -> Iterator[str]:
        """The rules that are not met, and what was written."""
        if own.reasons:
            yield self._rules(own.reasons, rules)
        if reason := self._pick(own.reason):
            yield reason

    def _question(self, rules: Rules, said: Said, after: Sequence[SeatPayload]) -> Message:
        """after: where a declaration that meets the rule leads, and one that does not."""
        asked = asked_of(rules)
        rule = asked[len(said)]
        met, unmet = after
        yes, no = (unmet, met) if rule in _ASKED_THE_OTHER_WAY else (met, unmet)
        head = self._t("chair.question", number=len(said) + 1, total=len(asked))
        text = self._t("chair.declare_" + rule, least_age=rules.least_age)
        answers = [Button(self._t("chair.yes"), yes), Button(self._t("chair.no"), no)]
        return Message(f"{head}\n{text}", [answers, [self._back()]])

    def _know(self, rules: Rules) -> str:
        several = "chair.know_agree" if rules.agree else "chair.know_heard"
        keys = (
            "chair.know_seen",
            "chair.know_name",
            "chair.know_number",
            "chair.know_answers",
            several,
            "chair.know_report",
        )
        return "\n".join([self._t("chair.know"), *("• " + self._t(key) for key in keys)])

    def _basis(self, book: RuleBook) -> str:
        foreigners = "chair.foreigners_yes" if book.rules.foreigners else "chair.foreigners_no"
        return self._t(foreigners) + "\n" + self._t("chair.basis", basis=self._pick(book.legal_basis))

    def _item_line(self, item: SeatItem) -> str:
        return self._t(
            "chair.item",
            title=self._pick(item.title),
            body=item.body,
            place=item.place,
            when=self._when(item.starts_at),
            deadline=self._when(item.deadline),
        )

    def _own_line(self, own: OwnRequest) -> str:
        state = self._t("chair.state_" + own.standing)
        return self._t("chair.mine_item", number=own.number, title=self._pick(own.item), state=state)

    def _head(self, own: OwnRequest) -> list[str]:
        lines = [self._t("chair.request", number=own.number, title=self._pick(own.item))]
        if own.starts_at is not None:
            lines.append(
                self._t("chair.sitting", body=own.body, place=own.place, when=self._when(own.starts_at))
            )
        return lines

    def _rules(self, unmet: Iterable[str], rules: Rules) -> str:
        return "\n".join("• " + self._rule(rule, rules) for rule in unmet)

    def _rule(self, rule: str, rules: Rules) -> str:
        return rule_in_words(self._translator, self._language, rule, rules)

    def _call_text(self, assembly: Localized, item: Localized, source: Localized) -> str:
        facts = {"assembly": self._pick(assembly), "title": self._pick(item), "source": self._pick(source)}
        return self._t("chair.call", **facts)

    def _call_label(self, call: Call) -> str:
        return self._t("chair.button_call", title=self._pick(call.item))

    def _position(self, position: str) -> str:
        return self._t("chair.position_" + position)

    def _withdraw(self, own: OwnRequest) -> Button:
        return Button(self._t("chair.button_withdraw"), WithdrawRequest(own.number))

    def _show(self, own: OwnRequest) -> Button:
        return Button(self._t("chair.button_mine", number=own.number), ShowRequest(own.number))

    def _back(self) -> Button:
        return Button(self._t("chair.button_back"), ListSeats())

    def _when(self, moment: datetime) -> str:
        day = format_local_date(moment, self._language, self._zone, weekday=True)
        return f"{day}, {format_time(moment, self._zone)}"

    def _pick(self, text: Localized) -> str:
        return pick(text, self._language).text

    def _t(self, key: str, **params: object) -> str:
        return self._translator.text(key, self._language, **params)


def _may_agree(own: OwnRequest, rules: Rules) -> bool:
    """Whether the person can still agree with others on one vote."""
    return own.sits and own.is_ahead and own.together > 1 and rules.agree
