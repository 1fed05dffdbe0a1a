"""A sitting of the council to come, the rules of its empty seat, and somebody who asks for it."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.clock import today
from core.tables import Participant
from deliberation.assemblies.tables import Invitation
from deliberation.council.agenda import list_items
from deliberation.council.items import Wording, save_item
from deliberation.council.sittings import SittingPlan, convene, order_by_hand, plan_sitting
from deliberation.empty_seat.asking import ask_for_seat, say_purpose
from deliberation.empty_seat.own_requests import OwnRequest
from deliberation.empty_seat.rule_book import find_rules, set_rules
from deliberation.empty_seat.rules import Rules, asked_of
from rimay.demonstration import assembly_words as words
from surveys.submission import Hear

_IN, _BEGINS, _LASTS, _NOTICE = timedelta(days=21), time(9), 90, 5
_MINUTES, _ITEMS = 20, 2


def convene_council(db: Session, consultation_id: int, zone: ZoneInfo) -> int:
    """Undecided items are confirmed and put before a sitting, and the seat has rules. The first of the items."""
    undecided = [item for item in list_items(db, consultation_id) if item.decision is None][:_ITEMS]
    for item in undecided:
        wording = Wording(item.title, {}, _MINUTES, None, None, (), {}, {})
        save_item(db, item.id, wording, zone, account_id=None)
    plan = SittingPlan(
        title=words.SITTING,
        body=words.SITTING_BODY,
        place=words.SITTING_PLACE,
        starts_at=datetime.combine(today(zone), _BEGINS, tzinfo=zone) + _IN,
        minutes=_LASTS,
        notice_days=_NOTICE,
    )
    sitting_id = plan_sitting(db, plan, account_id=None)
    order_by_hand(db, sitting_id, [item.id for item in undecided], account_id=None)
    convene(db, sitting_id, letter_number=words.LETTER, account_id=None)
    set_rules(db, Rules(), words.BASIS, account_id=None)
    return undecided[0].id


def ask(db: Session, assembly_id: int, item_id: int, hear: Hear) -> None:
    """Somebody who was at the assembly asks for the seat in an item, and says what for."""
    came = select(Invitation.participant_id).where(Invitation.assembly_id == assembly_id, Invitation.came)
    query = select(Participant.chat_index).where(Participant.id.in_(came), Participant.language == "es")
    chat_index = db.scalars(query.order_by(Participant.id)).first()
    assert chat_index is not None  # most of them speak Spanish
    book = find_rules(db)
    assert book is not None  # they are set before
    declared = {rule.value: True for rule in asked_of(book.rules)}
    asked = ask_for_seat(db, chat_index, item_id, book.id, declared)
    assert isinstance(asked, OwnRequest)  # in time, and there is room
    say_purpose(db, chat_index, asked.number, words.PURPOSE_OF_ONE, hear)
