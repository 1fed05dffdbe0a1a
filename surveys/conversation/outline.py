"""A questionnaire prepared for asking: its rules compiled, and the order in which they depend on each other.

Made once for each questionnaire and then shared by everyone who answers it. Nothing here belongs to a person.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from surveys.conversation.rules import ROOT, Rule, find_rule, selection_limits
from surveys.conversation.shelf import Shelf
from surveys.questionnaire import (
    NOT_IN_CHAT,
    SILENT,
    Choice,
    Group,
    Kind,
    Node,
    Question,
    Questionnaire,
)

SELECTS = frozenset({Kind.SELECT_ONE, Kind.SELECT_MULTIPLE, Kind.RANK})
SEVERAL = frozenset({Kind.SELECT_MULTIPLE, Kind.RANK})
BEGINNING = frozenset({Kind.START, Kind.TODAY})
"""Kinds that hold the moment at which the conversation began."""

_OFFERS_KEPT = 250


@dataclass(slots=True, eq=False)
class Site:
    """A question or group of the questionnaire, with its rules.

    choices    finds the choices on offer, where they are filtered, shuffled or taken from other answers
    limits     how many choices may be chosen at least and at most
    tag        name of its element in the document
    is_asked   whether a person in a chat is to answer it
    is_told    whether it is only read
    is_filled  whether it begins with a value that the questionnaire gives it
    set_to     what it is set to when one of its triggers changes, and at no other time
    watches    paths on which its relevance and its calculation depend, its own included; watches_everything where
               they may depend on anything
    rechecks   paths on which it depends whether an answer is good; rechecks_everything where that may be anything
    rechecked  whether an answer that was good can turn bad when another answer changes
    decisive   paths that alone decide which choices are on offer; None where more may
    """

    node: Node
    parent: "Site | None"
    relevant: Rule | None = None
    calculation: Rule | None = None
    set_to: Rule | None = None
    required: Rule | None = None
    constraint: Rule | None = None
    default: Rule | None = None
    count: Rule | None = None
    choices: Rule | None = None
    limits: tuple[int, int | None] = (0, None)
    children: list["Site"] = field(default_factory=list)
    tag: str = field(init=False)
    is_asked: bool = field(init=False)
    is_told: bool = field(init=False)
    is_filled: bool = field(init=False)
    is_open_repeat: bool = field(init=False)
    is_repeated: bool = field(init=False)
    watches: frozenset[str] = field(init=False)
    watches_everything: bool = field(init=False)
    rechecks: frozenset[str] = field(init=False)
    rechecks_everything: bool = field(init=False)
    rechecked: bool = field(init=False)
    decisive: tuple[str, ...] | None = None

    @property
    def path(self) -> str:
        """Path in the questionnaire, without the positions of repeats."""
        return self.node.path

    def __post_init__(self) -> None:
        node = self.node
        self.tag = node.path.rpartition("/")[2]
        self.is_asked = isinstance(node, Question) and _is_asked(node)
        self.is_told = isinstance(node, Question) and _is_told(node)
        self.is_filled = isinstance(node, Question) and (self.default is not None or node.kind in BEGINNING)
        self.is_open_repeat = isinstance(node, Group) and node.repeats and self.count is None
        self.is_repeated = self.is_open_repeat or self.count is not None
        rules = [rule for rule in (self.required, self.constraint, self.choices) if rule]
        made_of_answers = isinstance(node, Question) and "itemset" in node.parameters
        self.rechecks = frozenset[str]().union(*(rule.reads for rule in rules))
        self.rechecks_everything = any(rule.anywhere for rule in rules) or (made_of_answers and bool(rules))
        self.rechecked = self.rechecks_everything or bool(self.rechecks - {self.path})
        self.watches = frozenset({self.path}).union(*(rule.reads for rule in self._deciding()))
        self.watches_everything = any(rule.anywhere for rule in self._deciding())

    def _deciding(self) -> Iterator[Rule]:
        return (rule for rule in (self.relevant, self.calculation) if rule)

    @property
    def decides(self) -> bool:
        """Whether anything is to be worked out for it."""
        return self.relevant is not None or self.calculation is not None

    def around(self) -> Iterator["Site"]:
        """The groups it stands in, the innermost first."""
        above = self.parent
        while above is not None:
            yield above
            above = above.parent


class Outline:
    """The sites of a questionnaire, in the author's order and in the order in which they must be worked out."""

    def __init__(self, questionnaire: Questionnaire) -> None:
        self.questionnaire = questionnaire
        self.repeats = frozenset(f"/{ROOT}/{path}" for path in _repeats(questionnaire.nodes))
        self.instances = {name: items_of(rows) for name, rows in questionnaire.lists.items()}
        self.sites: dict[str, Site] = {}
        self.roots = [self._site(node, None) for node in questionnaire.nodes]
        for site in self.sites.values():
            site.decisive = self._decisive(site.choices)
        self.order = [site for site in _by_dependence(self.sites) if site.decides]
        self.counted = [(site, site.count) for site in self.sites.values() if site.count]
        self._note_watchers()
        self.set_by: dict[str, list[Site]] = {}
        for site in self.sites.values():
            for trigger in site.node.triggers if isinstance(site.node, Question) else ():
                if trigger in self.sites:
                    self.set_by.setdefault(trigger, []).append(site)
        self.draws_lots = any(_draws_lots(site) for site in self.sites.values())
        self.looks_at_clock = any(_looks_at_clock(site) for site in self.sites.values())
        self.offers = Shelf[tuple[str, ...], tuple[Choice, ...]](room=_OFFERS_KEPT)
        self._written: dict[tuple[str, str], Rule | None] = {}

    def _note_watchers(self) -> None:
        """Who must look again when something changes: places in the order, and questions already answered."""
        self.watchers: dict[str, list[int]] = {}
        self.watchful = [place for place, site in enumerate(self.order) if site.watches_everything]
        for place, site in enumerate(self.order):
            for path in site.watches:
                self.watchers.setdefault(path, []).append(place)
        self.rechecked_by: dict[str, list[Site]] = {}
        rechecked = [site for site in self.sites.values() if site.rechecked]
        self.rechecked_always = [site for site in rechecked if site.rechecks_everything]
        for site in rechecked:
            for path in site.rechecks:
                self.rechecked_by.setdefault(path, []).append(site)

    def choice_label(self, path: str, value: str, language: str) -> str:
        """What a person reads for a value of the question at an absolute path; the value where there is nothing."""
        site = self.sites.get(path.removeprefix(f"/{ROOT}/"))
        choices = site.node.choices if site and isinstance(site.node, Question) else ()
        label = next((choice.label for choice in choices if choice.value == value), {})
        return label.get(language) or label.get(self.questionnaire.default_language) or value

    def written_rule(self, source: str, path: str) -> Rule | None:
        """The rule of an expression inside a label of the node at a path."""
        key = source, path
        if key not in self._written:
            self._written[key] = self._rule(source, path)
        return self._written[key]

    def _site(self, node: Node, parent: Site | None) -> Site:
        site = self._group(node, parent) if isinstance(node, Group) else self._question(node, parent)
        self.sites[node.path] = site
        if isinstance(node, Group):
            site.children = [self._site(child, site) for child in node.nodes]
        return site

    def _group(self, group: Group, parent: Site | None) -> Site:
        return Site(
            group,
            parent,
            relevant=self._rule(group.relevant, group.path),
            count=self._rule(group.repeat_count, group.path) if group.repeats else None,
        )

    def _question(self, question: Question, parent: Site | None) -> Site:
        several = question.kind in SEVERAL
        calculation = self._rule(question.calculation, question.path)
        return Site(
            question,
            parent,
            relevant=self._rule(question.relevant, question.path),
            calculation=None if question.triggers else calculation,
            set_to=calculation if question.triggers else None,
            required=self._rule(question.required, question.path),
            constraint=self._rule(question.constraint, question.path),
            default=self._rule(question.default, question.path),
            choices=self._rule(self._itemset(question), question.path),
            limits=selection_limits(question.constraint) if several and question.constraint else (0, None),
        )

    def _itemset(self, question: Question) -> str:
        """The expression that finds the choices on offer; empty where they are simply all of them."""
        given = question.parameters
        shuffled = given.get("randomize") == "true"
        if question.kind not in SELECTS or not (question.choice_filter or shuffled or "itemset" in given):
            return ""
        source = given.get("itemset")
        if not source:
            source = f"instance('{question.path}')/root/item"
            self.instances[question.path] = items_of(question.choices)
        if question.choice_filter:
            source = f"{source}[{question.choice_filter}]"
        if not shuffled:
            return source
        return f"randomize({source}, {given['seed']})" if given.get("seed") else f"randomize({source})"

    def _decisive(self, rule: Rule | None) -> tuple[str, ...] | None:
        if rule is None or rule.anywhere or rule.by_chance or rule.by_the_hour or self.repeats:
            return None
        read = [self.sites.get(path) for path in rule.reads]
        if all(site and isinstance(site.node, Question) and site.node.kind in SELECTS for site in read):
            return tuple(rule.reads)
        return None

    def _rule(self, source: str, path: str) -> Rule | None:
        return find_rule(source, path, self.repeats)


