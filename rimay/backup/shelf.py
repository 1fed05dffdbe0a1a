"""Backups as files: under which name one is written, and which are past their time."""

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO

from core.clock import now
from rimay.backup.envelope import BEGINNING
from rimay.backup.refusals import NotABackup, Unwritable

_NAME = "rimay-%Y%m%d-%H%M%S.age"
_NAMED = re.compile(r"rimay-\d{8}-\d{6}\.age")


def path_for(wanted: Path) -> Path:
    """The file to write: a folder gets one that is named by the moment. Raises NotABackup over another's file."""
    path = wanted / now().strftime(_NAME) if wanted.is_dir() else wanted
    if path.exists() and not _is_backup(path):
        raise NotABackup
    return path


@contextmanager
def new_file(path: Path) -> Iterator[IO[bytes]]:
    """A file that takes its name when it is whole and on the disk, readable by its owner alone; else there is none."""
    try:
        with tempfile.NamedTemporaryFile(dir=path.absolute().parent, prefix=path.name, delete=False) as file:
            try:
                yield file
                file.flush()
                os.fsync(file.fileno())
                os.replace(file.name, path)
            except BaseException:
                with suppress(OSError):
                    os.unlink(file.name)
                raise
    except OSError as error:
        raise Unwritable(file=path.name) from error


def remove_older(folder: Path, days: int) -> int:
    """Remove backups that this command named and that are older than so many days; how many they were.

    A file of another name, or that is no backup, stays; so does a link, and the newest backup whatever its age.
    """
    found = sorted(path for path in folder.iterdir() if _is_ours(path))
    old = [path for path in found[:-1] if _moment_of(path) < now() - timedelta(days=days)]
    for path in old:
        path.unlink()
    return len(old)


def _is_ours(path: Path) -> bool:
    named = _NAMED.fullmatch(path.name) is not None and not path.is_symlink()
    return named and path.is_file() and _is_backup(path)


def _moment_of(path: Path) -> datetime:
    try:
        return datetime.strptime(path.name, _NAME).replace(tzinfo=UTC)
    except ValueError:  # digits that are no date: not old, as far as anybody knows
        return now()


def _is_backup(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(BEGINNING)) == BEGINNING
