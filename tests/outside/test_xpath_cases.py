"""Expressions that another evaluator answered: ours must answer the same.

Reads `xpath/openrosa_cases.json` of the data folder; any file of that layout must hold.
"""

import json
import math
import re
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from lxml import etree

from surveys.expressions import ExpressionError, Scope, compile_expression

Case = dict[str, Any]
Found = bool | float | str | ExpressionError

ZONE = ZoneInfo("America/Phoenix")
"""Where the reference evaluator stood."""


@pytest.fixture(scope="module")
def cases(outside_data: Path) -> list[Case]:
    file = outside_data / "xpath" / "openrosa_cases.json"
    if not file.is_file():
        pytest.skip(f"no cases at {file}")
    found: list[Case] = json.loads(file.read_text(encoding="utf-8"))
    return found


def test_every_case_yields_what_the_reference_yields(cases: list[Case]) -> None:
    scope = Scope(zone=ZONE, moment=_day_of(cases))
    failures = [failure for case in cases if (failure := _failure(case, scope)) is not None]
    assert not failures, f"{len(failures)} of {len(cases)} differ:\n" + "\n".join(failures)


def _day_of(cases: list[Case]) -> datetime:
    """Noon of the day on which the reference answered `today()`; this moment where it was not asked."""
    answers = [case["expected"] for case in cases if case["expr"].strip() == "today()"]
    days = [answer for answer in answers if re.fullmatch(r"\d{4}-\d\d-\d\d", str(answer))]
    return datetime.combine(date.fromisoformat(days[0]), time(12), ZONE) if days else datetime.now(UTC)


def _failure(case: Case, scope: Scope) -> str | None:
    found: Found
    try:
        found = _evaluated(case, scope)
    except ExpressionError as error:
        found = error
    if _agrees(case, found):
        return None
    return f"{case['file']}: {case['expr']!r} at {case['context']}: {case['expected']!r}, not {found!r}"


def _evaluated(case: Case, scope: Scope) -> bool | float | str:
    root = etree.fromstring(case["xml"].strip().encode())
    context = _place(root, case["context"])
    expression = compile_expression(case["expr"])
    match case["result_type"].partition("-")[0]:
        case "boolean":
            return expression.boolean(root, context, scope)
        case "number":
            return expression.number(root, context, scope)
    return expression.text(root, context, scope)


def _place(root: etree._Element, path: str | None) -> etree._Element | None:
    """The element at the path; None is the document itself."""
    if path is None or path == "/":
        return None
    found: Any = root.getroottree().xpath(path)
    element: etree._Element = found[0]
    return element


def _agrees(case: Case, found: Found) -> bool:
    expected, kind = case["expected"], case["result_type"]
    if kind == "error" or isinstance(found, ExpressionError):
        return kind == "error" and isinstance(found, ExpressionError)
    match kind, found:
        case "number", float():
            return _close(found, float(expected))
        case "number-rounded", float():
            return _close(_rounded(found, case["factor"]), float(expected))
        case "string", str():
            return found == _text(expected)
        case "string-matches", str():
            return re.search(str(expected).strip("/"), found) is not None
        case "string-length", str():
            return len(found) == int(expected)
    return bool(found == expected)


def _rounded(number: float, factor: float) -> float:
    return math.floor(number * factor + 0.5) / factor if math.isfinite(number) else number


def _close(number: float, other: float) -> bool:
    return number == other or (math.isnan(number) and math.isnan(other)) or abs(number - other) < 1e-6


def _text(expected: bool | float | str) -> str:
    """The cases were recorded from a test suite that compares loosely: 2 stands for the text "2"."""
    if isinstance(expected, bool):
        return str(expected).lower()
    return expected if isinstance(expected, str) else f"{expected:.17g}"
