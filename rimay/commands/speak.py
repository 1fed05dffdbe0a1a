"""`rimay speak`: everything that a consultation says, spoken beforehand, so that nobody has to wait for it."""

import asyncio
from collections import Counter
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress
from sqlalchemy.orm import Session

from i18n.speech import Speech, Unspoken
from migrations.schema import upgrade
from rimay.composition import Installation, open_installation
from rimay.reporting import LANGUAGE, print_json
from surveys.consultations import get_consultation
from surveys.speech.soundtrack import Line, soundtrack
from surveys.speech.speaking import Speaker

_AT_ONCE = 2


def speak(
    consultation: Annotated[int, typer.Argument(help="El número de la consulta, como en su dirección web.")],
    as_json: Annotated[bool, typer.Option("--json", help="Para programas.")] = False,
) -> None:
    """Prepara los mensajes de voz de una consulta, para que nadie espere. Lo que ya está no se hace otra vez."""
    installation = open_installation()
    upgrade(installation.database.engine)
    counted = asyncio.run(_speak(installation, consultation))
    if as_json:
        print_json({kind: counted[kind] for kind in ("person", "workbook", "machine", "unspoken")})
    else:
        said = counted["machine"] + counted["workbook"]
        text = installation.translator.text
        print(text("cli.spoken", LANGUAGE, person=counted["person"], machine=said))
        if counted["unspoken"]:
            print(text("cli.unspoken", LANGUAGE, count=counted["unspoken"]))
    raise typer.Exit(1 if counted["unspoken"] else 0)


async def _speak(installation: Installation, consultation_id: int) -> Counter[str]:
    """How many texts each kind of voice says, and how many could not be said."""
    try:
        lines = await installation.database.read(_lines, consultation_id, installation)
        speaker, counted = Speaker(installation.database, Speech()), Counter[str]()
        hands = asyncio.Semaphore(_AT_ONCE)
        with Progress(console=Console(stderr=True), transient=True) as progress:
            bar = progress.add_task("", total=len(lines))

            async def prepare(line: Line) -> None:
                async with hands:
                    counted[await _prepared(speaker, line)] += 1
                progress.advance(bar)

            await asyncio.gather(*map(prepare, lines))
        return counted
    finally:
        await installation.database.dispose()


def _lines(db: Session, consultation_id: int, installation: Installation) -> list[Line]:
    questionnaire_id = get_consultation(db, consultation_id).questionnaire_id
    translator, unit = installation.translator, installation.settings.unit_name
    tracks = (
        soundtrack(db, questionnaire_id, language, translator, unit) for language in translator.languages
    )
    return [line for track in tracks for line in track.lines]


async def _prepared(speaker: Speaker, line: Line) -> str:
    """Whose voice it is."""
    try:
        if line.voice == "workbook" and line.file is not None:
            await speaker.play(line.file, line.passage.language)
        else:
            await speaker.say(line.passage, keep=True)
    except Unspoken:
        return "unspoken"
    return line.voice
