"""Counting the answers to one question, response by response, in memory that does not grow with people.

(Numbers are the exception: eight bytes a person, since a median needs them all.)
"""

from array import array
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, isfinite
from typing import Protocol

from i18n.dates import format_number
from surveys.bins import Bin, bin_months, bin_numbers, quantile
from surveys.conversation.wording import left_open
from surveys.disclosure import Guard
from surveys.questionnaire import Kind, Localized, Question

Value = str | list[str]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table: a choice, or a bin of numbers or dates. A count of None is withheld."""

    value: str
    label: Localized
    count: int | None


@dataclass(frozen=True, slots=True)
class Statistics:
    """The middle of the numbers. None where fewer people than the threshold lie on one side."""

    lower_quartile: float | None
    median: float | None
    upper_quartile: float | None


@dataclass(frozen=True, slots=True)
class Counted:
    """What may be shown of one question. `base`: how many people answered; None is withheld."""

    base: int | None
    rows: tuple[Row, ...] = ()
    statistics: Statistics | None = None


class Tally(Protocol):
    """Takes the answers of one person after the other; `values` are several only inside a repeat."""

    def add(self, values: Sequence[Value]) -> None:
        """Count one person who answered."""

    def counted(self, guard: Guard) -> Counted:
        """What may be shown."""


def tally_of(question: Question, *, repeated: bool) -> Tally:
    """The way to count a question. Of numbers and dates inside a repeat only who answered is counted."""
    match question.kind:
        case Kind.SELECT_ONE:
            return _Choices(question, overlapping=repeated)
        case Kind.SELECT_MULTIPLE:
            return _Choices(question, overlapping=True)
        case Kind.RANK:
            return _Choices(question, overlapping=repeated, first_only=True)
        case Kind.INTEGER | Kind.DECIMAL | Kind.RANGE if not repeated:
            return _Numbers()
        case Kind.DATE | Kind.DATETIME if not repeated:
            return _Months()
    return _Presence()


class _Presence:
    """How many answered, whatever they said."""

    def __init__(self) -> None:
        self._base = 0

    def add(self, values: Sequence[Value]) -> None:
        self._base += any(values)

    def counted(self, guard: Guard) -> Counted:
        return Counted(guard.base(self._base))


class _Choices:
    """How many chose each choice; of a rank, how many put it first. In the author's order."""

    def __init__(self, question: Question, *, overlapping: bool, first_only: bool = False) -> None:
        self._choices = question.choices
        self._known = frozenset(choice.value for choice in question.choices)
        self._overlapping = overlapping
        self._first_only = first_only
        self._base = 0
        self._counts: Counter[str] = Counter()

    def add(self, values: Sequence[Value]) -> None:
        chosen = {name for value in values for name in self._chosen(value)} & self._known
        self._base += bool(chosen)
        self._counts.update(chosen)

    def _chosen(self, value: Value) -> list[str]:
        chosen = [value] if isinstance(value, str) else value
        return chosen[:1] if self._first_only else chosen

    def counted(self, guard: Guard) -> Counted:
        counts = [self._counts[choice.value] for choice in self._choices]
        protect = guard.overlapping if self._overlapping else guard.exclusive
        shown, base = protect(counts, self._base)
        rows = tuple(
            Row(choice.value, left_open(choice.label), count)
            for choice, count in zip(self._choices, shown, strict=True)
        )
        return Counted(base, rows)


class _Numbers:
    """Numbers in bins, with their middle."""

    def __init__(self) -> None:
        self._values = array("d")
        self._whole = True

    def add(self, values: Sequence[Value]) -> None:
        number = _number(values[0])
        if number is not None:
            self._values.append(number)
            self._whole = self._whole and number.is_integer()

    def counted(self, guard: Guard) -> Counted:
        values = sorted(self._values)
        bins = bin_numbers(values, whole=self._whole, least=guard.threshold or 0)
        ends = (values[0], values[-1] + self._whole) if values else None
        base, rows = _shown_bins(bins, ends, guard, self._written)
        return Counted(base, rows, _statistics(values, guard.threshold or 1))

    def _written(self, low: float, high: float) -> str:
        """[low, high) as people write it; of whole numbers both ends are said."""
        last = high - 1 if self._whole else high
        if low == -inf:
            return f"{'≤' if self._whole else '<'} {format_number(_plain(last))}"
        if high == inf:
            return f"≥ {format_number(_plain(low))}"
        first = format_number(_plain(low))
        return first if low == last else f"{first}–{format_number(_plain(last))}"


class _Months:
    """Dates by month, or by years where they lie far apart."""

    def __init__(self) -> None:
        self._months: Counter[int] = Counter()

    def add(self, values: Sequence[Value]) -> None:
        month = _month(values[0])
        if month is not None:
            self._months[month] += 1

    def counted(self, guard: Guard) -> Counted:
        values = array("d", sorted(self._months.elements()))
        bins = bin_months(values, least=guard.threshold or 0)
        ends = (values[0], values[-1] + 1) if values else None
        return Counted(*_shown_bins(bins, ends, guard, self._written))

    def _written(self, low: float, high: float) -> str:
        if low == -inf:
            return f"≤ {_last_month(high)}"
        if high == inf:
            return f"≥ {_first_month(low)}"
        if high - low == 1:
            return _month_of(low)
        first, last = _first_month(low), _last_month(high)
        return first if first == last else f"{first}–{last}"


class _Written(Protocol):
    def __call__(self, low: float, high: float) -> str: ...


def _shown_bins(
    bins: list[Bin], ends: tuple[float, float] | None, guard: Guard, written: _Written
) -> tuple[int | None, tuple[Row, ...]]:
    """The rows of the bins; none where all people are in one, or too few answered: the bin would tell.

    ends: [first, beyond the last) of what was answered, which a bin that is open on both sides is named by
    """
    people = sum(found.count for found in bins)
    shown, base = guard.exclusive([found.count for found in bins], people)
    single = len(bins) == 1
    if guard.threshold is not None and (single or all(count is None for count in shown)):
        return base, ()
    spans = [ends] if single and ends else [(found.low, found.high) for found in bins]
    texts = [written(low, high) for low, high in spans]
    rows = zip(texts, shown, strict=True)
    return base, tuple(Row(text, {"es": text, "qu": text}, count) for text, count in rows)


def _statistics(values: Sequence[float], least: int) -> Statistics | None:
    if len(values) < 2 * least:
        return None
    quartiles = len(values) >= 4 * least
    return Statistics(
        lower_quartile=round(quantile(values, 0.25), 2) if quartiles else None,
        median=round(quantile(values, 0.5), 2),
        upper_quartile=round(quantile(values, 0.75), 2) if quartiles else None,
    )


def _number(value: Value) -> float | None:
    try:
        number = float(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return number if number is not None and isfinite(number) else None


def _month(value: Value) -> int | None:
    """The month of a date, counted from year 0. The beginning of a date and time is its date."""
    if not isinstance(value, str):
        return None
    year, month = value[:4], value[5:7]
    return int(year) * 12 + int(month) - 1 if year.isdecimal() and month.isdecimal() else None


def _first_month(low: float) -> str:
    return _month_of(low).removesuffix("-01")


def _last_month(high: float) -> str:
    return _month_of(high - 1).removesuffix("-12")


def _month_of(month: float) -> str:
    year, month = divmod(int(month), 12)
    return f"{year}-{month + 1:02}"


def _plain(number: float) -> int | float:
    return int(number) if number.is_integer() else round(number, 10)
