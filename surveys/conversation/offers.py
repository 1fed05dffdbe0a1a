"""The choices on offer for a question, as this person finds them: filtered, shuffled, or made of other answers."""

from decimal import Decimal, InvalidOperation

from lxml import etree

from surveys.conversation.instance import Instance
from surveys.conversation.rules import Rule
from surveys.conversation.spot import Spot
from surveys.questionnaire import Choice, Kind, Question

MOST_TAPS = 11
"""A range with more steps than this is typed."""


def offers_of(instance: Instance, spot: Spot) -> tuple[Choice, ...]:
    """What may be chosen, in the order in which it is shown."""
    question = spot.question
    if question.kind is Kind.RANGE:
        return _steps_of(question, instance.outline.questionnaire.languages)
    if spot.site.choices is None:
        return question.choices
    decisive = spot.site.decisive
    if decisive is None:
        return _found(instance, spot, spot.site.choices)
    key = (question.path, *(instance.shown(path) for path in decisive))
    offers = instance.outline.offers
    remembered = offers.find(key)
    return offers.keep(key, _found(instance, spot, spot.site.choices)) if remembered is None else remembered


def _found(instance: Instance, spot: Spot, rule: Rule) -> tuple[Choice, ...]:
    question = spot.question
    found = instance.find(rule, spot)
    if found is None:
        return question.choices
    if "itemset" in question.parameters:
        return _made_of_answers(found, question, instance.outline.questionnaire.languages)
    items = instance.outline.instances[question.path]
    by_item = dict(zip(items, question.choices, strict=True))
    return tuple(by_item[item] for item in found if item in by_item)


def range_of(question: Question) -> tuple[Decimal, Decimal, Decimal]:
    """Start, end and step of a range: one to ten where the author says nothing."""
    start, end = _number(question, "start", "1"), _number(question, "end", "10")
    return start, end, abs(_number(question, "step", "1")) or Decimal(1)


def _number(question: Question, name: str, otherwise: str) -> Decimal:
    try:
        number = Decimal(question.parameters.get(name, otherwise))
    except InvalidOperation:
        return Decimal(otherwise)
    return number if number.is_finite() else Decimal(otherwise)


def _steps_of(question: Question, languages: tuple[str, ...]) -> tuple[Choice, ...]:
    start, end, step = range_of(question)
    count = int(abs(end - start) // step) + 1
    if count > MOST_TAPS:
        return ()
    direction = step if end >= start else -step
    values = (written(start + number * direction) for number in range(count))
    return tuple(Choice(value, dict.fromkeys(languages, value)) for value in values)


def written(number: Decimal) -> str:
    """A number without an exponent and without zeros too many."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _made_of_answers(
    found: list[etree._Element], question: Question, languages: tuple[str, ...]
) -> tuple[Choice, ...]:
    """Members of a household, say: whoever has a value, under the name that was given."""
    given = question.parameters
    choices: dict[str, Choice] = {}
    for element in found:
        value = (element.findtext(given.get("value", "name")) or "").strip()
        label = (element.findtext(given.get("label", "label")) or value).strip()
        if value:
            choices.setdefault(value, Choice(value, dict.fromkeys(languages, label)))
    return tuple(choices.values())
