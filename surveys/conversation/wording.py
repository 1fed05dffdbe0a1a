"""Labels that speak of earlier answers: "¿Cuántos años tiene ${/data/name}?"."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial

from i18n.dates import format_day
from surveys.conversation.instance import Instance
from surveys.conversation.outline import SELECTS, Outline
from surveys.conversation.rules import ROOT, Rule
from surveys.conversation.spot import Spot
from surveys.questionnaire import ATTACHED, Kind, Localized, Question

_REFERENCE = re.compile(r"\$\{([^}]*)\}")
_BARE_PATH = re.compile(r"\s*(current\(\))?[\w./-]+\s*")


def worded(text: Localized, instance: Instance, spot: Spot) -> Localized:
    """The text in every language, with the answers it refers to in that language."""
    if not any("${" in written for written in text.values()):
        return text
    return {language: _filled(written, language, instance, spot) for language, written in text.items()}


def left_open(text: Localized) -> Localized:
    """The text where there is nobody whose answers it could speak of: "…" stands in their place."""
    return {language: _REFERENCE.sub("…", written) for language, written in text.items()}


def names_choices(outline: Outline, language: str) -> Callable[[str, str], str]:
    """How `jr:choice-name` finds the label of a value."""
    return lambda value, path: outline.choice_label(path, value, language)


def _filled(written: str, language: str, instance: Instance, spot: Spot) -> str:
    return _REFERENCE.sub(lambda found: _answer(found[1], language, instance, spot), written)


def _answer(source: str, language: str, instance: Instance, spot: Spot) -> str:
    rule = instance.outline.written_rule(source, spot.site.path)
    if rule is None:
        return ""
    scope = replace(instance.scope, choice_name=names_choices(instance.outline, language))
    text = rule.text(instance.root, spot.element, scope)
    return _as_read(rule, language, instance.outline)(text) if _BARE_PATH.fullmatch(source) else text


def _as_read(rule: Rule, language: str, outline: Outline) -> Callable[[str], str]:
    """How people read an answer: choices by their labels, dates as they are written here."""
    path = next(iter(rule.reads), "")
    site = outline.sites.get(path)
    if site is None or not isinstance(site.node, Question):
        return str
    if site.node.kind in SELECTS:
        return partial(_labels, outline, f"/{ROOT}/{path}", language)
    return _day if site.node.kind is Kind.DATE else _plain


def _plain(text: str) -> str:
    """What was typed; a file that was sent is only hinted at."""
    return "🔊" if text.startswith(ATTACHED) else text


def _labels(outline: Outline, path: str, language: str, values: str) -> str:
    return ", ".join(outline.choice_label(path, value, language) for value in values.split())


def _day(text: str) -> str:
    try:
        return format_day(date.fromisoformat(text))
    except ValueError:
        return text
