"""Assemblies in the console: invited by the chat, numbered, marked as they come."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.broadcasts import Kind, list_broadcasts
from core.clock import now
from core.tables import Participant
from deliberation.assemblies.assembly import create_assembly, get_assembly
from deliberation.assemblies.tables import Assembly, Invitation
from tests.api.conftest import ANA, Browse, Console
from tests.deliberation.assemblies.meetings import invited, meeting


@pytest.fixture
async def assembly(console: Console, draft: int) -> int:
    """An assembly next week, and three people who would come."""
    starts_at = now() + timedelta(days=7)
    return await console.database.run(
        create_assembly,
        consultation_id=None,
        title={"es": "Asamblea de vivienda"},
        purpose={"es": "Hablar de vivienda"},
        place="Otavalo",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=2),
        seats=40,
        account_id=None,
    )


async def test_ana_invites_who_said_they_would_come(console: Console, browse: Browse, assembly: int) -> None:
    browser = await browse(ANA)
    page = f"/assemblies/{assembly}"
    assert "Invitar a 3 personas" in (await browser.look(page)).text
    answer = await browser.fill(page, f"{page}/invitations")
    assert answer.headers["location"] == f"{page}?done=invited"
    [broadcast] = await console.database.read(list_broadcasts)
    assert (broadcast.kind, console.delivered) == (Kind.INVITATION, [broadcast.id])
    shown = (await browser.look(page)).text
    assert "Invitar a" not in shown and "Persona 3" in shown


async def test_inviting_when_nobody_is_left_says_so(console: Console, browse: Browse, assembly: int) -> None:
    browser = await browse(ANA)
    page = f"/assemblies/{assembly}"
    await browser.fill(page, f"{page}/invitations")
    again = await browser.fill(page, f"{page}/invitations")
    assert again.status_code == 400 and len(console.delivered) == 1


@pytest.mark.parametrize("htmx", [False, True])
async def test_who_came_is_marked_and_unmarked(
    console: Console, browse: Browse, assembly: int, htmx: bool
) -> None:
    browser = await browse(ANA)
    page = f"/assemblies/{assembly}"
    await browser.fill(page, f"{page}/invitations")
    if htmx:
        browser.client.headers["hx-request"] = "true"
    answer = await browser.fill(page, f"{page}/invitations/2", came="yes")
    if htmx:
        assert answer.text.strip().startswith("<tr") and 'aria-pressed="true"' in answer.text
    else:
        assert answer.headers["location"] == f"{page}#person-2"
    assert (await console.database.read(get_assembly, assembly)).tally.came == 1
    await browser.fill(page, f"{page}/invitations/2", came="no")
    assert (await console.database.read(get_assembly, assembly)).tally.came == 0


@pytest.mark.parametrize("htmx", [True, False])
async def test_a_person_of_another_assembly_is_not_there(
    console: Console, browse: Browse, assembly: int, htmx: bool
) -> None:
    def elsewhere(db: Session) -> int:
        other = Invitation(assembly_id=meeting(db), participant_id=db.scalars(select(Participant.id)).first())
        db.add(other)
        db.flush()
        return other.id

    other = await console.database.run(elsewhere)
    page, browser = f"/assemblies/{assembly}", await browse(ANA)
    if htmx:
        browser.client.headers["hx-request"] = "true"
    for unknown in (9_999, other):
        answer = await browser.fill(page, f"{page}/invitations/{unknown}", came="yes")
        assert answer.status_code == 404
    assert not await console.database.read(lambda db: db.get_one(Invitation, other).came)


async def test_an_assembly_leads_to_all_that_belongs_to_it_and_to_what_comes_next(
    console: Console, browse: Browse
) -> None:
    def held(db: Session) -> int:
        assembly_id = meeting(db, way="lottery")
        invited(db, assembly_id, "yes", "no")
        return assembly_id

    assembly_id = await console.database.run(held)
    browser = await browse(ANA)
    page = f"/assemblies/{assembly_id}"
    for ahead, next_step in (
        (timedelta(days=3), ""),
        (timedelta(hours=1), "day"),
        (timedelta(days=-3), "minutes"),
    ):
        await console.database.run(_begins_in, assembly_id, ahead)
        shown = (await browser.look(page)).text
        for part in ("day", "ballots", "minutes", "report", "costs", "draw", "deliveries"):
            assert f'href="{page}/{part}"' in shown, part
        marked = {
            part for part in ("day", "minutes") if f'class="button primary" href="{page}/{part}"' in shown
        }
        assert marked == {next_step} - {""}
    assert "Vinieron: 0 de 2 personas invitadas." in (await browser.look("/assemblies")).text


def _begins_in(db: Session, assembly_id: int, ahead: timedelta) -> None:
    row = db.get_one(Assembly, assembly_id)
    row.starts_at, row.ends_at = now() + ahead, now() + ahead + timedelta(hours=2)
