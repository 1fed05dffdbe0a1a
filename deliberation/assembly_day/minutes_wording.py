"""Minutes in sentences: what the page, the PDF and the chat show, so that they cannot differ.

Everything that a reader sees is a string here, with the language it is in; a template only places it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from deliberation.assembly_day.ballot_results import BallotKind, Result, from_json
from deliberation.assembly_day.ballot_wording import BallotWords
from deliberation.assembly_day.minutes import MinutesCard
from i18n.dates import format_local_date, format_number, format_time
from i18n.localized import Localized, pick
from i18n.translator import Translator

HEADINGS = (
    "agreements_title",
    "agreements_none",
    "order_title",
    "votes_title",
    "votes_none",
    "dissent_title",
    "dissent_none",
    "dissent_reason",
    "notes_title",
    "method_title",
    "confirmed_title",
    "column_vote",
    "column_yes",
    "column_no",
    "column_abstain",
    "column_outcome",
)
_METHOD = ("method_votes", "method_passed", "method_order", "method_attendance", "method_confirmed")


@dataclass(frozen=True, slots=True)
class Said:
    """A text, and the language it is in: not everything was written in both."""

    text: str
    language: str


@dataclass(frozen=True, slots=True)
class WordedAgreement:
    """A proposal that passed, with its counts."""

    number: int
    text: Said
    counts: str


@dataclass(frozen=True, slots=True)
class WordedOrder:
    """The order of the agenda: each point, and how many chose it."""

    text: Said
    points: tuple[tuple[Said, str], ...]
    voters: str


@dataclass(frozen=True, slots=True)
class WordedVote:
    """A row of the table of votes."""

    number: str
    text: Said
    cells: tuple[str, str, str]
    outcome: str


@dataclass(frozen=True, slots=True)
class WordedDissent:
    """Who was against, as a share, and for what reasons."""

    text: Said
    amount: str
    reason: Said | None


@dataclass(frozen=True, slots=True)
class WordedMinutes:
    """Minutes whose every text is final, but for {page} and {pages} in `page`, which only the layout knows."""

    language: str
    unit: str
    kind: str
    title: Said
    status: str
    is_confirmed: bool
    corrects: tuple[Said, ...]
    facts: tuple[tuple[str, Said], ...]
    agreements: tuple[WordedAgreement, ...]
    orders: tuple[WordedOrder, ...]
    votes: tuple[WordedVote, ...]
    dissent: tuple[WordedDissent, ...]
    notes: tuple[Said, ...]
    confirmations: tuple[str, ...]
    method: tuple[str, ...]
    footer: str
    page: str
    headings: tuple[tuple[str, str], ...]


def word_minutes(
    card: MinutesCard, language: str, translator: Translator, *, unit: str, zone: ZoneInfo
) -> WordedMinutes:
    """The minutes in the sentences of a language."""
    return _Wording(card, language, translator, unit, zone).minutes()


class _Wording:
    """Finds the sentences of one document."""

    def __init__(
        self, card: MinutesCard, language: str, translator: Translator, unit: str, zone: ZoneInfo
    ) -> None:
        self._card = card
        self._content = card.content
        self._language = language
        self._translator = translator
        self._unit = unit[:1].upper() + unit[1:]
        self._zone = zone
        self._words = BallotWords(translator, language)
        self._ballots: list[tuple[Mapping[str, Any], Result]] = [
            (ballot, from_json(ballot["result"])) for ballot in card.content["ballots"]
        ]

    def minutes(self) -> WordedMinutes:
        kind = self._t("minutes_kind", number=self._card.number)
        title = self._said(self._content["facts"]["title"])
        return WordedMinutes(
            language=self._language,
            unit=self._unit,
            kind=kind,
            title=title,
            status=self._status(),
            is_confirmed=self._card.confirmed_at is not None,
            corrects=tuple(self._corrects()),
            facts=tuple(self._facts()),
            agreements=tuple(
                WordedAgreement(number, self._asked(ballot), self._words.counts(result))
                for number, (ballot, result) in enumerate(self._passed(), 1)
            ),
            orders=tuple(self._orders()),
            votes=tuple(self._votes()),
            dissent=tuple(self._dissent()),
            notes=tuple(self._paragraphs(self._content["notes"])),
            confirmations=tuple(self._confirmations()),
            method=tuple(self._t(key) for key in _METHOD),
            footer=self._t("minutes_footer", unit=self._unit, kind=kind, title=title.text),
            page=self._translator.text("brief.page", self._language, page="{page}", pages="{pages}"),
            headings=tuple((name, self._t(name)) for name in HEADINGS),
        )

    def _t(self, key: str, **params: object) -> str:
        return self._translator.text("ballots." + key, self._language, **params)

    def _said(self, localized: Localized) -> Said:
        found = pick(localized, self._language)
        language = next((code for code, text in localized.items() if text.strip() == found.text), "es")
        return Said(found.text, self._language if not found.fell_back else language)

    def _paragraphs(self, localized: Localized) -> Iterator[Said]:
        said = self._said(localized)
        return (Said(line.strip(), said.language) for line in said.text.splitlines() if line.strip())

    def _own(self, text: str) -> Said:
        return Said(text, self._language)

    def _day(self, moment: datetime) -> str:
        return format_local_date(moment, self._language, self._zone)

    def _status(self) -> str:
        confirmed = self._card.confirmed_at
        if confirmed is None:
            return self._t("minutes_draft")
        return self._t("minutes_confirmed", day=self._day(confirmed))

    def _corrects(self) -> Iterator[Said]:
        corrects = self._content["corrects"]
        if corrects is not None:
            yield self._own(self._t("minutes_corrects", number=corrects["number"]))
            yield from self._paragraphs(corrects["why"])

    def _facts(self) -> Iterator[tuple[str, Said]]:
        facts = self._content["facts"]
        begins, ends = (datetime.fromisoformat(facts[name]) for name in ("starts_at", "ends_at"))
        hours = f"{format_time(begins, self._zone)}–{format_time(ends, self._zone)}"
        yield self._t("fact_when"), self._own(f"{self._day(begins)}, {hours}")
        yield self._t("fact_place"), Said(facts["place"], "es")
        yield self._t("fact_purpose"), self._said(facts["purpose"])
        if any(facts["agenda"].values()):
            agenda = self._said(facts["agenda"])
            yield self._t("fact_agenda"), Said("; ".join(agenda.text.splitlines()), agenda.language)
        yield self._t("fact_attendance"), self._own(self._attendance())

    def _attendance(self) -> str:
        attendance = self._content["attendance"]
        if attendance["total"] is None:
            return self._t("attendance_few", threshold=attendance["threshold"])
        said = self._translator.plural("ballots.attendance", self._language, attendance["total"])
        if attendance["others"] is None:
            return said
        return f"{said} " + self._translator.plural(
            "ballots.attendance_others", self._language, attendance["others"]
        )

    def _passed(self) -> Iterator[tuple[Mapping[str, Any], Result]]:
        return ((ballot, result) for ballot, result in self._ballots if result.passed)

    def _asked(self, ballot: Mapping[str, Any]) -> Said:
        said = self._said(ballot["text"])
        if ballot["kind"] != BallotKind.DELEGATE:
            return said
        return Said(self._t("delegate_asked", item=said.text), said.language)

    def _orders(self) -> Iterator[WordedOrder]:
        for ballot, result in self._ballots:
            if not result.order:
                continue
            labels = {option["value"]: self._said(option["label"]) for option in ballot["options"]}
            counts = result.counts or {}
            points = tuple(
                (labels[value], self._words.chosen_by(counts[value]) if counts else "")
                for value in result.order
            )
            yield WordedOrder(self._said(ballot["text"]), points, self._words.counts(result))

    def _votes(self) -> Iterator[WordedVote]:
        for ballot, result in self._ballots:
            if result.order:
                continue
            counts = result.counts
            hidden = "" if result.void else "—"
            cells = [
                hidden if counts is None else format_number(counts[name]) for name in ("yes", "no", "abstain")
            ]
            yield WordedVote(
                format_number(ballot["number"]),
                self._asked(ballot),
                (cells[0], cells[1], cells[2]),
                self._words.outcome(result),
            )

    def _dissent(self) -> Iterator[WordedDissent]:
        for ballot, result in self._ballots:
            reason = self._content["dissent"].get(str(ballot["id"]))
            against = (result.counts or {}).get("no", 0) if result.passed is not None else 0
            if not against and not reason:
                continue
            amount = self._t("dissent_hidden")
            if result.counts is not None and result.voters is not None:
                amount = self._t("dissent_amount", share=self._words.share(against, result.voters))
            yield WordedDissent(self._asked(ballot), amount, self._said(reason) if reason else None)

    def _confirmations(self) -> Iterator[str]:
        for each in self._card.confirmations:
            role = self._translator.text("console.role_" + each.role, self._language)
            yield self._t("confirmed_by", role=role, day=self._day(each.at))
