"""Accounts of organisers, interpreters, council members and units, and where they are signed in."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core.clock import now
from core.errors import RimayError
from core.tables import Account, SignIn

ROLES = ("admin", "organiser", "interpreter", "facilitator", "council", "unit")

_SIGNED_IN_FOR = timedelta(hours=12)


class AccountExists(RimayError):
    """There is an account with this e-mail already."""

    code = "account_exists"


class UnknownRole(RimayError):
    """No such role."""

    code = "unknown_role"


class UnusableEmail(RimayError):
    """This is not an e-mail address."""

    code = "unusable_email"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Whose browser this is."""

    account_id: int
    email: str
    role: str
    form_token: str


def add_account(db: Session, *, email: str, role: str, password_hash: str) -> Account:
    """Create an account. The e-mail is compared without case."""
    email = email.strip().lower()
    if role not in ROLES:
        raise UnknownRole(role=role, roles=", ".join(ROLES))
    name, _, host = email.rpartition("@")
    if not name or not host or len(email) > 254 or any(letter.isspace() for letter in email):
        raise UnusableEmail
    if find_account(db, email) is not None:
        raise AccountExists
    account = Account(email=email, role=role, password_hash=password_hash, created_at=now())
    db.add(account)
    db.flush()
    return account


def find_account(db: Session, email: str) -> Account | None:
    """The account with this e-mail."""
    return db.scalar(select(Account).where(Account.email == email.strip().lower()))


def open_sign_in(db: Session, account_id: int, digest: bytes, form_token: str) -> None:
    """Remember a browser for twelve hours, and forget those whose time is over."""
    db.execute(delete(SignIn).where(SignIn.expires_at < now()))
    expires_at = now() + _SIGNED_IN_FOR
    db.add(
        SignIn(
            digest=digest,
            account_id=account_id,
            form_token=form_token,
            expires_at=expires_at,
        )
    )


def find_sign_in(db: Session, digest: bytes) -> SignedIn | None:
    """Who is signed in with the cookie of this digest."""
    query = (
        select(Account.id, Account.email, Account.role, SignIn.form_token)
        .join(SignIn, SignIn.account_id == Account.id)
        .where(SignIn.digest == digest, SignIn.expires_at > now())
    )
    row = db.execute(query).first()
    return None if row is None else SignedIn(*row)


def end_sign_in(db: Session, digest: bytes) -> None:
    """Forget a browser."""
    db.execute(delete(SignIn).where(SignIn.digest == digest))
