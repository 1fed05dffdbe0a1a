"""An agenda while it is being filled: what is still to be chosen from, how many minutes are left, what was chosen."""

from collections.abc import Sequence
from fractions import Fraction

from deliberation.maths.agenda.proposals import Agenda, Counted, Place


class Choosing:
    """One run of a rule. What is reserved for small groups is taken first; nobody pays for it.

    open:    the items that may still be chosen, by rank
    minutes: how many are left
    later:   whether an item that came first did not fit any more: what is chosen now is chosen after it
    """

    def __init__(self, counted: Counted, minutes: int, reserved: Sequence[int] = ()) -> None:
        self.counted = counted
        self.minutes = minutes
        self.open = counted.candidates(minutes)
        self.later = False
        self._given = minutes
        self._places: list[Place] = []
        for item in reserved:
            self.take(item, "minimum")

    def fits(self, item: int) -> bool:
        """Whether an item takes no more than what is left."""
        return self.counted.minutes[item] <= self.minutes

    def pass_over(self, item: int) -> None:
        """An item that would come now does not fit."""
        self.open.remove(item)
        self.later = True

    def take(
        self,
        item: int,
        why: str,
        *,
        payers: int | None = None,
        most: Fraction | None = None,
        groups: Sequence[Fraction] = (),
    ) -> None:
        """Put an item on the agenda."""
        self.open.remove(item)
        self.minutes -= self.counted.minutes[item]
        self._places.append(Place(item, why, payers, most, tuple(groups), self.later))

    def agenda(self) -> Agenda:
        """What was chosen. Items that a small group is owed come last: they were set aside, not ranked."""
        owed = [place for place in self._places if place.why == "minimum"]
        ranked = [place for place in self._places if place.why != "minimum"]
        return Agenda((*ranked, *owed), self._given - self.minutes)
