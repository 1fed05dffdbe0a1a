"""`rimay serve`: everything in one process."""

import asyncio
from typing import Annotated

import typer
import uvicorn

from bot.jobs_slot import check_free
from migrations.schema import upgrade
from rimay.chat import Chat
from rimay.composition import Installation, open_installation
from rimay.logbook import keep_log
from rimay.reporting import LANGUAGE
from rimay.watch import watch_over
from rimay.web import Server, compose


def serve(
    host: Annotated[str | None, typer.Option(help="RIMAY_HOST")] = None,
    port: Annotated[int | None, typer.Option(help="RIMAY_PORT")] = None,
) -> None:
    """Sirve la consola, el chat y los envíos en un solo proceso."""
    installation = open_installation()
    upgrade(installation.database.engine)
    run(installation, host=host, port=port)


def run(
    installation: Installation, *, host: str | None = None, port: int | None = None, carries: bool = True
) -> None:
    """Serve until the process is told to stop. Log lines hold no address: those of people would be among them.

    carries: broadcasts leave by this process too, else by workers
    """
    settings = installation.settings
    if carries:
        asyncio.run(check_free(settings.jobs_url))
    role = "serve" if carries else "web"
    keep_log(settings.upkeep.log_form, role)
    address = host or settings.host, port or settings.port
    url = f"http://{address[0]}:{address[1]}"
    print(installation.translator.text("cli.serving", LANGUAGE, url=url), flush=True)
    if settings.simulated:
        print(
            installation.translator.text("cli.simulator_at", LANGUAGE, url=url + "/simulator"),
            flush=True,
        )
    watch = watch_over(installation, role)
    chat = Chat(installation, carries=carries, observer=watch.metrics)
    app = compose(chat, lambda: setattr(server, "should_exit", True), watch)
    config = uvicorn.Config(
        app,
        host=address[0],
        port=address[1],
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=5,
    )
    server = Server(config, app, watch)
    server.run()
    if chat.jobs.lost.is_set() or not server.started:
        raise typer.Exit(1)
