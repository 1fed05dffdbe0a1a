"""The command line. Exit status 0: done; 1: the input is at fault, all faults listed; 2: usage."""

import sys
from collections.abc import Sequence
from functools import cache
from importlib import import_module
from typing import Any

import typer
from sqlalchemy.exc import OperationalError
from typer.core import TyperGroup

from core.errors import InvalidInput, RimayError
from i18n.translator import Translator
from rimay.reporting import LANGUAGE, report_faults

COMMANDS = {
    "serve": "serve:serve",
    "web": "web:web",
    "worker": "worker:worker",
    "demo": "demo:demo",
    "migrate": "migrate:migrate",
    "doctor": "doctor:doctor",
    "backup": "backup:backup",
    "restore": "restore:restore_command",
    "account": "account:app",
    "form": "forms:app",
    "speak": "speak:speak",
    "deliveries": "deliveries:deliveries",
    "export": "export:export",
    "opinions": "opinions:opinions",
    "predict": "predict:predict",
    "analysis": "analysis:app",
    "draw": "draw:app",
    "voices": "voices:voices",
    "agenda": "agenda:agenda",
    "brief": "brief:brief",
    "accounting": "accounting:accounting",
    "services": "services:app",
}
"""What is where in `rimay/commands`."""


class Commands(TyperGroup):
    """Imports a command once it is asked for: who draws a panel does not wait for the web to be there."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002  (as typer calls it)
        """Their names, in the order of use."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002
        """The command of that name; None where there is none."""
        return _load(cmd_name) if cmd_name in COMMANDS else None


@cache
def _load(name: str) -> Any:
    module, _, attribute = COMMANDS[name].partition(":")
    found = getattr(import_module(f"rimay.commands.{module}"), attribute)
    if isinstance(found, typer.Typer):
        group = typer.main.get_group(found)
        group.name = name
        return group
    alone = typer.Typer(add_completion=False)
    alone.command(name)(found)
    return typer.main.get_command(alone)


app = typer.Typer(
    cls=Commands,
    name="rimay",
    help="Rimay: consultar, oír, invitar, decidir, responder.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


@app.callback()
def _rimay() -> None:
    """Holds the commands together."""


def prepare(words: Sequence[str]) -> None:
    """Import the command that these words begin with, if there is one."""
    if words and words[0] in COMMANDS:
        _load(words[0])


def main() -> None:
    """Run one command; an expected refusal is a sentence on stderr, never a stack trace."""
    try:
        app()
    except InvalidInput as error:
        report_faults(error.faults, Translator())
        sys.exit(1)
    except RimayError as error:
        print(
            Translator().text("errors." + error.code, LANGUAGE, **error.params),
            file=sys.stderr,
        )
        sys.exit(1)
    except OperationalError as error:
        if error.statement is not None:  # it answered, and something is wrong with what we asked
            raise
        print(Translator().text("cli.doctor_database_closed", LANGUAGE), file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
