"""Commitments and the register in the console: who may do what, what everybody reads, and that nothing is lost."""

import csv
import io
from datetime import date

import pytest
from sqlalchemy.orm import Session

from core.accounts import add_account
from deliberation.commitments.commitments import get_commitment
from deliberation.commitments.programmes import list_programmes, save_programme
from deliberation.commitments.tables import Commitment, CommitmentReply
from deliberation.commitments.units import add_unit, name_speakers
from deliberation.council.goals import GOALS
from tests.api.conftest import ANA, BELEN, CARLOS, NOBODY, Browse, Console
from tests.deliberation.commitments.promises import TODAY, Town, programme, promised
from tests.deliberation.council.sessions import ZONE

UNIT, OTHER = "unit", "other"
GOVERNING, SECRETARIES, REPORTERS = {ANA, BELEN, UNIT}, {ANA, BELEN}, {ANA, UNIT}
ROLES = (ANA, BELEN, CARLOS, UNIT)
PAGES = [
    ("/commitments", set(ROLES)),
    ("/commitments.csv", set(ROLES)),
    ("/commitments/{commitment}", set(ROLES)),
    ("/commitments/new", SECRETARIES),
    ("/commitments/{commitment}/edit", SECRETARIES),
    ("/commitments/{commitment}/put-off", SECRETARIES),
    ("/commitments/{commitment}/drop", SECRETARIES),
    ("/commitments/{commitment}/report", REPORTERS),
    ("/council/register", GOVERNING),
    ("/council/register.csv", GOVERNING),
    ("/council/register.pdf?language=qu", GOVERNING),
    ("/council/matrix", GOVERNING),
    ("/council/matrix.csv", GOVERNING),
    ("/council/programmes/new", REPORTERS),
    ("/council/programmes/1", REPORTERS),
    ("/council/units/{unit}", {ANA}),
]
DEEDS = [
    ("/commitments", SECRETARIES),
    ("/commitments/{commitment}", SECRETARIES),
    ("/commitments/{commitment}/put-off", SECRETARIES),
    ("/commitments/{commitment}/drop", SECRETARIES),
    ("/commitments/{commitment}/report", REPORTERS),
    ("/council/programmes", REPORTERS),
    ("/council/programmes/1", REPORTERS),
    ("/council/programmes/1/delete", {ANA}),
    ("/council/units/{unit}", {ANA}),
    ("/council/units/{unit}/end", {ANA}),
]
FAR = date(2030, 1, 2)
PROMISE = {
    "text_es": "Abrir una ventanilla", "text_qu": "Ventanillata paskana", "target_es": "500 personas",
    "target_qu": "500 runakuna", "indicator_es": "personas atendidas", "indicator_qu": "yanapashka runakuna",
    "baseline": "0", "goal": "500", "budget_line": "7.3.02", "budget": "12000", "due_on": "2030-05-02",
    "sdg": "10.7", "follow_up": "3",
}  # fmt: skip
REPORT = {"note_es": "Abrimos.", "note_qu": "Paskarkanchik.", "value": "12,5", "stand": "goes_on"}
SHOWN = {"proof": ("acta.pdf", b"%PDF-1.7 acta", "application/pdf")}


@pytest.fixture
async def town(console: Console, password_hash: str) -> Town:
    """A commitment of a unit that an account speaks for, and a programme of it."""

    def work(db: Session) -> Town:
        account, _ = (
            add_account(db, email=f"{name}@ejemplo.ec", role="unit", password_hash=password_hash)
            for name in (UNIT, OTHER)
        )
        made = promised(db, due_on=FAR)
        name_speakers(db, made.unit, {account.id}, account_id=None)
        save_programme(db, None, programme(made.unit), ZONE, account_id=None)
        return made

    return await console.database.run(work)


def _filled(path: str, town: Town) -> str:
    return path.format(commitment=town.commitment, unit=town.unit)


async def test_pages_are_for(browse: Browse, town: Town) -> None:
    browsers = {role: await browse(role) for role in ROLES}
    nobody = await browse(NOBODY)
    for path, allowed in PAGES:
        at = _filled(path, town)
        seen = {role: (await browser.look(at)).status_code for role, browser in browsers.items()}
        assert seen == {role: 200 if role in allowed else 403 for role in ROLES}, path
        assert (await nobody.look(at)).status_code == (200 if allowed == set(ROLES) else 303), path


async def test_deeds_are_for(browse: Browse, town: Town) -> None:
    browsers = {role: await browse(role) for role in ROLES}
    nobody = await browse(NOBODY)
    for path, allowed in DEEDS:
        at = _filled(path, town)
        for role in set(ROLES) - allowed:
            assert (await browsers[role].fill("/account", at)).status_code == 403, path
        assert (await nobody.fill("/sign-in", at)).status_code == 303, path


async def test_a_unit_writes_of_its_own_only(browse: Browse, console: Console, town: Town) -> None:
    stranger = await browse(OTHER)
    report_at = f"/commitments/{town.commitment}/report"
    assert (await stranger.look(report_at)).status_code == 403
    assert (await stranger.fill("/account", report_at, **REPORT)).status_code == 403
    assert (await stranger.look("/council/programmes/1")).status_code == 403
    written = {"unit": str(town.unit), "name_es": "Ferias", "name_qu": "Rantina", "inclusion": "no"}
    for at in ("/council/programmes", "/council/programmes/1"):
        assert (await stranger.fill("/account", at, **written)).status_code in (400, 403)
    assert len(await console.database.read(list_programmes)) == 1


