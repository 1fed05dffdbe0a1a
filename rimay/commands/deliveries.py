"""`rimay deliveries`: what is going out, live, and what is decided about it."""

import asyncio
import json
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text
from sqlalchemy.orm import Session

from api.lookout import Watched
from api.reader import Reader
from api.sendings import Batch, batch_of, title_of
from bot.enqueueing import Enqueuer
from core.broadcasts import Kind, list_broadcasts
from core.courses import cancel_broadcast, pause_broadcast, resume_broadcast, retry_failed
from core.doubts import leave, list_in_doubt, resend
from core.outlook import Outlook, look_at, outlook_of
from core.progress import State, count_reasons
from core.pulse import Pulse
from deliberation.subject import Subject
from deliberation.subjects import subjects_of
from migrations.schema import upgrade
from rimay.composition import Installation, open_installation
from rimay.reporting import LANGUAGE, print_json
from surveys.consultations import Reach, get_consultation

_LOOK_EVERY = 1.0


@dataclass(frozen=True, slots=True)
class Deed:
    """What an option does: the use case, the sentence of what was done, and whether something leaves after it."""

    use_case: Callable[..., int | None]
    done: str
    leaves: bool = False


_PAUSE = Deed(pause_broadcast, "sending.cli_paused")
_RESUME = Deed(resume_broadcast, "sending.cli_resumed", leaves=True)
_CANCEL = Deed(cancel_broadcast, "sending.cli_cancelled")
_RETRY = Deed(retry_failed, "sending.cli_retried", leaves=True)
_RESEND = Deed(resend, "sending.cli_resent", leaves=True)
_LEAVE = Deed(leave, "sending.cli_left")


@dataclass(frozen=True, slots=True)
class Seen:
    """A broadcast, what it is about, and how far its consultation has come."""

    watched: Watched
    about: Subject | None
    reach: Reach | None = None


def deliveries(
    number: Annotated[
        int | None, typer.Argument(metavar="ENVÍO", help="El número del envío; sin él, la lista de todos.")
    ] = None,
    watch: Annotated[bool, typer.Option("--watch", help="Lo sigue en vivo; Ctrl-C sale.")] = False,
    pause: Annotated[bool, typer.Option("--pause", help="Lo pone en pausa.")] = False,
    resume: Annotated[bool, typer.Option("--resume", help="Lo reanuda.")] = False,
    cancel: Annotated[bool, typer.Option("--cancel", help="Lo cancela; no se puede deshacer.")] = False,
    retry: Annotated[
        bool, typer.Option("--retry-failed", help="Intenta otra vez lo que falló y puede salir bien.")
    ] = False,
    again: Annotated[
        bool, typer.Option("--resend-doubtful", help="Reenvía lo que está en duda: puede llegar dos veces.")
    ] = False,
    left: Annotated[
        bool, typer.Option("--leave-doubtful", help="Deja así lo que está en duda: puede no llegar.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Para programas.")] = False,
) -> None:
    """Muestra los envíos y cómo van. Con un número: lo sigue, lo para, lo cancela o decide lo que está en duda."""
    options: dict[str, tuple[Deed | None, bool]] = {
        "--watch": (None, watch),
        "--pause": (_PAUSE, pause),
        "--resume": (_RESUME, resume),
        "--cancel": (_CANCEL, cancel),
        "--retry-failed": (_RETRY, retry),
        "--resend-doubtful": (_RESEND, again),
        "--leave-doubtful": (_LEAVE, left),
    }
    given = [name for name, (_, wanted) in options.items() if wanted]
    if len(given) > 1:
        raise typer.BadParameter(" + ".join(given))
    if given and number is None:
        raise typer.BadParameter(given[0], param_hint="ENVÍO")
    deeds = [deed for deed, wanted in options.values() if deed and wanted]
    installation = open_installation()
    upgrade(installation.database.engine)
    try:
        asyncio.run(_answer(installation, number, deeds, watch=watch, as_json=as_json))
    except KeyboardInterrupt:  # who was watching has seen enough
        pass
    finally:
        installation.database.close()


async def _answer(
    installation: Installation, number: int | None, deeds: list[Deed], *, watch: bool, as_json: bool
) -> None:
    if number is None:
        await _list(installation, as_json=as_json)
    elif deeds:
        await _do(installation, number, deeds[0], as_json=as_json)
    elif watch:
        await _watch(installation, number, as_json=as_json)
    else:
        seen = await installation.database.read(_look, installation, number)
        if as_json:
            doubts = await installation.database.read(list_in_doubt, number)
            ids = [doubt.delivery_id for doubt in doubts]
            print_json(_as_json(seen) | {"doubts": ids})
        else:
            Console().print(_shown(installation, seen))


def _look(db: Session, installation: Installation, number: int) -> Seen:
    outlook = outlook_of(db, number, installation.settings.quiet_hours)
    card = outlook.card
    asks = card.kind in (Kind.OPENING, Kind.UNFINISHED)
    return Seen(
        watched=Watched(outlook, count_reasons(db, number) if card.sending.failed else {}, None),
        about=subjects_of(db, [card]).get(card.id),
        reach=get_consultation(db, card.subject_id).reach if asks else None,
    )


def _look_at_all(db: Session, installation: Installation) -> list[Seen]:
    cards = list_broadcasts(db)
    subjects = subjects_of(db, cards)
    outlooks = (look_at(db, card, installation.settings.quiet_hours) for card in cards)
    return [Seen(Watched(outlook, {}, None), subjects.get(outlook.card.id)) for outlook in outlooks]


