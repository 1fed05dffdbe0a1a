"""Compiled expressions beside elementpath and lxml, asked the same in the same run.

    OMP_NUM_THREADS=1 python -m bench.expressions [--rounds 1000]

elementpath is asked through its own compiled form, Selector, and also by hand, with its tree made beforehand:
"prepared". Where the dialect of ODK is no plain XPath, it is asked the nearest thing that XPath 2.0 can say. lxml is
C, and asked what is XPath 1.0. The ratio is how many times longer the peer takes.
"""

import argparse
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib import import_module
from importlib.util import find_spec
from statistics import geometric_mean
from time import process_time
from timeit import timeit
from typing import Any

from lxml import etree

from surveys.expressions import Scope, compile_expression

ANSWERS = etree.fromstring(
    "<data><name>Rosa</name><age>34</age><born>1992-03-05</born><needs>water work papers</needs><home>"
    "<person><name>Luis</name><age>9</age></person><person><name>Elena</name><age>61</age></person></home>"
    "<canton>10</canton></data>",
)
AGE = ANSWERS[1]
PARISHES = etree.SubElement(etree.Element("model"), "root")
for number in range(1000):
    item = etree.SubElement(PARISHES, "item")
    etree.SubElement(item, "name").text = f"p{number}"
    etree.SubElement(item, "canton").text = str(number % 25)
WITH_LIST = etree.fromstring(etree.tostring(ANSWERS))
WITH_LIST.append(etree.fromstring(etree.tostring(PARISHES)))
SCOPE = Scope(instances={"parishes": PARISHES}, moment=datetime(2026, 11, 23, 15, tzinfo=UTC))

_RUNS = 15

SAME: dict[str, tuple[str, ...]] = {
    "comparison": ("/data/age > 18", "/data/name = 'Rosa'", "../name != ''"),
    "constraint": (". >= 0 and . <= 120",),
    "condition": ("/data/age > 18 and (/data/name = 'Rosa' or not(/data/canton = '11'))",),
    "path": ("/data/home/person/age", "//person/name"),
    "predicate": ("count(/data/home/person[age > 18])", "/data/home/person[2]/name"),
    "sum": ("sum(/data/home/person/age)",),
    "arithmetic": ("(/data/age * 2 + 6) div 4 - 1",),
    "text": ("concat(/data/name, ' ', /data/age)", "substring-after(/data/needs, ' ')"),
}
"""Kind → expressions that all three read alike."""

LIKE: dict[str, tuple[tuple[str, str], ...]] = {
    "choices": (
        ("selected(/data/needs, 'work')", "contains(concat(' ', /data/needs, ' '), ' work ')"),
        ("count-selected(/data/needs)", "count(tokenize(/data/needs, ' '))"),
    ),
    "if": (("if(/data/age > 17, 'adult', 'minor')", "if (/data/age > 17) then 'adult' else 'minor'"),),
    "date": (
        (
            "int((today() - date(/data/born)) div 365.25)",
            "floor(days-from-duration(xs:date('2026-11-23') - xs:date(/data/born)) div 365.25)",
        ),
    ),
    "rounding": (("round(/data/age div 7, 1)", "round(/data/age div 7 * 10) div 10"),),
    "pattern": (("regex(/data/name, '^[A-Z][a-z]+$')", "matches(/data/name, '^[A-Z][a-z]+$')"),),
    "list of 1,000": (
        ("instance('parishes')/root/item[canton = /data/canton]", "/data/root/item[canton = /data/canton]"),
    ),
}
"""Kind → ours, and what XPath 2.0 would say."""


def microseconds(asks: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """For each the best of many short runs, taken in turn, so that a busy machine is busy for all of them."""
    best = dict.fromkeys(asks, float("inf"))
    for _ in range(_RUNS):
        for name, ask in asks.items():
            often = max(3, rounds // (1 if name in ("ours", "lxml") else 10))
            best[name] = min(best[name], timeit(ask, number=often, timer=process_time) / often * 1e6)
    return best


def questions() -> Iterator[tuple[str, str, str]]:
    """Kind, our expression, the peer's."""
    for kind, sources in SAME.items():
        yield from ((kind, source, source) for source in sources)
    for kind, pairs in LIKE.items():
        yield from ((kind, ours, theirs) for ours, theirs in pairs)


def elementpath_asks(source: str) -> dict[str, Callable[[], object]]:
    """The peer, ready to be asked in two ways; nothing where it is not installed."""
    if not find_spec("elementpath"):
        return {}
    elementpath: Any = import_module("elementpath")
    parser = elementpath.XPath2Parser
    selector, token = elementpath.Selector(source, parser=parser), parser().parse(source)
    root = WITH_LIST if "/root/" in source else ANSWERS
    tree = elementpath.get_node_tree(root)
    return {
        "elementpath": lambda: selector.select(root, item=root[1]),
        "prepared": lambda: token.get_results(elementpath.XPathContext(tree, item=root[1])),
    }


def lxml_asks(source: str) -> Callable[[], object] | None:
    """libxml2, ready to be asked; None where it cannot read it."""
    try:
        compiled = etree.XPath(source)
        root = WITH_LIST if "/root/" in source else ANSWERS
        compiled(root[1])
    except etree.XPathError:
        return None
    return lambda: compiled(root[1])


def main() -> None:
    """Print a line for each expression, and for each kind the ratio."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=1_000)
    rounds: int = parser.parse_args().rounds
    ratios: dict[str, list[float]] = {}
    for kind, source, theirs in questions():
        compiled = compile_expression(source)
        asks: dict[str, Callable[[], object] | None] = {
            "ours": lambda compiled=compiled: compiled.value(ANSWERS, AGE, SCOPE),  # type: ignore[misc]
            "lxml": lxml_asks(theirs),
            **elementpath_asks(theirs),
        }
        often = max(3, rounds // 200) if kind.startswith("list") else rounds
        found = microseconds({name: ask for name, ask in asks.items() if ask is not None}, often)
        ours = found.pop("ours")
        beside = "  ".join(f"{name} {other / ours:.1f}x" for name, other in found.items())
        print(f"{ours:8.2f} us  {1e6 / ours:9,.0f}/s  {source:58.58}  {beside}")
        if "elementpath" in found:
            ratios.setdefault(kind, []).append(found["elementpath"] / ours)
    for kind, several in ratios.items():
        print(f"{kind:14} elementpath takes {geometric_mean(several):5.1f} times as long")


if __name__ == "__main__":
    main()
