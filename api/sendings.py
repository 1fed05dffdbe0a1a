"""Broadcasts as pages show them: figures, what goes on in words, and what an organiser may do about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from api.figures import Figure, figures_of_sending
from api.lookout import Watched
from api.reader import Reader
from core.broadcasts import BroadcastCard, Course
from core.clock import now
from core.courses import retriable
from core.estimate import estimate
from core.outlook import Doing, Outlook
from core.settings import Settings
from deliberation.subject import Subject

_MARKS = {
    Doing.RUNNING: "here",
    Doing.CANCELLED: "past",
    Doing.NOBODY: "past",
    Doing.OVER: "done",
}
_SLOWEST = 0.01
"""Messages a second. Of what is slower nobody can say when it ends."""


@dataclass(frozen=True, slots=True)
class Act:
    """A button: what it does, its label, and how it looks."""

    name: str
    label: str
    style: str = ""


@dataclass(frozen=True, slots=True)
class Batch:
    """One broadcast on the page. The texts change in place: `texts` are all of them by name."""

    id: int
    title: str
    started: str
    figures: list[Figure]
    doing: str
    mark: str
    sentence: str
    reasons: str
    retriable: str
    doubt: str
    doubtful: int
    acts: tuple[Act, ...]
    may_cancel: bool
    is_alive: bool
    """Whether anything may still happen to it: its page is worth following."""
    said: str
    sign: str
    """What decides which buttons and notices there are: where it changes, the page is made anew."""

    @property
    def texts(self) -> dict[str, str]:
        """What changes in place beside the figures."""
        return {
            f"{self.id}-doing": self.doing,
            f"{self.id}-now": self.sentence,
            f"{self.id}-reasons": self.reasons,
        }


def batch_of(reader: Reader, settings: Settings, watched: Watched, about: Subject | None = None) -> Batch:
    """A broadcast as its reader sees it."""
    outlook = watched.outlook
    card, sending = outlook.card, outlook.card.sending
    title = kind_of(reader, card, about)
    may_retry = card.course is not Course.CANCELLED and retriable(watched.failures)
    waits = sending.new > 0 and card.course is not Course.CANCELLED
    counts = {"sent": reader.number(sending.sent), "total": reader.number(sending.total)}
    return Batch(
        id=card.id,
        title=title,
        started=reader.moment(card.created_at),
        figures=figures_of_sending(reader, outlook),
        doing=reader.text("sending.doing_" + outlook.doing),
        mark=_MARKS.get(outlook.doing, ""),
        sentence=goes_on(reader, settings, watched),
        reasons=_reasons(reader, watched.failures),
        retriable=reader.plural("sending.retriable", may_retry) if may_retry else "",
        doubt=reader.plural("console.deliveries_doubt", outlook.doubtful) if outlook.doubtful else "",
        doubtful=outlook.doubtful,
        acts=_acts(reader, card, waits=waits, may_retry=bool(may_retry)),
        may_cancel=waits,
        is_alive=outlook.moves or waits,
        said=reader.text("sending.said", kind=title, **counts),
        sign=sign_of(outlook),
    )


def sign_of(outlook: Outlook) -> str:
    """Of a broadcast, what its page was made for: digits, letters and dots only."""
    sending = outlook.card.sending
    seldom = (
        bool(sending.new),
        bool(sending.failed),
        bool(sending.skipped),
        bool(sending.left),
        outlook.moves,
    )
    flags = "".join(str(int(flag)) for flag in seldom)
    return f"{outlook.card.id}.{outlook.card.course}.{flags}.{outlook.doubtful}"


def kind_of(reader: Reader, card: BroadcastCard, about: Subject | None = None) -> str:
    """What a broadcast is, in words; a second reminder says so, and a decision on what it is."""
    kind = reader.text("console.deliveries_" + card.kind)
    if card.round != 1:
        kind = reader.text("sending.round_of", kind=kind, round=card.round)
    if about is None or about.item is None:
        return kind
    return reader.text("sending.kind_of", kind=kind, title=reader.plain(about.item))


def title_of(reader: Reader, card: BroadcastCard, about: Subject | None) -> str:
    """What a broadcast is and of which consultation or assembly, where it stands among others."""
    kind = kind_of(reader, card, about)
    if about is None:
        return kind
    key = "sending.kind_of" if about.item is None else "sending.item_of"
    return reader.text(key, kind=kind, title=reader.plain(about.title))


def goes_on(reader: Reader, settings: Settings, watched: Watched) -> str:
    """What goes on with a broadcast, or why nothing does and until when."""
    outlook = watched.outlook
    if outlook.doing is Doing.RUNNING:
        return _runs(reader, settings, watched)
    when = "" if outlook.until is None else when_of(reader, outlook.until)
    return reader.text("sending.now_" + outlook.doing, when=when)


def _runs(reader: Reader, settings: Settings, watched: Watched) -> str:
    waiting, rate = watched.outlook.card.sending.new, watched.rate
    if not waiting:
        return reader.text("sending.now_last")
    if rate is not None and rate < _SLOWEST:
        return reader.text("sending.now_stuck")
    # At another pace than the house's it is as if there were more of them, or fewer, at that pace.
    alike = waiting if rate is None else round(waiting * settings.messages_per_second / rate)
    ends_at = estimate(alike, settings, now()).ends_at
    told = {"left": how_long(reader, ends_at - now()), "when": when_of(reader, ends_at)}
    if rate is None:
        return reader.text("sending.now_running", **told)
    said = reader.number(round(rate, 1) if rate < 10 else round(rate))
    return reader.text("sending.now_running_at", rate=said, **told)


def how_long(reader: Reader, left: timedelta) -> str:
    """A time in words, in the largest unit that says enough."""
    minutes = left / timedelta(minutes=1)
    if minutes < 1:
        return reader.text("sending.left_moment")
    if minutes < 100:
        return reader.plural("sending.left_minutes", round(minutes))
    hours = minutes / 60
    if hours < 48:
        return reader.plural("sending.left_hours", round(hours))
    return reader.plural("sending.left_days", round(hours / 24))


def when_of(reader: Reader, moment: datetime) -> str:
    """A moment to come: today, tomorrow, or on a day."""
    here, there = now().astimezone(reader.zone).date(), moment.astimezone(reader.zone).date()
    hour = reader.hour(moment)
    if there == here:
        return reader.text("sending.when_today", hour=hour)
    if there == here + timedelta(days=1):
        return reader.text("sending.when_tomorrow", hour=hour)
    return reader.text("sending.when_day", date=reader.day(moment), hour=hour)


def _reasons(reader: Reader, failures: Mapping[str, int]) -> str:
    if not failures:
        return ""
    told: dict[str, int] = {}
    for reason, count in failures.items():
        said = reason_of(reader, reason)
        told[said] = told.get(said, 0) + count
    parts = (
        reader.text("sending.reason_count", count=reader.number(count), reason=said)
        for said, count in told.items()
    )
    return reader.text("sending.reasons", reasons="; ".join(parts))


def reason_of(reader: Reader, reason: str) -> str:
    """Why a delivery failed, in words."""
    key = "sending.reason_" + reason.lower()
    return reader.text(key if reason and reader.translator.has(key) else "sending.reason_other")


def _acts(reader: Reader, card: BroadcastCard, *, waits: bool, may_retry: bool) -> tuple[Act, ...]:
    acts = []
    if waits and card.course is Course.RUNNING:
        acts.append(Act("pause", reader.text("sending.act_pause")))
    if card.course is Course.PAUSED:
        acts.append(Act("resume", reader.text("sending.act_resume"), "primary"))
    if may_retry:
        acts.append(Act("retry", reader.text("sending.act_retry")))
    return tuple(acts)