# What was decided


async def _do(installation: Installation, number: int, deed: Deed, *, as_json: bool) -> None:
    count = await installation.database.run(deed.use_case, number, account_id=None)
    if deed.leaves and count != 0:
        enqueuer = Enqueuer(installation.settings.jobs_url)
        await enqueuer.deliver(number)
        await enqueuer.stop()
    if as_json:
        print_json({"id": number} if count is None else {"id": number, "changed": count})
    elif count is None:
        print(installation.translator.text(deed.done, LANGUAGE, id=number))
    else:
        print(installation.translator.plural(deed.done, LANGUAGE, count, id=number))


# What is shown


async def _list(installation: Installation, *, as_json: bool) -> None:
    all_seen = await installation.database.read(_look_at_all, installation)
    if as_json:
        print_json([_as_json(seen) for seen in all_seen])
    elif all_seen:
        Console().print(_table(installation, all_seen))
    else:
        print(installation.translator.text("sending.cli_none", LANGUAGE))


def _table(installation: Installation, all_seen: Iterable[Seen]) -> Table:
    reader = _reader(installation)
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("", justify="right")
    table.add_column(reader.text("sending.column_what"), ratio=1)
    for key in ("sending.column_doing", "sending.column_total", "console.deliveries_sent"):
        table.add_column(reader.text(key), justify="left" if key.endswith("doing") else "right")
    for key in ("console.deliveries_new", "sending.column_unreached", "sending.figure_doubt"):
        table.add_column(reader.text(key), justify="right")
    for seen in all_seen:
        outlook = seen.watched.outlook
        sending = outlook.card.sending
        counts = sending.total, sending.sent, sending.new, sending.blocked + sending.failed, outlook.doubtful
        doing = reader.text("sending.doing_" + outlook.doing)
        cells = str(outlook.card.id), _title(reader, seen), doing, *map(reader.number, counts)
        table.add_row(*(Text(cell, overflow="fold") for cell in cells))
    return table


def _shown(installation: Installation, seen: Seen) -> Table:
    """The title, a bar, what goes on, and the figures: the same sentences as in the console."""
    reader = _reader(installation)
    batch = batch_of(reader, installation.settings, seen.watched)
    sending = seen.watched.outlook.card.sending
    shown = Table.grid(expand=True)
    shown.add_row(Text(_title(reader, seen), style="bold"))
    shown.add_row(
        ProgressBar(total=max(1, sending.total), completed=sending.total - sending.new - sending.sending)
    )
    shown.add_row(Text(f"{batch.doing}. {batch.sentence}"))
    shown.add_row(Text(" · ".join(f"{figure.label}: {figure.big}" for figure in batch.figures)))
    for note in _notes(reader, batch, seen.reach):
        if note:
            shown.add_row(Text(note))
    return shown


def _notes(reader: Reader, batch: Batch, reach: Reach | None) -> tuple[str, ...]:
    if reach is None:
        return batch.reasons, batch.retriable, batch.doubt
    counts = {"received": reach.received, "started": reach.started, "finished": reach.finished}
    told = {name: reader.number(count) for name, count in counts.items()}
    return batch.reasons, batch.retriable, batch.doubt, reader.text("sending.cli_reach", **told)


async def _watch(installation: Installation, number: int, *, as_json: bool) -> None:
    """Until nothing of it is on its way."""
    pulse: Pulse | None = None
    console = Console()
    with Live(console=console, auto_refresh=False, transient=False) as screen:
        while True:
            seen = await installation.database.read(_look, installation, number)
            outlook = seen.watched.outlook
            pulse = _noted(pulse, outlook)
            seen = Seen(Watched(outlook, seen.watched.failures, pulse.rate), seen.about, seen.reach)
            if as_json:
                print(json.dumps(_as_json(seen), ensure_ascii=False), flush=True)
            else:
                screen.update(_shown(installation, seen), refresh=True)
            if not outlook.moves and not outlook.card.sending.new:
                return
            await asyncio.sleep(_LOOK_EVERY)


def _noted(pulse: Pulse | None, outlook: Outlook) -> Pulse:
    clock = time.monotonic()
    if pulse is None:
        return Pulse(clock, outlook)
    pulse.note(clock, outlook)
    return pulse


def _title(reader: Reader, seen: Seen) -> str:
    return title_of(reader, seen.watched.outlook.card, seen.about)


def _reader(installation: Installation) -> Reader:
    return Reader(LANGUAGE, installation.translator, installation.settings.zone)


def _as_json(seen: Seen) -> dict[str, Any]:
    watched, outlook = seen.watched, seen.watched.outlook
    card, sending = outlook.card, outlook.card.sending
    return {
        "id": card.id,
        "kind": card.kind,
        "round": card.round,
        "title": dict(seen.about.title) if seen.about else {},
        "item": dict(seen.about.item) if seen.about and seen.about.item else {},
        "created_at": card.created_at.isoformat(),
        "send_from": card.send_from.isoformat() if card.send_from else None,
        "state": card.course,
        "doing": outlook.doing,
        "until": outlook.until.isoformat() if outlook.until else None,
        "total": sending.total,
        **{state.value: getattr(sending, state) for state in State},
        "in_doubt": outlook.doubtful,
        "failures": watched.failures,
        "rate": watched.rate,
    }
