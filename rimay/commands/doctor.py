"""`rimay doctor`: what is right, what is not, and what to do."""

import asyncio
from collections.abc import Iterator
from typing import Annotated

import typer

from core.settings import read_settings
from i18n.translator import Translator
from rimay.composition import Installation, open_installation
from rimay.examination.finding import Finding, Grade
from rimay.examination.machine import examine_machine
from rimay.examination.reach import examine_reach
from rimay.examination.storage import examine_storage
from rimay.reporting import LANGUAGE, print_json

_SIGNS = {Grade.RIGHT: "✓", Grade.NOTE: "•", Grade.WRONG: "✗"}


def doctor(as_json: Annotated[bool, typer.Option("--json", help="Para programas.")] = False) -> None:
    """Revisa la instalación y dice qué hacer. El estado de salida es 1 si algo está mal."""
    installation = open_installation(read_settings())
    findings = list(_examine(installation))
    if as_json:
        print_json([_written(finding, installation.translator) for finding in findings])
    else:
        for finding in findings:
            print(f"{_SIGNS[finding.grade]} {_sentence(finding, installation.translator)}")
    raise typer.Exit(1 if any(finding.grade is Grade.WRONG for finding in findings) else 0)


def _examine(installation: Installation) -> Iterator[Finding]:
    yield from examine_storage(installation.database, installation.settings)
    yield from examine_machine(installation.settings)
    yield from asyncio.run(examine_reach(installation.settings))
    installation.database.close()


def _sentence(finding: Finding, translator: Translator) -> str:
    return translator.text(finding.key, LANGUAGE, **finding.params)


def _written(finding: Finding, translator: Translator) -> dict[str, str | bool]:
    return {
        "name": finding.name,
        "grade": finding.grade,
        "wrong": finding.grade is Grade.WRONG,
        "sentence": _sentence(finding, translator),
    }
