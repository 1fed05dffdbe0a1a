"""A year's account as its page shows it, here and wherever it is copied to: every number with its whole."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from api.council_words import MARKS
from api.figures import Bar, Figure
from api.reader import Reader, percent_of
from core.errors import NotFound
from deliberation.accounting.asked import ConsultationLine, DeliberationLine
from deliberation.accounting.assemblies import AssemblyLine
from deliberation.accounting.decided import DecisionLine
from deliberation.accounting.observations import ObservationCard
from deliberation.accounting.replies import Replies
from deliberation.accounting.year import CommitmentLine, YearAccount
from deliberation.commitments.lights import LIGHTS
from deliberation.voices.redaction import in_words, redaction_words
from i18n.localized import Localized

NONE = "—"
MOST = 25
"""So many of each of LISTS are on the page of the year, so that it stays light; all are on pages of their own."""
LISTS = ("decisions", "commitments", "observations")
PAGE = 50
"""So many are on one of these."""
LIGHT_MARKS = {"kept": "done", "green": "done", "amber": "here", "red": "wrong", "dropped": "past"}
STATE_MARKS = {"late": "wrong", "open": "here", "answered": "done"}

Way = Callable[[str], str]
"""From the path of one of our pages to its address, for where the account is read; empty where there is none."""


@dataclass(frozen=True, slots=True)
class ShownObservation:
    """An observation in words."""

    id: int
    text: Markup
    about: str
    state: str
    mark: str
    answer: Markup
    answered: str


class AccountWords:
    """Says an account to one reader. way: how pages of the house are reached; house: the Unit's name."""

    def __init__(self, reader: Reader, threshold: int, house: str, way: Way) -> None:
        self.reader = reader
        self._threshold = threshold
        self._house = house[:1].upper() + house[1:]
        self._way = way

    def page(self, account: YearAccount) -> dict[str, Any]:
        """What the body of the page needs."""
        lengths = len(account.decisions), len(account.commitments), len(account.observations)
        urgent = sorted(account.commitments, key=lambda line: LIGHTS.index(line.card.light))
        return {
            "year": account.year,
            "as_of": self.reader.text("accounting.as_of", date=self.reader.day(account.day)),
            "figures": self._figures(account),
            "threshold": self._threshold,
            "consultations": [self._consultation(line) for line in account.consultations],
            "left_out": self._left_out(account),
            "deliberations": [self._deliberation(line) for line in account.deliberations],
            "decisions": [self._decision(line) for line in account.decisions[-MOST:]],
            "outcomes": self._listed(account.outcomes, "accounting.count_"),
            "commitments": [self._commitment(line) for line in urgent[:MOST]],
            "lights": self._listed(account.lights, "accounting.lights_"),
            "assemblies": [self._assembly(line) for line in account.assemblies],
            "satisfied": self._bars(account.satisfied, "console.satisfied_"),
            "noticed": self._bars(account.noticed, "accounting.noticed_"),
            "observations": [self.observation(card) for card in account.observations[:MOST]],
            "states": self._listed(account.states, "accounting.states_"),
            "more": {kind: length - MOST for kind, length in zip(LISTS, lengths, strict=True)},
        }

    def list_page(self, account: YearAccount, kind: str, number: int) -> dict[str, Any]:
        """One page of all that there is of one of LISTS. Raises NotFound."""
        pages = count_pages(account, kind)
        if not 1 <= number <= pages:
            raise NotFound
        shown = slice((number - 1) * PAGE, number * PAGE)
        lines: Sequence[object]
        match kind:
            case "decisions":
                lines = [self._decision(line) for line in account.decisions[shown]]
            case "commitments":
                lines = [self._commitment(line) for line in account.commitments[shown]]
            case _:
                lines = [self.observation(card) for card in account.observations[shown]]
        return {"year": account.year, "kind": kind, "lines": lines, "number": number, "pages": pages}

    def _figures(self, account: YearAccount) -> list[Figure]:
        asked, answered, _ = account.asked
        commitments, observations = len(account.commitments), len(account.observations)
        return [
            self._part("answered", answered, asked),
            Figure(
                "decisions",
                self.reader.text("accounting.figure_decisions"),
                self._number(len(account.decisions)),
            ),
            self._part("kept", account.lights.get("kept", 0), commitments),
            self._part("replied", account.states.get("answered", 0), observations),
        ]

    def _part(self, name: str, part: int, whole: int) -> Figure:
        label = self.reader.text("accounting.figure_" + name)
        if not whole:
            return Figure(name, label, self._number(part))
        said = self.reader.text(
            "accounting.of", whole=self._number(whole), percent=self.reader.percent(part, whole)
        )
        return Figure(name, label, self._number(part), said, percent_of(part, whole))

    def _number(self, number: int) -> str:
        return self.reader.number(number)

    def _listed(self, counts: Mapping[str, int], family: str) -> str:
        """How many of each kind, in a row."""
        return " · ".join(
            self.reader.text(family + kind, count=self._number(count)) for kind, count in counts.items()
        )

    def _left_out(self, account: YearAccount) -> str:
        """How many closed consultations are not in the sum above, since few people took part."""
        closed = sum(line.closed_at is not None for line in account.consultations)
        withheld = closed - account.asked[2]
        return self.reader.plural("accounting.left_out", withheld) if withheld else ""

    def _consultation(self, line: ConsultationLine) -> tuple[Markup, str, str, str]:
        answered = NONE
        if line.closed_at is None:
            answered = self.reader.text("accounting.goes_on")
        elif line.answered is None or line.asked is None:
            answered = self._withheld()
        else:
            answered = self.reader.share(line.answered, line.asked)
        until = self.reader.day(line.closed_at) if line.closed_at else NONE
        return self.reader.local(line.title), self.reader.day(line.opened_at), until, answered

    def _deliberation(self, line: DeliberationLine) -> tuple[Markup, str, str, str]:
        people = self.reader.text("accounting.not_published")
        if line.people is not None:
            people = self.reader.plural(
                "accounting.voted", line.people, statements=self._number(line.statements or 0)
            )
        until = self.reader.day(line.closed_at) if line.closed_at else self.reader.text("accounting.goes_on")
        return self.reader.local(line.title), self.reader.day(line.opened_at), until, people

    def _withheld(self) -> str:
        return self.reader.text("accounting.withheld", threshold=self._threshold)

    def _decision(self, line: DecisionLine) -> dict[str, Any]:
        return {
            "title": self._link(line.title, f"/items/{line.item_id}"),
            "outcome": self.reader.text("console.decision_" + line.outcome),
            "mark": MARKS[line.outcome],
            "reason": self.reader.local(line.reason),
            "about": self._dotted(self.reader.day(line.decided_at), line.sent_to or line.unit),
            "replies": self._replied(line.replies, "console.satisfied_"),
        }

    def _commitment(self, line: CommitmentLine) -> tuple[Markup, Markup, str, str, str]:
        card = line.card
        said = Markup('<span class="mark {}">{}</span>').format(
            LIGHT_MARKS[card.light], self.reader.text("accounting.light_" + card.light)
        )
        if card.light == "kept" and card.done_on is not None:
            said += " " + self.reader.day(card.done_on)
        if card.light == "dropped" and card.reason:
            said += Markup(" {}").format(self.reader.local(card.reason))
        text = self._link(card.text, f"/commitments/{card.id}")
        noticed = self._replied(line.noticed, "accounting.noticed_") or NONE
        return text, said, self.reader.plain(card.unit), self.reader.day(card.due_on), noticed

    def _assembly(self, line: AssemblyLine) -> tuple[Markup, str, str, Markup]:
        title = self._link(line.title, f"/minutes/{line.minutes_id}" if line.minutes_id else "")
        if line.minutes_id is None:
            came = self.reader.text("accounting.no_minutes")
        else:
            came = self._withheld() if line.came is None else self.reader.plural("accounting.came", line.came)
        agreed = Markup("<br>").join(self.reader.local(text) for text in line.agreed) or Markup(NONE)
        return title, f"{self.reader.day(line.starts_at)} · {line.place}", came, agreed

    def _bars(self, replies: Replies, family: str) -> list[Bar]:
        """Of replies, not of people: who took part twice replies twice."""
        whole = replies.of or 0
        return [
            Bar(
                self.reader.text(family + reply),
                self.reader.text(
                    "accounting.share",
                    part=self._number(count),
                    whole=self._number(whole),
                    percent=self.reader.percent(count, whole),
                ),
                percent_of(count, whole),
            )
            for reply, count in replies.counts.items()
            if whole and count is not None
        ]

    def _replied(self, replies: Replies, family: str) -> str:
        """What contributors replied, in a line; empty where nobody did."""
        if replies.of == 0:
            return ""
        if replies.of is None:
            return self._withheld()
        hidden = self.reader.text("accounting.not_shown")
        said = (
            f"{self.reader.text(family + reply)}: {hidden if count is None else self._number(count)}"
            for reply, count in replies.counts.items()
        )
        return " · ".join(said)

    def observation(self, card: ObservationCard) -> ShownObservation:
        """One that was written down, and what was answered."""
        received = self.reader.text(
            "accounting.received_" + card.source, date=self.reader.day(card.received_on)
        )
        due = self.reader.text("accounting.due", date=self.reader.day(card.due_on)) if card.due_on else ""
        about = [received, self.reader.plain(card.assembly), self.reader.plain(card.unit) or self._house]
        if card.state != "answered":
            about.append(due)
        return ShownObservation(
            id=card.id,
            text=self.covered(card.text),
            about=" · ".join(part for part in about if part),
            state=self.reader.text("accounting.state_" + card.state),
            mark=STATE_MARKS[card.state],
            answer=self.reader.local(card.answer or {}) if card.state == "answered" else Markup(),
            answered=self.reader.text("accounting.answered", date=self.reader.day(card.answered_on))
            if card.answered_on
            else "",
        )

    def covered(self, text: Localized) -> Markup:
        """The words of a citizen, with what covers personal details in the reader's language."""
        words = redaction_words(self.reader.translator, self.reader.language)
        return self.reader.local({code: in_words(said, words) for code, said in text.items()})

    def _link(self, title: Localized, path: str) -> Markup:
        address = self._way(path) if path else ""
        named = self.reader.local(title)
        return Markup('<a href="{}">{}</a>').format(address, named) if address else named

    def _dotted(self, *parts: str | Localized) -> str:
        said = (part if isinstance(part, str) else self.reader.plain(part) for part in parts)
        return " · ".join(part for part in said if part)


def count_pages(account: YearAccount, kind: str) -> int:
    """How many pages all of one of LISTS takes; at least one. Raises NotFound."""
    if kind not in LISTS:
        raise NotFound
    return max(1, -(-len(getattr(account, kind)) // PAGE))


def observations_of(words: AccountWords, cards: Iterable[ObservationCard]) -> list[ShownObservation]:
    """All of them, in words."""
    return [words.observation(card) for card in cards]
