"""The report for coordination meetings in the words of a language: programmes, targets, commitments, gaps."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from deliberation.commitments.matrix import Matrix, Row
from deliberation.commitments.programmes import ProgrammeCard
from deliberation.commitments.units import UnitCard
from deliberation.council.goals import goal_key
from i18n.dates import format_date, format_number
from i18n.localized import Localized, pick
from i18n.translator import Translator


@dataclass(frozen=True, slots=True)
class Entry:
    """One commitment or programme under a target: what it is, of whom, how it stands, what shows it."""

    name: str
    unit: str
    stands: str
    shown: str


@dataclass(frozen=True, slots=True)
class Target:
    """A target with all that is done for it."""

    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class UnitPart:
    """A unit with its programmes: name, whether it includes people, since when, what shows it."""

    title: str
    about: str
    rows: tuple[tuple[str, str, str, str], ...]


@dataclass(frozen=True, slots=True)
class WordedRegister:
    """The whole report, ready to be placed."""

    language: str
    house: str
    kind: str
    title: str
    day: str
    opening: str
    figures: tuple[tuple[str, str], ...]
    gaps_title: str
    gaps: tuple[str, ...]
    targets_title: str
    targets: tuple[Target, ...]
    units_title: str
    columns: tuple[str, str, str, str]
    units: tuple[UnitPart, ...]
    nothing: str
    rule: str
    page: str


@dataclass(frozen=True, slots=True)
class Registry:
    """Writes it in one language. house: the Unit's name."""

    translator: Translator
    language: str
    house: str

    def write(self, matrix: Matrix, programmes: Sequence[ProgrammeCard], day: date) -> WordedRegister:
        """The report as of a day."""
        written = format_date(day, self.language)
        return WordedRegister(
            language=self.language,
            house=self.house[:1].upper() + self.house[1:],
            kind=self._t("report_kind"),
            title=self._t("report_title"),
            day=written,
            opening=self._t("report_opening", date=written),
            figures=self._figures(matrix, programmes),
            gaps_title=self._t("gaps_title"),
            gaps=self._gaps(matrix),
            targets_title=self._t("matrix_title"),
            targets=tuple(self._target(row, matrix.units) for row in matrix.rows if row.count),
            units_title=self._t("register_title"),
            columns=(
                self._t("programme_name"),
                self._t("inclusion"),
                self._t("since"),
                self._t("evidence"),
            ),
            units=tuple(self._unit(unit, programmes) for unit in matrix.units),
            nothing=self._t("report_nothing"),
            rule=self._t("rule"),
            page=self.translator.text("sittings.page", self.language, page="{page}", pages="{pages}"),
        )

    def _figures(self, matrix: Matrix, programmes: Sequence[ProgrammeCard]) -> tuple[tuple[str, str], ...]:
        included = sum(each.inclusion != "no" for each in programmes)
        counted = (
            ("figure_units", len(matrix.units), None),
            ("figure_included", included, len(programmes)),
            (
                "figure_kept",
                sum(card.light == "kept" for card in matrix.commitments),
                len(matrix.commitments),
            ),
            ("figure_goals", len(matrix.rows) - len(matrix.gaps), len(matrix.rows)),
        )
        return tuple((self._of(part, whole), self._t(label)) for label, part, whole in counted)

    def _of(self, part: int, whole: int | None) -> str:
        if whole is None:
            return format_number(part)
        return self._t("part_of", part=format_number(part), whole=format_number(whole))

    def _gaps(self, matrix: Matrix) -> tuple[str, ...]:
        said = [self._t("gap_goal", goal=self._goal(goal)) for goal in matrix.gaps]
        said += [self._t("gap_unproven", goal=self._goal(goal)) for goal in matrix.unproven]
        said += [self._t("gap_unit", unit=self._said(unit.name)) for unit in matrix.idle]
        said += [self._t("gap_aimless", promise=self._said(card.text)) for card in matrix.aimless]
        return tuple(said)

    def _target(self, row: Row, units: Sequence[UnitCard]) -> Target:
        entries = []
        for unit, cell in zip(units, row.cells, strict=True):
            for card in cell.commitments:
                until = self._t("until", date=format_date(card.due_on, self.language))
                stands = f"{self._t('light_' + card.light)} · {until}"
                entries.append(
                    Entry(
                        self._said(card.text), self._said(unit.name), stands, self._shown(proven=card.proven)
                    )
                )
            for programme in cell.programmes:
                stands = self._t("inclusion_" + programme.inclusion)
                name, shown = self._said(programme.name), self._shown(proven=programme.proven)
                entries.append(Entry(name, self._said(unit.name), stands, shown))
        return Target(self._goal(row.goal), tuple(entries))

    def _shown(self, *, proven: bool) -> str:
        return self._t("shown") if proven else self._t("shown_not")

    def _unit(self, unit: UnitCard, programmes: Sequence[ProgrammeCard]) -> UnitPart:
        area = self.translator.text("sittings.area_" + unit.area, self.language)
        about = f"{unit.institution} · {area}" if unit.institution else area
        own = [each for each in programmes if each.unit_id == unit.id]
        return UnitPart(self._said(unit.name), about, tuple(self._row(each) for each in own))

    def _row(self, programme: ProgrammeCard) -> tuple[str, str, str, str]:
        since = programme.included_since
        return (
            self._said(programme.name),
            self._t("inclusion_" + programme.inclusion),
            format_date(since, self.language) if since else "—",
            " ".join(filter(None, (self._said(programme.evidence), programme.evidence_link))) or "—",
        )

    def _goal(self, code: str) -> str:
        return f"{code} · {self.translator.text(goal_key(code), self.language)}"

    def _said(self, text: Localized) -> str:
        return pick(text, self.language).text

    def _t(self, key: str, **params: object) -> str:
        return self.translator.text("commitments." + key, self.language, **params)
