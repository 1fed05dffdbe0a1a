"""Assemblies in the console: invited by the chat, numbered, marked as they come."""

from datetime import timedelta

import pytest

from core.broadcasts import Kind, list_broadcasts
from core.clock import now
from deliberation.assemblies.assembly import create_assembly, get_assembly
from tests.api.conftest import ANA, Browse, Console


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


async def test_a_person_of_another_assembly_is_not_there(browse: Browse, assembly: int) -> None:
    page = f"/assemblies/{assembly}"
    assert (await (await browse(ANA)).fill(page, f"{page}/invitations/9", came="yes")).status_code == 404
