"""`rimay accounting`: a year's account as a folder of files that any web server can hand out."""

import asyncio
import os
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from api.accounting_pack import Pack, make_pack
from core.errors import RimayError
from deliberation.accounting.year import YearAccount, read_year
from migrations.schema import upgrade
from rimay.backup.refusals import Unwritable
from rimay.composition import Installation, open_installation
from rimay.reporting import LANGUAGE, print_json, require_folder


class FolderNotEmpty(RimayError):
    """Files would be mixed with those of something else."""

    code = "folder_not_empty"


def accounting(
    year: Annotated[int, typer.Argument(help="El año.")],
    out: Annotated[Path, typer.Option(file_okay=False, help="La carpeta: nueva, o vacía.")],
    as_json: Annotated[bool, typer.Option("--json", help="Para programas.")] = False,
) -> None:
    """Guarda la rendición de cuentas de un año como páginas que cualquier servidor web puede mostrar."""
    require_folder(out, "--out")
    if out.is_dir() and any(out.iterdir()):
        raise FolderNotEmpty(folder=out.name)
    installation = open_installation()
    upgrade(installation.database.engine)
    account = asyncio.run(_read(installation, year))
    pack = make_pack(account, installation.translator, installation.settings)
    _write(pack, out)
    if as_json:
        print_json({"folder": str(out), "year": year, "files": sorted(pack)})
    else:
        print(installation.translator.text("accounting.written", LANGUAGE, folder=out, count=len(pack)))


async def _read(installation: Installation, year: int) -> YearAccount:
    database, settings = installation.database, installation.settings
    try:
        return await database.read(
            read_year, year, threshold=settings.disclosure_threshold, zone=settings.zone
        )
    finally:
        await database.dispose()


def _write(pack: Pack, folder: Path) -> None:
    """All of it or nothing: the folder takes its name when everything is in it. Raises Unwritable."""
    draft = folder.absolute().with_name(f".{folder.absolute().name}.{os.getpid()}.part")
    try:
        try:
            for name, content in pack.items():
                path = draft / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
            with suppress(FileNotFoundError):
                folder.rmdir()  # empty, or somebody has put something into it meanwhile
            draft.rename(folder.absolute())
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    except OSError as error:
        raise Unwritable(file=folder.name) from error
