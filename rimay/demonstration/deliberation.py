"""The deliberation of the demonstration: people of three leanings vote and propose, and an analysis is published.

Votes are written as the chat writes them, without its screens: nobody waits for two thousand of those at the start.
"""

import random
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.tables import Participant
from deliberation.opinions.analyses import find_analysis
from deliberation.opinions.deliberations import draft_deliberation, open_deliberation
from deliberation.opinions.moderation import accept_statement
from deliberation.opinions.places import find_voting_place, join
from deliberation.opinions.proposing import begin_writing, propose_words
from deliberation.opinions.publication import name_group, publish_analysis
from deliberation.opinions.statements import add_seed, list_statements
from deliberation.opinions.tables import Turnout
from deliberation.opinions.votes import record_vote
from rimay.demonstration.deliberation_words import (
    ACCEPTED,
    GROUP_NAMES,
    LEANINGS,
    QUESTION,
    SEEDS,
    TITLE,
    WAITING,
)
from surveys.submission import Hear

_SEED = 2026
_PASSES, _PATIENCE = 0.06, (13, 17)


def prepare_and_open(db: Session, *, closes_on: date, threshold: int, zone: ZoneInfo) -> tuple[int, int]:
    """The deliberation and the broadcast that announces it."""
    deliberation_id = draft_deliberation(
        db, title=TITLE, question=QUESTION, closes_on=closes_on, account_id=None
    )
    for seed in SEEDS:
        add_seed(db, deliberation_id, seed.text, about_person=seed.about_person, account_id=None)
    broadcast_id = open_deliberation(db, deliberation_id, threshold=threshold, zone=zone, account_id=None)
    return deliberation_id, broadcast_id


def let_people_vote(db: Session, deliberation_id: int) -> None:
    """Each by their leaning, on as many statements as they have patience for."""
    chance = random.Random(_SEED)
    leanings = [leaning for leaning, people in enumerate(LEANINGS) for _ in range(people)]
    chance.shuffle(leanings)
    statements = [card.id for card in list_statements(db, deliberation_id, "accepted")]
    for chat_index, leaning in zip(_people(db), leanings, strict=False):
        place = find_voting_place(db, chat_index, deliberation_id)
        assert place is not None  # everybody was asked
        voter_id = join(db, place)
        for number in chance.sample(range(len(SEEDS)), chance.randint(*_PATIENCE)):
            agrees = SEEDS[number].agree[leaning]
            value = 0 if chance.random() < _PASSES else 1 if chance.random() < agrees else -1
            record_vote(db, voter_id, statements[number], value)
    voted = Turnout.deliberation_id == deliberation_id, Turnout.voter_id.is_not(None)
    db.execute(update(Turnout).where(*voted).values(state="voted"))


def let_people_propose(db: Session, deliberation_id: int, hear: Hear, zone: ZoneInfo) -> None:
    """Some of it an organiser has accepted; the rest waits to be read."""
    for chat_index, words in zip(_people(db), (*ACCEPTED, *WAITING), strict=False):
        begin_writing(db, chat_index, deliberation_id, zone)
        propose_words(db, chat_index, deliberation_id, words, hear, zone)
    for card in list_statements(db, deliberation_id, "waiting")[: len(ACCEPTED)]:
        accept_statement(db, card.id, account_id=None)


def publish(db: Session, deliberation_id: int, number: int, *, threshold: int) -> None:
    """Show the analysis to the council, each group with the name of the leaning that most of its statements tell."""
    publish_analysis(db, deliberation_id, number, threshold=threshold, account_id=None)
    card = find_analysis(db, deliberation_id, number)
    assert card is not None  # it was just published
    named = set()
    for group in card.result["groups"]:
        leaning = _leaning_of(card.result["statements"], str(group["id"]))
        if leaning not in named:  # the maths owes nobody these three groups
            name_group(db, deliberation_id, group["id"], GROUP_NAMES[leaning], account_id=None)
            named.add(leaning)


def _leaning_of(statements: dict[str, dict[str, dict[str, dict[str, int]]]], group: str) -> int:
    """Whose chances are nearest to what the group voted."""
    shares = {
        int(number): told["by_group"][group]["agree"] / max(told["by_group"][group]["seen"], 1)
        for number, told in statements.items()
    }

    def distance(leaning: int) -> float:
        return sum((share - SEEDS[number - 1].agree[leaning]) ** 2 for number, share in shares.items())

    return min(range(len(LEANINGS)), key=distance)


def _people(db: Session) -> list[bytes]:
    return list(db.scalars(select(Participant.chat_index).order_by(Participant.id)))
