"""The way through a questionnaire as it lies before one person now: what is asked, and what is read on the way."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from surveys.conversation.instance import MOST_MEMBERS, Instance
from surveys.conversation.marks import Marks, marks_of
from surveys.conversation.news import News, with_surroundings
from surveys.conversation.outline import Site
from surveys.conversation.spot import Spot
from surveys.questionnaire import Group, Question


class Step(NamedTuple):
    """A question to be answered or, where `adds` is set, whether to add that member of a repeat.

    spot   the question; of a repeat, the member before the one that may be added
    place  where it lies among all that might be asked or read
    """

    path: str
    spot: Spot
    adds: int
    place: int


class Itinerary:
    """All steps that apply now, with what is read on the way. It follows the answers of one person.

    What might be met is laid out once; an answer then touches only what it changes.
    """

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._lay_out()

    def _lay_out(self) -> None:
        self._stops = _stops(self._instance.spots, [])
        asked = [not adds and spot.site.is_asked for spot, adds in self._stops]
        adding = [adds > 0 for _, adds in self._stops]
        paths = [_path(spot, adds) if adds else spot.path for spot, adds in self._stops]
        self._asked = marks_of(asked)
        self._in_doubt = self._asked.joined(marks_of(adding)) if any(adding) else self._asked
        self._places = {paths[place]: place for place in self._in_doubt.places()}
        self._read = Marks((1 << len(paths)) - 1).without(self._in_doubt)
        self._applying = marks_of([spot.applies for spot, _ in self._stops]).shared(self._in_doubt)
        self._asked = self._asked.shared(self._applying)
        self._steps: tuple[Step, ...] | None = None

    def follow(self, news: News) -> None:
        """Take in what an answer has led to."""
        if news.grown:
            self._lay_out()
            return
        for spot in news.turned:
            self._turn(spot)
        for path in news.dropped:
            self._doubt(path)
        outline = self._instance.outline
        if news.changed:
            for path in with_surroundings(news.changed):
                self._doubt_all(outline.rechecked_by.get(path, ()))
            self._doubt_all(outline.rechecked_always)

    def _turn(self, spot: Spot) -> None:
        path = _path(spot, spot.position + 1) if isinstance(spot.site.node, Group) else spot.path
        place = self._places.get(path)
        if place is not None:
            self._applying.set(place, spot.applies)
            self._asked.set(place, spot.applies and spot.site.is_asked)
            self._steps = None

    def _doubt_all(self, sites: Sequence[Site]) -> None:
        for site in sites:
            for spot in self._instance.spots_of(site):
                self._doubt(spot.path)

    def _doubt(self, path: str) -> None:
        if (place := self._places.get(path)) is not None:
            self._in_doubt.set(place, True)

    def _step(self, place: int) -> Step:
        spot, adds = self._stops[place]
        return Step(_path(spot, adds) if adds else spot.path, spot, adds, place)

    @property
    def steps(self) -> tuple[Step, ...]:
        """All steps that apply now."""
        if self._steps is None:
            self._steps = tuple(map(self._step, self._applying.places()))
        return self._steps

    def find(self, path: str | None) -> Step | None:
        """The step at a path; None where it does not apply any more."""
        place = self._places.get(path) if path else None
        return None if place is None or place not in self._applying else self._step(place)

    def first(self, is_open: Callable[[Step], bool]) -> Step | None:
        """The first step that is open. What was found closed is only looked at again after news of it."""
        doubtful = self._in_doubt.shared(self._applying)
        found = next((step for step in map(self._step, doubtful.places()) if is_open(step)), None)
        self._in_doubt = self._in_doubt.without(doubtful if found is None else doubtful.before(found.place))
        return found

    def before(self, path: str | None) -> Iterator[Step]:
        """The steps before a path, the nearest first; all of them where the path is at the end."""
        step = self.find(path)
        place = len(self._stops) if step is None else step.place
        while (found := self._applying.before(place).last()) is not None:
            place = found
            yield self._step(place)

    def number(self, step: Step) -> int:
        """Its number among the questions, which are what a person counts."""
        return len(self._asked.before(step.place)) + 1

    @property
    def total(self) -> int:
        """How many questions there are."""
        return len(self._asked)

    def passed(self, step: Step | None) -> tuple[Spot, ...]:
        """Notes, and groups entered, on the way to a step from the one before; or after the last."""
        place = len(self._stops) if step is None else step.place
        before = self._applying.before(place).last()
        between = self._read.before(place).since(0 if before is None else before)
        spots = (self._stops[found][0] for found in between.places())
        return _worth_reading([spot for spot in spots if spot.applies], step.path if step else "")


def _path(spot: Spot, adds: int) -> str:
    """Path of a further member of a repeat."""
    return f"{spot.path.removesuffix(f'[{spot.position}]')}[{adds}]"


def _stops(spots: Sequence[Spot], found: list[tuple[Spot, int]]) -> list[tuple[Spot, int]]:
    """What may be asked, read or entered, in order. With a number: where a repeat may have that member, too."""
    for spot in spots:
        site = spot.site
        if site.is_asked or site.is_told:
            found.append((spot, 0))
        elif isinstance(site.node, Group):
            if site.node.label:
                found.append((spot, 0))
            _stops(spot.children, found)
            # Also where the answer is known, so that it can be changed.
            if site.is_open_repeat and spot.position < MOST_MEMBERS:
                found.append((spot, spot.position + 1))
    return found


def _worth_reading(passed: Sequence[Spot], path: str) -> tuple[Spot, ...]:
    """Notes, and of the groups passed those that hold the path or a note."""
    if not passed:
        return ()
    notes = {spot.path for spot in passed if isinstance(spot.site.node, Question)}
    telling = with_surroundings({path, *notes})
    return tuple(spot for spot in passed if spot.path in telling)
