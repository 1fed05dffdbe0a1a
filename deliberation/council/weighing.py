"""How many would name a need if who answered looked like who lives here: a number that stands beside the plain one.

The population is the newest one that an organiser entered for an assembly; of this consultation's own, if there is one.
A share is weighted only by categories of which the table may be published, and bears that table: so everybody can weigh
again (deliberation/council/recompute.py).
"""

from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import combinations
from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from deliberation.assemblies.tables import Assembly
from deliberation.maths.votes import FloatArray, IntArray
from deliberation.maths.weights import Margin, Raking, rake, shares_of
from i18n.dates import to_percent
from surveys.results import QuestionResult, Results
from surveys.tables import Response

LANGUAGE = "language"
_DIGITS = 6
_Answers = Mapping[str, Any]


def weigh(
    db: Session,
    consultation_id: int,
    results: Results,
    question: QuestionResult,
    values: Sequence[str],
    threshold: int,
) -> dict[str, dict[str, Any]]:
    """Choice → its weighted share with an interval of 95 %, in whole percent, and how that comes about.

    by:         the categories that it was weighted by: as many as may be
    cells:      who is alike by all of them together; how many people, and how many of these named it
    population: category → value → how many live here

    Nothing where there is no population to weight by. A choice is left out where no category will do.
    """
    reference = _reference(db, consultation_id)
    if not reference or not values:
        return {}
    paths = {each.name: each.paths for each in results.questions if each.keep is None and is_told_whole(each)}
    query = select(Response.language, Response.answers).where(
        Response.consultation_id == consultation_id, Response.state == "finished"
    )
    rows = [({LANGUAGE: row.language}, row.answers or {}) for row in db.execute(query.order_by(Response.id))]
    margins = {
        category: Margin(
            _placed(rows, category, paths.get(category, frozenset()), list(people)), _counts(people)
        )
        for category, people in reference.items()
    }
    margins = {name: margin for name, margin in margins.items() if margin.count.sum() >= threshold}
    tables = [
        _Table(by, {name: reference[name] for name in by}, [margins[name] for name in by])
        for size in range(len(margins), 0, -1)
        for by in combinations(margins, size)
    ]
    found = {}
    for value in values:
        named = np.array([_names(answers, question.paths, value) for _, answers in rows], np.int64)
        table = next((table for table in tables if _fit(table.cells(named), threshold)), None)
        if table is not None:
            found[value] = table.told(named)
    return found


def may_be_weighed_again(found: Mapping[str, Any], threshold: int) -> bool:
    """Whether the table of a weighted share is kept with it, and may be shown at today's threshold."""
    cells = found.get("cells", ())
    return bool(cells) and _fit(cells, threshold)


def is_told_whole(question: QuestionResult) -> bool:
    """Whether every number of its table is shown: else those of a finer table could give away the one that is not."""
    return question.base is not None and all(row.count is not None for row in question.rows)


def is_large(people: int, named: int, threshold: int) -> bool:
    """Whether of people who are alike it may be told how many named something."""
    return people >= threshold and (named == 0 or threshold <= named <= people - threshold)


class _Table:
    """Who is alike by some categories together."""

    def __init__(
        self, by: Sequence[str], population: Mapping[str, Mapping[str, int]], margins: Sequence[Margin]
    ) -> None:
        self._by, self._population, self._margins = by, population, margins
        places = np.column_stack([margin.category for margin in margins])
        self._inside, of = np.unique(places, axis=0, return_inverse=True)
        self._of = of.reshape(-1)

    def cells(self, named: IntArray) -> list[dict[str, Any]]:
        """By value of each category, None where somebody did not say it."""
        values = [list(self._population[name]) for name in self._by]
        people = np.bincount(self._of).tolist()
        those = np.bincount(self._of[named > 0], minlength=len(people)).tolist()
        return [
            {
                "in": [
                    each[place] if place >= 0 else None for each, place in zip(values, inside, strict=True)
                ],
                "people": whole,
                "named": part,
            }
            for inside, whole, part in zip(self._inside.tolist(), people, those, strict=True)
        ]

    def told(self, named: IntArray) -> dict[str, Any]:
        """The share of those who named it, and all that it takes to work it out."""
        return {
            **_shares(named, self._raking),
            "by": list(self._by),
            "cells": self.cells(named),
            "population": {name: dict(people) for name, people in self._population.items()},
        }

    @cached_property
    def _raking(self) -> Raking:
        return rake(self._margins)


def _fit(cells: Sequence[Mapping[str, Any]], threshold: int) -> bool:
    return all(is_large(cell["people"], cell["named"], threshold) for cell in cells)


def _reference(db: Session, consultation_id: int) -> dict[str, dict[str, int]]:
    query = select(Assembly.reference, Assembly.consultation_id).order_by(Assembly.id.desc())
    known = [row for row in db.execute(query) if row.reference]
    own = [row for row in known if row.consultation_id == consultation_id]
    found = next((row.reference for row in (*own, *known)), None) or {}
    return {category: dict(sorted(people.items())) for category, people in sorted(found.items())}


def _counts(people: Mapping[str, int]) -> FloatArray:
    return np.array(list(people.values()), np.float64)


def _placed(
    rows: Sequence[tuple[_Answers, _Answers]], category: str, paths: frozenset[str], values: Sequence[str]
) -> IntArray:
    """(people,) in which of the values each is; -1 where they have not said."""
    place = {value: number for number, value in enumerate(values)}
    said = (
        (around.get(category), *(answers.get(path) for path in sorted(paths))) for around, answers in rows
    )
    return np.array([next((place[each] for each in all_ if each in place), -1) for all_ in map(_texts, said)])


def _texts(said: Sequence[Any]) -> list[str]:
    return [each for each in said if isinstance(each, str)]


def _names(answers: _Answers, paths: frozenset[str], value: str) -> bool:
    return any(value in given for path in paths if isinstance(given := answers.get(path), list))


def _shares(named: IntArray, raking: Raking) -> dict[str, int]:
    """In whole percent. Raking comes near, not to the last digit: what is half-way must be so for everybody."""
    shares = shares_of(named, 2, raking.weight)
    found = {"percent": shares.value, "low": shares.low, "high": shares.high}
    whole = {name: int(to_percent(round(float(each[1]), _DIGITS))) for name, each in found.items()}
    return whole | {"worth": int(round(shares.people, _DIGITS))}
