"""One person's answers as the document that expressions look at: what applies, and what is calculated.

As ODK has it, what does not apply is empty for every expression, though its answer is not forgotten.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from random import Random

from lxml import etree

from surveys.conversation.news import News, Ripple, with_surroundings
from surveys.conversation.outline import Outline, Site
from surveys.conversation.rules import ROOT, Rule, lots
from surveys.conversation.spot import Spot, Value, as_text
from surveys.expressions import Scope
from surveys.questionnaire import ATTACHED, Answers, Kind, Question

MOST_MEMBERS = 50
"""A repeat is asked at most so often, whatever is answered."""

_sub_element = etree.SubElement


class Instance:
    """The document of one response. It lives for one turn.

    answers  what the person answered
    added    where a person was asked whether to add one more member to a repeat: the answer
    seed     what chance is drawn from
    """

    def __init__(
        self,
        outline: Outline,
        *,
        answers: Answers,
        filled: Mapping[str, str],
        added: Mapping[str, bool],
        scope: Scope,
        seed: int,
    ) -> None:
        self.outline = outline
        self.answers = answers
        self.added = added
        self.scope = scope
        self.seed = seed
        self._filled = dict(filled)
        self._handed_out: Mapping[str, str] | None = None
        self._spent = 0
        self._news = News()
        self._grow_to_size()
        self._triggers = self._values_of(outline.set_by)

    @property
    def filled(self) -> Mapping[str, str]:
        """What the questionnaire filled in and must remember. What was handed out once does not change."""
        if self._handed_out is None:
            self._handed_out = dict(self._filled)
        return self._handed_out

    def spent(self) -> int:
        """How much was done since this was last asked: expressions worked out, elements made."""
        spent, self._spent = self._spent, 0
        return spent

    def _remember(self, path: str, value: str) -> None:
        if self._filled.get(path) != value:
            self._filled[path] = value
            self._handed_out = None

    def _grow_to_size(self) -> None:
        """Build the document; again where a repeat turns out to be asked another number of times."""
        self._news.grown = True
        self._is_growing = False
        for _ in range(len(self.outline.repeats) + 1):
            self._grow()
            self._settle_all()
            self._fill()
            self._is_growing = self._recount(self.outline.counted)
            if not self._is_growing:
                return

    def _grow(self) -> None:
        self.root = etree.Element(ROOT)
        self.by_path: dict[str, Spot] = {}
        self._by_site: dict[Site, list[Spot]] = {}
        self._unfilled: list[Spot] = []
        self.spots = self._plant_all(self.outline.roots, None, self.root, "")
        self._spent += len(self.by_path)

    def _plant_all(
        self, sites: list[Site], parent: Spot | None, element: etree._Element, prefix: str
    ) -> list[Spot]:
        spots: list[Spot] = []
        for site in sites:
            path = prefix + site.tag
            if not site.is_repeated:
                spots.append(self._plant(site, parent, element, path, 0))
                continue
            members = range(1, self._size(site, path) + 1)
            spots += [self._plant(site, parent, element, f"{path}[{number}]", number) for number in members]
        return spots

    def _plant(
        self, site: Site, parent: Spot | None, above: etree._Element, path: str, position: int
    ) -> Spot:
        spot = self.by_path[path] = Spot(site, parent, path, position, _sub_element(above, site.tag))
        alike = self._by_site.get(site)
        if alike is None:
            self._by_site[site] = [spot]
        else:
            alike.append(spot)
        if site.children:
            spot.children = self._plant_all(site.children, spot, spot.element, f"{path}/")
            return spot
        found = self.answers.get(path)
        if found is None:
            found = self._filled.get(path, "")
            if site.is_filled and path not in self._filled:
                self._unfilled.append(spot)
        if found:
            spot.value = found
            spot.element.text = found if isinstance(found, str) else " ".join(found)
        return spot

    def _size(self, site: Site, path: str) -> int:
        """How many members a repeat has."""
        if site.count is not None:
            return int(self._filled.get(path, "1"))
        size = 1
        while size < MOST_MEMBERS and self.added.get(f"{path}[{size + 1}]"):
            size += 1
        return size

    def _recount(self, counted: Iterable[tuple[Site, Rule]]) -> bool:
        """Note how often counted repeats are to be asked; whether that is news."""
        sizes: dict[str, str] = {}
        for site, count in counted:
            self._spent += 1
            for parent in self._by_site.get(site.parent, ()) if site.parent else (None,):
                around, prefix = (parent.element, f"{parent.path}/") if parent else (self.root, "")
                size = self._counted(count, around, site.tag)
                sizes[prefix + site.tag] = str(int(min(size, MOST_MEMBERS)) if size > 0 else 0)
        news = any(self._filled.get(path, "1") != size for path, size in sizes.items())
        for path, number in sizes.items():
            self._remember(path, number)
        return news

    def _counted(self, count: Rule, around: etree._Element, tag: str) -> float:
        """The number of members, as seen from where one would stand."""
        member = around.find(tag)
        if member is not None:
            return count.number(self.root, member, self.scope)
        member = etree.SubElement(around, tag)
        size = count.number(self.root, member, self.scope)
        around.remove(member)
        return size

    def _settle_all(self) -> None:
        """Work out what applies and what is calculated."""
        changed: set[str] = set()
        for site in self.outline.order:
            for spot in self._by_site.get(site, ()):
                self._settle_one(spot, changed)

    def _settle(self, ripple: Ripple) -> None:
        """Work out what depends on a change."""
        for place in ripple.places():
            for spot in self._by_site.get(self.outline.order[place], ()):
                self._settle_one(spot, ripple)
        self._news.changed |= ripple.changed

    def _settle_one(self, spot: Spot, changed: set[str] | Ripple) -> None:
        site = spot.site
        if site.relevant is not None:
            spot.is_relevant = self.holds(site.relevant, spot, otherwise=True)
            self._apply(spot, changed)
        rule = site.calculation
        if rule is None or not spot.applies or (spot.path in self.answers and site.is_asked):
            return
        if rule.by_chance and spot.value:
            return
        value = rule.text(self.root, spot.element, self._scope(rule, spot))
        if rule.by_chance or rule.once:
            self._remember(spot.path, value)
        if value != spot.value:
            spot.value = value
            spot.show()
            changed.add(site.path)

    def _apply(self, spot: Spot, changed: set[str] | Ripple) -> None:
        """Pass on to what lies inside whether it applies."""
        applies = spot.is_relevant and (spot.parent is None or spot.parent.applies)
        if applies is spot.applies:
            return
        spot.applies = applies
        self._news.turned.append(spot)
        changed.add(spot.site.path)
        if not spot.children:
            spot.show()
        for child in spot.children:
            self._apply(child, changed)

    def _fill(self) -> None:
        """Give what has no value yet its default; when that is done, nothing asks for it again."""
        if not self._unfilled:
            return
        ripple = Ripple(self.outline)
        for spot in self._unfilled:
            value = self._first_value(spot)
            self._remember(spot.path, value)
            if value:
                spot.value = value
                spot.show()
                ripple.add(spot.site.path)
        self._unfilled = []
        if ripple.changed:
            self._settle(ripple)

    def _first_value(self, spot: Spot) -> str:
        if spot.site.default is not None:
            return spot.site.default.text(self.root, spot.element, self._scope(spot.site.default, spot))
        return written_moment(self.local_moment, spot.question.kind)

    @property
    def local_moment(self) -> datetime:
        """The moment of this turn, where the person is."""
        assert self.scope.moment is not None  # the dialogue always says when it is
        return self.scope.moment.astimezone(self.scope.zone)

    def put(self, path: str, value: Value) -> News:
        """Take an answer and work out what depends on it."""
        self._news = News()
        self.answers = {**self.answers, path: value}
        self._change({path: value})
        self._pull()
        return self._news

    def add(self, path: str, wanted: bool) -> News:
        """Take the answer to the question whether to add that member of a repeat."""
        self._news = News()
        self.added = {**self.added, path: wanted}
        if (path in self.by_path) is not wanted:
            self._grow_to_size()
            self._pull()
        return self._news

    def _change(self, values: Mapping[str, Value]) -> None:
        """Write values that are remembered already into the document, with all that follows."""
        ripple = Ripple(self.outline)
        for path, value in values.items():
            spot = self.by_path[path]
            if value != spot.value:
                spot.value = value
                spot.show()
                ripple.add(spot.site.path)
        if ripple.changed:
            self._settle(ripple)
        # A number of members that follows from itself may never settle: it then grows with every answer.
        if self._is_growing or self._recount(self._counted_by(ripple.changed)):
            self._grow_to_size()

    def _counted_by(self, changed: set[str]) -> list[tuple[Site, Rule]]:
        """The repeats whose number of members may depend on what has changed."""
        if not self.outline.counted or not changed:
            return []
        near = with_surroundings(changed)
        return [
            each for each in self.outline.counted if each[1].anywhere or not near.isdisjoint(each[1].reads)
        ]

    def _values_of(self, paths: Iterable[str]) -> dict[str, str]:
        """The values at sites, whether they apply or not."""
        spots = (spot for path in paths for spot in self._by_site.get(self.outline.sites[path], ()))
        return {spot.path: as_text(spot.value) for spot in spots}

    def _pulled(self) -> list[Spot]:
        """The triggers whose values are not those that they were when last asked for."""
        set_by, before = self.outline.set_by, self._triggers
        if self._news.grown:
            now = self._triggers = self._values_of(set_by)
        else:
            now = self._values_of(path for path in set_by if path in self._news.changed)
            self._triggers = {**before, **now}
        return [self.by_path[path] for path in now if path in before and before[path] != now[path]]

    def _pull(self) -> None:
        """Set what is to be set because a trigger has changed, and what is to be set because of that.

        A person's own answer there is dropped, so that they see what stands there now. No value is set twice.
        """
        done: set[str] = set()
        while pulled := self._pulled():
            found = {spot.path: spot for trigger in pulled for spot in self._set_by(trigger)}
            values = {path: self._set_value(spot) for path, spot in found.items() if path not in done}
            if not values:
                return
            self._news.dropped |= values.keys()
            self.answers = {path: answer for path, answer in self.answers.items() if path not in values}
            for path, value in values.items():
                self._remember(path, value)
            self._change(values)
            done |= values.keys()

    def _set_by(self, trigger: Spot) -> Iterator[Spot]:
        """What a trigger sets: in a repeat, what stands in the same member; else all that there is."""
        around = {spot.site: spot for spot in trigger.around()}
        for site in self.outline.set_by[trigger.site.path]:
            for spot in self._by_site.get(site, ()):
                if all(around.get(above.site, above) is above for above in spot.around()):
                    yield spot

    def _set_value(self, spot: Spot) -> str:
        rule = spot.site.set_to
        if rule is None:
            return ""
        drawn = Random(f"{self.seed} {spot.path} {spot.value}")  # each time it is set it draws anew
        return rule.text(self.root, spot.element, replace(self.scope, random=drawn))

    def holds(self, rule: Rule, spot: Spot, *, otherwise: bool) -> bool:
        """Whether a condition is met, seen from a spot."""
        return rule.holds(self.root, spot.element, self._scope(rule, spot), otherwise=otherwise)

    def allows(self, spot: Spot, value: Value) -> bool:
        """Whether the constraint of a question takes a value. An empty one never violates it, nor a spoken one."""
        rule = spot.site.constraint
        if rule is None or not value or value[0][0] == ATTACHED:
            return True
        written = spot.element.text
        spot.element.text = as_text(value)
        try:
            return self.holds(rule, spot, otherwise=True)
        finally:
            spot.element.text = written

    def requires(self, spot: Spot) -> bool:
        """Whether a question must be answered."""
        rule = spot.site.required
        return rule is not None and self.holds(rule, spot, otherwise=False)

    def shown(self, path: str) -> str:
        """What every expression reads at a path outside repeats."""
        return self.by_path[path].element.text or ""

    def find(self, rule: Rule, spot: Spot) -> list[etree._Element] | None:
        """The elements that an expression finds, seen from a spot; None where it fails."""
        return rule.elements(self.root, spot.element, self._scope(rule, spot))

    def _scope(self, rule: Rule, spot: Spot) -> Scope:
        self._spent += 1
        if not rule.by_chance:
            return self.scope
        return replace(self.scope, random=lots(self.seed, spot.path))

    def spots_of(self, site: Site) -> Sequence[Spot]:
        """A site as this person meets it: in a repeat once for each member."""
        return self._by_site.get(site, ())

    def leaves(self) -> Iterator[Spot]:
        """The questions that apply, silent ones too, in the author's order."""
        return _leaves(self.spots)


def _leaves(spots: Iterable[Spot]) -> Iterator[Spot]:
    for spot in spots:
        if spot.applies and isinstance(spot.site.node, Question):
            yield spot
        elif spot.applies:
            yield from _leaves(spot.children)


def written_moment(moment: datetime, kind: Kind) -> str:
    """A moment as ODK writes it for questions of a kind: its day, or its day and hour."""
    if kind in (Kind.TODAY, Kind.DATE):
        return moment.date().isoformat()
    return moment.isoformat(timespec="milliseconds")
