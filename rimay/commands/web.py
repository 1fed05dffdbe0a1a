"""`rimay web`: console, chat and webhook; workers carry the broadcasts."""

from typing import Annotated

import typer

from bot.way_out import TokenMissing
from migrations.schema import upgrade
from rimay.commands.serve import run
from rimay.composition import open_installation


def web(
    host: Annotated[str | None, typer.Option(help="RIMAY_HOST")] = None,
    port: Annotated[int | None, typer.Option(help="RIMAY_PORT")] = None,
) -> None:
    """Sirve la consola y el chat. Los envíos los llevan procesos de `rimay worker`, cuantos haga falta."""
    installation = open_installation()
    if installation.settings.simulated:
        raise TokenMissing
    upgrade(installation.database.engine)
    run(installation, host=host, port=port, carries=False)
