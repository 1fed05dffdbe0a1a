"""Backups are written and put back, as the commands do it."""

from pathlib import Path

from core.database import Database
from core.sealing import secret_of
from core.settings import Settings
from rimay.backup.envelope import seal
from rimay.backup.keys import identities_in, sealing_of
from rimay.backup.restoring import Restored, restore
from rimay.backup.shelf import new_file
from rimay.backup.writing import lines_of


def keep(settings: Settings, path: Path) -> Path:
    """Write a backup."""
    database = Database(settings.database_url)
    try:
        with database.snapshot() as connection, new_file(path) as out:
            lines = lines_of(connection, secret_of(settings), lambda done, total: None)
            seal(lines, out, sealing_of(settings).recipients)
    finally:
        database.close()
    return path


def put_back(settings: Settings, path: Path, key: Path, *, over: bool = False) -> Restored:
    """Restore a backup."""
    return restore(settings, path, identities_in(key), replace=over, note=lambda done, total: None)
