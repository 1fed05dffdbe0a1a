"""How commands say things: sentences on stderr, results on stdout."""

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import typer

from core.errors import Fault
from i18n.translator import Translator

LANGUAGE = "es"
"""The command line speaks Spanish; what it prints for programs is JSON."""


def fault_sentence(fault: Fault, translator: Translator) -> str:
    """Where, and what is wrong."""
    place = [part for part in (fault.sheet, fault.row and f"{fault.row}", fault.column) if part]
    sentence = translator.text("faults." + fault.code, LANGUAGE, **fault.params)
    return f"{': '.join([' · '.join(place), sentence]) if place else sentence}"


def report_faults(faults: Sequence[Fault], translator: Translator) -> None:
    """Every fault, a line each, on stderr."""
    for fault in faults:
        print(fault_sentence(fault, translator), file=sys.stderr)


def require_folder(file: Path, option: str) -> None:
    """A file is written in a folder that is there; else it is wrong usage, said before anything is worked out."""
    folder = file.absolute().parent
    if not folder.is_dir():
        said = Translator().text("cli.no_folder", LANGUAGE, folder=str(folder))
        raise typer.BadParameter(said, param_hint=option)


def require_options(given: Mapping[str, object]) -> None:
    """All of these were given, and are not empty; else it is wrong usage, and those that are missing are named."""
    missing = [option for option, value in given.items() if not value]
    if missing:
        raise typer.BadParameter(
            Translator().plural("cli.options_missing", LANGUAGE, len(missing), options=" ".join(missing))
        )


def print_json(value: Any) -> None:
    """A result for programs."""
    print(json.dumps(value, ensure_ascii=False, indent=2))