async def test_from_a_decision_to_a_commitment_that_is_kept(
    browse: Browse, console: Console, town: Town
) -> None:
    organiser, unit, nobody = await browse(ANA), await browse(UNIT), await browse(NOBODY)
    written = PROMISE | {"item": str(town.item), "unit": str(town.unit)}
    added = await organiser.fill(f"/commitments/new?item={town.item}", "/commitments", **written)
    home = added.headers["location"].partition("?")[0]
    assert added.headers["location"] == f"{home}?done=added"

    sent = await unit.fill(f"{home}/report", f"{home}/report", files=SHOWN, **REPORT | {"stand": "kept"})
    assert sent.headers["location"] == f"{home}?done=reported"
    card = await console.database.read(get_commitment, int(home.rpartition("/")[2]), TODAY)
    assert (card.light, card.value, card.budget, card.sdg) == ("kept", 12.5, 12_000, ("10.7",))

    page = (await nobody.look(home)).text
    assert "Cumplido" in page and "Abrimos." in page and "proofs" not in page
    assert (await nobody.look(f"{home}/proofs/1")).status_code == 303
    proof = await unit.look(f"{home}/proofs/1")
    assert proof.content == b"%PDF-1.7 acta" and "attachment" in proof.headers["content-disposition"]
    assert (await unit.look(f"/commitments/{town.commitment}/proofs/1")).status_code == 404


async def test_every_fault_is_said_at_once_and_nothing_is_lost(browse: Browse, town: Town) -> None:
    organiser = await browse(ANA)
    typed = PROMISE | {"item": "", "unit": str(town.unit), "text_qu": "", "goal": "1.500", "budget": "12 000"}
    answer = await organiser.fill("/commitments/new", "/commitments", **typed)
    assert answer.status_code == 400 and answer.text.count('class="field-error"') == 3
    assert "Abrir una ventanilla" in answer.text and 'value="10.7" checked' in answer.text

    at = f"/commitments/{town.commitment}/report"
    hostile = {"proof": ("acta.pdf", b"<html><script>alert(1)</script>", "application/pdf")}
    answer = await organiser.fill(at, at, files=hostile, **REPORT | {"note_qu": "", "link": "javascript:x"})
    assert answer.status_code == 400 and answer.text.count('class="field-error"') == 3
    answer = await organiser.fill(at, at, **REPORT | {"stand": "kept"})
    assert answer.status_code == 400 and "adjunte un archivo" in answer.text

    at = f"/commitments/{town.commitment}/put-off"
    answer = await organiser.fill(at, at, due_on=FAR.isoformat(), reason_es="Falta el local.")
    assert answer.status_code == 400 and answer.text.count('class="field-error"') == 2


async def test_the_list_is_filtered_and_taken_along(browse: Browse, town: Town) -> None:
    nobody = await browse(NOBODY)
    for query, found in (
        ("light=red", 0),
        ("sdg=16.b", 1),
        (f"item={town.item}", 1),
        ("unit=99", 0),
        ("unit=x", 1),
    ):
        rows = list(csv.DictReader(io.StringIO((await nobody.look(f"/commitments.csv?{query}")).text)))
        assert len(rows) == found, query
        page = (await nobody.look(f"/commitments?{query}")).text
        assert page.count('href="/commitments/1"') == found, query
    assert (await (await browse(OTHER)).look("/commitments?own=yes")).text.count('href="/commitments/1"') == 0
    assert (await (await browse(UNIT)).look("/commitments?own=yes")).text.count('href="/commitments/1"') == 1


async def test_few_who_noticed_are_not_counted_in_public(
    browse: Browse, console: Console, town: Town
) -> None:
    def replied(db: Session) -> None:
        for reply, count in (("yes", 40), ("partly", 2), ("no", 30)):
            noticed = CommitmentReply(commitment_id=town.commitment, reply=reply, count=count, released=count)
            db.add(noticed)

    await console.database.run(replied)
    page = (await (await browse(NOBODY)).look(f"/commitments/{town.commitment}")).text
    assert "40 de 72" in page and page.count("no se muestra") == 2


async def test_the_matrix_has_a_line_for_each_target_and_unit(
    browse: Browse, console: Console, town: Town
) -> None:
    await console.database.run(add_unit, {"es": "Vialidad", "qu": "Ñankuna"}, "roads", account_id=None)
    organiser = await browse(ANA)
    rows = list(csv.DictReader(io.StringIO((await organiser.look("/council/matrix.csv")).text)))
    assert len(rows) == 2 * len(GOALS)
    assert {row["sdg"] for row in rows if row["gap"] == "no"} == {"10.3", "10.7", "16.b"}
    page = (await organiser.look("/council/matrix")).text
    assert "Vialidad no hace nada" in page and "Nadie hace nada por la meta 17.14" in page


async def test_the_desk_says_what_is_overdue(browse: Browse, console: Console, town: Town) -> None:
    def passed(db: Session) -> None:
        db.get_one(Commitment, town.commitment).due_on = date(2026, 1, 2)

    await console.database.run(passed)
    for role, said in ((BELEN, 1), (UNIT, 1), (OTHER, 0)):
        page = (await (await browse(role)).look("/council")).text
        assert page.count("1 compromiso está vencido.") == said, role


async def test_an_organiser_names_and_ends_a_unit(browse: Browse, town: Town) -> None:
    organiser, unit = await browse(ANA), await browse(UNIT)
    at = f"/council/units/{town.unit}"
    named = {"name_es": "Salud", "name_qu": "Allikay", "area": "health", "institution": "MSP"}
    assert (await organiser.fill(at, at, **named)).headers["location"] == "/council/units?done=unit_saved"
    assert (await unit.look(f"/commitments/{town.commitment}/report")).status_code == 403
    assert (await organiser.fill(at, at, **named | {"name_qu": ""})).status_code == 400
    assert (await organiser.fill(at, f"{at}/end")).headers["location"] == "/council/units?done=unit_ended"
    assert (await organiser.look(at)).status_code == 404
