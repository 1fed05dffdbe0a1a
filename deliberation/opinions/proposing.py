"""A person's own statement: written or spoken in the chat, read by a person before anybody votes on it.

Personal data is covered before anyone reads it. What was sent stays sealed until the statement is judged, and waits
beside it: an interpreter writes down what was spoken.
"""

from dataclasses import dataclass
from unicodedata import category
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from deliberation.opinions.deliberations import held
from deliberation.opinions.places import (
    VotingPlace,
    find_writing,
    hold_voting_place,
    join,
    stop_writing,
)
from deliberation.opinions.statements import LONGEST, next_number, personal_kinds
from deliberation.opinions.steps import (
    AlreadyProposed,
    EnoughProposed,
    NoProposals,
    NotTaken,
    NoVoting,
    ProposalStep,
    Proposed,
    VotingOver,
    Writing,
)
from deliberation.opinions.tables import Statement, Turnout
from deliberation.voices.folding import fold
from surveys.conversation.turns import Typed
from surveys.questionnaire import Kind, Question
from surveys.responses import say
from surveys.steps import Step
from surveys.submission import Hear

SHORTEST = 5
"""Letters: less is no sentence."""
MOST_WAITING = 5
"""Statements of one person that nobody has read yet."""
_JOINER = "\N{ZERO WIDTH JOINER}"
"""Makes one picture of several: of a family, say."""
SPOKEN = Question("statement", Kind.AUDIO, {"es": "Afirmación"})
"""What may be sent in place of written words."""


@dataclass(frozen=True, slots=True)
class SealedNote:
    """A voice note on its way into the house: cleaned of all but the voice, and sealed."""

    media_type: str
    sealed: bytes


def begin_writing(db: Session, chat_index: bytes, deliberation_id: int, zone: ZoneInfo) -> ProposalStep:
    """From now on the person's next message is a statement of theirs, whatever question is on their screen."""
    place = hold_voting_place(db, chat_index, deliberation_id)
    refused = _objection(db, place, zone)
    if refused is not None:
        return refused
    assert place is not None  # else there was an objection
    stop_writing(db, chat_index)  # of one deliberation at most
    join(db, place)
    mine = Turnout.participant_id == place.participant_id, Turnout.deliberation_id == deliberation_id
    db.execute(update(Turnout).where(*mine).values(writing=True))
    return Writing(place.language, deliberation_id, place.title)


def say_or_propose(
    db: Session, chat_index: bytes, typed: Typed, hear: Hear, zone: ZoneInfo
) -> Step | ProposalStep:
    """What the person wrote: a statement where they are about to make one, else an answer to the question on screen."""
    writing = find_writing(db, chat_index)
    if writing is None:
        return say(db, chat_index, typed, zone)
    return propose_words(db, chat_index, writing.deliberation_id, typed.text, hear, zone)


def propose_words(
    db: Session, chat_index: bytes, deliberation_id: int, text: str, hear: Hear, zone: ZoneInfo
) -> ProposalStep:
    """Store a statement that was written. The same as one that is put to the vote is not stored: it can be voted on."""
    words = _visible(text)
    place = _hold(db, chat_index, deliberation_id)
    refused = _objection(db, place, zone) or _unfit(place, words)
    if refused is not None or place is None or not place.writing:
        return _refuse(db, chat_index, refused)
    said = _find_same(db, place, words)
    if said is not None:
        stop_writing(db, chat_index)
        number = said.number if _may_vote_on(said, place) else None
        return AlreadyProposed(place.language, deliberation_id, number)
    heard = hear(words)
    flags = personal_kinds({heard.language: words})
    language = heard.language if heard.language in ("es", "qu") else place.language
    _store(
        db,
        place,
        language=language,
        text={language: heard.redacted},
        original=heard.original,
        flags=flags,
    )
    stop_writing(db, chat_index)
    return Proposed(place.language, deliberation_id, spoken=False, hidden=bool(flags))


