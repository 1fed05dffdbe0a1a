"""`rimay demo`: a whole circle with synthetic people, then everything served."""

import asyncio
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from core.settings import read_settings
from i18n.translator import Translator
from migrations.schema import upgrade
from rimay.commands.serve import run
from rimay.composition import open_installation
from rimay.demonstration.loading import PEOPLE, Login, demonstration_settings, find_logins, load
from rimay.reporting import LANGUAGE


def demo(
    port: Annotated[int | None, typer.Option(help="RIMAY_PORT")] = None,
    load_only: Annotated[bool, typer.Option("--load-only", help="Carga y termina.")] = False,
) -> None:
    """Carga la demostración y la sirve. La segunda vez la encuentra lista."""
    settings = demonstration_settings(read_settings())
    translator = Translator()
    logins = find_logins(settings)
    if logins is None:
        print(translator.text("cli.demo_loading", LANGUAGE, count=PEOPLE), flush=True)
        with _progress() as progress:
            logins = asyncio.run(load(settings, _Bars(progress, translator)))
    _print_logins(logins, translator)
    if load_only:
        return
    installation = open_installation(settings)
    upgrade(installation.database.engine)
    run(installation, port=port)


def _progress() -> Progress:
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    return Progress(*columns, console=Console(stderr=True), transient=True)


class _Bars:
    """One bar for each part of the loading, filled again when the part comes back."""

    def __init__(self, progress: Progress, translator: Translator) -> None:
        self._progress = progress
        self._tasks = {
            "people": progress.add_task(translator.text("cli.demo_step_people", LANGUAGE), visible=False),
            "sending": progress.add_task(translator.text("cli.demo_step_sending", LANGUAGE), visible=False),
        }

    def __call__(self, what: str, done: int, total: int) -> None:
        self._progress.update(self._tasks[what], completed=done, total=total, visible=True)


def _print_logins(logins: list[Login], translator: Translator) -> None:
    print(translator.text("cli.demo_accounts", LANGUAGE))
    for login in logins:
        print(
            translator.text("cli.demo_account", LANGUAGE, email=login.email, password=login.password),
            flush=True,
        )
