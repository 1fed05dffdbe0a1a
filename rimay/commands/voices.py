"""`rimay voices`: open answers in; their languages, kinds, themes, quotes and what can be counted out."""

import json
import sys
from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from deliberation.voices.answer_file import Given, read_answers
from deliberation.voices.meaning import find_meaning
from deliberation.voices.report import Report, Voices, hear, report_of
from i18n.dates import format_number
from i18n.translator import Translator
from rimay.backup.shelf import new_file
from rimay.reporting import LANGUAGE, print_json, require_folder

STOPPED = 130
_EACH = 200


class Spoken(StrEnum):
    """In which language the summary is printed; the file holds it in both."""

    SPANISH = "es"
    KICHWA = "qu"


def voices(
    answers: Annotated[
        Path,
        typer.Argument(
            exists=True, dir_okay=False, readable=True, help="Las respuestas: una por fila, en CSV."
        ),
    ],
    column: Annotated[str, typer.Option(help="La columna que tiene las respuestas.")],
    out: Annotated[Path, typer.Option(dir_okay=False, help="El archivo nuevo, en JSON.")],
    themes: Annotated[
        int | None, typer.Option(min=1, max=100, help="Cuántos temas. Sin esto lo deciden las respuestas.")
    ] = None,
    language: Annotated[Spoken, typer.Option(help="El idioma del resumen en pantalla.")] = Spoken.SPANISH,
    as_json: Annotated[bool, typer.Option("--json", help="Para programas.")] = False,
) -> None:
    """Lee respuestas abiertas: tapa los datos personales, sugiere temas y citas, y resume lo que se puede contar.

    Una columna may_quote (1 o 0) dice quién permite que se le cite. Una persona debe leer las filas de «protection».
    """
    require_folder(out, "--out")
    translator = Translator()
    try:
        heard = _hear(read_answers(answers, column), themes, translator)
        report = report_of(heard, translator)
        write_report(report, out)
    except KeyboardInterrupt:
        print(translator.text("themes.stopped", LANGUAGE), file=sys.stderr)
        raise typer.Exit(STOPPED) from None
    if as_json:
        print_json({"file": str(out), **_in_short(report)})
        return
    for line in _lines(report, out, language, translator):
        print(line)


def write_report(report: Report, path: Path) -> None:
    """The file appears under its name when it is complete, readable by its owner alone; else not at all."""
    with new_file(path) as file:
        for piece in _pieces(report):
            file.write(piece.encode())


def _pieces(report: Report) -> Iterator[str]:
    """The report in JSON, answer by answer: as one piece it would take as much memory again."""
    encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode
    before = "{"
    for name, value in report.items():
        yield f"{before}{encode(name)}: "
        if isinstance(value, list):
            yield "["
            for number, each in enumerate(value):
                yield (", " if number else "") + encode(each)
            yield "]"
        else:
            yield encode(value)
        before = ", "
    yield "}\n"


def _hear(given: list[Given], themes: int | None, translator: Translator) -> Voices:
    """Read behind a bar that says how many are done; then look for themes, which says only that it goes on."""
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(translator.text("themes.reading", LANGUAGE), total=len(given))

        def follow(answers: Iterable[Given]) -> Iterator[Given]:
            for number, answer in enumerate(answers):
                if number % _EACH == 0:
                    progress.update(task, completed=number)
                yield answer
            progress.update(task, description=translator.text("themes.looking", LANGUAGE), total=None)

        return hear(given, number=themes, meaning=find_meaning(), follow=follow)


def _in_short(report: Report) -> Report:
    """What is printed for programs; no answer, not even a covered one."""
    return {
        "answers": len(report["answers"]),
        "themes": [{key: theme[key] for key in ("id", "label", "count")} for theme in report["themes"]],
        **{key: report[key] for key in ("languages", "kinds", "protection", "quotes_allowed", "version")},
    }


def _lines(report: Report, out: Path, language: Spoken, translator: Translator) -> Iterator[str]:
    counts = {"answers": len(report["answers"]), "themes": len(report["themes"])}
    shown = {name: format_number(count) for name, count in counts.items()}
    yield translator.text("themes.read", language, **shown)
    for sentence in report["summary"]:
        yield ("  " if sentence["theme"] is not None else "") + sentence[language]
    if report["protection"]:
        rows = ", ".join(map(str, report["protection"][:_EACH]))
        yield translator.text("themes.to_be_seen", language, rows=rows)
    if report["quotes_allowed"] is None:
        yield translator.text("themes.permission_unknown", language)
    yield translator.text("themes.written", language, file=out)