_outlines = Shelf[int, Outline](room=64)


def outline_of(questionnaire: Questionnaire) -> Outline:
    """The outline of a questionnaire, made at first sight. Questionnaires never change, so identity is enough."""
    found = _outlines.find(id(questionnaire))
    if found is not None and found.questionnaire is questionnaire:
        return found
    return _outlines.keep(id(questionnaire), Outline(questionnaire))


def _is_asked(question: Question) -> bool:
    return not _is_silent(question) and not _is_told(question)


def _is_told(question: Question) -> bool:
    # "label" makes of a select the head of a table: the questions that follow have the same choices to tap.
    heads = question.kind in SELECTS and "label" in question.appearance.split()
    return not _is_silent(question) and (question.read_only or question.kind is Kind.NOTE or heads)


def _is_silent(question: Question) -> bool:
    return question.kind in SILENT or question.kind in NOT_IN_CHAT


def items_of(choices: tuple[Choice, ...]) -> etree._Element:
    """A secondary instance: what `instance('list')` finds, `/root/item/name` and the author's other columns."""
    root = etree.Element("root")
    for choice in choices:
        item = etree.SubElement(root, "item")
        label = next(iter(choice.label.values()), "")
        for column, text in {"name": choice.value, "label": label, **choice.extra}.items():
            _add_cell(item, column, text)
    return root


