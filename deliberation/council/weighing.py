"""How many would name a need if who answered looked like who lives here: a number that stands beside the plain one.

The population is the newest one that an organiser entered for an assembly; of this consultation's own, if there is one.
"""

from collections.abc import Mapping, Sequence
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
_Answers = Mapping[str, Any]


def weigh(
    db: Session,
    consultation_id: int,
    results: Results,
    question: QuestionResult,
    values: Sequence[str],
    threshold: int,
) -> dict[str, dict[str, Any]]:
    """Choice → its weighted share with an interval of 95 %, in whole percent, and by what it was weighted.

    Nothing where there is no population to weight by. A choice is left out where, in some category of the population,
    those who named it, or those who did not, are few: with the plain count its weighted one could tell of them.
    """
    reference = _reference(db, consultation_id)
    if not reference or not values:
        return {}
    paths = {each.name: each.paths for each in results.questions if each.keep is None}
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
    if not margins:
        return {}
    raking = rake(list(margins.values()))
    found = {}
    for value in values:
        named = np.array([_names(answers, question.paths, value) for _, answers in rows], np.int64)
        if all(
            _is_large(margin.category, named, len(margin.reference), threshold) for margin in margins.values()
        ):
            found[value] = _told(named, raking, sorted(margins))
    return found


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


def _is_large(category: IntArray, named: IntArray, values: int, threshold: int) -> bool:
    """Whether in each category nobody, or enough people, named it; and of those who did not likewise."""
    known = category >= 0
    cells = np.bincount(category[known] * 2 + named[known], minlength=2 * values)
    return bool(((cells == 0) | (cells >= threshold)).all())


def _told(named: IntArray, raking: Raking, by: list[str]) -> dict[str, Any]:
    shares = shares_of(named, 2, raking.weight)
    value, low, high = (int(to_percent(float(each[1]))) for each in (shares.value, shares.low, shares.high))
    return {"percent": value, "low": low, "high": high, "worth": int(shares.people), "by": by}
