"""`rimay draw`: a fair panel out of a pool, by a lottery that anybody can check."""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from deliberation.lottery.alike import count_alike
from deliberation.lottery.draw import DrawFile, Prepared, prepare
from deliberation.lottery.draw import draw as drawn_from
from deliberation.lottery.draw_file import read_draw_file
from deliberation.lottery.infeasible import Infeasible, explain
from deliberation.lottery.pool_file import read_draw
from deliberation.lottery.quotas import Quotas
from deliberation.lottery.verification import Check, all_hold, checks_as_json, verify
from deliberation.lottery.wording import lines_of_checks, lines_of_draw, lines_of_infeasible
from deliberation.maths.lottery.people import Person
from deliberation.maths.lottery.pool import NoPanel
from i18n.translator import Translator
from rimay.backup.shelf import new_file
from rimay.long_work import interruptible, rows_counted
from rimay.reporting import LANGUAGE, print_json, require_folder, require_options

app = typer.Typer(help="Sortea un panel justo, que cualquiera puede comprobar.", invoke_without_command=True)

QuotasFile = Annotated[
    Path | None,
    typer.Option(
        exists=True, dir_okay=False, readable=True, help="Las cuotas: category, feature, min, max; en CSV."
    ),
]
PoolFile = Annotated[
    Path | None,
    typer.Option(
        exists=True, dir_okay=False, readable=True, help="Una fila por persona, una columna por categoría."
    ),
]
Seats = Annotated[int | None, typer.Option(min=1, help="Cuántas personas se sortean.")]
Household = Annotated[
    str | None, typer.Option(help="La columna que dice quiénes viven juntos: sale una persona de cada casa.")
]
Alike = Annotated[
    int | None,
    typer.Option(
        min=2,
        help="Cuenta de cada persona solo lo que comparte con otras: al menos tantas son iguales en todo. "
        "El archivo lo puede ver cualquiera.",
    ),
]
Language = Annotated[str, typer.Option(help="es | qu")]
AsJson = Annotated[bool, typer.Option("--json", help="Para programas.")]


@app.callback()
def draw(
    context: typer.Context,
    quotas: QuotasFile = None,
    pool: PoolFile = None,
    seats: Seats = None,
    seed: Annotated[
        str | None, typer.Option(help="Un texto de una fuente pública, anunciada antes del sorteo.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(dir_okay=False, help="El archivo que se escribe, en JSON. Si ya existe, se reemplaza."),
    ] = None,
    household: Household = None,
    alike: Alike = None,
    language: Language = LANGUAGE,
    as_json: AsJson = False,
) -> None:
    """Sortea un panel que cumple las cuotas y da a cada persona la probabilidad más justa posible.

    Si las cuotas no se pueden cumplir, dice cuáles chocan, cuál es el cambio más pequeño y a quién invitar.
    """
    if context.invoked_subcommand is not None:
        return
    require_options({"--quotas": quotas, "--pool": pool, "--seats": seats, "--seed": seed, "--out": out})
    assert quotas and pool and seats and seed and out
    if any("\ud800" <= sign <= "\udfff" for sign in seed):  # bytes that are no text
        raise typer.BadParameter("Un texto en UTF-8.", param_hint="--seed")
    require_folder(out, "--out")
    _known(language)
    asked = Asked(quotas, pool, seats, household, alike)
    prepared = _prepared(asked, language=language, out=out, as_json=as_json)
    found = drawn_from(prepared, seed)
    write_draw(found, out)
    if as_json:
        left_out = ("probabilities", "types", "panels", "cuts", "households")
        print_json({"file": str(out)} | {key: each for key, each in found.items() if key not in left_out})
        return
    _say(lines_of_draw(found, str(out), Translator(), language))


@app.command()
def commit(
    quotas: QuotasFile = None,
    pool: PoolFile = None,
    seats: Seats = None,
    household: Household = None,
    alike: Alike = None,
    language: Language = LANGUAGE,
    as_json: AsJson = False,
) -> None:
    """Dice lo que se publica antes de conocer la semilla, para que nadie pueda cambiar nada después."""
    require_options({"--quotas": quotas, "--pool": pool, "--seats": seats})
    assert quotas and pool and seats
    _known(language)
    asked = Asked(quotas, pool, seats, household, alike)
    found = _prepared(asked, language=language, out=None, as_json=as_json)
    if as_json:
        print_json({"pool_commitment": found.pool_commitment, "lottery_commitment": found.lottery_commitment})
        return
    translator = Translator()
    print(translator.text("lottery.commit_pool", language, commitment=found.pool_commitment))
    print(translator.text("lottery.commit_lottery", language, commitment=found.lottery_commitment))


@app.command("verify")
def verify_command(
    draw: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="El archivo de un sorteo.")
    ],
    pool: PoolFile = None,
    quotas: QuotasFile = None,
    household: Household = None,
    language: Language = LANGUAGE,
    as_json: AsJson = False,
) -> None:
    """Calcula de nuevo todo lo que dice un sorteo y muestra qué está bien y qué no."""
    if pool is not None or quotas is not None:
        require_options({"--pool": pool, "--quotas": quotas})
    _known(language)
    published = read_draw_file(draw)
    given: tuple[Quotas | None, tuple[Person, ...] | None] = (None, None)
    if pool is not None and quotas is not None:
        given = read_draw(quotas, pool, household, alike="alike" in published.file)
    checks: list[Check] = verify(published, *given)
    holds = all_hold(checks)
    if as_json:
        print_json({"holds": holds, "checks": checks_as_json(checks)})
    else:
        _say(lines_of_checks(checks, published.file, Translator(), language))
    raise typer.Exit(0 if holds else 1)


def write_draw(found: DrawFile | Infeasible, path: Path) -> None:
    """The file appears under its name when it is complete, readable by its owner alone; else not at all."""
    with new_file(path) as file:
        file.write(json.dumps(found, ensure_ascii=False, allow_nan=False).encode())
        file.write(b"\n")


@dataclass(frozen=True, slots=True)
class Asked:
    """What to draw from, as the options say it."""

    quotas: Path
    pool: Path
    seats: int
    household: str | None
    alike: int | None


def _prepared(asked: Asked, *, language: str, out: Path | None, as_json: bool) -> Prepared:
    """The lottery, behind a bar; where there is none, why, and exit status 1."""
    seats, alike = asked.seats, asked.alike
    wanted, people = read_draw(asked.quotas, asked.pool, asked.household, alike=alike is not None)
    if alike is not None:
        counted = count_alike(wanted, people, seats, alike)
        wanted, people = counted.quotas, counted.people
    try:
        with interruptible(), rows_counted() as progress:
            return prepare(wanted, people, seats, progress, alike=alike)
    except NoPanel:
        found = explain(wanted, people, seats)
    if out is not None:
        write_draw(found, out)
    if as_json:
        print_json(found)
    else:
        _say(lines_of_infeasible(found, seats, Translator(), language), file=sys.stderr)
    raise typer.Exit(1)


def _known(language: str) -> None:
    if language not in ("es", "qu"):
        raise typer.BadParameter("es | qu", param_hint="--language")


def _say(lines: Iterator[str], file: Any = None) -> None:
    for line in lines:
        print(line, file=file or sys.stdout)
