"""Conversations that were held on Polis: exports with votes.csv, and recordings of its own analysis in JSON."""

import csv
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deliberation.maths.votes import Votes, last_votes
from deliberation.opinions.vote_file import Statements, read_conversation


@dataclass(frozen=True)
class Export:
    """A conversation as Polis exports it; `cells` is what it took for the last votes, by person and statement."""

    name: str
    votes: Votes
    statements: Statements
    cells: dict[tuple[str, str], int]


@dataclass(frozen=True)
class Recording:
    """A conversation with what Polis made of it. `label` is its groups: (n,), -1 for people in none."""

    name: str
    votes: Votes
    rejected: NDArray[np.bool_]
    about_person: NDArray[np.bool_]
    label: NDArray[np.int64]
    math: dict[str, Any]


def exports_in(folder: Path) -> list[Export]:
    """Every conversation with a votes.csv."""
    return [_export(path.parent) for path in sorted(folder.glob("*/votes.csv"))]


def recordings_in(folder: Path) -> list[Recording]:
    """Every conversation with a math-pca2.json."""
    return [_recording(path.parent) for path in sorted(folder.glob("*/math-pca2.json"))]


def is_of_its_votes(recording: Recording) -> bool:
    """Whether Polis had seen the votes that lie beside its recording: it may have been saved before or after them."""
    counted = dict(zip(recording.votes.people, recording.votes.votes_by_person.tolist(), strict=True))
    return bool(counted == recording.math["user-vote-counts"])


def _export(folder: Path) -> Export:
    comments = folder / "comments.csv"
    votes, statements = read_conversation(folder / "votes.csv", comments if comments.exists() else None)
    cells: dict[tuple[str, str], int] = {}
    matrix = folder / "participants-votes.csv"
    if matrix.exists():
        with matrix.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                cells |= {
                    (row["participant"], column): int(cell)
                    for column, cell in row.items()
                    if column.isdigit() and cell
                }
    return Export(folder.name, votes, statements, cells)


def _recording(folder: Path) -> Recording:
    rows, comments, math = (
        json.loads((folder / name).read_text("utf-8"))
        for name in ("votes.json", "comments.json", "math-pca2.json")
    )
    votes = last_votes(
        [_either(row, "pid", "participant_id") for row in rows],
        [_either(row, "tid", "statement_id") for row in rows],
        [row["vote"] for row in rows],
        [int(float(row["modified"])) for row in rows],
    )
    meta = {str(_either(each, "tid", "statement_id")) for each in comments if each.get("is_meta")}
    meta |= set(map(str, math.get("meta-tids") or ()))
    rejected = set(map(str, math.get("mod-out") or ())) - meta
    place = {person: index for index, person in enumerate(votes.people)}
    members = dict(zip(math["base-clusters"]["id"], math["base-clusters"]["members"], strict=True))
    label = np.full(len(votes.people), -1)
    for group in math["group-clusters"]:
        for base in group["members"]:
            label[[place[str(person)] for person in members[base]]] = group["id"]
    return Recording(
        folder.name,
        votes,
        np.isin(votes.statements, sorted(rejected)),
        np.isin(votes.statements, sorted(meta)),
        label,
        math,
    )


def _either(row: dict[str, Any], *names: str) -> Any:
    return next(row[name] for name in names if name in row)
