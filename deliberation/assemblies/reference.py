"""The population that an assembly should look like, as an organiser entered it, and who is missing beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.audit import note_act
from core.errors import NotFound
from core.tables import Participant
from deliberation.assemblies.assembly import invitable
from deliberation.assemblies.households import household_in
from deliberation.assemblies.opinion_groups import (
    NO_GROUP,
    category_of,
    find_groups,
    list_deliberations_in,
)
from deliberation.assemblies.tables import Assembly
from deliberation.maths.weights import Margin, presence_of
from surveys.disclosure import protect_exclusive
from surveys.questionnaire import Keep

LANGUAGE = "language"
CATEGORIES = (Keep.GENDER.value, Keep.AGE.value, Keep.CANTON.value, Keep.SITUATION.value, LANGUAGE)
"""What quotas are about. All but the language people said for their profile; a person is in one value of each."""
Reference = dict[str, dict[str, int]]


@dataclass(frozen=True, slots=True)
class Eligible:
    """Somebody who may be invited, and what is known of them for quotas."""

    participant_id: int
    features: Mapping[str, str]
    household: str = ""


@dataclass(frozen=True, slots=True)
class Presence:
    """How many of one value there are beside the population. None: a number that is not shown.

    verdict: missing, over, alike, or hidden where what is shown does not say
    """

    value: str
    count: int | None
    share: float | None
    low: float | None
    high: float | None
    reference: float
    verdict: str


def set_reference(db: Session, assembly_id: int, reference: Reference, *, account_id: int | None) -> None:
    """Keep the counts of the population. A category of which nothing is known is not in them."""
    assembly = get_planned(db, assembly_id)
    assembly.reference = {category: dict(values) for category, values in reference.items() if values} or None
    note_act(db, account_id, "set_reference", "assembly", assembly_id)


def list_eligible(db: Session, assembly: Assembly) -> list[Eligible]:
    """Who may be invited to it: who agreed, can be reached, and is of its audience."""
    query = select(Participant.id, Participant.language, Participant.profile).where(invitable(assembly))
    categories = {quota["category"] for quota in assembly.quotas or ()} | set(assembly.reference or ())
    groups = {category_of(each): find_groups(db, each) for each in list_deliberations_in(categories)}
    return [
        Eligible(
            row.id,
            features_of(row.language, row.profile)
            | {category: group.get(row.id, NO_GROUP) for category, group in groups.items()},
            household_in(row.profile),
        )
        for row in db.execute(query.order_by(Participant.id))
    ]


def who_is_missing(
    people: Sequence[Eligible], reference: Reference, threshold: int
) -> dict[str, list[Presence]]:
    """For each category of the reference: who may be invited, beside who lives there. Pure.

    Shares are said where no number of the category is withheld; who is missing, also where one is.
    """
    return {
        category: _presence([person.features.get(category, "") for person in people], values, threshold)
        for category, values in reference.items()
    }


def get_planned(db: Session, assembly_id: int) -> Assembly:
    """The assembly itself, for who plans it. Raises NotFound."""
    row = db.get(Assembly, assembly_id)
    if row is None:
        raise NotFound
    return row


def features_of(language: str, profile: Mapping[str, Any]) -> dict[str, str]:
    """What somebody counts for, by category; what they have not said is not there."""
    said = {category: profile.get(category) for category in CATEGORIES} | {LANGUAGE: language}
    return {category: value for category, value in said.items() if isinstance(value, str) and value}


def _presence(said: Sequence[str], values: Mapping[str, int], threshold: int) -> list[Presence]:
    names = list(values)
    counts = [said.count(name) for name in names]
    shown = protect_exclusive((*counts, len(said) - sum(counts)), len(said), threshold)[:-1]
    if None not in shown:
        return _told(names, counts, values)
    # A small count is judged as if it reached the threshold: from the verdict nobody can rule out that it does.
    likely = [
        count if known is not None else max(count, threshold)
        for count, known in zip(counts, shown, strict=True)
    ]
    enough = len(said) >= threshold
    return [
        replace(
            each,
            count=known,
            share=None,
            low=None,
            high=None,
            verdict="missing" if enough and each.verdict == "missing" else "hidden",
        )
        for each, known in zip(_told(names, likely, values), shown, strict=True)
    ]


def _told(names: Sequence[str], counts: Sequence[int], values: Mapping[str, int]) -> list[Presence]:
    category = np.repeat(np.arange(len(names)), counts)
    found = presence_of(Margin(category, np.array([values[name] for name in names], float)))
    verdicts = np.where(found.missing, "missing", np.where(found.over, "over", "alike")).tolist()
    return [
        Presence(
            name,
            counts[at],
            float(found.share[at]),
            float(found.low[at]),
            float(found.high[at]),
            float(found.reference[at]),
            verdicts[at],
        )
        for at, name in enumerate(names)
    ]
