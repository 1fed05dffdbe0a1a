"""How quotas, groups and draws are said: the names of categories and values, chances, what stands in the way."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from api.reader import LANGUAGES, Reader
from deliberation.assemblies.asking import Asking
from deliberation.assemblies.draw_pools import Pool
from deliberation.assemblies.group_quotas import GroupNames
from deliberation.assemblies.opinion_groups import NO_GROUP
from deliberation.assemblies.panels import widen_quota
from deliberation.assemblies.reference import CATEGORIES, LANGUAGE
from deliberation.audience.offers import Offers
from deliberation.lottery.alike import UNCOUNTED
from deliberation.lottery.infeasible import Infeasible
from deliberation.lottery.quotas import Quota
from deliberation.opinions.drawing import letter_of
from i18n.dates import format_percent
from i18n.localized import Localized
from surveys.questionnaire import Keep


@dataclass(frozen=True, slots=True)
class Names:
    """What categories and values are called, in the language of the reader."""

    reader: Reader
    offers: Offers
    groups: Mapping[str, GroupNames] = field(default_factory=dict)

    def category(self, category: str) -> str:
        """Género, edad, cantón …"""
        if category in self.groups:
            title = self.reader.plain(self.groups[category].title)
            return self.reader.text("draws.opinion_groups_of", title=title)
        return self.reader.text("draws.category_" + category) if category in CATEGORIES else category

    def value(self, category: str, value: str) -> str:
        """As the newest questionnaire that asked for it says it; else as it is in the data."""
        if value == UNCOUNTED:
            return self.reader.text("draws.uncounted")
        return self.values(category).get(value, value)

    def values(self, category: str) -> dict[str, str]:
        """All that people can say today, in the order in which it is asked."""
        if category == LANGUAGE:
            return {code: self.reader.language_name(code).capitalize() for code in LANGUAGES}
        if category in self.groups:
            names = {str(number): name for number, name in self.groups[category].groups.items()}
            lettered = {group: self._group_name(int(group), name) for group, name in names.items()}
            return lettered | {NO_GROUP: self.reader.text("draws.opinion_group_none")}
        labels = self.offers.bands[Keep(category)] if category in CATEGORIES else {}
        return {value: self.reader.plain(label) or value for value, label in labels.items()}

    def _group_name(self, number: int, name: Localized) -> str:
        letter, named = letter_of(number), self.reader.plain(name)
        if not named:
            return self.reader.text("map.group", letter=letter)
        return self.reader.text("map.group_named", letter=letter, name=named)

    def group(self, category: str, value: str) -> str:
        """Both: Género: mujer."""
        return f"{self.category(category)}: {self.value(category, value)}"


@dataclass(frozen=True, slots=True)
class Hindrance:
    """Why quotas cannot be met, and what would help. `fixed` are all quotas with the cheapest change taken."""

    conflict: tuple[str, ...]
    smallest: str
    fix: tuple[str, ...]
    invite: tuple[str, ...]
    fixed: Mapping[str, int]


def hindrance_of(names: Names, pool: Pool, found: Infeasible) -> Hindrance:
    """In sentences. What conflicts is what the panel wants; what is to be changed are the quotas of the seats."""
    reader, why = names.reader, found["infeasible"]
    by_quotas = "category" in why["conflict"][0]
    new = {
        (each["category"], each["feature"]): (each["new_min"], each["new_max"])
        for each in why["cheapest_fix"]
    }
    changes: dict[Quota, Quota] = {
        quota: widen_quota(quota, *new[quota.category, quota.feature], *pool.scale_of(quota.category))
        for quota in pool.quotas.quotas
        if (quota.category, quota.feature) in new
    }
    fixed: dict[str, int] = {}
    for quota in pool.quotas.quotas:
        name, changed = f"{quota.category}__{quota.feature}", changes.get(quota, quota)
        fixed |= {"low__" + name: changed.low, "high__" + name: changed.high}
    return Hindrance(
        tuple(_conflict(names, side) for side in why["conflict"]),
        reader.text("draws.conflict_smallest") if by_quotas and why["smallest"] else "",
        tuple(
            reader.text(
                "draws.fix_quota",
                group=names.group(before.category, before.feature),
                before=f"{before.low}–{before.high}",
                after=f"{after.low}–{after.high}",
            )
            for before, after in changes.items()
        ),
        tuple(
            reader.plural(
                "draws.invite_people",
                each["people"],
                group=", ".join(names.group(*feature) for feature in each["features"].items()),
            )
            for each in why["invite"]
            if pool.opening is None  # who comes changes what is counted
        ),
        fixed if changes else {},
    )


def _conflict(names: Names, side: Mapping[str, Any]) -> str:
    text = names.reader.text
    if "category" not in side:
        return text("draws.conflict_people", **side)
    group = names.group(side["category"], side["feature"])
    if "min" in side:
        return text("draws.conflict_min", group=group, seats=side["min"], people=side["people"])
    return text("draws.conflict_max", group=group, seats=side["max"], people=side["people"])


def asking_in_words(reader: Reader, seats: int, asking: Asking) -> str:
    """How many to invite for so many seats, and from what that was learnt."""
    people = reader.plural("console.people", asking.people)
    if not asking.invited:
        return reader.plural("seats.asking_unknown", seats, people=people)
    accepted, invited = reader.number(asking.accepted), reader.number(asking.invited)
    learnt = reader.plural("seats.asking", seats, people=people, accepted=accepted, invited=invited)
    return f"{learnt} {reader.text('seats.asking_at_most')}" if asking.is_capped else learnt


def chance_in_words(reader: Reader, chance: float) -> str:
    """A chance as a share and as a layperson says it: 31,3 % (unas 31 de cada 100)."""
    return reader.text("draws.chance", percent=percent(chance), of_hundred=round(chance * 100))


def percent(share: float | None) -> str:
    """A share of one with a decimal; a dash where it is not shown."""
    return "—" if share is None else format_percent(share, decimals=1)
