"""Whom a backup is sealed for, and who opens it: keys of age."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyrage
from pyrage import x25519

from core.clock import now
from core.errors import Fault, InvalidInput
from core.settings import Settings
from rimay.backup.refusals import NoKey

_SECRET = "AGE-SECRET-KEY-1"


@dataclass(frozen=True, slots=True)
class Sealing:
    """The recipients; and the file of the key where it was made just now, which nobody has a copy of yet."""

    recipients: tuple[x25519.Recipient, ...]
    new_key: Path | None = None


def key_file(settings: Settings) -> Path:
    """Where the key of the backups is kept, if no recipient was given."""
    return settings.home / "backup.key"


def sealing_of(settings: Settings) -> Sealing:
    """For whom backups are sealed: those of the settings, else the key in the home, which is made once."""
    if settings.upkeep.backup_recipients:
        try:
            return Sealing(tuple(map(x25519.Recipient.from_str, settings.upkeep.backup_recipients)))
        except pyrage.RecipientError as error:
            raise InvalidInput((Fault("setting_recipient", column="RIMAY_BACKUP_RECIPIENT"),)) from error
    path = key_file(settings)
    new = _make_key(path)
    return Sealing(tuple(identity.to_public() for identity in identities_in(path)), path if new else None)


def identities_in(path: Path) -> Sequence[x25519.Identity]:
    """The keys of a file, a line each, as age-keygen writes them. Raises NoKey where there is none."""
    try:
        lines = path.read_text("ascii").splitlines()
        keys = [x25519.Identity.from_str(line.strip()) for line in lines if line.startswith(_SECRET)]
    except (OSError, ValueError, pyrage.IdentityError) as error:
        raise NoKey(file=path.name) from error
    if not keys:
        raise NoKey(file=path.name)
    return keys


def _make_key(path: Path) -> bool:
    """Whether it had to be made. Of two processes that begin at once only one makes it."""
    identity = x25519.Identity.generate()
    draft = path.with_suffix(f".{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(f"# created: {now().isoformat()}\n# public key: {identity.to_public()}\n{identity}\n")
    try:
        os.link(draft, path)
    except FileExistsError:
        return False
    finally:
        draft.unlink()
    return True