def propose_note(
    db: Session, chat_index: bytes, deliberation_id: int, note: SealedNote, zone: ZoneInfo
) -> ProposalStep:
    """Store a statement that was spoken: an interpreter writes it down.

    It was fetched meanwhile: of who is not about to make a statement any more, nothing is stored.
    """
    place = _hold(db, chat_index, deliberation_id)
    refused = _objection(db, place, zone)
    if refused is not None or place is None or not place.writing:
        return _refuse(db, chat_index, refused)
    _store(db, place, language=place.language, recording=note.sealed, recording_type=note.media_type)
    stop_writing(db, chat_index)
    return Proposed(place.language, deliberation_id, spoken=True, hidden=False)


def same_words(text: str) -> str:
    """What two texts have in common that differ in capitals, accents, signs and spaces only."""
    return " ".join("".join(each if each.isalnum() else " " for each in fold(text)).split())


def _visible(text: str) -> str:
    """One line, of signs that can be seen: others hide a number from being covered, and turn a page around."""
    return " ".join("".join(each for each in text if each.isspace() or _is_seen(each)).split())


def _is_seen(sign: str) -> bool:
    return sign == _JOINER or category(sign) not in ("Cc", "Cf", "Cs")


def _hold(db: Session, chat_index: bytes, deliberation_id: int) -> VotingPlace | None:
    """The place, with the deliberation for this transaction alone: statements are numbered one after the other."""
    held(db, deliberation_id)
    return hold_voting_place(db, chat_index, deliberation_id)


def _objection(db: Session, place: VotingPlace | None, zone: ZoneInfo) -> ProposalStep | None:
    """Why the person cannot propose anything now."""
    if place is None:
        return NoVoting()
    if not place.takes_votes(zone):
        return VotingOver(place.language, place.title)
    if not place.takes_statements:
        return NoProposals(place.language, place.deliberation_id)
    if place.voter_id is not None and _count_waiting(db, place.voter_id) >= MOST_WAITING:
        return EnoughProposed(place.language, place.deliberation_id, MOST_WAITING)
    return None


def _unfit(place: VotingPlace | None, words: str) -> NotTaken | None:
    """What is wrong with the words. The person may try again."""
    if place is None:
        return None
    about = place.language, place.deliberation_id
    if len(same_words(words[: LONGEST + 1])) < SHORTEST or not any(each.isalpha() for each in words):
        return NotTaken(*about, "too_short", {})
    if len(words) > LONGEST:
        return NotTaken(*about, "too_long", {"most": LONGEST, "length": len(words)})
    return None


def _refuse(db: Session, chat_index: bytes, refused: ProposalStep | None) -> ProposalStep:
    """Say so; who may not try again is not about to write any more."""
    if not isinstance(refused, NotTaken):
        stop_writing(db, chat_index)
    return refused or NoVoting()


def _count_waiting(db: Session, voter_id: str) -> int:
    mine = Statement.author_id == voter_id, Statement.state == "waiting"
    return db.scalar(select(func.count()).select_from(Statement).where(*mine)) or 0


def _find_same(db: Session, place: VotingPlace, words: str) -> Statement | None:
    """The statement that says the same, put to the vote or waiting as the person's own."""
    wanted = same_words(words)
    mine = Statement.deliberation_id == place.deliberation_id, Statement.state.in_(("accepted", "waiting"))
    for row in db.scalars(select(Statement).where(*mine).order_by(Statement.number)):
        theirs = row.state == "waiting" and row.author_id != place.voter_id
        if not theirs and wanted in map(same_words, row.text.values()):
            return row
    return None


def _may_vote_on(row: Statement, place: VotingPlace) -> bool:
    return row.state == "accepted" and (row.author_id is None or row.author_id != place.voter_id)


def _store(db: Session, place: VotingPlace, **what: object) -> None:
    row = Statement(
        deliberation_id=place.deliberation_id,
        number=next_number(db, place.deliberation_id),
        author_id=join(db, place),
        **{"text": {}, **what},
    )
    db.add(row)
    db.flush()
