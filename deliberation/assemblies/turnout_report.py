"""Who was invited to an assembly, who came, and who declined and why: by group, beside the population.

Numbers of a group are shown together or not at all: of three that add up two give the third away. Where they are not
shown a share in thirds says how it went, and no group stands alone in being withheld.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.clock import now
from core.tables import Participant
from deliberation.assemblies.draws import newest_draw
from deliberation.assemblies.opinion_groups import deliberation_of, list_deliberations_in
from deliberation.assemblies.reference import Reference, features_of, get_planned
from deliberation.assemblies.tables import Assembly, DrawTicket, Invitation
from deliberation.assembly_day.tables import Door
from deliberation.maths.weights import Margin, presence_of
from i18n.localized import Localized
from surveys.disclosure import Shown, protect_exclusive

OUTCOMES = ("yes", "waiting", "no", "silent")
THIRDS = ("few", "half", "most")
UNSAID = ""


@dataclass(frozen=True, slots=True)
class Answered:
    """One person invited: what they answered, whether they came, what they count for."""

    answer: str
    came: bool
    features: Mapping[str, str]
    reason: str | None = None
    walk_in: bool = False
    """Was not invited, and joined on the day."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of a number of invitations."""

    invited: int
    yes: int
    waiting: int
    no: int
    silent: int
    came: int

    def cells(self) -> tuple[int, ...]:
        """Of each invitation one: what was answered, and of those who said yes, who came and who did not.

        Who came without having said yes is one of those who came.
        """
        return self.came, max(0, self.yes - self.came), self.waiting, self.no, self.silent


@dataclass(frozen=True, slots=True)
class GroupLine:
    """A group of the report. counts is None where they are withheld; then the thirds say how it went, if that may be.

    share:  of the population that was entered; None where it was not
    margin: between which shares of those who come chance would leave the group, in 95 of 100 assemblies; where every
            number of who came is shown
    """

    category: str
    value: str
    share: float | None
    invited: int | None
    counts: Counts | None
    said_yes: str | None
    came: str | None
    margin: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class TurnoutReport:
    """The whole report.

    walk_ins: came without an invitation, by the code on the wall; others: those counted at the doors, without a phone
    reasons:  why people declined, with a number where it is shown
    later:    whether opinion groups are shown only when it is over
    """

    title: Localized
    total: Counts
    walk_ins: int
    others: int
    groups: tuple[GroupLine, ...]
    reasons: tuple[tuple[str, int | None], ...]
    later: bool


def report_turnout(db: Session, assembly_id: int, threshold: int) -> TurnoutReport:
    """Under disclosure control, for the council and the public. Raises NotFound."""
    assembly = get_planned(db, assembly_id)
    everybody = list_answered(db, assembly)
    answered = [each for each in everybody if not each.walk_in]
    categories = categories_of(assembly)
    return TurnoutReport(
        assembly.title,
        counted(answered),
        sum(each.walk_in and each.came for each in everybody),
        count_others(db, assembly_id),
        tuple(
            line
            for category, values in categories.items()
            for line in by_group(answered, category, values, assembly.reference or {}, threshold)
        ),
        tuple(_reasons(find_reasons(assembly, everybody), threshold)),
        shows_opinions_later(assembly),
    )


def counted(answered: Iterable[Answered]) -> Counts:
    """How many of each outcome."""
    people = list(answered)
    answers = Counter(each.answer for each in people)
    return Counts(
        invited=len(people),
        yes=answers["yes"],
        waiting=answers["waiting"],
        no=answers["no"],
        silent=answers["none"] + answers["lapsed"],
        came=sum(each.came for each in people),
    )


