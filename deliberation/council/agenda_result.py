"""The choice of an agenda as the file AGENDA.json: what is on it and why, what is not, and who is left out."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from importlib.metadata import version
from typing import Any

from deliberation.council.agenda_file import UNIT, Docket
from deliberation.council.agenda_wording import explain
from deliberation.maths.agenda.approval import approval
from deliberation.maths.agenda.minimum import RULES, Claim, Granted, choose
from deliberation.maths.agenda.proposals import Agenda, LeftOut, Place, left_out
from deliberation.maths.agenda.sets import sizes
from i18n.translator import Translator
from surveys.disclosure import Shown, protect_exclusive

COUNTS_ONLY = "approval"
Result = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Wish:
    """What an organiser asks for. minutes: in hundredths; minimum: which part of the voters is owed an item, if any."""

    rule: str
    minutes: int
    minimum: Fraction | None = None


def agenda_of(docket: Docket, wish: Wish, *, threshold: int, translator: Translator) -> Result:
    """The agenda by the rule that is asked for, beside the other rules.

    Where the files only say how many approve of an item there is nothing to share out between people: then the most
    approved items are taken as long as they fit, and the result says so.

    threshold: no count of the people of a group below it is told
    """
    report = _Report(docket, threshold)
    if docket.proposals is None:
        granted = Granted(approval(docket.counted, wish.minutes), (), ())
        rule, minimum, compared = COUNTS_ONLY, None, {}
    else:
        granted = choose(wish.rule, docket.proposals, wish.minutes, wish.minimum)
        rule, minimum = wish.rule, wish.minimum
        compared = {
            other: report.compared(RULES[other](docket.proposals, wish.minutes, ()))
            for other in RULES
            if other != wish.rule or granted.met
        }
    result = {
        "rule": rule,
        "asked_rule": wish.rule,
        "ballots": docket.proposals is not None,
        "minutes": _minutes(wish.minutes),
        "used": _minutes(granted.agenda.used),
        "items": [report.place(number, place) for number, place in enumerate(granted.agenda.places, 1)],
        "left_out_items": report.items_left_out(granted.agenda, wish.minutes),
        "left_out_people": report.people_left_out(granted.agenda.items),
        "minimum": None if minimum is None else report.minimum(minimum, granted),
        "compared": compared,
        "ignored_columns": list(docket.ignored),
    }
    sentences = {language: explain(result, translator, language) for language in translator.languages}
    return {**result, "explanation": sentences, "version": version("rimay")}


@dataclass(frozen=True, slots=True)
class _Report:
    docket: Docket
    threshold: int

    def place(self, number: int, place: Place) -> Result:
        """An item of the agenda."""
        return {
            **self._item(place.item),
            "position": number,
            "why": place.why,
            "after_one_that_did_not_fit": place.later,
            "paid_by": None if place.payers is None else self._paid(place),
        }

    def items_left_out(self, agenda: Agenda, minutes: int) -> list[Result]:
        """Those that are not on the agenda, the most approved first, and why not."""
        rank, chosen = self.docket.counted.rank, set(agenda.items)
        left = sorted(set(range(len(rank))) - chosen, key=rank.__getitem__)
        return [{**self._item(item), "reason": self._reason(item, minutes)} for item in left]

    def people_left_out(self, items: list[int]) -> Result | None:
        """How many voters have nothing on the agenda that they approve of; of groups what may be told."""
        if self.docket.proposals is None:
            return None
        everyone, groups = left_out(self.docket.proposals, items)
        told: Result = {"count": everyone.count, "of": everyone.of, "share": _share(everyone)}
        if groups:
            told["groups"] = self._groups(groups, everyone)
        return told

    def compared(self, agenda: Agenda) -> Result:
        """What another rule would have chosen."""
        return {
            "items": [self.docket.items[item].id for item in agenda.items],
            "used": _minutes(agenda.used),
            "left_out_people": self.people_left_out(agenda.items),
        }

    def minimum(self, share: Fraction, granted: Granted) -> Result:
        """The minimum that is granted, what it gave, and what it could not give."""
        return {
            "share": float(share),
            "met": [self._claim(claim) for claim in granted.met],
            "unmet": [self._claim(claim) for claim in granted.unmet],
        }

    def _item(self, item: int) -> Result:
        known = self.docket.items[item]
        return {
            "id": known.id,
            "title": known.title,
            "minutes": _minutes(known.minutes),
            "approvals": self.docket.counted.approvals[item],
        }

    def _paid(self, place: Place) -> Result:
        most = None if place.most is None else float(place.most / UNIT)
        paid: Result = {"people": place.payers, "most": most}
        if self.docket.proposals is not None and place.groups:
            supporters = sizes(self.docket.proposals.groups & self.docket.proposals.approvers[place.item])
            shown = self._protected(supporters, self.docket.counted.approvals[place.item])
            paid["groups"] = {
                name: None if count is None else float(amount / UNIT)
                for name, amount, count in zip(self.docket.groups, place.groups, shown, strict=True)
            }
        return paid

    def _reason(self, item: int, minutes: int) -> str:
        if not self.docket.counted.approvals[item]:
            return "nobody"
        return "too_long" if self.docket.counted.minutes[item] > minutes else "no_minutes"

    def _groups(self, groups: Sequence[LeftOut], everyone: LeftOut) -> list[Result]:
        counts = self._protected([group.count for group in groups], everyone.count)
        people = self._protected([group.of for group in groups], everyone.of)
        return [
            {"group": name, "count": None if of is None else count, "of": of}
            for name, count, of in zip(self.docket.groups, counts, people, strict=True)
        ]

    def _protected(self, counts: list[int], everyone: int) -> Shown:
        """Counts by group: who is in no known group is a cell as well, that is not shown."""
        return protect_exclusive((*counts, everyone - sum(counts)), everyone, self.threshold)[:-1]

    def _claim(self, claim: Claim) -> Result:
        group = None if claim.group is None else self.docket.groups[claim.group]
        people = claim.people if claim.people >= self.threshold or group is None else None
        return {"item": self.docket.items[claim.item].id, "people": people, "group": group}


def _minutes(hundredths: int) -> int | float:
    return hundredths // UNIT if hundredths % UNIT == 0 else hundredths / UNIT


def _share(left: LeftOut) -> float | None:
    return left.count / left.of if left.of else None
