"""The code that a representative shows at the council's door. It is shown once; asking again makes another."""

import secrets

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import Conflict
from core.sealing import Vault
from deliberation.empty_seat.asking import hold_own
from deliberation.empty_seat.requests import SITS
from deliberation.empty_seat.tables import SeatRequest

_SIGNS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without those that are taken for one another."""
_GROUP = 4


def make_credential(db: Session, chat_index: bytes, number: int, vault: Vault) -> str:
    """A new code; the one before is good for nothing any more. Raises NotFound, Conflict for who does not sit."""
    _, held, row = hold_own(db, chat_index, number)
    if row.state not in SITS or not held.is_ahead:
        raise Conflict
    code = "".join(secrets.choice(_SIGNS) for _ in range(2 * _GROUP))
    row.code = digest_of(code, vault)
    return f"{code[:_GROUP]}-{code[_GROUP:]}"


def find_by_credential(db: Session, typed: str, vault: Vault) -> int | None:
    """The request whose code this is. Capitals, spaces and dashes do not matter."""
    code = "".join(sign for sign in typed.upper() if sign in _SIGNS)
    if len(code) != 2 * _GROUP:
        return None
    return db.scalar(select(SeatRequest.id).where(SeatRequest.code == digest_of(code, vault)))


def digest_of(code: str, vault: Vault) -> bytes:
    """By which a request is found; without the key it says nothing of the code."""
    return vault.index("seat code " + code)
