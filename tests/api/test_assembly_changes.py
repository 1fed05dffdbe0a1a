"""An assembly is moved or called off in the console, after its organiser has read what that does."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from core.audit import list_acts
from core.broadcasts import Kind, list_broadcasts
from core.clock import now
from deliberation.assemblies.assembly import create_assembly
from deliberation.assemblies.headlines import get_assembly_headline
from deliberation.assemblies.tables import Assembly, Invitation
from tests.api.conftest import ANA, BELEN, CARLOS, NOBODY, Browse, Console

ZONE = ZoneInfo("America/Guayaquil")


@pytest.fixture
async def assembly(console: Console, draft: int) -> int:
    """An assembly next week, and three people who would come."""
    starts_at = (now() + timedelta(days=7)).replace(second=0, microsecond=0)
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


def typed(days: int) -> str:
    """A moment in so many days, as a browser sends it."""
    return (now() + timedelta(days=days)).astimezone(ZONE).strftime("%Y-%m-%dT%H:%M")


@pytest.mark.parametrize("act", ["move", "cancel"])
@pytest.mark.parametrize(("role", "status"), [(NOBODY, 303), (BELEN, 403), (CARLOS, 403)])
async def test_only_organisers_change_an_assembly(
    console: Console, browse: Browse, assembly: int, act: str, role: str | None, status: int
) -> None:
    browser = await browse(role)
    assert (await browser.look(f"/assemblies/{assembly}/{act}")).status_code == status
    answer = await browser.client.post(f"/assemblies/{assembly}/{act}", data={})
    assert answer.status_code in (303, 400, 403)
    headline = await console.database.read(get_assembly_headline, assembly)
    assert (headline.sequence, headline.is_cancelled) == (0, False)


async def test_ana_moves_it_and_those_invited_are_told(
    console: Console, browse: Browse, assembly: int
) -> None:
    browser = await browse(ANA)
    page = f"/assemblies/{assembly}"
    await browser.fill(page, f"{page}/invitations")
    assert f'href="{page}/move"' in (await browser.look(page)).text
    form = (await browser.look(f"{page}/move")).text
    assert "Avisamos en el chat a 3 personas" in form and 'value="Otavalo"' in form
    day = typed(9)
    answer = await browser.fill(f"{page}/move", f"{page}/move", starts_at=day, minutes="90", place="Ibarra")
    assert answer.headers["location"] == f"{page}?done=saved"
    [changed, _] = await console.database.read(list_broadcasts)
    assert (changed.kind, changed.sending.new) == (Kind.CHANGED, 3)
    assert console.delivered[-1] == changed.id
    headline = await console.database.read(get_assembly_headline, assembly)
    assert headline.starts_at.astimezone(ZONE).strftime("%Y-%m-%dT%H:%M") == day
    assert (headline.place, headline.ends_at - headline.starts_at) == ("Ibarra", timedelta(minutes=90))
    acts = await console.database.read(list_acts)
    assert (acts[0].act, acts[0].email) == ("move", "organiser@ejemplo.ec")
    assert "El aviso de un cambio" in (await browser.look(f"{page}/deliveries")).text


async def test_the_map_of_the_new_place_is_told_and_that_of_the_old_one_is_not(
    console: Console, browse: Browse, assembly: int
) -> None:
    browser, page = await browse(ANA), f"/assemblies/{assembly}/move"
    maps = [f"https://mapa.ejemplo.ec/{number}" for number in range(2)]

    async def move(place: str, link: str) -> str | None:
        fields = {"starts_at": typed(9), "minutes": "90", "place": place, "map_link": link, "call_link": ""}
        assert (await browser.fill(page, page, **fields)).status_code == 303
        return (await console.database.read(get_assembly_headline, assembly)).map_link

    assert await move("Otavalo", maps[0]) == maps[0], "a link alone is changed, too"
    assert maps[0] in (await browser.look(page)).text
    assert await move("Ibarra", maps[0]) is None, "it leads to where nobody will be"
    assert await move("Cotacachi", maps[1]) == maps[1]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({}, "Cambie la fecha, la hora o el lugar."),
        ({"starts_at": "ayer"}, "field-starts_at"),
        ({"starts_at": "2020-01-01T10:00"}, "field-starts_at"),
        ({"place": ""}, "field-place"),
        ({"minutes": "5"}, "field-minutes"),
        ({"map_link": "javascript:alert(1)"}, "field-map_link"),
    ],
)
async def test_what_is_wrong_is_said_and_nobody_is_told(
    console: Console, browse: Browse, assembly: int, wrong: dict[str, str], said: str
) -> None:
    browser = await browse(ANA)
    page = f"/assemblies/{assembly}/move"
    headline = await console.database.read(get_assembly_headline, assembly)
    as_it_is = headline.starts_at.astimezone(ZONE).strftime("%Y-%m-%dT%H:%M")
    fields = {"starts_at": as_it_is, "minutes": "120", "place": "Otavalo"} | wrong
    answer = await browser.fill(page, page, **fields)
    assert answer.status_code == 400 and said in answer.text
    assert console.delivered == []
    assert (await console.database.read(get_assembly_headline, assembly)).sequence == 0


async def test_ana_calls_it_off_and_it_stays_so(console: Console, browse: Browse, assembly: int) -> None:
    browser = await browse(ANA)
    page = f"/assemblies/{assembly}"
    await browser.fill(page, f"{page}/invitations")
    shown = (await browser.look(f"{page}/cancel")).text
    assert "Avisamos en el chat a 3 personas" in shown and "no se puede abrir otra vez" in shown
    answer = await browser.fill(f"{page}/cancel", f"{page}/cancel")
    assert answer.headers["location"] == f"{page}?done=saved"
    [changed, _] = await console.database.read(list_broadcasts)
    assert (changed.kind, console.delivered[-1]) == (Kind.CHANGED, changed.id)
    shown = (await browser.look(page)).text
    assert "Esta asamblea se canceló" in shown
    assert f"{page}/move" not in shown and f"{page}/reminders" not in shown
    for act in ("move", "cancel"):
        assert (await browser.look(f"{page}/{act}")).status_code == 400


async def test_where_nobody_was_invited_nothing_is_sent(
    console: Console, browse: Browse, assembly: int
) -> None:
    page = f"/assemblies/{assembly}/cancel"
    answer = await (await browse(ANA)).fill(page, page)
    assert answer.status_code == 303 and console.delivered == []


async def test_the_page_proposes_how_many_to_invite(console: Console, browse: Browse, assembly: int) -> None:
    browser = await browse(ANA)
    page = f"/assemblies/{assembly}"
    assert "invite a cerca de 60 personas. Todavía no sabemos" in (await browser.look(page)).text

    def held(db: Session) -> None:
        """An assembly last month, to which everybody came who was asked."""
        begun = now() - timedelta(days=30)
        row = Assembly(title={}, purpose={}, place="", starts_at=begun, ends_at=begun, seats=3)
        db.add(row)
        db.flush()
        for participant_id in (1, 2, 3):
            db.add(Invitation(assembly_id=row.id, participant_id=participant_id, answer="yes"))

    await console.database.run(held)
    shown = (await browser.look(page)).text
    assert "invite a cerca de 60 personas. Antes aceptaron 3 de 3" in shown, "never more than may wait"
    await browser.fill(page, f"{page}/invitations")
    assert "invite a cerca de" not in (await browser.look(page)).text, "they are invited"


async def test_who_did_not_answer_in_time_is_named_so_and_needs_have_names(
    console: Console, browse: Browse, assembly: int
) -> None:
    browser = await browse(ANA)
    page = f"/assemblies/{assembly}"
    await browser.fill(page, f"{page}/invitations")

    def answer(db: Session) -> None:
        db.execute(update(Invitation).where(Invitation.id == 1).values(answer="lapsed"))
        db.execute(update(Invitation).where(Invitation.id == 2).values(answer="yes", needs=["childcare"]))

    await console.database.run(answer)
    shown = (await browser.look(page)).text
    assert "No respondió a tiempo" in shown and "Cuidado de niños" in shown
