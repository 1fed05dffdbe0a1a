"""The register of programmes, and the matrix that shows its gaps."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from core.clock import at
from core.database import Database
from core.errors import NotFound
from deliberation.commitments.commitments import list_commitments
from deliberation.commitments.matrix import Matrix, matrix_of
from deliberation.commitments.programmes import (
    ProgrammeText,
    ProgrammeUnclear,
    delete_programme,
    get_programme,
    list_programmes,
    save_programme,
)
from deliberation.commitments.register_pdf import render_register
from deliberation.commitments.register_wording import Registry, WordedRegister
from deliberation.commitments.units import add_unit, list_units
from deliberation.council.goals import GOALS
from i18n.translator import Translator
from tests.deliberation.commitments.promises import BOTH, TODAY, programme, promised
from tests.deliberation.council.sessions import NOW, ZONE

ROADS = {"es": "Vialidad", "qu": "Ñankuna"}


async def test_that_a_programme_includes_people_is_shown_with_since_when(database: Database) -> None:
    with at(NOW):
        unit = await database.run(add_unit, ROADS, "roads", account_id=None)

        async def save(written: ProgrammeText) -> int:
            return await database.run(save_programme, None, written, ZONE, account_id=None)

        for wrong in (
            {"included_since": None},
            {"included_since": TODAY + timedelta(days=1)},
            {"evidence": {"es": "Un acta."}},
            {"inclusion": "maybe"},
            {"name": {"es": "Ferias"}},
            {"sdg": ("99.1",)},
        ):
            with pytest.raises(ProgrammeUnclear):
                await save(programme(unit, **wrong))
        linked = programme(unit, evidence={}, evidence_link="https://imbabura.gob.ec/acta")
        made = await save(linked)
        assert (await database.read(get_programme, made)).proven


async def test_one_that_includes_nobody_needs_no_evidence_and_keeps_none(database: Database) -> None:
    with at(NOW):
        unit = await database.run(add_unit, ROADS, "roads", account_id=None)
        made = await database.run(save_programme, None, programme(unit), ZONE, account_id=None)
        changed = programme(unit, inclusion="no")
        assert await database.run(save_programme, made, changed, ZONE, account_id=None) == made
        card = await database.read(get_programme, made)
        assert (card.included_since, card.evidence, card.proven) == (None, {}, False)
        with pytest.raises(NotFound):
            await database.run(save_programme, 999, programme(unit), ZONE, account_id=None)
        await database.run(delete_programme, made, account_id=None)
        assert await database.read(list_programmes) == []


async def test_the_matrix_shows_for_what_nobody_does_anything(database: Database) -> None:
    def work(db: Session) -> Matrix:
        town = promised(db)
        add_unit(db, ROADS, "roads", account_id=None)
        save_programme(db, None, programme(town.unit), ZONE, account_id=None)
        save_programme(db, None, programme(town.unit, inclusion="no", sdg=("4.1",)), ZONE, account_id=None)
        return matrix_of(list_units(db), list_commitments(db, TODAY), list_programmes(db))

    with at(NOW):
        matrix = await database.run(work)
    counted = {row.goal: (row.count, row.proven) for row in matrix.rows if row.count}
    assert counted == {"10.3": (1, 1), "10.7": (1, 0), "16.b": (1, 0)}
    assert set(matrix.gaps) == set(GOALS) - set(counted)
    assert matrix.unproven == ("10.7", "16.b")
    assert [unit.name for unit in matrix.idle] == [ROADS]
    assert matrix.aimless == ()


@pytest.mark.parametrize("language", ["es", "qu"])
async def test_the_report_for_ministries_says_every_gap_and_is_the_same_twice(
    sqlite_url: str, translator: Translator, language: str
) -> None:
    def work(db: Session) -> WordedRegister:
        town = promised(db, sdg=())
        add_unit(db, ROADS, "roads", institution="MTOP", account_id=None)
        save_programme(db, None, programme(town.unit), ZONE, account_id=None)
        programmes = list_programmes(db)
        matrix = matrix_of(list_units(db), list_commitments(db, TODAY), programmes)
        return Registry(translator, language, "la Unidad").write(matrix, programmes, TODAY)

    database = Database(sqlite_url)
    with at(NOW):
        worded = await database.run(work)
    await database.dispose()
    assert (
        len(worded.gaps) == len(GOALS) - 1 + 1 + 1
    )  # but for 10.3; an idle unit; a commitment without a target
    assert BOTH[language] in worded.gaps[-1] and ROADS[language] in worded.gaps[-2]
    assert [entry.name for target in worded.targets for entry in target.entries] == [
        programme(1).name[language]
    ]
    pdf = render_register(worded)
    assert pdf.startswith(b"%PDF-") and pdf == render_register(worded)
