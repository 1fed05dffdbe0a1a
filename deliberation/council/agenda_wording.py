"""The choice of an agenda in sentences that a council and a neighbour understand."""

from collections.abc import Iterator, Mapping
from typing import Any

from i18n.dates import format_number, to_percent
from i18n.translator import Translator


def explain(result: Mapping[str, Any], translator: Translator, language: str) -> list[str]:
    """How the rule works, what it did here, who is left out, and what the other rules would have done."""
    return list(_sentences(result, translator, language))


def name_of_rule(rule: str, translator: Translator, language: str) -> str:
    """What a rule is called."""
    return translator.text("council.name_" + rule.replace("-", "_"), language)


def _sentences(result: Mapping[str, Any], translator: Translator, language: str) -> Iterator[str]:
    if not result["ballots"]:
        yield translator.text("council.counts_only", language)
    yield translator.text("council.rule_" + result["rule"].replace("-", "_"), language)
    yield translator.text("council.ties", language)
    used, minutes = format_number(result["used"]), format_number(result["minutes"])
    yield translator.plural("council.used", language, len(result["items"]), used=used, minutes=minutes)
    yield from _turns(result, translator, language)
    yield from _minimum(result, translator, language)
    if result["ballots"]:
        yield _left_out(result["left_out_people"], translator, language)
    for rule, other in result["compared"].items():
        name, people = name_of_rule(rule, translator, language), other["left_out_people"]
        chosen = len(other["items"])
        yield translator.plural("council.compared", language, people["count"], rule=name, items=chosen)


def _turns(result: Mapping[str, Any], translator: Translator, language: str) -> Iterator[str]:
    """From which item on another reason counts."""
    completed = [each["position"] for each in result["items"] if each["why"] == "completed"]
    later = [each["position"] for each in result["items"] if each["after_one_that_did_not_fit"]]
    if completed:
        yield translator.text("council.completed", language, position=completed[0])
    if later:
        yield translator.text("council.later", language, position=later[0])


def _minimum(result: Mapping[str, Any], translator: Translator, language: str) -> Iterator[str]:
    granted = result["minimum"]
    if granted is None:
        if result["ballots"]:
            yield translator.text("council.minimum_none", language)
        return
    yield translator.text("council.minimum", language, share=_percent(granted["share"]))
    if granted["met"]:
        yield translator.plural("council.minimum_met", language, len(granted["met"]))
    if granted["unmet"]:
        yield translator.plural("council.minimum_unmet", language, len(granted["unmet"]))


def _left_out(people: Mapping[str, Any], translator: Translator, language: str) -> str:
    if not people["count"]:
        return translator.text("council.left_out_nobody", language)
    return translator.plural(
        "council.left_out",
        language,
        people["count"],
        of=format_number(people["of"]),
        share=_percent(people["share"]),
    )


def _percent(share: float) -> str:
    """With a decimal where it has one: a minimum may be 12,5."""
    return format_number(to_percent(share, decimals=1))
