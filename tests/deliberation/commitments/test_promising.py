"""Taking on, reporting, putting off and dropping commitments, on both databases."""

import io
from datetime import date, timedelta

import pytest
from PIL import Image
from sqlalchemy.orm import Session

from core.accounts import add_account
from core.clock import at
from core.database import Database
from core.errors import Conflict, Forbidden, NotFound
from core.tables import Account
from deliberation.commitments.commitments import (
    Wanted,
    commitments_of_year,
    get_commitment,
    list_commitments,
)
from deliberation.commitments.progress import (
    ProofMissing,
    ReportUnclear,
    get_proof,
    list_reports,
    report_progress,
)
from deliberation.commitments.promising import (
    CommitmentUnclear,
    DueTooEarly,
    NothingDecided,
    Promise,
    add_commitment,
    drop_commitment,
    put_off_commitment,
    save_commitment,
)
from deliberation.commitments.proofs import ProofTooLarge, ProofUnusable, receive_proof
from deliberation.commitments.units import (
    end_unit,
    list_speakers,
    list_units,
    name_speakers,
    require_speaker,
    units_of,
)
from deliberation.council.decisions import ReasonMissing
from i18n.localized import Localized
from tests.deliberation.commitments.promises import DUE, HEALTH, REASON, TODAY, promise, promised, report
from tests.deliberation.council.sessions import NOW, TWENTY, ZONE, named, proposed

NO = None


def _account(db: Session, role: str) -> Account:
    return add_account(db, email=f"{role}@ejemplo.ec", role=role, password_hash="x")


async def test_it_follows_from_a_decision_that_says_yes(database: Database) -> None:
    with at(NOW):
        town = await database.run(promised)
        card = await database.read(get_commitment, town.commitment, TODAY)
        assert (card.light, card.unit, card.budget, card.sdg) == ("green", HEALTH, 12_000, ("10.7", "16.b"))
        assert card.origin is not None and card.origin.item_id == town.item

        undecided = (await database.run(lambda db: proposed(db, named(db, TWENTY))))[0]
        with pytest.raises(NothingDecided):
            await database.run(add_commitment, undecided, promise(town.unit), DUE, ZONE, account_id=NO)


async def test_it_is_whole_or_not_taken_on(database: Database) -> None:
    with at(NOW):
        town = await database.run(promised)

        async def add(written: Promise, due_on: date = DUE) -> None:
            await database.run(add_commitment, town.item, written, due_on, ZONE, account_id=NO)

        half = {"es": "Habrá una ventanilla."}
        for wrong in ({"text": half}, {"indicator": half}, {"sdg": ("99.1",)}, {"follow_up": 99}):
            with pytest.raises(CommitmentUnclear):
                await add(promise(town.unit, **wrong))
        with pytest.raises(DueTooEarly):
            await add(promise(town.unit), TODAY)
        with pytest.raises(NotFound):
            await add(promise(999))


async def test_a_report_is_never_changed_and_the_last_one_says_whether_it_is_kept(database: Database) -> None:
    with at(NOW):
        town = await database.run(promised)
        for said in (
            report(value=20.0),
            report(value=520.0, link="https://imbabura.gob.ec/acta", finished=True),
        ):
            await database.run(report_progress, town.commitment, said, ZONE, account_id=NO)
        card = await database.read(get_commitment, town.commitment, DUE + timedelta(days=1))
        assert (card.light, card.value, card.reports, card.proven) == ("kept", 520.0, 2, True)

        await database.run(report_progress, town.commitment, report(value=310.0), ZONE, account_id=NO)
        card = await database.read(get_commitment, town.commitment, DUE + timedelta(days=1))
        assert (card.light, card.value) == ("red", 310.0)
        values = [each.value for each in await database.read(list_reports, town.commitment)]
        assert values == [310.0, 520.0, 20.0]


async def test_that_it_is_kept_is_shown(database: Database) -> None:
    with at(NOW):
        town = await database.run(promised)
        with pytest.raises(ProofMissing):
            await database.run(report_progress, town.commitment, report(finished=True), ZONE, account_id=NO)
        half = report(note={"es": "Abrimos."})
        with pytest.raises(ReportUnclear):
            await database.run(report_progress, town.commitment, half, ZONE, account_id=NO)
        proof = receive_proof(b"%PDF-1.7 acta")
        made = await database.run(
            report_progress, town.commitment, report(proof=proof, finished=True), ZONE, account_id=NO
        )
        assert await database.read(get_proof, town.commitment, made) == (
            f"rimay-{town.commitment}.pdf",
            "application/pdf",
            b"%PDF-1.7 acta",
        )
        with pytest.raises(NotFound):
            await database.read(get_proof, town.commitment + 1, made)


async def test_who_puts_it_off_says_why_and_the_old_day_stays_to_be_read(database: Database) -> None:
    later = DUE + timedelta(days=60)
    with at(NOW):
        town = await database.run(promised)

        async def put_off(day: date, reason: Localized = REASON) -> None:
            await database.run(put_off_commitment, town.commitment, day, reason, ZONE, account_id=NO)

        with pytest.raises(ReasonMissing):
            await put_off(later, {"es": "Falta el local."})
        with pytest.raises(DueTooEarly):
            await put_off(DUE)
        await put_off(later)
        card = await database.read(get_commitment, town.commitment, TODAY)
        assert (card.due_on, card.reason) == (later, REASON)
        (kept,) = await database.read(list_reports, town.commitment)
        assert kept.note["es"] == f"{DUE:%d/%m/%Y} → {later:%d/%m/%Y}. Falta el local."


