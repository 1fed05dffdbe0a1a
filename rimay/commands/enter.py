"""`rimay form enter`: paper forms out of a file, a row for each."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress

from core.clock import now
from core.errors import Fault
from deliberation.voices.hearing import Hearing
from i18n.localized import pick
from i18n.translator import Translator
from migrations.schema import upgrade
from rimay.composition import Installation, open_installation
from rimay.reporting import LANGUAGE, print_json, require_folder
from surveys.entry.entries import enter_forms, get_entry_form, in_portions
from surveys.entry.paper_import import CheckedFile, check_file, open_answers, rows_to_mend
from surveys.entry.paper_rows import RowFault
from surveys.entry.paper_tables import write_tables


def enter(
    consultation: Annotated[int, typer.Argument(help="El número de la consulta, como en su dirección web.")],
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="CSV | XLSX")],
    rest: Annotated[
        Path | None,
        typer.Option(
            dir_okay=False, help="Guarda las filas correctas; las otras van a este archivo, con su porqué."
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Para programas.")] = False,
) -> None:
    """Pasa formularios de papel desde una tabla: una fila por formulario. Todo o nada, con cada error y su fila."""
    if rest is not None:
        require_folder(rest, "--rest")
    installation = open_installation()
    upgrade(installation.database.engine)
    content = file.read_bytes()
    checked, stored, before = asyncio.run(
        _enter(installation, consultation, content, partly=rest is not None)
    )
    translator = installation.translator
    if rest is not None and checked.faults:
        draft = rest.with_name(rest.name + ".part")
        draft.write_bytes(write_tables(rows_to_mend(checked, lambda fault: _sentence(fault, translator))))
        draft.replace(rest)
    if as_json:
        print_json(_as_json(checked, translator, stored, before))
    else:
        print(translator.plural("entry.import_stored", LANGUAGE, stored))
        if before:
            print(translator.plural("entry.import_before", LANGUAGE, before))
        if stored and checked.left_out:
            print(translator.plural("entry.import_left_out", LANGUAGE, checked.left_out))
        for fault in checked.faults:
            place = " · ".join(filter(None, (fault.sheet, str(fault.row), fault.column)))
            print(f"{place}: {_sentence(fault, translator)}", file=sys.stderr)
    raise typer.Exit(1 if checked.faults else 0)


async def _enter(
    installation: Installation, consultation: int, content: bytes, *, partly: bool
) -> tuple[CheckedFile, int, int]:
    database, zone = installation.database, installation.settings.zone
    hearing = Hearing(installation.vault)
    try:
        form = await database.read(get_entry_form, consultation, zone)
        with Progress(console=Console(stderr=True), transient=True) as progress:
            task = progress.add_task("", total=None)
            checked = check_file(
                form,
                content,
                now(),
                zone,
                lambda done, total: progress.update(task, completed=done, total=total),
            )
        if checked.lays_out_wrong or (checked.faults and not partly):
            return checked, 0, 0
        hear = hearing.beforehand(open_answers(form, checked))
        before: list[str] = []
        for some in in_portions(checked.papers):
            before += await database.run(enter_forms, form, some, hear, zone, None)
        return checked, len(checked.papers) - len(before), len(before)
    finally:
        await database.dispose()


def _sentence(fault: RowFault, translator: Translator) -> str:
    wrong = fault.wrong
    if isinstance(wrong, Fault):
        return translator.text("faults." + wrong.code, LANGUAGE, **wrong.params)
    if message := pick(wrong.message, LANGUAGE).text:
        return message
    own = "entry.refusal_" + wrong.code
    return translator.text(
        own if translator.has(own) else "chat.refusal_" + wrong.code, LANGUAGE, **wrong.params
    )


def _as_json(checked: CheckedFile, translator: Translator, stored: int, before: int) -> dict[str, Any]:
    faults = [
        {
            "code": fault.wrong.code,
            "sheet": fault.sheet,
            "row": fault.row,
            "column": fault.column,
            "message": _sentence(fault, translator),
        }
        for fault in checked.faults
    ]
    return {
        "stored": stored,
        "before": before,
        "left_out": checked.left_out if stored else 0,
        "faults": faults,
    }
