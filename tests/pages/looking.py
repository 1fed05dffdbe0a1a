"""A page as a check of accessibility sees it: no violation of WCAG 2.2 AA, on a telephone and on a desk."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "resultTypes": ["violations"],
}
VIEWS: list[dict[str, Any]] = [
    {"viewport": {"width": 360, "height": 740}, "color_scheme": "light", "locale": "es-EC"},
    {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark", "locale": "qu-EC"},
]


def violations(page: Page) -> list[dict[str, Any]]:
    """The rules that the page breaks, as axe tells of them."""
    found: list[dict[str, Any]] = Axe().run(page, options=RULES).response["violations"]
    return found


def complaints(messages: list[str], broken: list[dict[str, Any]]) -> list[str]:
    """What is wrong with a page, a line each."""
    places = [
        (rule["id"], node["target"], node["failureSummary"]) for rule in broken for node in rule["nodes"]
    ]
    return messages + [f"{rule} at {target}: {summary}" for rule, target, summary in places]
