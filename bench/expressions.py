"""Microseconds for one evaluation of a compiled expression, beside lxml's XPath and, where installed, elementpath.

    python -m bench.expressions [--rounds 20000]

The peers are asked only what is plain XPath; they know nothing of `selected`, of dates or of repeats.
"""

import argparse
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from timeit import repeat
from typing import Any

from lxml import etree

from surveys.expressions import compile_expression

ANSWERS = etree.fromstring(
    "<data><name>Rosa</name><age>34</age><born>1992-03-05</born><needs>water work papers</needs><home>"
    "<person><name>Luis</name><age>9</age></person><person><name>Elena</name><age>61</age></person></home></data>",
)
AGE = ANSWERS[1]

PLAIN = (
    "/data/age > 18",
    "/data/name = 'Rosa'",
    ". >= 0 and . <= 120",
    "../name != ''",
    "/data/home/person/age",
    "sum(/data/home/person/age)",
    "count(/data/home/person[age > 18])",
    "concat(/data/name, ' ', /data/age)",
)
OURS = (
    "selected(/data/needs, 'work')",
    "if(/data/age > 17, 'adult', 'minor')",
    "int((today() - date(/data/born)) div 365.25)",
    "round(/data/age div 7, 1)",
)


def microseconds(call: Callable[[], object], rounds: int) -> float:
    """The best of five."""
    return min(repeat(call, number=rounds, repeat=5)) / rounds * 1e6


def peers(expression: str) -> dict[str, Callable[[], object]]:
    """Ready to be asked the same, each in its own way."""
    compiled = etree.XPath(expression)
    found: dict[str, Callable[[], object]] = {"lxml": lambda: compiled(AGE)}
    if find_spec("elementpath"):
        elementpath: Any = import_module("elementpath")
        tokens = elementpath.XPath1Parser().parse(expression)
        found["elementpath"] = lambda: tokens.get_results(elementpath.XPathContext(ANSWERS, item=AGE))
    return found


def main() -> None:
    """Print a line for each expression: ours, the peer, the ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20_000)
    rounds: int = parser.parse_args().rounds
    for expression in PLAIN + OURS:
        compiled = compile_expression(expression)
        ours = microseconds(lambda compiled=compiled: compiled.value(ANSWERS, AGE), rounds)  # type: ignore[misc]
        beside = peers(expression) if expression in PLAIN else {}
        figures = [f"{name} {microseconds(ask, rounds // 10) / ours:.1f}x" for name, ask in beside.items()]
        print(f"{ours:7.2f} us  {expression:48} {'  '.join(figures)}")


if __name__ == "__main__":
    main()
