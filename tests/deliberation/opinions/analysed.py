"""Deliberations of which there is an analysis: three camps that share some things, meet on others, and differ."""

import pickle
from collections.abc import Sequence
from hashlib import sha256

import numpy as np
from sqlalchemy import update
from sqlalchemy.orm import Session

from core.clock import now
from deliberation.opinions.analyses import begin_analysis, read_task, store_analysis
from deliberation.opinions.findings import Findings, Task, find
from deliberation.opinions.tables import Analysis, OpinionGroup
from tests.deliberation.opinions.ballot_box import cast, open_box

COMMON, REFUSED, BRIDGE = (1, 2), 3, 13
CAMPS = 48, 45, 42
"""People of each."""

_FOUND: dict[bytes, bytes] = {}

_CHANCES = (
    (0.96, 0.95, 0.96),
    (0.94, 0.93, 0.95),
    (0.05, 0.06, 0.04),
    *((0.95, 0.05, 0.08),) * 3,
    *((0.06, 0.95, 0.08),) * 3,
    *((0.05, 0.08, 0.95),) * 3,
    (0.92, 0.93, 0.10),
)
"""How many of each camp agree, by statement."""


def camps(people: Sequence[int] = CAMPS, seed: int = 3) -> list[dict[int, int]]:
    """Their ballots; nine of ten statements are seen, a few passed."""
    chance = np.random.default_rng(seed)
    ballots = []
    for camp, size in enumerate(people):
        for _ in range(size):
            said = {
                number: 0 if chance.random() < 0.06 else 1 if chance.random() < chances[camp] else -1
                for number, chances in enumerate(_CHANCES, 1)
                if chance.random() < 0.9
            }
            ballots.append(said)
    return ballots


def analyse(db: Session, deliberation_id: int, *, threshold: int = 5, published: bool = False) -> int:
    """The number of an analysis of all votes until now."""
    number = begin_analysis(db, deliberation_id)
    begun = read_task(db, deliberation_id, number, threshold)
    assert store_analysis(db, begun, _find(begun.task))
    if published:
        mine = Analysis.deliberation_id == deliberation_id, Analysis.number == number
        db.execute(update(Analysis).where(*mine).values(published_at=now()))
    return number


def _find(task: Task) -> Findings:
    """What the maths finds; of the same votes once in a process, since many tests begin with the same deliberation."""
    asked = sha256(pickle.dumps(task)).digest()
    if asked not in _FOUND:
        _FOUND[asked] = pickle.dumps(find(task))
    found: Findings = pickle.loads(_FOUND[asked])
    return found


def analysed(db: Session, *, published: bool = False) -> int:
    """A deliberation with thirteen statements, three camps and one analysis."""
    deliberation_id = open_box(db, len(_CHANCES))
    cast(db, deliberation_id, camps())
    analyse(db, deliberation_id, published=published)
    names = {1: {"es": "Trabajo primero", "qu": "Ñawpaka llamkay"}}
    for number, name in names.items():
        db.add(OpinionGroup(deliberation_id=deliberation_id, number=number, name=name))
    db.flush()
    return deliberation_id
