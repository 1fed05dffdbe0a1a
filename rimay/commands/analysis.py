"""`rimay analysis`: make an analysis of the votes, and work one out again to see whether it is the same."""

import asyncio
from typing import Annotated, Any

import typer

from deliberation.opinions.analyses import find_analysis
from deliberation.opinions.checking import read_recorded
from i18n.dates import format_number
from migrations.schema import upgrade
from rimay.analysing import Analyst, work_out_apart
from rimay.composition import Installation, open_installation
from rimay.reporting import LANGUAGE, print_json

app = typer.Typer(help="Análisis de los votos de una votación sobre afirmaciones.", no_args_is_help=True)

Number = Annotated[int, typer.Argument(help="El número de la votación, como en su dirección web.")]
AsJson = Annotated[bool, typer.Option("--json", help="Para programas.")]


@app.command()
def make(deliberation: Number, as_json: AsJson = False) -> None:
    """Hace ahora un análisis con los votos que hay, o termina uno que quedó a medias."""
    installation = open_installation()
    upgrade(installation.database.engine)
    made = asyncio.run(_make(installation, deliberation))
    if as_json:
        print_json(made)
        return
    figures = {name: format_number(made[name]) for name in ("people", "statements", "votes", "groups")}
    print(installation.translator.text("analysis.made", LANGUAGE, number=made["number"], **figures))


@app.command()
def check(
    deliberation: Number,
    number: Annotated[
        int | None, typer.Option("--number", help="Cuál de los análisis. Sin esto, el último.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Calcula otra vez un análisis con los votos guardados y dice si da lo mismo, bit por bit.

    Termina con 0 si da lo mismo y con 1 si no, y dice por qué.
    """
    installation = open_installation()
    upgrade(installation.database.engine)
    checked, verdict, version = asyncio.run(_check(installation, deliberation, number))
    if as_json:
        print_json({"number": checked, "verdict": verdict, "version": version})
    else:
        said = installation.translator.text(
            f"analysis.check_{verdict}", LANGUAGE, number=checked, version=version
        )
        print(said)
    raise typer.Exit(0 if verdict == "same" else 1)


async def _make(installation: Installation, deliberation_id: int) -> dict[str, Any]:
    database = installation.database
    try:
        number = await Analyst(database, installation.settings.disclosure_threshold).make_now(deliberation_id)
        card = await database.read(find_analysis, deliberation_id, number)
    finally:
        await database.dispose()
    assert card is not None
    figures = {"people": card.people, "statements": card.statements, "votes": card.votes}
    return {"number": number, **figures, "groups": card.result["k"]}


async def _check(
    installation: Installation, deliberation_id: int, number: int | None
) -> tuple[int, str, str]:
    try:
        recorded = await installation.database.read(read_recorded, deliberation_id, number)
        findings = await work_out_apart(recorded.task) if recorded.complete else None
    finally:
        await installation.database.dispose()
    return recorded.number, recorded.verdict(findings), recorded.version
