"""The tables of a year's account, for programs: CSV in both languages. What is not shown is empty."""

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from api.reader import LANGUAGES
from deliberation.accounting.replies import Replies
from deliberation.accounting.year import YearAccount
from deliberation.replies import REPLIES
from deliberation.voices.redaction import in_words, redaction_words
from i18n.localized import Localized
from i18n.translator import Translator
from surveys.exporting.formulas import harmless

Row = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Terms:
    """Where its days are read, and what stands for personal details that are covered."""

    zone: ZoneInfo
    translator: Translator


Table = Callable[[YearAccount, Terms], Iterator[Row]]


def write_table(name: str, account: YearAccount, terms: Terms) -> bytes:
    """One of TABLES as a file."""
    file = io.StringIO()
    csv.writer(file).writerows(TABLES[name](account, terms))
    return file.getvalue().encode()


def _consultations(account: YearAccount, terms: Terms) -> Iterator[Row]:
    yield "id", "title_es", "title_qu", "opened", "closed", "asked", "answered"
    for line in account.consultations:
        opened, closed = _day(line.opened_at, terms.zone), _day(line.closed_at, terms.zone)
        yield line.id, *_both(line.title), opened, closed, line.asked, line.answered


def _deliberations(account: YearAccount, terms: Terms) -> Iterator[Row]:
    yield "id", "title_es", "title_qu", "opened", "closed", "people", "statements"
    for line in account.deliberations:
        opened, closed = _day(line.opened_at, terms.zone), _day(line.closed_at, terms.zone)
        yield line.id, *_both(line.title), opened, closed, line.people, line.statements


def _decisions(account: YearAccount, terms: Terms) -> Iterator[Row]:
    head = (
        "item",
        "title_es",
        "title_qu",
        "decided",
        "outcome",
        "reason_es",
        "reason_qu",
        "unit_es",
        "unit_qu",
    )
    yield *head, "sent_to_es", "sent_to_qu", *(f"answers_{reply}" for reply in REPLIES), "replies"
    for line in account.decisions:
        decided = line.item_id, *_both(line.title), _day(line.decided_at, terms.zone), line.outcome
        yield *decided, *_both(line.reason), *_both(line.unit), *_both(line.sent_to), *_counts(line.replies)


def _commitments(account: YearAccount, terms: Terms) -> Iterator[Row]:
    head = "id", "text_es", "text_qu", "unit_es", "unit_qu", "item", "indicator_es", "indicator_qu"
    middle = "baseline", "goal", "value", "budget_line", "budget", "sdg", "due", "done", "dropped", "light"
    yield *head, *middle, "reason_es", "reason_qu", *(f"noticed_{reply}" for reply in REPLIES), "replies"
    for line in account.commitments:
        card = line.card
        yield (
            card.id,
            *_both(card.text),
            *_both(card.unit),
            card.origin.item_id if card.origin else None,
            *_both(card.indicator),
            *map(_plain, (card.baseline, card.goal, card.value)),
            harmless(card.budget_line),
            card.budget,
            " ".join(card.sdg),
            card.due_on,
            card.done_on,
            card.dropped_on,
            card.light,
            *_both(card.reason or {}),
            *_counts(line.noticed),
        )


def _assemblies(account: YearAccount, terms: Terms) -> Iterator[Row]:
    yield "id", "title_es", "title_qu", "held", "place", "came", "agreements", "minutes"
    for line in account.assemblies:
        about = line.id, *_both(line.title), _day(line.starts_at, terms.zone), harmless(line.place)
        agreed = len(line.agreed) if line.minutes_id is not None else None
        yield *about, line.came, agreed, line.minutes_id


def _observations(account: YearAccount, terms: Terms) -> Iterator[Row]:
    head = "id", "source", "received", "text_es", "text_qu", "unit_es", "unit_qu"
    yield *head, "due", "state", "answered", "answer_es", "answer_qu"
    words = {code: redaction_words(terms.translator, code) for code in LANGUAGES}
    for card in account.observations:
        said = {code: in_words(text, words[code]) for code, text in card.text.items() if code in words}
        about = card.id, card.source, card.received_on, *_both(said), *_both(card.unit)
        yield *about, card.due_on, card.state, card.answered_on, *_both(card.answer or {})


TABLES: dict[str, Table] = {
    "consultations": _consultations,
    "deliberations": _deliberations,
    "decisions": _decisions,
    "commitments": _commitments,
    "assemblies": _assemblies,
    "observations": _observations,
}


def _both(text: Localized) -> tuple[str, ...]:
    return tuple(harmless(text.get(code, "")) for code in LANGUAGES)


def _day(moment: datetime | None, zone: ZoneInfo) -> date | None:
    return moment.astimezone(zone).date() if moment else None


def _plain(number: float | None) -> float | int | None:
    """A whole number without a point."""
    return int(number) if number is not None and number.is_integer() else number


def _counts(replies: Replies) -> tuple[int | None, ...]:
    return *replies.counts.values(), replies.of
