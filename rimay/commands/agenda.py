"""`rimay agenda`: items and who approves of them in, an agenda for limited minutes out."""

import json
from enum import StrEnum
from fractions import Fraction
from pathlib import Path
from typing import Annotated

import typer

from core.settings import read_settings
from deliberation.council.agenda_file import minutes_from, read_docket
from deliberation.council.agenda_result import Result, Wish, agenda_of
from i18n.dates import format_number
from i18n.translator import Translator
from rimay.backup.shelf import new_file
from rimay.reporting import LANGUAGE, print_json, require_folder


class Rule(StrEnum):
    """How items are chosen."""

    PHRAGMEN = "phragmen"
    EQUAL_SHARES = "equal-shares"
    APPROVAL = "approval"


def _hundredths(text: str) -> int:
    minutes = minutes_from(text)
    if minutes is None:
        raise typer.BadParameter(text)
    return minutes


def agenda(
    items: Annotated[
        Path,
        typer.Argument(
            exists=True, dir_okay=False, readable=True, help="Los puntos: una fila por punto, en CSV."
        ),
    ],
    minutes: Annotated[int, typer.Option(parser=_hundredths, help="Cuántos minutos hay en total.")],
    out: Annotated[Path, typer.Option(dir_okay=False, help="El archivo nuevo, en JSON.")],
    rule: Annotated[Rule, typer.Option(help="Con qué regla se eligen los puntos.")] = Rule.PHRAGMEN,
    votes: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            readable=True,
            help="Quién apoya qué, aparte: voter, item (o los votos, como los exporta Polis).",
        ),
    ] = None,
    groups: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            readable=True,
            help="El grupo de cada persona: voter, group en CSV, o el mapa de rimay opinions.",
        ),
    ] = None,
    minimum: Annotated[
        float | None,
        typer.Option(
            min=0.1,
            max=100,
            help="Mínimo: desde qué porcentaje de personas un grupo recibe un punto. Sin él no hay mínimo.",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Para programas.")] = False,
) -> None:
    """Elige los puntos del orden del día que caben en el tiempo, de modo que cada grupo tenga su parte.

    La tabla de puntos tiene las columnas id, title y minutes.
    Quién apoya cada punto se escribe de una de estas maneras:

    supporters: los números de quienes lo apoyan, con espacios, «;» o «|» en medio.

    Una columna por persona, con x donde apoya.

    Aparte, con --votes: una fila por apoyo, con voter e item.

    votes o approvals: solo cuántas personas lo apoyan.
    Así se toman los puntos con más apoyos que quepan:
    para repartir en proporción hay que saber quién apoya qué.

    Más en docs/agenda.md.
    """
    require_folder(out, "--out")
    docket, translator = read_docket(items, votes, groups), Translator()
    share = None if minimum is None else Fraction(str(minimum)) / 100
    threshold = read_settings().disclosure_threshold
    found = agenda_of(docket, Wish(rule.value, minutes, share), threshold=threshold, translator=translator)
    write_agenda(found, out)
    if as_json:
        print_json({"file": str(out), **found})
    else:
        print_agenda(found, translator)
        print(translator.text("council.written", LANGUAGE, file=out))


def print_agenda(found: Result, translator: Translator) -> None:
    """The items in their order, and the sentences that explain them."""
    for item in found["items"]:
        print(
            translator.plural(
                "council.item",
                LANGUAGE,
                item["approvals"],
                position=item["position"],
                title=item["title"],
                minutes=format_number(item["minutes"]),
            )
        )
    for sentence in found["explanation"][LANGUAGE]:
        print(sentence)


def write_agenda(found: Result, path: Path) -> None:
    """The file appears under its name when it is complete, readable by its owner alone; else not at all."""
    with new_file(path) as file:
        file.write(json.dumps(found, ensure_ascii=False, allow_nan=False, indent=1).encode())
        file.write(b"\n")
