"""What the chat says of an assembly to who is invited: in announcements and in answers alike."""

from collections.abc import Iterator
from datetime import timedelta, tzinfo

from bot.assembly_data import NEEDS, REASONS, GetCalendar, SayWhy, TellMore, TickNeed
from bot.callback_data import Attend
from bot.door_data import GetEntryCode
from bot.message import Button, Message
from core.clock import now
from deliberation.assemblies.attendance import OwnTicket, Seat
from deliberation.assemblies.deadlines import LAST_CALL, answer_deadline
from deliberation.assemblies.headlines import AssemblyHeadline
from deliberation.assemblies.own_data import OwnAttendance
from i18n.dates import format_local_date, format_number, format_time
from i18n.localized import pick
from i18n.translator import Translator

_DAY = timedelta(days=1)
_NAMED = ("es", "qu")
"""Languages that have a name in the catalogue; what else an organiser wrote is said as it is."""


class Usher:
    """Writes about one assembly for a reader of one language."""

    def __init__(
        self, assembly: AssemblyHeadline, translator: Translator, language: str, zone: tzinfo
    ) -> None:
        self.assembly = assembly
        self._translator = translator
        self._language = language
        self._zone = zone

    # What goes out to many

    def invitation(self, *, more_drawn: bool = False) -> Message:
        """What for, when, where, what about, what it covers, and until when to answer.

        more_drawn: more people were drawn than there are seats, so that who answers late may have to wait
        """
        facts = self._facts("title", "purpose", "date", "time")
        place = "\n".join([*self._where(), *self._details()])
        text = self._t("chat.invitation", **facts, place=place)
        by = self._answer_by() + (f" {self._t('seats.more_drawn')}" if more_drawn else "")
        return Message(f"{text}\n\n{by}", [self._yes_or_no(), [self._more_button()]])

    def reminder(self) -> Message:
        """For who comes: when and where, and whether they still can."""
        facts = self._facts("title", "date", "time")
        text = self._t("chat.reminder", **facts, place="\n".join(self._where()))
        if now() < self.assembly.starts_at - LAST_CALL:
            return Message(text, [self._yes_or_no()])
        return Message(f"{text}\n\n{self._t('doors.reminder')}", [[self._code()], self._yes_or_no()])

    def change(self) -> Message:
        """It was moved, or will not take place. Whoever has it in a calendar gets the file that says so."""
        calendar = Button(self._t("seats.button_calendar"), GetCalendar(self.assembly.id))
        if self.assembly.is_cancelled:
            return Message(self._t("seats.called_off", **self._facts("title", "date")), [[calendar]])
        facts = self._facts("title", "date", "time")
        text = self._t("seats.moved", **facts, place="\n".join(self._where()))
        return Message(text, [self._yes_or_no(), [calendar]])

    # What is answered to one

    def answered(self, seat: Seat) -> Message:
        """What became of a yes or a no, and what may be said besides."""
        match seat.answer:
            case "yes":
                return self._accepted(seat)
            case "waiting":
                return Message(self._t("chat.invitation_waiting"), [[self._no()]])
            case "none" | "lapsed":
                return self.line(seat)
        if seat.reason is not None:
            return Message(self._t("seats.reason_thanks"), [[self._yes()]])
        text = self._t("chat.invitation_declined") + "\n\n" + self._t("seats.why_ask")
        reasons = [
            [Button(self._t("seats.reason_" + reason), SayWhy(self.assembly.id, reason))]
            for reason in REASONS
        ]
        return Message(text, [*reasons, [self._yes()]])

    def more(self, seat: Seat, ticket: OwnTicket | None) -> Message:
        """What it is about, what it covers, what help there is, and how people were chosen."""
        ends = self._t("seats.more_ends", time=format_time(self.assembly.ends_at, self._zone))
        lines = [self._t("seats.more", **self._facts("title")), ends, *self._details()]
        paragraphs = ["\n".join(lines), self._t("seats.more_access"), self._t("seats.more_door")]
        paragraphs += self._chosen(ticket)
        buttons = {"yes": [self._no()], "waiting": [self._no()], "no": [self._yes()]}
        return Message("\n\n".join(paragraphs), [buttons.get(seat.answer, self._yes_or_no())])

    def line(self, seat: Seat) -> Message:
        """In the list of one's invitations. Of one that was cancelled, or to which one has come, nothing is asked."""
        rows = [[self._code()]] if seat.answer == "yes" else []
        if self.assembly.is_cancelled:
            state, rows = self._t("seats.attendance_cancelled"), []
        else:
            state = standing(seat.answer, self._translator, self._language)
            if seat.came:
                state = self._t("seats.attendance_came")
            elif now() < self.assembly.starts_at:
                rows += [self._yes_or_no(), [self._more_button()]]
        facts = self._facts("title", "date", "time")
        return Message(self._t("chat.assembly_line", state=state, place=self.assembly.place, **facts), rows)

    def calendar_caption(self) -> str:
        """What to do with the file."""
        return self._t("seats.calendar_cancelled" if self.assembly.is_cancelled else "chat.calendar_caption")

    # Pieces

    def _accepted(self, seat: Seat) -> Message:
        facts = self._facts("date", "time")
        expected = self._t("chat.invitation_accepted", **facts, place=self.assembly.place)
        text = "\n".join([expected, *self._links()])
        needs = []
        for need in NEEDS:
            ticked, label = need in seat.needs, self._t("seats.need_" + need)
            shown = self._t("chat.choice_chosen", label=label) if ticked else label
            needs.append([Button(shown, TickNeed(self.assembly.id, need, not ticked))])
        rows = [[self._code()], *needs, [self._no()]]
        return Message(text + "\n\n" + self._t("seats.needs_ask"), rows)

    def _chosen(self, ticket: OwnTicket | None) -> Iterator[str]:
        if not self.assembly.by_lottery:
            yield self._t("seats.more_open")
            return
        yield self._t("seats.more_lottery")
        if ticket is not None:
            people = self._n("console.people", ticket.people)
            yield self._n("seats.more_ticket", ticket.seats, ticket=ticket.ticket, people=people)
            if ticket.panel_size > ticket.seats:
                drawn = format_number(ticket.panel_size)
                yield self._n("seats.more_panel", ticket.seats, people=drawn)

    def _where(self) -> Iterator[str]:
        """The place, and the links that lead there."""
        yield self.assembly.place
        yield from self._links()

    def _links(self) -> Iterator[str]:
        if self.assembly.map_link:
            yield self._t("seats.map", link=self.assembly.map_link)
        if self.assembly.call_link:
            yield self._t("seats.call", link=self.assembly.call_link)

    def _details(self) -> Iterator[str]:
        """What an organiser said of it; nothing where they said nothing."""
        if agenda := pick(self.assembly.agenda, self._language).text:
            yield self._t("seats.agenda", agenda=agenda)
        if covers := pick(self.assembly.covers, self._language).text:
            yield self._t("seats.covers", covers=covers)
        if self.assembly.languages:
            yield self._t("seats.languages", languages=", ".join(map(self._name, self.assembly.languages)))

    def _name(self, code: str) -> str:
        return self._t("chat.language_" + code) if code in _NAMED else code

    def _answer_by(self) -> str:
        """How long a seat is held, counted from the moment at which this is read."""
        starts_at, moment = self.assembly.starts_at, now()
        if moment >= starts_at - LAST_CALL:
            return self._t("seats.answer_soon")
        deadline = answer_deadline(starts_at, self.assembly.answer_days, moment)
        days = (deadline - moment) // _DAY
        if days >= 1:
            return self._n("seats.answer_in", days)
        is_today = deadline.astimezone(self._zone).date() == moment.astimezone(self._zone).date()
        key = "seats.answer_today" if is_today else "seats.answer_tomorrow"
        return self._t(key, time=format_time(deadline, self._zone))

    def _facts(self, *names: str) -> dict[str, str]:
        assembly = self.assembly
        facts = {
            "title": pick(assembly.title, self._language).text,
            "purpose": pick(assembly.purpose, self._language).text,
            "date": format_local_date(assembly.starts_at, self._language, self._zone, weekday=True),
            "time": format_time(assembly.starts_at, self._zone),
        }
        return {name: facts[name] for name in names}

    def _yes_or_no(self) -> list[Button]:
        return [self._yes(), self._no()]

    def _yes(self) -> Button:
        return Button(self._t("chat.button_attend_yes"), Attend(self.assembly.id, True))

    def _no(self) -> Button:
        return Button(self._t("chat.button_attend_no"), Attend(self.assembly.id, False))

    def _code(self) -> Button:
        return Button(self._t("doors.button_code"), GetEntryCode(self.assembly.id))

    def _more_button(self) -> Button:
        return Button(self._t("seats.button_more"), TellMore(self.assembly.id))

    def _t(self, key: str, **params: object) -> str:
        return self._translator.text(key, self._language, **params)

    def _n(self, key: str, count: int, **params: object) -> str:
        return self._translator.plural(key, self._language, count, **params)


