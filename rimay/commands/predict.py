"""`rimay predict`: how likely people are to agree with what they have not voted on."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from deliberation.maths.forecast import fit_forecast
from deliberation.opinions.prediction import predict as chances_of
from deliberation.opinions.prediction import read_questions, write_predictions
from rimay.reporting import print_json


def predict(
    votes: Annotated[
        Path,
        typer.Argument(exists=True, dir_okay=False, readable=True, help="Los votos, como los exporta Polis."),
    ],
    holdout: Annotated[
        Path,
        typer.Option(
            exists=True, dir_okay=False, readable=True, help="Quién y sobre qué: voter-id, comment-id."
        ),
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Para programas.")] = False,
) -> None:
    """Dice con qué probabilidad cada persona estaría de acuerdo con una afirmación, si no pasa.

    Imprime las mismas filas con una columna más, p_agree.
    """
    conversation, questions = read_questions(votes, holdout)
    chances = chances_of(fit_forecast(conversation), conversation, questions)
    if as_json:
        rows = [dict(zip(questions.names, row, strict=True)) for row in questions.rows]
        print_json([row | {"p_agree": p} for row, p in zip(rows, chances.tolist(), strict=True)])
    else:
        write_predictions(questions, chances, sys.stdout)
