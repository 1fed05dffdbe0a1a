"""`rimay doctor`: what is right, what is not, and what to do."""

import json
import shutil
import socket
import stat
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Annotated

import typer
from sqlalchemy.exc import SQLAlchemyError

from core.errors import InvalidInput
from core.settings import Settings, read_settings
from i18n.translator import Translator
from migrations.schema import is_current
from rimay.composition import Installation, open_installation
from rimay.reporting import LANGUAGE, report_faults


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `wrong` is a fault; else it is right, or only good to know."""

    name: str
    wrong: bool
    sentence: str


def doctor(as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """Revisa la instalación y dice qué hacer."""
    try:
        installation = open_installation(read_settings())
    except InvalidInput as error:
        report_faults(error.faults, Translator())
        raise typer.Exit(1) from None
    findings = list(_look(installation))
    if as_json:
        print(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False, indent=2))
    else:
        for finding in findings:
            print(("✗ " if finding.wrong else "✓ ") + finding.sentence)
    raise typer.Exit(1 if any(finding.wrong for finding in findings) else 0)


def _look(installation: Installation) -> Iterator[Finding]:
    for name, wrong in (
        ("database", _database_fault(installation)),
        ("key", _key_fault(installation.settings)),
        ("home", _home_fault(installation.settings)),
        ("port", _port_fault(installation.settings)),
        ("chat", None),
        ("public_url", _public_url_fault(installation.settings)),
        ("speech", _speech_fault()),
    ):
        yield _finding(installation, name, wrong)


def _finding(installation: Installation, name: str, wrong: str | None) -> Finding:
    if wrong is not None:
        note = name == "speech"  # good to know: without it nothing can be heard, and all the rest goes on
        sentence = installation.translator.text(f"cli.doctor_{wrong}", LANGUAGE)
        return Finding(name, not note, sentence)
    key = f"cli.doctor_{name}"
    if name == "chat":
        key = "cli.doctor_simulated" if installation.settings.simulated else "cli.doctor_telegram"
    return Finding(name, False, installation.translator.text(key, LANGUAGE))


def _database_fault(installation: Installation) -> str | None:
    try:
        return None if is_current(installation.database.engine) else "database_old"
    except SQLAlchemyError:
        return "database_closed"


def _key_fault(settings: Settings) -> str | None:
    if settings.secret_key is not None:
        return None
    mode = settings.key_file.stat().st_mode
    return "key_open" if mode & (stat.S_IRWXG | stat.S_IRWXO) else None


def _home_fault(settings: Settings) -> str | None:
    free = shutil.disk_usage(settings.home).free
    return "home_full" if free < 500_000_000 else None


def _port_fault(settings: Settings) -> str | None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError:
            return "port_taken"
    return None


def _public_url_fault(settings: Settings) -> str | None:
    if settings.public_url is not None and settings.simulated:
        return "public_without_token"
    return None


def _speech_fault() -> str | None:
    return None if shutil.which("espeak-ng") and shutil.which("ffmpeg") else "speech_missing"
