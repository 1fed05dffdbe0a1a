"""Every text that the code asks for is found, so that none is missing and none is left over."""

from pathlib import Path

import pytest

from i18n.usage import Usage, find_usage


def usage_of(tmp_path: Path, name: str, source: str) -> Usage:
    path = tmp_path / name
    path.parent.mkdir(parents=True)
    path.write_text(source, "utf-8")
    return find_usage(tmp_path)


@pytest.mark.parametrize(
    ("source", "key"),
    [
        ('translator.text("chat.welcome", language)', "chat.welcome"),
        ('WELCOME = "chat.welcome"', "chat.welcome"),
        ('class Closed(RimayError):\n    code = "closed"', "errors.closed"),
        ('class Closed(RimayError):\n    code: str = "closed"', "errors.closed"),
        ('Fault("unknown_type", sheet="survey")', "faults.unknown_type"),
        ('Fault(code="unknown_type")', "faults.unknown_type"),
        ('SaidFault("unknown_type")', "faults.unknown_type"),
        ('self.add_fault("unknown_type", row=3)', "faults.unknown_type"),
        ('context.text("paused", language)', "chat.paused"),
        ('say("yes" if agreed else "no")', "chat.no"),
        ('key = "yes" if agreed else "no"\ncontext.text(key, language)', "chat.yes"),
        ('Fault("too_many" if many else "too_few")', "faults.too_few"),
        ('Refusal("not_a_date")', "chat.refusal_not_a_date"),
    ],
)
def test_finds_the_key_in_python(tmp_path: Path, source: str, key: str) -> None:
    assert key in usage_of(tmp_path, "bot/handlers.py", source).keys


@pytest.mark.parametrize(
    "source", ['"chat.hint_" + kind', 'f"chat.hint_{kind}"', 'context.text("hint_" + kind, language)']
)
def test_a_composed_key_uses_every_text_that_begins_so(tmp_path: Path, source: str) -> None:
    usage = usage_of(tmp_path, "bot/rendering.py", source)
    assert usage.covers("chat.hint_date")
    assert not usage.covers("chat.history")


def test_finds_keys_in_templates(tmp_path: Path) -> None:
    template = """<h1>{{ t("console.title") }}</h1> {{ t('console.state_' ~ state) }}"""
    usage = usage_of(tmp_path, "api/templates/page.html", template)
    assert usage.keys == {"console.title": "api/templates/page.html"}
    assert usage.covers("console.state_open")


@pytest.mark.parametrize(
    "source",
    [
        'render("console.html")',
        'open("voices.csv")',
        '"errors." + error.code',
        '"chat." + key',
        'found.setdefault("words", 1)',
        '"logging.handlers"',
        '"chat. "',
    ],
)
def test_other_literals_are_no_keys(tmp_path: Path, source: str) -> None:
    usage = usage_of(tmp_path, "api/pages.py", source)
    assert not usage.keys
    assert not usage.families


def test_tests_use_no_texts(tmp_path: Path) -> None:
    assert not usage_of(tmp_path, "tests/test_x.py", 'text("chat.welcome")').keys
