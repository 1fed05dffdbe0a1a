"""Weighted shares: only by what may be published, and whoever has the package weighs again and finds the same."""

import io
import json
import subprocess
import sys
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.database import Database
from deliberation.council import recompute
from deliberation.council.agenda import list_items, propose_items
from deliberation.council.brief import build_brief
from deliberation.council.brief_package import render_package
from deliberation.council.briefing import facts_of
from deliberation.council.tables import AgendaItem
from deliberation.maths.weights import Margin, rake, shares_of
from i18n.translator import Translator
from surveys.tables import Consultation, Response
from tests.deliberation.assembly_day.rooms import room
from tests.deliberation.council.sessions import NOW, ZONE, named

Alike = dict[tuple[str | None, str], tuple[int, int]]
"""Canton and language → how many people, and how many of them named work; the others named a home."""

LARGE: Alike = {
    ("ibarra", "es"): (60, 31),
    ("ibarra", "qu"): (20, 6),
    ("otavalo", "es"): (25, 20),
    ("otavalo", "qu"): (30, 9),
    (None, "es"): (11, 6),
}
SMALL: Alike = LARGE | {("otavalo", "qu"): (3, 1)}
PEOPLE = {"canton": {"ibarra": 215_000, "otavalo": 115_000}, "language": {"es": 390_000, "qu": 77_000}}
AROUND: dict[str, Any] = {"unit": "la Unidad", "zone": ZONE}


def answered(db: Session, alike: Alike, population: Mapping[str, Mapping[str, int]] = PEOPLE) -> int:
    """A closed consultation with so many people of each kind, whose points are proposed."""
    said = [
        (kind, need)
        for kind, (people, those) in alike.items()
        for need in ("work",) * those + ("home",) * (people - those)
    ]
    consultation_id = named(db, [((need,), canton or "ibarra") for (canton, _), need in said])
    rows = db.scalars(
        select(Response).where(Response.consultation_id == consultation_id).order_by(Response.id)
    )
    for row, ((canton, language), need) in zip(rows, said, strict=True):
        row.language = language
        row.answers = {"needs": [need]} | ({"canton": canton} if canton else {})
    consultation = db.get_one(Consultation, consultation_id)
    consultation.opened_at, consultation.closed_at = NOW - timedelta(days=9), NOW
    room(db, people=0, consultation_id=consultation_id, reference=population)
    propose_items(db, consultation_id, threshold=5, account_id=None)
    return consultation_id


def weighted(db: Session, consultation_id: int) -> dict[str, Any]:
    """What is kept of the weighting of work."""
    (work,) = [item for item in list_items(db, consultation_id) if item.title["es"] == "Trabajo"]
    found: dict[str, Any] = work.evidence.get("weighted", {})
    return found


def unpacked(folder: Path, database_facts: Any, translator: Translator) -> "subprocess.CompletedProcess[str]":
    """The package of the brief in a folder, and what its script says there."""
    briefs = [build_brief(database_facts, language) for language in ("es", "qu")]
    with ZipFile(io.BytesIO(render_package(briefs, translator))) as archive:
        archive.extractall(folder)
    command = [sys.executable, "-I", str(folder / "recompute.py")]
    return subprocess.run(command, capture_output=True, text=True, check=False, env={"PYTHONUTF8": "1"})


async def test_a_third_party_weighs_again(database: Database, translator: Translator, tmp_path: Path) -> None:
    consultation_id = await database.run(answered, LARGE)
    facts = await database.read(facts_of, consultation_id, **AROUND, threshold=5)
    kept = await database.read(weighted, consultation_id)
    said = unpacked(tmp_path, facts, translator)
    assert said.returncode == 0, said.stdout + said.stderr
    assert kept["by"] == ["canton", "language"]
    lines = [line for line in said.stdout.splitlines() if ".weighted." in line]
    assert len(lines) == 8, "four numbers of each of two points"
    for name in ("percent", "low", "high", "worth"):
        assert any(line.endswith(f"weighted.{name}\t{kept[name]}\t{kept[name]}\tmatch") for line in lines)


async def test_it_is_weighted_by_fewer_categories_where_people_would_be_few(database: Database) -> None:
    consultation_id = await database.run(answered, SMALL)
    found = await database.read(weighted, consultation_id)
    assert found["by"] == ["canton"]
    cells = [(cell["in"], cell["people"], cell["named"]) for cell in found["cells"]]
    assert sorted(cells, key=str) == [(["ibarra"], 80, 37), (["otavalo"], 28, 21), ([None], 11, 6)]
    assert found["population"] == {"canton": PEOPLE["canton"]}


