"""`rimay services`: the actor map, brought in from a file and taken out as one."""

import asyncio
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from deliberation.actors.importing import (
    FORMATS,
    Change,
    ReadFile,
    apply,
    preview,
    read_file,
    take_out,
    write_file,
)
from migrations.schema import upgrade
from rimay.backup.shelf import new_file
from rimay.composition import Installation, open_installation
from rimay.reporting import LANGUAGE, print_json, require_folder

app = typer.Typer(help="El mapa de actores y servicios.", no_args_is_help=True)


class Form(StrEnum):
    """In which form the map leaves."""

    CSV = "csv"
    HSDS = "hsds"
    HXL = "hxl"


@app.callback()
def services() -> None:
    """Quién ayuda con qué y dónde: lo que responde /servicios."""


@app.command("import")
def bring_in(
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="CSV | HXL | HSDS (JSON)")
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Solo dice qué cambiaría.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Para programas.")] = False,
) -> None:
    """Trae actores y servicios de un archivo. Todo o nada, con cada error y su fila. La segunda vez no cambia nada."""
    installation = open_installation()
    upgrade(installation.database.engine)
    read = read_file(file.read_bytes(), file.name)
    changes = asyncio.run(_bring_in(installation, read, dry_run))
    counts = {how: sum(change.how == how for change in changes) for how in ("new", "changed", "same")}
    if as_json:
        print_json({"file": file.name, "written": not dry_run, **counts, "persons_left_out": read.left_out})
        return
    translator = installation.translator
    print(translator.text("helping.imported_count", LANGUAGE, **counts))
    if read.left_out:
        print(translator.plural("helping.persons_left_out", LANGUAGE, read.left_out))


async def _bring_in(installation: Installation, read: ReadFile, dry_run: bool) -> list[Change]:
    database = installation.database
    try:
        if dry_run:
            return await database.read(preview, read)
        return await database.run(apply, read, account_id=None)
    finally:
        await database.dispose()


@app.command("export")
def export(
    form: Annotated[Form, typer.Option("--format", help="El tipo de archivo.")] = Form.CSV,
    out: Annotated[Path | None, typer.Option(dir_okay=False, help="El archivo nuevo.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Para programas.")] = False,
) -> None:
    """Guarda todo el mapa: tabla (csv), Open Referral (hsds) o quién hace qué y dónde (hxl)."""
    path = out or Path(f"rimay-actors.{FORMATS[form.value]}")
    require_folder(path, "--out")
    installation = open_installation()
    upgrade(installation.database.engine)
    content, count = asyncio.run(_take_out(installation, form.value))
    with new_file(path) as file:
        file.write(content)
    if as_json:
        print_json({"file": str(path), "actors": count})
    else:
        print(installation.translator.text("helping.written", LANGUAGE, file=path))


async def _take_out(installation: Installation, form: str) -> tuple[bytes, int]:
    database = installation.database
    try:
        records = await database.read(take_out)
        return write_file(records, form), len(records)
    finally:
        await database.dispose()
