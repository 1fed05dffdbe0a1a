"""The letter that calls a sitting together, and the minutes of one, in the words of a language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from deliberation.council.agenda import ItemCard
from deliberation.council.choosing import Choice
from deliberation.council.sittings import BY_HAND, SittingCard
from i18n.dates import format_local_date, format_moment, format_number, format_percent
from i18n.localized import Localized, pick
from i18n.translator import Translator


@dataclass(frozen=True, slots=True)
class Point:
    """An item of the agenda: what it is, what is asked, and what was decided."""

    number: int
    title: str
    lines: tuple[str, ...]
    outcome: str
    reason: str


@dataclass(frozen=True, slots=True)
class Paper:
    """A letter or minutes. head: what it is; facts: label and value; closing: what follows the items."""

    language: str
    unit: str
    head: str
    number: str
    day: str
    title: str
    opening: str
    facts: tuple[tuple[str, str], ...]
    heading: str
    points: tuple[Point, ...]
    closing: tuple[str, ...]
    signature: str
    footer: str
    page: str


@dataclass(frozen=True, slots=True)
class Clerk:
    """Writes in one language. units: id → name; seat: whether the empty seat is open to this sitting."""

    translator: Translator
    language: str
    unit: str
    zone: ZoneInfo
    units: Mapping[int, Localized]

    def letter(self, sitting: SittingCard, *, seat: bool) -> Paper:
        """The convocation: where, when, on what, and how the agenda came about."""
        when = format_moment(sitting.starts_at, self.language, self.zone)
        opening = self._t("letter_opening", title=self._said(sitting.title))
        facts = (
            (self._t("body_label"), sitting.body),
            (self._t("starts_at"), when),
            (self._t("place"), sitting.place),
            (self._t("minutes_label"), self._count(sitting.minutes)),
        )
        closing = [self._t("letter_seat"), self._t("letter_public")] if seat else [self._t("letter_public")]
        if sitting.choice:
            closing = [
                self._how(sitting),
                self._left(sitting.choice[0]),
                self._owed(sitting.choice[0]),
                *closing,
            ]
        return self._paper(
            sitting,
            head=self._t("letter_head"),
            opening=opening,
            facts=facts,
            points=[self._asked(number, item) for number, item in enumerate(sitting.items, 1)],
            closing=closing,
        )

    def minutes(self, sitting: SittingCard) -> Paper:
        """What was decided, and why."""
        record = sitting.record
        moment = sitting.held_at or sitting.starts_at
        facts = [
            (self._t("body_label"), sitting.body),
            (self._t("starts_at"), format_moment(sitting.starts_at, self.language, self.zone)),
            (self._t("place"), sitting.place),
            (
                self._t("present_label"),
                self._t("present_of", present=record["present"], members=record["members"]),
            ),
        ]
        if record.get("chaired"):
            facts.append((self._t("chaired"), record["chaired"]))
        closing = [pick(record["notes"], self.language).text] if record.get("notes") else []
        closing.append(self._t("minutes_closed", moment=format_moment(moment, self.language, self.zone)))
        return self._paper(
            sitting,
            head=self._t("minutes_head"),
            opening=self._t("minutes_opening", title=self._said(sitting.title)),
            facts=tuple(facts),
            points=[self._decided(number, item) for number, item in enumerate(sitting.items, 1)],
            closing=closing,
        )

    def _paper(
        self,
        sitting: SittingCard,
        *,
        head: str,
        opening: str,
        facts: tuple[tuple[str, str], ...],
        points: Sequence[Point],
        closing: Sequence[str],
    ) -> Paper:
        day = sitting.held_at or sitting.convened_at
        number = sitting.letter_number or self._t("letter_draft")
        return Paper(
            language=self.language,
            unit=self.unit[:1].upper() + self.unit[1:],
            head=head,
            number=self._t("letter_numbered", number=number),
            day=format_local_date(day, self.language, self.zone) if day else "",
            title=self._said(sitting.title),
            opening=opening,
            facts=facts,
            heading=self._t("agenda"),
            points=tuple(points),
            closing=tuple(closing),
            signature=self._t("signature"),
            footer=f"{self._said(sitting.title)} · {number}",
            page=self._t("page", page="{page}", pages="{pages}"),
        )

    def _asked(self, number: int, item: ItemCard) -> Point:
        lines = [self._said(item.request)] if item.request else []
        lines.append(self._count(item.minutes))
        if item.competence:
            lines.append(f"{self._t('competence')}: {self._t('competence_' + item.competence)}")
        if unit := self.units.get(item.unit_id or 0):
            lines.append(f"{self._t('unit')}: {self._said(unit)}")
        return Point(number, self._said(item.title), tuple(lines), "", "")

    def _decided(self, number: int, item: ItemCard) -> Point:
        assert item.decision is not None
        outcome = self.translator.text("console.decision_" + item.decision.outcome, self.language)
        sent = item.decision.sent_to
        if sent:
            outcome = f"{outcome}: {self._said(sent)}"
        return Point(number, self._said(item.title), (), outcome, self._said(item.decision.reason))

    def _how(self, sitting: SittingCard) -> str:
        rule = self.translator.text("council.rule_" + sitting.choice[0].rule.replace("-", "_"), self.language)
        changed = [self._t("letter_by_hand")] if sitting.rule == BY_HAND else []
        return " ".join([self._t("letter_chosen"), rule, *changed])

    def _left(self, choice: Choice) -> str:
        if choice.people.left == 0:
            return self.translator.text("council.left_out_nobody", self.language)
        if choice.people.left is None or not choice.people.of:
            return self._t("left_few")
        left, of = format_number(choice.people.left), format_number(choice.people.of)
        return self._t(
            "left", left=left, of=of, percent=format_percent(choice.people.left / choice.people.of)
        )

    def _owed(self, choice: Choice) -> str:
        """What small groups are granted."""
        if not choice.minimum:
            return self.translator.text("council.minimum_none", self.language)
        share = format_number(choice.minimum)
        return self.translator.text("council.minimum", self.language, share=share)

    def _count(self, minutes: int) -> str:
        return self.translator.plural("sittings.minutes", self.language, minutes)

    def _said(self, text: Localized) -> str:
        return pick(text, self.language).text

    def _t(self, key: str, **params: object) -> str:
        return self.translator.text("sittings." + key, self.language, **params)