@pytest.mark.parametrize(
    ("alike", "why"),
    [
        ({("ibarra", "es"): (40, 20), ("otavalo", "es"): (12, 8)}, "four did not name it"),
        ({("ibarra", "es"): (40, 20), ("otavalo", "es"): (12, 12)}, "all of a canton named it"),
        ({("ibarra", "es"): (40, 20), ("otavalo", "es"): (4, 0)}, "four are of a canton"),
        ({("ibarra", "es"): (40, 20), ("otavalo", "es"): (30, 9), (None, "es"): (3, 0)}, "three did not say"),
    ],
)
async def test_nothing_is_weighted_by_what_would_tell_of_few(
    database: Database, alike: Alike, why: str
) -> None:
    population = {"canton": PEOPLE["canton"]}
    consultation_id = await database.run(answered, alike, population)
    assert await database.read(weighted, consultation_id) == {}, why


async def test_a_table_with_something_withheld_is_not_told_by_a_finer_one(database: Database) -> None:
    """Three said Otavalo, and are withheld with those of Ibarra: how many these are would tell how many they are."""
    alike: Alike = {("ibarra", "es"): (60, 31), ("otavalo", "es"): (3, 0), (None, "es"): (11, 6)}
    population = {"canton": {"ibarra": 215_000, "pimampiro": 13_000}}
    consultation_id = await database.run(answered, alike, population)
    assert await database.read(weighted, consultation_id) == {}


async def test_the_brief_prints_no_share_that_cannot_be_weighed_again(
    database: Database, translator: Translator, tmp_path: Path
) -> None:
    def forget(db: Session, consultation_id: int) -> None:
        for row in db.scalars(select(AgendaItem).where(AgendaItem.consultation_id == consultation_id)):
            kept = {
                name: row.evidence["weighted"][name] for name in ("percent", "low", "high", "worth", "by")
            }
            row.evidence = row.evidence | {"weighted": kept}

    consultation_id = await database.run(answered, LARGE)
    raised = await database.read(facts_of, consultation_id, **AROUND, threshold=7)
    assert [point.dossier.weighted for point in raised.points] == [None, None], "six are few by now"
    await database.run(forget, consultation_id)
    facts = await database.read(facts_of, consultation_id, **AROUND, threshold=5)
    said = unpacked(tmp_path, facts, translator)
    assert said.returncode == 0 and "weighted" not in said.stdout, "weighted before its table was kept"


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[tuple[tuple[int, ...], int, int]], list[list[int]]]:
    """People who are alike by one to three categories (-1: not said), and how many live here of each value."""
    sizes = draw(st.lists(st.integers(2, 4), min_size=1, max_size=3))
    inside = st.tuples(*(st.integers(-1, size - 1) for size in sizes))
    places = draw(st.lists(inside, min_size=1, max_size=9, unique=True))
    cells = []
    for place in places:
        people = draw(st.integers(1, 90))
        cells.append((place, people, draw(st.integers(0, people))))
    counts = [draw(st.lists(st.integers(1, 500_000), min_size=size, max_size=size)) for size in sizes]
    return cells, counts


@given(tables())
@settings(max_examples=200, deadline=None)
def test_the_script_weighs_as_the_house_does(
    table: tuple[list[tuple[tuple[int, ...], int, int]], list[list[int]]],
) -> None:
    cells, counts = table
    people = [(place, number < those) for place, whole, those in cells for number in range(whole)]
    margins = [
        Margin(np.array([place[number] for place, _ in people]), np.array(reference, float))
        for number, reference in enumerate(counts)
    ]
    raking = rake(margins)
    ours = shares_of(np.array([int(those) for _, those in people]), 2, raking.weight)
    again = []
    for place, whole, those in cells:
        inside = {f"c{number}": str(value) for number, value in enumerate(place) if value >= 0}
        row = {"cell": json.dumps(inside), "people": str(whole), "named": str(those)}
        again.append(recompute.Cell(row))
    population = {
        f"c{number}": {str(value): count for value, count in enumerate(reference)}
        for number, reference in enumerate(counts)
    }
    recompute.rake(again, population)
    whole_weight = sum(cell.people * cell.weight for cell in again)
    share = sum(cell.named * cell.weight for cell in again) / whole_weight
    assert share == pytest.approx(float(ours.value[1]), abs=1e-7)
    assert whole_weight**2 / sum(cell.people * cell.weight**2 for cell in again) == pytest.approx(
        ours.people, rel=1e-6
    )
