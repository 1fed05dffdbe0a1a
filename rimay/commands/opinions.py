"""`rimay opinions`: votes on statements in, opinion groups and common ground out."""

import json
from pathlib import Path
from typing import Annotated

import typer

from deliberation.opinions.polis_map import Map, map_as_polis
from deliberation.opinions.portrait import map_of
from deliberation.opinions.vote_file import read_conversation
from i18n.dates import format_number
from i18n.translator import Translator
from rimay.backup.shelf import new_file
from rimay.reporting import LANGUAGE, print_json, require_folder


def opinions(
    votes: Annotated[
        Path,
        typer.Argument(exists=True, dir_okay=False, readable=True, help="Los votos, como los exporta Polis."),
    ],
    out: Annotated[Path, typer.Option(dir_okay=False, help="El archivo nuevo, en JSON.")],
    statements: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            readable=True,
            help="Las afirmaciones: cuáles no pasaron la moderación.",
        ),
    ] = None,
    compatible: Annotated[
        bool, typer.Option("--compatible", help="El mismo cálculo que Polis, paso por paso.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Para programas.")] = False,
) -> None:
    """Forma grupos de opinión con los votos: quiénes piensan parecido y en qué coinciden todos.

    El archivo de votos tiene las columnas timestamp, comment-id, voter-id y vote. El voto es 1 de acuerdo, 0 paso,
    -1 en desacuerdo; de cada persona vale el último sobre cada afirmación.
    """
    require_folder(out, "--out")
    conversation, known = read_conversation(votes, statements)
    found = (map_as_polis if compatible else map_of)(conversation, known)
    write_map(found, out)
    counts = {
        "people": len(conversation.people),
        "statements": len(conversation.statements),
        "votes": len(conversation),
    }
    if as_json:
        sizes = [group["size"] for group in found["groups"]]
        print_json({"file": str(out), **counts, "k": found["k"], "groups": sizes})
        return
    translator = Translator()
    print(
        translator.text(
            "opinions.read", LANGUAGE, **{name: format_number(each) for name, each in counts.items()}
        )
    )
    for group in found["groups"]:
        print(translator.plural("opinions.group", LANGUAGE, group["size"], number=group["id"] + 1))
    print(translator.text("opinions.written", LANGUAGE, file=out))


def write_map(found: Map, path: Path) -> None:
    """The file appears under its name when it is complete, readable by its owner alone; else not at all."""
    with new_file(path) as file:
        file.write(json.dumps(found, ensure_ascii=False, allow_nan=False).encode())
        file.write(b"\n")
