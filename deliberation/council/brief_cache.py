"""Keeps what briefs were built from, by a digest of all that they tell of: reading the rows is quick, counting is not.

The digest covers every row that a brief depends on, so nothing has to say when something changed.
"""

from collections import OrderedDict
from hashlib import sha256
from threading import Lock
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, Text, cast, select
from sqlalchemy.orm import Session

from deliberation.commitments.tables import Unit
from deliberation.council.brief import Facts
from deliberation.council.briefing import facts_of
from deliberation.council.tables import AgendaItem, Decision, Sitting
from surveys.consultations import get_consultation
from surveys.tables import Response, Voice

KEPT = 8
"""Of so many consultations; the facts of one with 10,000 responses are a few MB, most of it open answers."""
_kept: OrderedDict[tuple[Any, ...], Facts] = OrderedDict()
_lock = Lock()


def find_facts(
    db: Session, consultation_id: int, *, unit: str, threshold: int, zone: ZoneInfo, published: bool = False
) -> Facts:
    """As `facts_of`, and the same as long as nothing changed. Raises NotFound, or NotClosedYet."""
    key = _digest(db, consultation_id), unit, threshold, zone.key, published
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    facts = facts_of(db, consultation_id, unit=unit, threshold=threshold, zone=zone, published=published)
    with _lock:
        _kept[key] = facts
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return facts


def _digest(db: Session, consultation_id: int) -> bytes:
    """Of the rows as the database has them; answers as text, for nobody has to understand them here."""
    digest = sha256(repr(get_consultation(db, consultation_id)).encode())
    for query in _queries(consultation_id):
        for row in db.execute(query.execution_options(yield_per=1000)):
            digest.update(repr(tuple(row)).encode())
        digest.update(b"|")
    return digest.digest()


def _queries(consultation_id: int) -> tuple[Select[*tuple[Any, ...]], ...]:
    answered = (
        Response.id,
        Response.state,
        Response.language,
        Response.questionnaire_id,
        Response.may_quote,
        cast(Response.answers, Text),
    )
    spoken = Voice.id, Voice.path, Voice.language, Voice.text, Voice.translation, Voice.quote
    items, decisions = AgendaItem.__table__, Decision.__table__
    mine = select(AgendaItem.id).where(AgendaItem.consultation_id == consultation_id)
    return (
        select(*answered).where(Response.consultation_id == consultation_id).order_by(Response.id),
        select(*spoken).where(Voice.consultation_id == consultation_id).order_by(Voice.id),
        select(items).where(items.c.consultation_id == consultation_id).order_by(items.c.id),
        select(decisions).where(decisions.c.item_id.in_(mine)).order_by(decisions.c.id),
        select(Sitting.id, Sitting.state, Sitting.convened_at).order_by(Sitting.id),
        select(Unit.id, Unit.name).order_by(Unit.id),
    )
