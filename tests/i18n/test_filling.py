"""A text that is asked for gets what its placeholders need."""

import pytest

from i18n.drift import Domain, drift_of_filling
from i18n.filling import Asking, askings_in_python, askings_in_template
from i18n.usage import Usage


@pytest.mark.parametrize(
    ("source", "place", "expected"),
    [
        ('t("console.closed", date=day)', "api/pages.py", ("console.closed", {"date"})),
        (
            'reader.plural("console.asked", 3, title=title)',
            "api/pages.py",
            ("console.asked", {"count", "title"}),
        ),
        ('context.text("paused", language)', "bot/handlers/own_data.py", ("chat.paused", set())),
    ],
)
def test_sees_what_is_filled(source: str, place: str, expected: tuple[str, set[str]]) -> None:
    key, filled = expected
    assert list(askings_in_python(source, place)) == [Asking(key, frozenset(filled), f"{place}:1")]


def test_sees_what_a_template_fills() -> None:
    template = '<p>{{ t("console.closed", date=day) }}</p>\n{{ tn("console.asked", 3) }}'
    assert list(askings_in_template(template, "page.html")) == [
        Asking("console.closed", frozenset({"date"}), "page.html:1"),
        Asking("console.asked", frozenset({"count"}), "page.html:2"),
    ]


@pytest.mark.parametrize(
    "source", ["t(key, date=day)", 't("console.closed", **facts)', 'print("console.closed")']
)
def test_trusts_what_it_cannot_see(source: str) -> None:
    assert list(askings_in_python(source, "api/pages.py")) == []


def test_a_placeholder_that_nobody_fills_drifts() -> None:
    texts: dict[str, tuple[str, ...]] = {"chat.erased": ("Borramos sus datos el {date}: {receipt}",)}
    domain = Domain("chat", spanish=texts, kichwa=texts, written={}, reviews={})
    usage = Usage(askings=[Asking("chat.erased", frozenset({"date"}), "bot/handlers/own_data.py:96")])
    assert list(drift_of_filling([domain], usage)) == [
        "chat.erased: bot/handlers/own_data.py:96 does not fill {receipt}"
    ]
