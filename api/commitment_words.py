"""Commitments and programmes as pages and files show them: in words, with the rule of their lights."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from api.figures import Bar
from api.reader import LANGUAGES, Reader
from deliberation.commitments.commitments import CommitmentCard
from deliberation.commitments.lights import LIGHTS
from deliberation.commitments.programmes import ProgrammeCard
from deliberation.commitments.progress import ReportCard
from deliberation.council.goals import GOALS, goal_key
from i18n.localized import Localized
from surveys.disclosure import protect_exclusive
from surveys.exporting.formulas import harmless

MARKS = {"red": "wrong", "amber": "here", "green": "done", "kept": "done", "dropped": "past"}
INCLUSION_MARKS = {"yes": "done", "partly": "here", "no": "wrong"}


@dataclass(frozen=True, slots=True)
class CommitmentWords:
    """Says them to one reader. threshold: of people that may be counted in public."""

    reader: Reader
    threshold: int

    def light(self, light: str) -> tuple[str, str]:
        """How it stands in a word, and how that is marked."""
        return self.reader.text("commitments.light_" + light), MARKS[light]

    def lights(self) -> list[tuple[str, str]]:
        """What may be asked for."""
        return [(light, self.light(light)[0]) for light in LIGHTS]

    def line(self, card: CommitmentCard) -> dict[str, Any]:
        """A row of the list."""
        word, mark = self.light(card.light)
        return {
            "id": card.id,
            "text": self.reader.local(card.text),
            "unit": self.reader.local(card.unit),
            "due": self.reader.day(card.due_on),
            "due_sort": card.due_on.isoformat(),
            "light": word,
            "mark": mark,
            "light_sort": LIGHTS.index(card.light),
            "progress": self.progress(card) or "—",
            "sdg": " · ".join(card.sdg) or "—",
        }

    def progress(self, card: CommitmentCard) -> str:
        """How far it is, where there is something to measure."""
        if card.value is None:
            return ""
        measured = {"value": self.number(card.value), "unit": self.reader.plain(card.measured_in)}
        if card.goal is None:
            return self.reader.text("commitments.value", **measured).strip()
        return self.reader.text("commitments.value_of_goal", goal=self.number(card.goal), **measured).strip()

    def details(self, card: CommitmentCard) -> list[tuple[str, Any]]:
        """Label and value of all that was written of it."""
        said = self.reader.local
        day, done, dropped = self.reader.day(card.due_on), card.done_on, card.dropped_on
        facts = [
            ("unit", said(card.unit)),
            ("target", said(card.target)),
            ("indicator", said(card.indicator)),
            ("measured_in", said(card.measured_in) if card.measured_in else ""),
            ("baseline", self.number(card.baseline)),
            ("goal", self.number(card.goal)),
            ("value_label", self.number(card.value)),
            ("budget_line", card.budget_line),
            ("budget", self.dollars(card.budget)),
            ("due", day),
            ("done_on", self.reader.day(done) if done else ""),
            ("dropped_on", self.reader.day(dropped) if dropped else ""),
        ]
        return [(self.reader.text("commitments." + name), value) for name, value in facts if value]

    def number(self, number: float | None) -> str:
        """Empty for what was not written."""
        return "" if number is None else self.reader.number(int(number) if number == int(number) else number)

    def dollars(self, amount: int | None) -> str:
        """An amount of money."""
        if amount is None:
            return ""
        return self.reader.text("commitments.dollars", amount=self.reader.number(amount))

    def goals(self, codes: Iterable[str]) -> list[tuple[str, str]]:
        """Targets, each with its words."""
        return [(code, self.reader.text(goal_key(code))) for code in codes]

    def ticks(self, ticked: Iterable[str]) -> list[tuple[str, str, bool]]:
        """Every target, with whether it is ticked."""
        chosen = set(ticked)
        return [(code, words, code in chosen) for code, words in self.goals(GOALS)]

    def report(self, card: CommitmentCard, report: ReportCard) -> dict[str, Any]:
        """What was reported."""
        measured = "" if report.value is None else self.reader.text(
            "commitments.value", value=self.number(report.value), unit=self.reader.plain(card.measured_in)
        ).strip()  # fmt: skip
        return {
            "id": report.id,
            "day": self.reader.day(report.reported_at),
            "note": self.reader.local(report.note),
            "value": measured,
            "link": report.link,
            "proof": self.reader.text("commitments.proof_" + report.proof_type.partition("/")[0])
            if report.proof_type
            else "",
            "finished": report.finished,
        }

    def noticed(self, counted: Mapping[str, int]) -> list[Bar]:
        """What contributors noticed: no small number of them, and nothing that gives one away."""
        total = sum(counted.values())
        if not total:
            return []
        shown = protect_exclusive(tuple(counted.values()), total, self.threshold)
        bars = []
        for reply, count in zip(counted, shown, strict=True):
            label = self.reader.text("commitments.noticed_" + reply)
            if count is None:
                bars.append(Bar(label, self.reader.text("commitments.not_shown"), 0.0, suppressed=True))
            else:
                share = round(100 * count / total, 1)
                bars.append(Bar(label, self.reader.share(count, total), share))
        return bars

    def programme(self, card: ProgrammeCard) -> dict[str, Any]:
        """A row of the register."""
        return {
            "id": card.id,
            "name": self.reader.local(card.name),
            "unit": self.reader.local(card.unit),
            "inclusion": self.reader.text("commitments.inclusion_" + card.inclusion),
            "mark": INCLUSION_MARKS[card.inclusion],
            "since": self.reader.day(card.included_since) if card.included_since else "—",
            "since_sort": card.included_since.isoformat() if card.included_since else "",
            "evidence": self.reader.local(card.evidence) if card.evidence else "",
            "link": card.evidence_link,
            "sdg": " · ".join(card.sdg) or "—",
        }


def in_languages(text: Localized | None) -> list[str]:
    """The same text in each language, for a file."""
    return [harmless((text or {}).get(code, "")) for code in LANGUAGES]


def table_file(name: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """A table to be kept, as CSV."""
    file = io.StringIO()
    lines = csv.writer(file)
    lines.writerow(head)
    lines.writerows(rows)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(file.getvalue().encode(), media_type="text/csv; charset=utf-8", headers=headers)


def both(name: str) -> tuple[str, str]:
    """The columns of a text in both languages."""
    return f"{name}_es", f"{name}_qu"
