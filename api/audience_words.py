"""An audience as a page says it: what was chosen, how many people that is, who is left out, how long it takes."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from starlette.datastructures import FormData

from api.reader import LANGUAGES, Reader
from core.estimate import estimate
from core.settings import Settings
from deliberation.audience.criteria import (
    BAND_CRITERIA,
    CONSULTATION_CRITERIA,
    NUMBER_CRITERIA,
    TEXT_CRITERIA,
    Audience,
    read_audience,
)
from deliberation.audience.offers import Offers
from deliberation.audience.recipients import Headcount
from surveys.consultations import ConsultationCard

_MINUTE = timedelta(minutes=1)
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Option:
    """One value to tick."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Criterion:
    """Values of which any will do."""

    name: str
    legend: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """How large an audience is, in sentences. `opens`: it is large enough to be asked."""

    people: str
    left_out: tuple[str, ...]
    sending: str
    opens: bool
    later: str = ""


def audience_in(given: FormData) -> Audience:
    """What was ticked. Raises InvalidInput for what no page offers."""
    written: dict[str, object] = {
        name: [value for value in given.getlist(name) if isinstance(value, str)] for name in TEXT_CRITERIA
    }
    for name in NUMBER_CRITERIA:
        written[name] = [_number(value) for value in given.getlist(name)]
    return read_audience({**written, "newcomers": "newcomers" in given})


def _number(value: object) -> int:
    is_number = isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10
    return int(str(value)) if is_number else 0


def profile_criteria(reader: Reader, offers: Offers, audience: Audience) -> list[Criterion]:
    """What people said of themselves. A band that nobody was asked for is not there."""
    spoken: dict[str, str] = {code: reader.language_name(code).capitalize() for code in LANGUAGES}
    found = [_criterion(reader, "languages", spoken, audience.languages)]
    for name, keep in BAND_CRITERIA.items():
        labels = {value: reader.plain(label) for value, label in offers.bands[keep].items()}
        found.append(_criterion(reader, name, labels, getattr(audience, name)))
    return [criterion for criterion in found if criterion.options]


def past_criteria(reader: Reader, offers: Offers, audience: Audience) -> list[Criterion]:
    """What people were asked and invited to before."""
    consultations = {str(key): reader.plain(title) for key, title in offers.consultations.items()}
    assemblies = {str(key): reader.plain(title) for key, title in offers.assemblies.items()}
    found = [
        _criterion(reader, name, consultations, [str(key) for key in getattr(audience, name)])
        for name in CONSULTATION_CRITERIA
    ]
    found.append(_criterion(reader, "invited", assemblies, [str(key) for key in audience.invited]))
    return [criterion for criterion in found if criterion.options]


def _criterion(reader: Reader, name: str, labels: Mapping[str, str], chosen: Collection[str]) -> Criterion:
    """What is chosen and not offered any more stays, under the name that it has in the data."""
    named = {**labels, **{value: value for value in chosen if value not in labels}}
    options = tuple(Option(value, label or value, value in chosen) for value, label in named.items())
    return Criterion(name, reader.text("audience.criterion_" + name), options)


def criteria_in_words(reader: Reader, offers: Offers, audience: Audience) -> list[tuple[str, str]]:
    """What was chosen: the criterion, and its values. Empty for everyone."""
    criteria = (*profile_criteria(reader, offers, audience), *past_criteria(reader, offers, audience))
    words = []
    for criterion in criteria:
        ticked = [option.label for option in criterion.options if option.chosen]
        if ticked:
            words.append((criterion.legend, reader.text("audience.or").join(ticked)))
    if audience.newcomers:
        words.append((reader.text("audience.criterion_newcomers"), reader.text("audience.yes")))
    return words


def told(
    reader: Reader,
    audience: Audience,
    headcount: Headcount,
    settings: Settings,
    moment: datetime,
    waiting: int = 0,
) -> Told:
    """How many it is, where a number may be said: fewer than the threshold could point to somebody.

    Of an audience that was chosen no exact number is said: of two that differ in one criterion the numbers could be
    subtracted, and the rest be fewer than the threshold.

    waiting: of them, who gets the message later, because they have had enough this week
    """
    threshold, people = settings.disclosure_threshold, headcount.people
    few = not audience.is_everyone and people < threshold
    if people == 0:
        words = reader.text("audience.people_none" if few else "audience.people_nobody_yet")
    elif few:
        words = reader.text("audience.people_few", threshold=threshold)
    elif audience.is_everyone:
        words = reader.plural("audience.people", people)
    else:
        people = _rounded(people, threshold)
        words = reader.plural("audience.people_or_more", people)
    sending = "" if few or not people else _sending(reader, people, settings, moment)
    later = ""
    if waiting and not few:
        who = _who(reader, waiting, threshold)
        later = reader.plural("audience.waiting", settings.messages_per_week, who=who)
    return Told(words, tuple(_left_out(reader, headcount, threshold)), sending, not few, later)


def _left_out(reader: Reader, headcount: Headcount, threshold: int) -> Iterator[str]:
    for keep, people in headcount.unsaid.items():
        if people:
            yield reader.text("audience.unsaid_" + keep, who=_who(reader, people, threshold))
    if headcount.away:
        yield reader.text("audience.away", who=_who(reader, headcount.away, threshold))


def _who(reader: Reader, people: int, threshold: int) -> str:
    if people < threshold:
        return reader.text("audience.few_people", threshold=threshold)
    return reader.plural("audience.some_people_or_more", _rounded(people, threshold))


def _rounded(people: int, threshold: int) -> int:
    """Down, to a multiple of the threshold."""
    return people - people % threshold


def _sending(reader: Reader, people: int, settings: Settings, moment: datetime) -> str:
    found = estimate(people, settings, moment)
    lasts = duration(reader, found.lasts)
    if found.begins_at - moment < _MINUTE:
        return reader.text("audience.sending", lasts=lasts)
    return reader.text("audience.sending_later", lasts=lasts, moment=reader.moment(found.begins_at))


def duration(reader: Reader, lasts: timedelta) -> str:
    """About how long something takes."""
    if lasts < _MINUTE:
        return reader.text("audience.duration_short")
    if lasts < 2 * _HOUR:
        return reader.plural("audience.duration_minutes", round(lasts / _MINUTE))
    if lasts < 2 * _DAY:
        return reader.plural("audience.duration_hours", round(lasts / _HOUR))
    return reader.plural("audience.duration_days", round(lasts / _DAY))


def reminders_in_words(reader: Reader, card: ConsultationCard, opens_at: datetime) -> str:
    """On which days people are reminded; those that would come after the last day do not come."""
    last = card.closes_on
    opened_on = opens_at.astimezone(reader.zone).date()
    days = [day for day in card.remind_after if last is None or opened_on + timedelta(days=day) <= last]
    if not days:
        return reader.text("audience.no_reminders")
    return reader.text("audience.reminders", days=", ".join(map(str, days)))
