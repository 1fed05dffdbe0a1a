"""Every number of the brief, each with how to count it again from the tables of the data package.

The keys before the dot are those that stand beside the numbers in the brief (deliberation.council.brief_references).
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from deliberation.council.brief import Bar, Brief, Item, ToneShown
from deliberation.council.brief_references import POINT, REACH, TABLE, VOICES
from i18n.dates import to_percent

TONES = ("positive", "neutral", "negative", "unsure", "unread")
WITHHELD = "withheld"
CANTON = "canton"
NOT_SAID = "no_say"
_Rows = Mapping[str, str] | Sequence[Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Number:
    """A number that the brief prints.

    table, rows, operation: where to find it again; rows is JSON: a column and what stands in it, "column!" and what not
    n:       of how many people, where that is known; weights: by what it is weighted, if it is
    printed: as the brief has it, without the words around it
    """

    number: str
    key: str
    table: str
    rows: str
    operation: str
    n: int | None
    weights: str
    printed: str


def numbers_of(brief: Brief) -> tuple[Number, ...]:
    """All of them, in the order of the brief. The same in every language."""
    points = (number for item in brief.items for number in _of_point(item))
    return (*_of_reach(brief), *points, *_of_tables(brief), *_of_voices(brief))


def _of_reach(brief: Brief) -> Iterator[Number]:
    def counted(name: str, rows: _Rows, operation: str, value: int, table: str = "reach") -> Number:
        return _number(REACH, name, table, rows, operation, value, brief.asked)

    asked, finished = {"measure": "asked"}, {"measure": "finished"}
    yield counted("asked", asked, "value:people", brief.asked)
    yield counted("finished", finished, "value:people", brief.finished)
    yield counted("languages", {"measure": "languages"}, "value:people", brief.languages)
    for table in brief.questions:
        if table.path.rpartition("/")[2] == CANTON:
            rows = {"question": table.path, "value!": NOT_SAID}
            yield counted("cantons", rows, "filled:people", brief.cantons, "results")
    silent = brief.asked - brief.finished
    if silent > 0:
        yield counted("silent", (asked, finished), "difference:people", silent)
        yield counted(
            "silent.percent", (asked, finished), "percent_of_difference:people", _percent(silent, brief.asked)
        )


def _of_point(item: Item) -> Iterator[Number]:
    if not item.of:
        return
    key, page, of = f"{POINT}{item.number}", item.page, item.of
    here = {"point": key}
    asked = {"question": page.question, "value": page.value}
    table, rows = ("results", asked) if page.question else ("points", here)
    yield _number(key, "people", table, rows, "value:people", item.count, of)
    if item.count is not None:
        yield _number(key, "percent", "points", here, "percent:people/of", _percent(item.count, of), of)
    if page.is_voted:
        for name, count in (("against", page.against), ("passed", page.passed)):
            yield from _counted(key, name, "points", here, name, count, of)
    if page.weighted:
        weights = ", ".join(page.weighted.by)
        for name in ("percent", "low", "high", "worth"):
            value = getattr(page.weighted, name)
            yield _number(
                key, f"weighted.{name}", "weighting", here, f"raked:{name}", value, of, weights=weights
            )
    for group in page.groups:
        named = {"point": key, "group": str(group.number)}
        yield from _counted(key, f"group{group.number}", "groups", named, "agree", group.agree, group.of)


def _of_tables(brief: Brief) -> Iterator[Number]:
    for position, table in enumerate(brief.questions, 1):
        key, asked = f"{TABLE}{position}", {"question": table.path}
        if not table.bars:
            continue
        first = {**asked, "value": table.bars[0].value}
        yield _number(key, "answered", "results", first, "value:answered", table.base, table.base)
        for bar in table.bars:
            yield from _of_bar(key, {**asked, "value": bar.value}, bar)


def _of_bar(key: str, rows: _Rows, bar: Bar) -> Iterator[Number]:
    name = f"{bar.value}.people"
    yield _number(key, name, "results", rows, "value:people", bar.count, bar.of)
    if bar.count is not None and bar.of:
        share = _percent(bar.count, bar.of)
        name = f"{bar.value}.percent"
        yield _number(key, name, "results", rows, "percent:people/answered", share, bar.of)


def _of_voices(brief: Brief) -> Iterator[Number]:
    for position, voices in enumerate(brief.voices, 1):
        key = f"{VOICES}{position}"
        for words in voices.words:
            for word in words.words:
                rows = {"voices": key, "language": str(words.language), "word": word.word}
                name = f"{words.language}.{word.word}"
                yield _number(key, name, "words", rows, "value:people", word.people, None)
        if voices.tone:
            yield from _of_tone(key, voices.tone)


def _of_tone(key: str, tone: ToneShown) -> Iterator[Number]:
    for name in TONES:
        rows = {"voices": key, "tone": name}
        yield from _counted(key, f"tone.{name}", "tone", rows, "people", getattr(tone, name), tone.of)


def _counted(
    key: str, name: str, table: str, rows: _Rows, column: str, count: int | None, of: int | None
) -> Iterator[Number]:
    """A number of people and, beside it, its share."""
    yield _number(key, f"{name}.people", table, rows, f"value:{column}", count, of)
    if count is not None and of:
        share = _percent(count, of)
        yield _number(key, f"{name}.percent", table, rows, f"percent:{column}/of", share, of)


def _number(
    key: str,
    name: str,
    table: str,
    rows: _Rows,
    operation: str,
    value: int | None,
    n: int | None,
    *,
    weights: str = "",
) -> Number:
    printed = WITHHELD if value is None else str(value)
    where = json.dumps(rows, ensure_ascii=False)
    return Number(f"{key}.{name}", key, f"{table}.csv", where, operation, n, weights, printed)


def _percent(part: int, whole: int) -> int:
    """As the brief prints shares: whole percent, a half to the even one."""
    return int(to_percent(part / whole))