async def test_who_drops_it_says_why_and_nothing_is_reported_any_more(database: Database) -> None:
    with at(NOW):
        town = await database.run(promised)
        with pytest.raises(ReasonMissing):
            await database.run(drop_commitment, town.commitment, {}, ZONE, account_id=NO)
        await database.run(drop_commitment, town.commitment, REASON, ZONE, account_id=NO)
        assert (await database.read(get_commitment, town.commitment, TODAY)).light == "dropped"
        with pytest.raises(Conflict):
            await database.run(drop_commitment, town.commitment, REASON, ZONE, account_id=NO)
        with pytest.raises(Conflict):
            await database.run(report_progress, town.commitment, report(), ZONE, account_id=NO)


async def test_words_are_corrected_until_something_is_reported(database: Database) -> None:
    with at(NOW):
        town = await database.run(promised)
        better = promise(town.unit, goal=600.0)
        await database.run(save_commitment, town.commitment, better, account_id=NO)
        assert (await database.read(get_commitment, town.commitment, TODAY)).goal == 600.0
        await database.run(report_progress, town.commitment, report(), ZONE, account_id=NO)
        with pytest.raises(Conflict):
            await database.run(save_commitment, town.commitment, better, account_id=NO)


async def test_what_is_sent_twice_counts_once(database: Database) -> None:
    with at(NOW):
        town = await database.run(promised)
        again = await database.run(add_commitment, town.item, promise(town.unit), DUE, ZONE, account_id=NO)
        assert again == town.commitment
        sent = [
            await database.run(report_progress, town.commitment, said, ZONE, account_id=NO)
            for said in (report(value=20.0), report(value=20.0), report(value=30.0), report(value=20.0))
        ]
        assert sent[0] == sent[1] and len(set(sent)) == 3


async def test_lists_show_first_what_asks_for_attention(database: Database) -> None:
    with at(NOW):
        town = await database.run(promised)
        for days, goals in ((200, ("10.3",)), (10, ("10.3",)), (2, ("1.4",))):
            due = TODAY + timedelta(days=days)
            written = promise(town.unit, sdg=goals)
            await database.run(add_commitment, None, written, due, ZONE, account_id=NO)
        day = TODAY + timedelta(days=3)
        cards = await database.read(list_commitments, day)
        assert [(card.id, card.light) for card in cards] == [
            (4, "red"), (3, "amber"), (town.commitment, "green"), (2, "green"),
        ]  # fmt: skip

        async def found(wanted: Wanted) -> list[int]:
            return [card.id for card in await database.read(list_commitments, day, wanted)]

        assert await found(Wanted(sdg="10.3")) == [3, 2]
        assert await found(Wanted(light="red")) == [4]
        assert await found(Wanted(item_id=town.item)) == [town.commitment]
        assert await found(Wanted(units=frozenset())) == []


async def test_a_year_has_what_was_taken_on_or_due_in_it(database: Database) -> None:
    with at(NOW):
        town = await database.run(promised)
        for year, expected in ((2025, []), (2026, [town.commitment]), (2027, [town.commitment]), (2028, [])):
            cards = await database.read(commitments_of_year, year, TODAY, ZONE)
            assert [card.id for card in cards] == expected


async def test_an_account_speaks_for_the_units_that_it_was_named_for(database: Database) -> None:
    with at(NOW):
        town = await database.run(promised)
        speaker = (await database.run(_account, "unit")).id
        other = (await database.run(_account, "council")).id
        await database.run(name_speakers, town.unit, {speaker, other}, account_id=NO)
        named_for = [(each.account_id, each.speaks) for each in await database.read(list_speakers, town.unit)]
        assert named_for == [(speaker, True)]
        await database.read(require_speaker, speaker, town.unit)
        with pytest.raises(Forbidden):
            await database.read(require_speaker, other, town.unit)
        await database.run(end_unit, town.unit, account_id=NO)
        assert await database.read(list_units) == [] and await database.read(units_of, speaker) == set()
        assert (await database.read(get_commitment, town.commitment, TODAY)).unit == HEALTH


def test_a_proof_is_judged_by_its_bytes() -> None:
    drawn = io.BytesIO()
    Image.new("RGB", (4, 4), "white").save(drawn, "JPEG", comment=b"Otavalo, 23 de noviembre")
    proof = receive_proof(drawn.getvalue())
    assert proof.media_type == "image/jpeg" and b"Otavalo" not in proof.content
    for wrong in (b"MZ\x90", b"<html><script>", b"un texto", b"\xff\xd8\xff broken", b""):
        with pytest.raises(ProofUnusable):
            receive_proof(wrong)
    with pytest.raises(ProofTooLarge):
        receive_proof(b"%PDF-" + bytes(9 * 1024 * 1024))
