"""`rimay form rehearse`: synthetic people answer a questionnaire before anybody real does."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from core.clock import now
from core.errors import Fault, InvalidInput
from core.settings import read_settings
from i18n.dates import format_number
from i18n.translator import Translator
from rimay.commands.form import fault_as_json, files_beside
from rimay.reporting import LANGUAGE, print_json, report_faults
from surveys.rehearsal.rehearsal import Rehearsal
from surveys.rehearsal.report import Finding, Minutes, Report, Severity
from surveys.rehearsal.wording import HEADINGS, Place, language_named, rows_of, sentence_of
from surveys.xlsform.reading import read_questionnaire

MOST_RESPONDENTS = 10_000
_MOST_NOTES = 5


def rehearse(
    form: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)],
    respondents: Annotated[
        int, typer.Option(min=1, max=MOST_RESPONDENTS, help="Cuántas personas inventadas responden.")
    ] = 50,
    seed: Annotated[str, typer.Option(help="Con la misma semilla, el mismo día, sale lo mismo.")] = "1",
    as_json: Annotated[bool, typer.Option("--json", help="Para programas.")] = False,
) -> None:
    """Ensaya un XLSForm con personas inventadas: dónde se traban, qué nadie ve, cuántos minutos tarda."""
    translator = Translator()
    content = form.read_bytes()
    try:
        questionnaire = read_questionnaire(content, form.name, files_beside(form)).questionnaire
    except InvalidInput as error:
        _refuse(error.faults, respondents, seed, translator, as_json=as_json)
        raise typer.Exit(1) from None
    # Everybody begins at the same hour of a day, so that a rehearsal can be repeated all day long.
    zone = read_settings().zone
    noon = now().astimezone(zone).replace(hour=12, minute=0, second=0, microsecond=0)
    rehearsal = Rehearsal(questionnaire, respondents=respondents, seed=seed, moment=noon, zone=zone)
    try:
        _follow(rehearsal, translator)
    except KeyboardInterrupt:
        print(translator.text("rehearsal.stopped", LANGUAGE), file=sys.stderr)
    report, rows = rehearsal.report(), rows_of(content, form.name)
    placed = [(finding, rows(finding.path)) for finding in report.findings]
    if as_json:
        print_json(
            _as_json(
                report, [_finding_as_json(found, rows(found.path), translator) for found in report.findings]
            )
        )
    else:
        for line in _lines(report, placed, translator):
            print(line)
    raise typer.Exit(1 if report.has_errors else 0)


def _follow(rehearsal: Rehearsal, translator: Translator) -> None:
    """Rehearse behind a bar that says how many have come through."""
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        people = progress.add_task(
            translator.text("rehearsal.progress", LANGUAGE), total=rehearsal.respondents
        )
        begun = 0
        for begun_now in rehearsal.steps():
            if begun_now == begun:
                looking = translator.text("rehearsal.looking_for_ways", LANGUAGE)
                progress.update(people, description=looking, total=None)
            begun = begun_now
            progress.update(people, completed=begun)


def _refuse(
    faults: tuple[Fault, ...], respondents: int, seed: str, translator: Translator, *, as_json: bool
) -> None:
    """A workbook that cannot be read is not rehearsed: its faults are told as `check` tells them."""
    if not as_json:
        report_faults(faults, translator)
        return
    nothing = Report(respondents, 0, 0, seed, None, {}, (), ())
    print_json({**_as_json(nothing, []), "faults": [fault_as_json(fault, translator) for fault in faults]})


def _lines(report: Report, findings: list[tuple[Finding, Place]], translator: Translator) -> Iterator[str]:
    """The report for people: how long it takes, then what was found, the gravest first."""

    def say(key: str, **params: object) -> str:
        return translator.text("rehearsal." + key, LANGUAGE, **params)

    yield say("finished", finished=report.finished, begun=report.begun)
    if report.minutes is None:
        yield say("nobody_finished")
    else:
        yield say("minutes", **_written(report.minutes))
        for locale, minutes in report.minutes_by_language.items():
            named = language_named(locale, translator, LANGUAGE)
            yield "  " + say("minutes_in", language=named, **_written(minutes))
        yield say("assumption")
    if not report.has_errors:
        yield say("clean")
    for severity, heading in HEADINGS.items():
        of_kind = [(found, place) for found, place in findings if found.severity is severity]
        if of_kind:
            yield translator.plural("rehearsal." + heading, LANGUAGE, len(of_kind))
        shown = of_kind[:_MOST_NOTES] if severity is Severity.NOTE else of_kind
        for found, (sheet, row) in shown:
            place = say("place", sheet=sheet, row=row) + ": " if row else ""
            yield f"  {place}{sentence_of(found, translator, LANGUAGE)}"
        if len(shown) < len(of_kind):
            yield "  …"


def _written(minutes: Minutes) -> dict[str, str]:
    return {"median": format_number(minutes.median), "p90": format_number(minutes.p90)}


def _as_json(report: Report, findings: list[dict[str, Any]]) -> dict[str, Any]:
    """The report for programs; docs/organiser.md says what each key means."""
    return {
        "respondents": report.respondents,
        "seed": report.seed,
        "begun": report.begun,
        "finished": report.finished,
        "minutes": _minutes_as_json(report.minutes),
        "minutes_by_language": {
            language: _minutes_as_json(minutes) for language, minutes in report.minutes_by_language.items()
        },
        "findings": findings,
        "questions": [
            {
                "name": tally.name,
                "path": tally.path,
                "shown": tally.shown,
                "answered": tally.answered,
                "skipped": tally.skipped,
            }
            for tally in report.questions
        ],
        "faults": [],
    }


def _minutes_as_json(minutes: Minutes | None) -> dict[str, float | None]:
    return {"median": minutes.median if minutes else None, "p90": minutes.p90 if minutes else None}


def _finding_as_json(finding: Finding, place: Place, translator: Translator) -> dict[str, Any]:
    sheet, row = place
    return {
        "code": finding.code.value,
        "severity": finding.severity.value,
        "question": finding.name or None,
        "path": finding.path or None,
        "sheet": sheet or None,
        "row": row,
        "proven": finding.proven,
        "message": sentence_of(finding, translator, LANGUAGE),
        "params": dict(finding.params),
    }
