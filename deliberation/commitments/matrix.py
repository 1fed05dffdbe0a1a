"""The SDG matrix: targets × units × what they do about them × what shows it, with its gaps. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from deliberation.commitments.commitments import CommitmentCard
from deliberation.commitments.programmes import ProgrammeCard
from deliberation.commitments.units import UnitCard
from deliberation.council.goals import GOALS


@dataclass(frozen=True, slots=True)
class Cell:
    """What one unit does for one target.

    commitments: that were not dropped; programmes: that include people, at least partly
    proven:      how many of both have something that shows it
    """

    commitments: tuple[CommitmentCard, ...]
    programmes: tuple[ProgrammeCard, ...]

    @property
    def count(self) -> int:
        """Of both."""
        return len(self.commitments) + len(self.programmes)

    @property
    def proven(self) -> int:
        """How many have something that shows it."""
        return sum(each.proven for each in self.commitments) + sum(each.proven for each in self.programmes)


@dataclass(frozen=True, slots=True)
class Row:
    """A target, with a cell for each unit in their order."""

    goal: str
    cells: tuple[Cell, ...]

    @property
    def count(self) -> int:
        """What is done for it by anybody."""
        return sum(cell.count for cell in self.cells)

    @property
    def proven(self) -> int:
        """How much of it is shown."""
        return sum(cell.proven for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Matrix:
    """units: the columns, in the order of the cells of each row; commitments: all that were not dropped."""

    units: tuple[UnitCard, ...]
    rows: tuple[Row, ...]
    commitments: tuple[CommitmentCard, ...]

    @property
    def gaps(self) -> tuple[str, ...]:
        """Targets for which nobody does anything."""
        return tuple(row.goal for row in self.rows if not row.count)

    @property
    def unproven(self) -> tuple[str, ...]:
        """Targets for which something is done, and nothing shows it."""
        return tuple(row.goal for row in self.rows if row.count and not row.proven)

    @property
    def aimless(self) -> tuple[CommitmentCard, ...]:
        """Commitments that serve no target of the list."""
        return tuple(each for each in self.commitments if not each.sdg)

    @property
    def idle(self) -> tuple[UnitCard, ...]:
        """Units that do nothing for any target."""
        columns = zip(*(row.cells for row in self.rows), strict=True)
        return tuple(
            unit
            for unit, cells in zip(self.units, columns, strict=True)
            if not any(cell.count for cell in cells)
        )


def matrix_of(
    units: Sequence[UnitCard], commitments: Sequence[CommitmentCard], programmes: Sequence[ProgrammeCard]
) -> Matrix:
    """Every target of the list, whether anybody does something for it or not."""
    kept = [each for each in commitments if each.dropped_on is None]
    including = [each for each in programmes if each.inclusion != "no"]

    def cell(unit_id: int, goal: str) -> Cell:
        return Cell(
            tuple(each for each in kept if each.unit_id == unit_id and goal in each.sdg),
            tuple(each for each in including if each.unit_id == unit_id and goal in each.sdg),
        )

    rows = tuple(Row(goal, tuple(cell(unit.id, goal) for unit in units)) for goal in GOALS)
    return Matrix(tuple(units), rows, tuple(kept))
