"""`rimay export`: the answers of a consultation, and the dictionary beside them."""

import asyncio
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import IO, Annotated

import typer
from rich.console import Console
from rich.progress import Progress
from sqlalchemy.orm import Session

from deliberation.voices.redaction import in_words, redaction_words
from migrations.schema import upgrade
from rimay.composition import Installation, open_installation
from rimay.reporting import LANGUAGE, print_json, require_folder
from surveys.exporting.formats import Format, dictionary_for, ending_of, write_export
from surveys.exporting.lines import count_lines
from surveys.exporting.plan import Options, Plan, plan_of
from surveys.exporting.tags import read_tags
from surveys.versioning.change_sentences import change_sentence


def export(
    consultation: Annotated[int, typer.Argument(help="El número de la consulta, como en su dirección web.")],
    form: Annotated[Format, typer.Option("--format", help="El tipo de archivo.")] = Format.CSV,
    language: Annotated[
        str | None, typer.Option(help="Escribe las opciones en este idioma (es, qu…), no su código.")
    ] = None,
    split: Annotated[
        bool, typer.Option("--split", help="Una columna de 0 y 1 por cada opción que se podía marcar.")
    ] = False,
    hxl: Annotated[
        list[str] | None, typer.Option("--hxl", help="HXL: la etiqueta de una columna, canton=#adm2+name.")
    ] = None,
    out: Annotated[Path | None, typer.Option(dir_okay=False, help="El archivo nuevo.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Para programas.")] = False,
) -> None:
    """Guarda las respuestas de una consulta, y al lado un diccionario que explica cada columna.

    Si el cuestionario repite preguntas por persona, CSV, HXL y SPSS son un archivo .zip con una tabla por repetición.
    """
    if out is not None:
        require_folder(out, "--out")
    options = Options(language=language, split=split, tags=read_tags(hxl or ()))
    installation = open_installation()
    upgrade(installation.database.engine)
    written, explained, count = asyncio.run(_export(installation, consultation, form, options, out))
    if as_json:
        print_json({"file": str(written), "dictionary": str(explained), "responses": count})
    else:
        print(installation.translator.plural("cli.exported", LANGUAGE, count, file=written))


async def _export(
    installation: Installation, consultation: int, form: Format, options: Options, out: Path | None
) -> tuple[Path, Path, int]:
    language = options.language or LANGUAGE
    say = partial(change_sentence, translator=installation.translator, language=language)
    reading = partial(in_words, words=redaction_words(installation.translator, language))

    def write(db: Session, progress: Progress) -> tuple[Path, Path, int]:
        count = count_lines(db, consultation)
        task = progress.add_task("", total=count)
        advance = partial(progress.advance, task)
        plan = plan_of(db, consultation, options, say=say, reading=reading, note=advance)
        path = _path_of(plan, form, out or Path(f"consultation-{consultation}"))
        explained = path.with_name(path.name + ".dictionary.csv")
        with _new_file(explained) as beside, _new_file(path) as file:
            beside.write(dictionary_for(plan, form))
            write_export(db, plan, form, file)
        return path, explained, count

    try:
        with Progress(console=Console(stderr=True), transient=True) as progress:
            return await installation.database.read(write, progress)
    finally:
        await installation.database.dispose()


def _path_of(plan: Plan, form: Format, wanted: Path) -> Path:
    """The name that was asked for, with an ending where it has none; an archive is always called .zip."""
    ending = ending_of(plan, form)
    if ending == ".zip" or not wanted.suffix:
        return wanted.with_name(wanted.name.removesuffix(wanted.suffix) + ending)
    return wanted


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