def _add_cell(item: etree._Element, column: str, text: str) -> None:
    try:
        etree.SubElement(item, column).text = text
    except ValueError:
        return  # a header that no expression could name, or a sign that no document can hold


def _repeats(nodes: tuple[Node, ...]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, Group):
            if node.repeats:
                yield node.path
            yield from _repeats(node.nodes)


def _draws_lots(site: Site) -> bool:
    first = (site.relevant, site.calculation, site.set_to, site.default)
    return any(rule.by_chance for rule in (*first, site.required, site.constraint, site.choices) if rule)


def _looks_at_clock(site: Site) -> bool:
    """Whether what applies, is calculated or holds may be otherwise an hour later."""
    lasting = (site.relevant, site.calculation, site.required, site.constraint, site.choices, site.count)
    return any(rule.by_the_hour for rule in lasting if rule)


def _by_dependence(sites: dict[str, Site]) -> Iterator[Site]:
    """Each site after those that it reads. Circles, which the import refuses, are cut where they were entered."""
    seen: set[str] = set()
    for start in sites.values():
        waiting = [(start, _needs(start, sites))]
        if start.path in seen:
            continue
        seen.add(start.path)
        while waiting:
            site, needs = waiting[-1]
            following = next((need for need in needs if need.path not in seen), None)
            if following is None:
                waiting.pop()
                yield site
            else:
                seen.add(following.path)
                waiting.append((following, _needs(following, sites)))


def _needs(site: Site, sites: dict[str, Site]) -> Iterator[Site]:
    """What must be worked out before it: the groups around it, what it reads, and the groups around that."""
    yield from site.around()
    read = sites.values() if site.watches_everything else map(sites.get, site.watches)
    for other in read:
        if other is not None and other is not site:
            yield other
            yield from other.around()
