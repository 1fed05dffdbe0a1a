"""What weights would make of who may be invited: each number beside the plain one, and what weighting costs. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from deliberation.assemblies.opinion_groups import deliberation_of
from deliberation.assemblies.reference import Eligible, Presence, Reference
from deliberation.maths.votes import IntArray
from deliberation.maths.weights import Margin, rake


@dataclass(frozen=True, slots=True)
class Weighing:
    """Weights by raking to the population.

    people:        how many they are for
    effective:     how many people of equal weights would be as good
    design_effect: by how much weights widen the variance of a share
    furthest:      the largest difference to the population that is left
    share:         weighted, by category and value
    weight:        on average, by category and value; None where there is nobody
    """

    people: int
    effective: float
    design_effect: float
    furthest: float
    share: Mapping[str, Mapping[str, float]]
    weight: Mapping[str, Mapping[str, float | None]]


def weigh(
    people: Sequence[Eligible], reference: Reference, presence: Mapping[str, Sequence[Presence]]
) -> Weighing | None:
    """By the categories of which every number may be shown; None where there are none, or nobody.

    Opinion groups are of who voted, and no population.
    """
    shown = {
        category: values
        for category, values in reference.items()
        if deliberation_of(category) is None and all(each.count is not None for each in presence[category])
    }
    if not people or not shown:
        return None
    margins = {category: _margin(people, category, values) for category, values in shown.items()}
    raking = rake(list(margins.values()))
    sums = {
        category: np.bincount(margin.category + 1, raking.weight, len(margin.reference) + 1)[1:]
        for category, margin in margins.items()
    }
    return Weighing(
        len(people),
        raking.effective,
        raking.design_effect,
        raking.furthest,
        {
            category: dict(zip(shown[category], (total / max(total.sum(), 1e-300)).tolist(), strict=True))
            for category, total in sums.items()
        },
        {
            category: {
                value: total / count if count else None
                for value, total, count in zip(
                    shown[category], sums[category].tolist(), margin.count.tolist(), strict=True
                )
            }
            for category, margin in margins.items()
        },
    )


def _margin(people: Sequence[Eligible], category: str, values: Mapping[str, int]) -> Margin:
    place = {value: number for number, value in enumerate(values)}
    said: IntArray = np.array([place.get(each.features.get(category, ""), -1) for each in people], np.int64)
    return Margin(said, np.array(list(values.values()), float))
