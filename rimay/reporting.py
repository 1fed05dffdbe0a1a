"""How commands say things: sentences on stderr, results on stdout."""

import json
import sys
from collections.abc import Sequence
from typing import Any

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


def print_json(value: Any) -> None:
    """A result for programs."""
    print(json.dumps(value, ensure_ascii=False, indent=2))
