"""An analysis of opinions in the words of a page: every number with its whole, every group with letter and shape."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from api.reader import Reader, percent_of
from deliberation.maths.representative import Direction
from deliberation.opinions.breakdown import Part
from deliberation.opinions.bridging import Bridge
from deliberation.opinions.drawing import MapWords, letter_of, shade_of
from deliberation.opinions.reading import Divided, Estimate, Judged, Portrait, Reading, Said
from i18n.dates import format_number, format_percent

_FIRM = ((0.8, "map.firm"), (0.6, "map.firm_enough"), (float("-inf"), "map.firm_not"))
"""Below 0.6 groups are a way to look, and no camps (docs/analyst.md)."""
_SURE = ((0.001, "map.sure_thousand"), (0.01, "map.sure_hundred"), (1.0, "map.sure_twenty"))


@dataclass(frozen=True, slots=True)
class ShownGroup:
    """A group as a page names it. href leads to its portrait."""

    number: int
    letter: str
    shade: int
    name: str
    size: str
    href: str


@dataclass(frozen=True, slots=True)
class ShownBar:
    """A share with its interval: places in percent, and the sentence beside it."""

    percent: float
    low: float
    high: float
    value: str


@dataclass(frozen=True, slots=True)
class ShownPart:
    """How many of a group agree. A withheld number has its own sign."""

    letter: str
    shade: int
    value: str
    percent: float
    withheld: bool


@dataclass(frozen=True, slots=True)
class ShownStatement:
    """A statement in a list or in the table."""

    number: int
    text: Markup
    agree: str
    disagree: str
    passed: str
    bar: ShownBar | None
    parts: list[ShownPart]
    note: str = ""


@dataclass(frozen=True, slots=True)
class ShownSaying:
    """What a group says more than others, with how sure that is."""

    number: int
    text: Markup
    way: str
    here: str
    elsewhere: str
    bar: ShownBar | None
    sure: str


class OpinionWords:
    """The sentences of one analysis for one reader. `address` is where its pages are."""

    def __init__(self, reader: Reader, reading: Reading, threshold: int, address: str, query: str) -> None:
        self._reader, self._reading = reader, reading
        self._address, self._query = address, query
        self._withheld = reader.text("map.withheld")
        self._threshold = threshold

    def lead(self) -> str:
        """The result in one or two sentences."""
        reading, reader = self._reading, self._reader
        groups = len(reading.groups)
        first = reader.plural("map.lead_groups", groups) if groups > 1 else reader.text("map.lead_one")
        second = reader.plural("map.lead_common", len(reading.common))
        return " ".join([first, second, *([self._divided()] if groups > 1 else [])])

    def _divided(self) -> str:
        return self._reader.plural("map.lead_divided", len(self._reading.divided))

    def votes(self) -> str:
        """What it was made of."""
        reading, reader = self._reading, self._reader
        if reading.people is None:
            return reader.text("map.made_of_few", statements=reader.number(len(reading.statements)))
        return reader.text(
            "map.made_of",
            people=reader.number(reading.people),
            statements=reader.number(len(reading.statements)),
        )

    def firmness(self) -> str:
        """Whether the same groups come out again when votes are left out; its measure for who sees exact numbers."""
        found: float | None = self._reading.card.result["stability"]["chosen"]
        if found is None or len(self._reading.groups) < 2:
            return ""
        said = self._reader.text(next(key for least, key in _FIRM if found >= least))
        if not self._reading.exact:
            return said
        return f"{said} {self._reader.text('map.stability', value=format_number(found, decimals=2))}"

    def groups(self) -> list[ShownGroup]:
        """All groups in the order of their letters."""
        return [self.group(each) for each in self._reading.groups]

    def group(self, portrait: Portrait) -> ShownGroup:
        """One group."""
        return ShownGroup(
            number=portrait.number,
            letter=letter_of(portrait.number),
            shade=shade_of(portrait.number),
            name=self._name(portrait),
            size=self._size(portrait),
            href=f"{self._address}/groups/{portrait.number}{self._query}",
        )

    def name(self, number: int) -> str:
        """Of a group by its number, within a sentence."""
        named = self._reader.plain(self._reading.group(number).name)
        letter = letter_of(number)
        if named:
            return self._reader.text("map.group_within", letter=letter, name=named)
        return self._reader.text("map.group", letter=letter)

    def _name(self, portrait: Portrait) -> str:
        letter = letter_of(portrait.number)
        named = self._reader.plain(portrait.name)
        if named:
            return self._reader.text("map.group_named", letter=letter, name=named)
        return self._reader.text("map.group", letter=letter)

    def _size(self, portrait: Portrait) -> str:
        if portrait.size is None or self._reading.people is None:
            return self._withheld
        return self._reader.share(portrait.size, self._reading.people)

    def statement(self, judged: Judged, note: str = "") -> ShownStatement:
        """With the votes of all and of each group."""
        whole = judged.whole
        return ShownStatement(
            number=judged.number,
            text=self._reader.local(judged.text),
            agree=self._of(whole.agree, whole.seen),
            disagree=self._of(whole.disagree, whole.seen),
            passed=self._of(whole.passed, whole.seen),
            bar=self._share_of(judged),
            parts=[self._part(group, part) for group, part in judged.parts.items()],
            note=note,
        )

    def common(self, judged: Judged) -> ShownStatement:
        """With how all groups vote."""
        return self.statement(judged, self._reader.text(f"map.common_{judged.common}"))

    def divided(self, divided: Divided) -> ShownStatement:
        """With who stands where."""
        note = self._reader.text(
            "map.divided_note", one=self.name(divided.agreeing), other=self.name(divided.disagreeing)
        )
        return self.statement(divided.judged, note)

    def bridge(self, judged: Judged, bridge: Bridge) -> ShownStatement:
        """With who could meet on it."""
        one, other = (self.name(number) for number in bridge.groups)
        return self.statement(
            judged, self._reader.text(f"map.bridge_{bridge.kind}_{bridge.way}", one=one, other=other)
        )

    def sayings(self, portrait: Portrait, *, alone: bool) -> list[ShownSaying]:
        """What a group says more than others; only what no other group says, or the rest."""
        return [self._saying(said) for said in portrait.says if said.alone == alone]

    def _saying(self, said: Said) -> ShownSaying:
        reader = self._reader
        return ShownSaying(
            number=said.judged.number,
            text=reader.local(said.judged.text),
            way=reader.text(f"map.way_{said.way}"),
            here=self._told(said.way, said.here) or self._withheld,
            elsewhere=self._told(said.way, said.elsewhere),
            bar=self._bar(said.share, self._interval(said.share)),
            sure=reader.text(next(key for limit, key in _SURE if said.false <= limit)),
        )

    def _told(self, way: Direction, counts: tuple[int, int] | None) -> str:
        if counts is None:
            return ""
        part, whole = counts
        return self._reader.text(f"map.told_{way}", share=self._of(part, whole))

    def _interval(self, share: Estimate | None) -> str:
        if share is None:
            return ""
        low, high = map(format_percent, (share.low, share.high))
        return self._reader.text("map.interval", low=low, high=high)

    def _share_of(self, judged: Judged) -> ShownBar | None:
        """Of all who agree, who are told below it; for who organises, of the groups. That counts agreement alone:
        where they all disagree there is none."""
        share = judged.bar
        if share is None or not self._reading.exact:
            return self._bar(share, "")
        if judged.common == "disagree":
            return None
        value, low, high = map(format_percent, (share.value, share.low, share.high))
        return self._bar(share, self._reader.text("map.consensus", share=value, low=low, high=high))

    def _bar(self, share: Estimate | None, value: str) -> ShownBar | None:
        if share is None:
            return None
        percent, low, high = (round(100 * each, 1) for each in (share.value, share.low, share.high))
        return ShownBar(percent, low, high, value)

    def _part(self, group: int, part: Part | None) -> ShownPart:
        letter, shade = letter_of(group), shade_of(group)
        if part is None:
            return ShownPart(letter, shade, self._withheld, 0.0, withheld=True)
        value = self._of(part.agree, part.seen)
        return ShownPart(letter, shade, value, percent_of(part.agree, part.seen), withheld=False)

    def _of(self, part: int | None, whole: int | None) -> str:
        if part is None or whole is None:
            return self._withheld
        if not whole:
            return self._reader.text("map.nobody")
        return self._reader.text(
            "map.of",
            part=self._reader.number(part),
            whole=self._reader.number(whole),
            percent=self._reader.percent(part, whole),
        )

    def map_words(self) -> MapWords:
        """What the picture says."""
        reader = self._reader
        groups = {
            each.number: f"{self._name(each)}. {reader.plural('map.people', each.size or 0)}"
            for each in self._reading.groups
        }
        return MapWords(
            title=reader.text("map.picture_title"),
            description=f"{self.lead()} {'. '.join(groups.values())}.",
            groups=groups,
            note=reader.text("map.picture_note", threshold=reader.number(self._threshold)),
        )


def sheet_of(reader: Reader, reading: Reading) -> list[Sequence[str | int]]:
    """All statements as rows of a sheet; an empty cell is a number that is not shown."""
    t = reader.text
    head: list[str | int] = [t("map.column_number"), t("map.column_statement")]
    head += [t("map.column_agree"), t("map.column_disagree"), t("map.column_passed"), t("map.column_votes")]
    for group in reading.groups:
        letter = letter_of(group.number)
        head += [t("map.column_group_agree", letter=letter), t("map.column_group_votes", letter=letter)]
    return [head, *(_sheet_row(reader, reading, judged) for judged in reading.listed("consensus"))]


def _sheet_row(reader: Reader, reading: Reading, judged: Judged) -> list[str | int]:
    whole = judged.whole
    row: list[str | int | None] = [judged.number, reader.plain(judged.text)]
    row += [whole.agree, whole.disagree, whole.passed, whole.seen]
    for group in reading.groups:
        part = judged.parts.get(group.number)
        row += [None, None] if part is None else [part.agree, part.seen]
    return ["" if cell is None else cell for cell in row]
