"""`rimay export`: the answers of a consultation, and the dictionary beside them."""

import asyncio
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import IO, Annotated

import typer
from rich.console import Console
from rich.progress import Progress
from sqlalchemy.orm import Session

from migrations.schema import upgrade
from rimay.composition import Installation, open_installation
from rimay.reporting import LANGUAGE, print_json
from surveys.export import LINES_PER_CHUNK, count_lines, csv_chunks, dictionary, jsonl_chunks


class Format(StrEnum):
    """How a file is written."""

    CSV = "csv"
    JSONL = "jsonl"


class Language(StrEnum):
    """In which language choices are labelled."""

    SPANISH = "es"
    KICHWA = "qu"


def export(
    consultation: Annotated[int, typer.Argument(help="El número de la consulta, como en su dirección web.")],
    form: Annotated[Format, typer.Option("--format", help="El tipo de archivo.")] = Format.CSV,
    language: Annotated[
        Language | None, typer.Option(help="Escribe las opciones en este idioma, no su código.")
    ] = None,
    split: Annotated[
        bool, typer.Option("--split", help="CSV: una columna de 0 y 1 por cada opción que se podía marcar.")
    ] = False,
    out: Annotated[Path | None, typer.Option(dir_okay=False, help="El archivo nuevo.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Para programas.")] = False,
) -> None:
    """Guarda las respuestas de una consulta, y al lado un diccionario que explica cada columna."""
    out = out or Path(f"consultation-{consultation}.{form}")
    if not out.absolute().parent.is_dir():
        raise typer.BadParameter(str(out.parent), param_hint="--out")

    def chunks(db: Session) -> Iterator[bytes]:
        if form is Format.JSONL:
            return jsonl_chunks(db, consultation, language=language)
        return csv_chunks(db, consultation, language=language, split=split)

    installation = open_installation()
    upgrade(installation.database.engine)
    explained = out.with_name(out.name + ".dictionary.csv")
    count = asyncio.run(_export(installation, consultation, chunks, out, explained))
    if as_json:
        print_json({"file": str(out), "dictionary": str(explained), "responses": count})
    else:
        print(installation.translator.text("cli.exported", LANGUAGE, file=out, count=count))


async def _export(
    installation: Installation,
    consultation: int,
    chunks: Callable[[Session], Iterator[bytes]],
    out: Path,
    explained: Path,
) -> int:
    def write(db: Session, progress: Progress) -> int:
        count = count_lines(db, consultation)
        with _new_file(explained) as beside, _new_file(out) as file:
            beside.write(dictionary(db, consultation))
            file.writelines(_followed(chunks(db), progress, count))
        return count

    try:
        with Progress(console=Console(stderr=True), transient=True) as progress:
            return await installation.database.read(write, progress)
    finally:
        await installation.database.dispose()


def _followed(chunks: Iterable[bytes], progress: Progress, total: int) -> Iterator[bytes]:
    task = progress.add_task("", total=total)
    for chunk in chunks:
        yield chunk
        progress.advance(task, LINES_PER_CHUNK)


@contextmanager
def _new_file(path: Path) -> Iterator[IO[bytes]]:
    """A file that appears under its name when it is complete, readable by its owner alone; else not at all."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=path.name, delete=False) as file:
        try:
            yield file
            file.flush()
            os.replace(file.name, path)
        except BaseException:
            os.unlink(file.name)
            raise
