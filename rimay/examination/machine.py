"""The machine: room, keys, programs that speak."""

import shutil
import stat
from collections.abc import Iterator
from urllib.parse import urlsplit

from core.settings import Settings
from i18n.dates import format_number
from rimay.backup.keys import key_file
from rimay.examination.finding import Finding, note, right, wrong

_LEAST_ROOM = 500_000_000
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def examine_machine(settings: Settings) -> Iterator[Finding]:
    """What can be seen without asking anybody."""
    yield _keys(settings)
    yield _room(settings)
    if (settings.home / "demo" / "rimay.db").exists():
        yield note("demo", "upkeep.doctor_demo", folder=str(settings.home / "demo"))
    if shutil.which("espeak-ng") and shutil.which("ffmpeg"):
        yield right("speech", "cli.doctor_speech")
    else:
        yield note("speech", "cli.doctor_speech_missing")
    yield _wording(settings)


def _wording(settings: Settings) -> Finding:
    """Whoever reads this should know that sentences leave the house, and whereto."""
    if settings.wording is None:
        return right("wording", "testimony.doctor_wording_none")
    host = urlsplit(settings.wording.url).netloc
    return note("wording", "testimony.doctor_wording", host=host, model=settings.wording.model)


def _keys(settings: Settings) -> Finding:
    if key_file(settings).exists() and key_file(settings).stat().st_mode & _OTHERS:
        return wrong("key", "upkeep.doctor_backup_key_open", file=str(key_file(settings)))
    if settings.secret_key is None and settings.key_file.stat().st_mode & _OTHERS:
        return wrong("key", "cli.doctor_key_open")
    return right("key", "cli.doctor_key")


def _room(settings: Settings) -> Finding:
    free = shutil.disk_usage(settings.home).free
    if free < _LEAST_ROOM:
        return wrong("home", "cli.doctor_home_full")
    return right("home", "upkeep.doctor_room", gigabytes=format_number(round(free / 1e9, 1)))
