"""Which choices a filter ever lets through."""

from dataclasses import dataclass
from itertools import islice, product
from math import prod
from random import Random

from surveys.conversation.outline import Site
from surveys.conversation.spot import Value
from surveys.questionnaire import Question
from surveys.rehearsal.excerpt import Excerpt
from surveys.rehearsal.search import Search

MOST_ANSWERS = 500
"""So many sets of answers are tried for one list."""


@dataclass(frozen=True, slots=True)
class Offered:
    """Values that were on offer with some answers. `proven`: with all that can be given."""

    values: frozenset[str]
    proven: bool


def offered_by(search: Search, site: Site) -> Offered | None:
    """What the filter of a select lets through; None where it filters no list of the author's."""
    question, rule = site.node, site.choices
    if not isinstance(question, Question) or rule is None or not question.choice_filter:
        return None
    items = search.outline.instances.get(question.path)
    if items is None or "itemset" in question.parameters:
        return None
    excerpt = Excerpt(search.outline, site, search.scope, free=False, beyond=tuple(sorted(rule.reads)))
    domains = {variable.path: search.domain(excerpt, variable) for variable in excerpt.variables}
    values_of = dict(zip(items, (choice.value for choice in question.choices), strict=True))
    found: set[str] = set()
    # Chance of its own: whoever asks for a report twice gets the same one.
    chance = Random(question.path)
    for answers in _answers(chance, {path: values for path, (values, _) in domains.items()}):
        excerpt.play(answers)
        elements = rule.elements(excerpt.root, excerpt.elements[site.path], search.scope) or []
        found |= {values_of[element] for element in elements if element in values_of}
        if len(found) == len(question.choices):
            break
    whole = prod(len(values) for values, _ in domains.values()) <= MOST_ANSWERS
    certain = excerpt.certain and not rule.by_chance and not rule.by_the_hour and not rule.anywhere
    return Offered(frozenset(found), whole and certain and all(complete for _, complete in domains.values()))


def _answers(chance: Random, domains: dict[str, tuple[Value, ...]]) -> list[dict[str, Value]]:
    """All sets of answers where they are few; else drawn ones, each answer of each question once at least."""
    if prod(map(len, domains.values())) <= MOST_ANSWERS:
        return [dict(zip(domains, values, strict=True)) for values in product(*domains.values())]
    drawn = [
        {path: chance.choice(values[:-1] or values) for path, values in domains.items()}
        for _ in range(MOST_ANSWERS)
    ]
    each = ((path, value) for path, values in domains.items() for value in values)
    for answers, (path, value) in zip(drawn, islice(each, MOST_ANSWERS), strict=False):
        answers[path] = value
    return drawn