def by_group(
    answered: Sequence[Answered],
    category: str,
    values: Sequence[str],
    reference: Reference,
    threshold: int,
    *,
    beside: Sequence[GroupLine] = (),
) -> list[GroupLine]:
    """One category: a line for each value. Pure.

    beside: lines of the same people that are shown elsewhere: what is withheld to protect another is withheld there
    """
    members = [[each for each in answered if each.features.get(category) == value] for value in values]
    others = [each for each in answered if each.features.get(category) not in values]
    sizes: Shown = protect_exclusive((*map(len, members), len(others)), len(answered), threshold)
    counts = [counted(each) for each in members]
    open_ones = {at for at, each in enumerate(counts) if sizes[at] is not None and _shows(each, threshold)}
    withheld = sum(at not in open_ones for at in range(len(values))) + bool(others)
    if withheld == 1:  # all together less the others would give it away
        companions = [at for at in open_ones if counts[at].invited]
        companions = [at for at in companions if beside and beside[at].counts is None] or companions
        open_ones -= {min(companions, key=lambda at: counts[at].invited)} if companions else set()
    population = reference.get(category, {})
    whole = sum(population.values())
    margins = _margins([each.came for each in counts]) if len(open_ones) == len(values) else None
    return [
        GroupLine(
            category,
            value,
            population[value] / whole if whole and value in population else None,
            sizes[at],
            counts[at] if at in open_ones else None,
            _third(counts[at].yes, sizes[at]) if at not in open_ones else None,
            _third(counts[at].came, sizes[at]) if at not in open_ones else None,
            margins[at] if margins else None,
        )
        for at, value in enumerate(values)
    ]


def _shows(counts: Counts, threshold: int) -> bool:
    """Whether no cell is small, and not everybody in one: that would tell what each of them did."""
    cells = counts.cells()
    large_enough = all(not cell or cell >= threshold for cell in cells)
    return large_enough and (not counts.invited or counts.invited not in cells)


def _margins(came: Sequence[int]) -> list[tuple[float, float]] | None:
    if not any(came):
        return None
    found = presence_of(Margin(np.repeat(np.arange(len(came)), came), np.ones(len(came))))
    return list(zip(found.low.tolist(), found.high.tolist(), strict=True))


def _third(part: int, shown: int | None) -> str | None:
    return None if not shown else THIRDS[min(2, 3 * part // shown)]


def list_answered(db: Session, assembly: Assembly) -> list[Answered]:
    """Who was invited, and who walked in: as the pool of the draw counted them, else by their profile as it is now."""
    draw_id = newest_draw(db, assembly.id)
    tickets = select(DrawTicket.participant_id, DrawTicket.features).where(DrawTicket.draw_id == draw_id)
    drawn = {row.participant_id: row.features for row in db.execute(tickets)}
    query = (
        select(Invitation, Participant.language, Participant.profile)
        .join(Participant, Participant.id == Invitation.participant_id)
        .where(Invitation.assembly_id == assembly.id)
        .order_by(Invitation.id)
    )
    return [
        Answered(
            row.answer,
            row.came,
            features_of(language, profile) | drawn.get(row.participant_id, {}),
            row.reason,
            row.walk_in,
        )
        for row, language, profile in db.execute(query)
    ]


def categories_of(assembly: Assembly) -> dict[str, list[str]]:
    """Those of the quotas, and those of the population beside them; opinion groups when it is over.

    Until then numbers move: who sees somebody come in, or answer, would see the opinion of whom it was.
    """
    found: dict[str, dict[str, None]] = {}
    for quota in assembly.quotas or ():
        found.setdefault(quota["category"], {})[quota["value"]] = None
    for category, values in (assembly.reference or {}).items():
        found.setdefault(category, {}).update(dict.fromkeys(values))
    later = shows_opinions_later(assembly)
    return {
        category: list(values)
        for category, values in found.items()
        if not (later and deliberation_of(category))
    }


def shows_opinions_later(assembly: Assembly) -> bool:
    """Whether it counts by opinion groups and is not over."""
    counted = {quota["category"] for quota in assembly.quotas or ()} | set(assembly.reference or ())
    return assembly.ends_at > now() and bool(list_deliberations_in(counted))


def count_others(db: Session, assembly_id: int) -> int:
    """People who came and have no telephone, as the doors counted them."""
    query = select(func.coalesce(func.sum(Door.others), 0)).where(Door.assembly_id == assembly_id)
    return int(db.scalar(query) or 0)


def find_reasons(assembly: Assembly, everybody: Iterable[Answered]) -> Counter[str]:
    """Why people declined, with UNSAID. What was counted before it was forgotten stays as it was."""
    if assembly.tallied is not None:
        return Counter(assembly.tallied["reasons"])
    return Counter(each.reason or UNSAID for each in everybody if each.answer == "no" and not each.walk_in)


def _reasons(declined: Counter[str], threshold: int) -> list[tuple[str, int | None]]:
    reasons = sorted(declined, key=lambda reason: (-declined[reason], reason))
    shown = protect_exclusive([declined[reason] for reason in reasons], declined.total(), threshold)
    return list(zip(reasons, shown, strict=True))
