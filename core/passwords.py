"""Passwords of accounts: Argon2, slow on purpose. Call these in a thread."""

import secrets

from pwdlib import PasswordHash

_hasher = PasswordHash.recommended()


def hash_password(password: str) -> str:
    """A salted Argon2 digest. Takes about 0.3 s."""
    return _hasher.hash(password)


def password_matches(password: str, password_hash: str) -> bool:
    """Whether the digest was made from this password. Takes about 0.3 s either way."""
    return _hasher.verify(password, password_hash)


def new_password() -> str:
    """A random password of 96 bits that can be read out and typed."""
    return "-".join(secrets.token_hex(3) for _ in range(4))
