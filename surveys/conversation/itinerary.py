"""The way through a questionnaire as it lies before one person now: what is asked, and what is read on the way."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from surveys.conversation.instance import MOST_MEMBERS, Instance, Spot
from surveys.questionnaire import Group, Question


class Step(NamedTuple):
    """A question to be answered or, where `adds` is set, whether to add that member of a repeat.

    spot    the question; of a repeat, the member before the one that may be added
    before  notes, and groups entered, on the way from the step before
    """

    path: str
    spot: Spot
    before: tuple[Spot, ...]
    adds: int = 0


@dataclass(frozen=True, slots=True)
class Itinerary:
    """All steps that apply now, and the notes after the last."""

    steps: tuple[Step, ...]
    after: tuple[Spot, ...]

    def find(self, path: str | None) -> Step | None:
        """The step at a path; None where it does not apply any more."""
        return next((step for step in self.steps if step.path == path), None)

    def before(self, path: str | None) -> Sequence[Step]:
        """The steps before a path, the nearest first; all of them where the path is at the end."""
        paths = [step.path for step in self.steps]
        return self.steps[: paths.index(path) if path in paths else len(paths)][::-1]

    def questions(self) -> list[str]:
        """Paths of the questions, which are what a person counts."""
        return [step.path for step in self.steps if not step.adds]


def itinerary_of(instance: Instance) -> Itinerary:
    """What lies before the person whose answers the instance holds."""
    steps: list[Step] = []
    passed: list[Spot] = []
    for spot, adds in _stops(instance.spots):
        if not adds and not spot.site.is_asked:
            passed.append(spot)
            continue
        path = f"{spot.path.removesuffix(f'[{spot.position}]')}[{adds}]" if adds else spot.path
        steps.append(Step(path, spot, _worth_reading(passed, path) if passed else (), adds))
        passed = []
    return Itinerary(tuple(steps), _worth_reading(passed, ""))


def _stops(spots: Sequence[Spot]) -> Iterator[tuple[Spot, int]]:
    """What is asked, read or entered, in order. With a number: where a repeat may have that member, too."""
    for spot in spots:
        site = spot.site
        if not spot.applies:
            continue
        if site.is_asked or site.is_told:
            yield spot, 0
        elif isinstance(site.node, Group):
            if site.node.label:
                yield spot, 0
            yield from _stops(spot.children)
            # Also where the answer is known, so that it can be changed.
            if site.is_open_repeat and spot.position < MOST_MEMBERS:
                yield spot, spot.position + 1


def _worth_reading(passed: Sequence[Spot], path: str) -> tuple[Spot, ...]:
    """Notes, and of the groups passed those that hold the path or a note."""
    notes = [spot.path for spot in passed if isinstance(spot.site.node, Question)]
    return tuple(
        spot
        for spot in passed
        if spot.path in notes or any(inside.startswith(f"{spot.path}/") for inside in (path, *notes))
    )
