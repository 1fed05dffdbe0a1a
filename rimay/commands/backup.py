"""`rimay backup`: everything in one sealed file."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer

from core.sealing import secret_of
from i18n.dates import format_number
from i18n.translator import Translator
from rimay.backup.envelope import seal
from rimay.backup.keys import Sealing, sealing_of
from rimay.backup.record import note_backup
from rimay.backup.shelf import new_file, path_for, remove_older
from rimay.backup.writing import lines_of
from rimay.composition import Installation, open_installation
from rimay.long_work import interruptible, rows_counted
from rimay.reporting import LANGUAGE, print_json


def backup(
    file: Annotated[
        Path, typer.Argument(help="El archivo nuevo, o una carpeta: entonces el nombre lleva la fecha.")
    ],
    keep: Annotated[
        int | None,
        typer.Option("--keep", min=1, help="Borra de la carpeta las copias de más de estos días."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Para programas.")] = False,
) -> None:
    """Guarda en un archivo cifrado la base de datos, los archivos y la clave secreta. Rimay puede seguir en marcha."""
    if keep is not None and not file.is_dir():
        raise typer.BadParameter(str(file), param_hint="--keep")
    installation = open_installation()
    sealing = sealing_of(installation.settings)
    path = path_for(file)
    try:
        with interruptible():
            count = _write(installation, path, sealing)
        asyncio.run(_afterwards(installation))
    finally:
        installation.database.close()
    removed = remove_older(file, keep) if keep is not None else 0
    size = path.stat().st_size
    if as_json:
        print_json({"file": str(path), "bytes": size, "rows": count, "removed": removed})
    else:
        _tell(installation.translator, path, count, removed)
    if sealing.new_key is not None:
        text = installation.translator.text("upkeep.backup_new_key", LANGUAGE, file=sealing.new_key)
        print(text, file=sys.stderr)


def _write(installation: Installation, path: Path, sealing: Sealing) -> int:
    """How many rows there were."""
    counted = 0
    with rows_counted() as show, installation.database.snapshot() as connection, new_file(path) as out:

        def note(done: int, total: int) -> None:
            nonlocal counted
            counted = done
            show(done, total)

        seal(lines_of(connection, secret_of(installation.settings), note), out, sealing.recipients)
    return counted


async def _afterwards(installation: Installation) -> None:
    await installation.database.run(note_backup)
    if installation.database.is_sqlite:
        # While the backup was reading, what was erased could not leave the log of the database.
        await installation.database.scrub()


def _tell(translator: Translator, path: Path, rows: int, removed: int) -> None:
    megabytes = format_number(round(path.stat().st_size / 1e6, 1))
    print(
        translator.text(
            "upkeep.backup_written", LANGUAGE, file=path, rows=format_number(rows), megabytes=megabytes
        )
    )
    if removed:
        print(translator.plural("upkeep.backups_removed", LANGUAGE, removed))
