"""Who lives together, as people say it themselves: by a word that one of them gets and hands to the others.

The word is in the profiles of those who agreed, and nowhere else; what a draw keeps of it is salted. Nobody is asked
with whom they live, and nobody is told who else has the word: only how many.
"""

import hashlib
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.entry_links import CODE_LETTERS
from core.errors import RimayError
from core.people import get_participant
from core.tables import Participant
from deliberation.assemblies.assembly import WILLING
from deliberation.assemblies.tables import HOUSEHOLD
from surveys.questionnaire import Keep

WORD_LENGTH = 10
LARGEST = 20
"""People of a household. A word that is put up in public ends there."""

_WORD = re.compile(f"[{CODE_LETTERS}]{{{WORD_LENGTH}}}")


class HouseholdUnknown(RimayError):
    """Nobody has this word, or no longer."""

    code = "household_unknown"


class HouseholdFull(RimayError):
    """As many have the word as may."""

    code = "household_full"


class NotWilling(RimayError):
    """Who may not be invited is in no lottery, so that nothing is kept of their household."""

    code = "household_not_willing"


@dataclass(frozen=True, slots=True)
class Household:
    """What a person knows of theirs. word: empty where there is none; people: with the person."""

    word: str = ""
    people: int = 0


def readable_word(typed: str) -> str | None:
    """The word in what somebody typed, if it can be one."""
    word = "".join(typed.split()).lower()
    return word if _WORD.fullmatch(word) else None


def household_in(profile: Mapping[str, Any]) -> str:
    """The word in a profile; empty where there is none."""
    word = profile.get(HOUSEHOLD)
    return word if isinstance(word, str) else ""


def salted_household(salt: str, word: str) -> str:
    """What a draw keeps of a word: who lives together in this draw, and nothing that leads to the word."""
    return hashlib.sha256(f"{salt}\n{word}".encode()).hexdigest()[:16] if word else ""


def get_household(db: Session, chat_index: bytes) -> Household:
    """The household of a person. Raises NotEnrolled."""
    return _household(db, household_in(get_participant(db, chat_index).profile))


def begin_household(db: Session, chat_index: bytes) -> Household:
    """A new word for who has none. A second time changes nothing. Raises NotWilling."""
    person = _willing(db, chat_index)
    if not household_in(person.profile):
        _write(person, "".join(secrets.choice(CODE_LETTERS) for _ in range(WORD_LENGTH)))
        db.flush()
    return _household(db, household_in(person.profile))


def join_household(db: Session, chat_index: bytes, word: str) -> Household:
    """Live with those who have the word; whoever had another leaves that.

    Raises NotWilling, HouseholdUnknown, HouseholdFull.
    """
    person = _willing(db, chat_index)
    if household_in(person.profile) != word:
        there = _people(db, word)
        if not there:
            raise HouseholdUnknown
        if there >= LARGEST:
            raise HouseholdFull(most=LARGEST)
        _write(person, word)
        db.flush()
    return _household(db, word)


def leave_household(db: Session, chat_index: bytes) -> Household:
    """Keep nothing of it any more. Raises NotEnrolled."""
    _write(get_participant(db, chat_index), "")
    db.flush()
    return Household()


def _willing(db: Session, chat_index: bytes) -> Participant:
    person = get_participant(db, chat_index)
    if person.profile.get(Keep.INVITE.value) != WILLING:
        raise NotWilling
    return person


def _write(person: Participant, word: str) -> None:
    rest = {name: value for name, value in person.profile.items() if name != HOUSEHOLD}
    person.profile = {**rest, HOUSEHOLD: word} if word else rest


def _household(db: Session, word: str) -> Household:
    return Household(word, _people(db, word)) if word else Household()


def _people(db: Session, word: str) -> int:
    kept = Participant.profile[HOUSEHOLD].as_string()
    return db.scalar(select(func.count()).select_from(Participant).where(kept == word)) or 0