def own_data(kept: OwnAttendance, translator: Translator, language: str, zone: tzinfo) -> list[str]:
    """What is kept of a person about an assembly, a line each."""

    def say(key: str, **params: str) -> str:
        return translator.text(key, language, **params)

    date = format_local_date(kept.starts_at, language, zone)
    lines = [say("seats.kept", title=pick(kept.title, language).text, date=date)]
    if kept.walk_in:
        lines.append("· " + say("doors.kept_walk_in"))
    elif kept.answer is not None:
        lines.append("· " + standing(kept.answer, translator, language))
    if kept.needs:
        names = [say("seats.need_" + need) if need in NEEDS else need for need in kept.needs]
        lines.append("· " + say("seats.kept_needs", needs=", ".join(names)))
    if kept.reason is not None:
        lines.append("· " + say("seats.kept_reason", reason=say("seats.reason_" + kept.reason)))
    if kept.came:
        lines.append("· " + say("seats.kept_came"))
    if kept.has_code:
        lines.append("· " + say("doors.kept_code"))
    if kept.ticket:
        lines.append("· " + say("seats.kept_ticket", ticket=kept.ticket))
    return lines


def standing(answer: str, translator: Translator, language: str) -> str:
    """How an invitation was answered, or that it was not."""
    match answer:
        case "lapsed":
            return translator.text("seats.attendance_lapsed", language)
        case "none":
            return translator.text("chat.attendance_open", language)
    return translator.text("chat.attendance_" + answer, language)
