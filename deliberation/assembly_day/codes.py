"""Personal codes: shown in the chat to who comes, read out or scanned at the door. A code names nobody."""

import secrets
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.clock import now
from core.errors import NotFound
from core.people import get_participant
from core.sealing import Vault
from deliberation.assemblies.assembly import AssemblyCancelled, AssemblyPast
from deliberation.assemblies.attendance import Seat, answer_invitation
from deliberation.assemblies.headlines import AssemblyHeadline, headline_of
from deliberation.assemblies.tables import Assembly, Invitation

LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""Without I, L, O, 0 and 1: a code is read aloud, and typed by somebody else."""
LENGTH = 6


@dataclass(frozen=True, slots=True)
class OwnCode:
    """The code of a person who comes, and to what."""

    assembly: AssemblyHeadline
    code: str


def read_code(typed: str) -> str | None:
    """The code in what was typed, dictated or scanned: its address, small letters, blanks and dashes do not count."""
    code = "".join(each for each in typed.rpartition("#")[2].upper() if each.isalnum())
    return code if len(code) == LENGTH and all(each in LETTERS for each in code) else None


def spoken(code: str) -> str:
    """In two halves, as it is read aloud."""
    return f"{code[: LENGTH // 2]} {code[LENGTH // 2 :]}"


def digest_of(code: str, vault: Vault) -> bytes:
    """By which an invitation is found."""
    return vault.index("entry code " + code)


def answer_with_code(db: Session, chat_index: bytes, assembly_id: int, vault: Vault, *, comes: bool) -> Seat:
    """Yes or no to an invitation. Who comes has a code from then on."""
    seat = answer_invitation(db, chat_index, assembly_id, comes=comes)
    if seat.answer == "yes":
        _give(db, _own(db, chat_index, assembly_id), vault)
    return seat


def get_own_code(db: Session, chat_index: bytes, assembly_id: int, vault: Vault) -> OwnCode:
    """The code of somebody who comes: always the same one, made now for who was given a seat later.

    Raises NotFound for who does not come, AssemblyCancelled, or AssemblyPast.
    """
    assembly, invitation = db.get(Assembly, assembly_id), _own(db, chat_index, assembly_id)
    if assembly is None or invitation.answer != "yes":
        raise NotFound
    if assembly.state == "cancelled":
        raise AssemblyCancelled
    if assembly.ends_at <= now():
        raise AssemblyPast
    return OwnCode(headline_of(assembly), _give(db, invitation, vault))


def find_by_code(db: Session, assembly_id: int, code: str, vault: Vault) -> Invitation | None:
    """Whose code it is, of those who come to this assembly: whoever gave the seat back has no place by it."""
    mine = Invitation.assembly_id == assembly_id, Invitation.answer == "yes"
    return db.scalar(select(Invitation).where(Invitation.code == digest_of(code, vault), *mine))


def list_codes(db: Session, assembly_id: int, vault: Vault) -> list[str]:
    """All codes that open the door of an assembly now."""
    mine = Invitation.assembly_id == assembly_id, Invitation.answer == "yes"
    query = select(Invitation.code_sealed).where(*mine, Invitation.code_sealed.is_not(None))
    return [vault.open(sealed) for sealed in db.scalars(query) if sealed is not None]


def _give(db: Session, invitation: Invitation, vault: Vault) -> str:
    if invitation.code_sealed is not None:
        return vault.open(invitation.code_sealed)
    code = _fresh(db, vault)
    invitation.code, invitation.code_sealed = digest_of(code, vault), vault.seal(code)
    db.flush()
    return code


def _fresh(db: Session, vault: Vault) -> str:
    while True:
        code = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
        if db.scalar(select(Invitation.id).where(Invitation.code == digest_of(code, vault))) is None:
            return code


def _own(db: Session, chat_index: bytes, assembly_id: int) -> Invitation:
    """Held: of two taps at once the second finds the code of the first."""
    participant = get_participant(db, chat_index)
    mine = Invitation.assembly_id == assembly_id, Invitation.participant_id == participant.id
    query = select(Invitation).where(*mine).with_for_update()
    found = db.scalar(query.execution_options(populate_existing=True))
    if found is None:
        raise NotFound
    return found
