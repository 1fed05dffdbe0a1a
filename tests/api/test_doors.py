"""Doors over the web: made by organisers, opened by a link without an account, and nothing personal on them."""

import csv
import io
import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from api.routes.assembly_day.doors import _wrong_codes
from core.clock import at
from core.sealing import Vault
from core.tables import Participant
from deliberation.assemblies.assembly import list_invitations
from deliberation.assemblies.tables import Invitation
from deliberation.assembly_day.codes import answer_with_code, get_own_code
from deliberation.assembly_day.doors import get_door, secret_of
from deliberation.assembly_day.walk_in import walk_in
from tests.api.conftest import ANA, BELEN, NOBODY, Browse, Browser, Console
from tests.deliberation.asked import person
from tests.deliberation.assemblies.meetings import NOON, STARTS, invited, meeting

DAY = "/assemblies/1/day"


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with at(STARTS - timedelta(minutes=30)):
        yield


@pytest.fixture(autouse=True)
def no_slips() -> None:
    """Each test begins with no wrong code at any door."""
    for number in range(1, 4):
        _wrong_codes.forget(f"door {number}")


@pytest.fixture
async def codes(console: Console, vault: Vault) -> list[str]:
    """An assembly to which twelve people come; their codes."""

    def work(db: Session) -> list[str]:
        assembly_id = meeting(db, seats=30)
        found = []
        for number, each in enumerate(invited(db, assembly_id, *["none"] * 12)):
            row = db.get_one(Participant, each)
            row.chat_index, row.profile = index, _ = number.to_bytes(32), {"gender": "woman"}
            with at(NOON):
                answer_with_code(db, index, assembly_id, vault, comes=True)
            found.append(get_own_code(db, index, assembly_id, vault).code)
        return found

    return await console.database.run(work)


async def opens(console: Console, browse: Browse, vault: Vault, name: str = "Entrada") -> Browser:
    """An organiser makes a door; the telephone of a helper that has opened its link."""
    made = await (await browse(ANA)).fill(DAY, f"{DAY}/doors", name=name)
    door_id = int(made.headers["location"].rpartition("/")[2])
    secret = secret_of(await console.database.read(get_door, 1, door_id), vault)
    helper = await browse(NOBODY)
    entered = await helper.fill("/door", "/door", secret=f"http://rimay.test/door#{secret}")
    assert (entered.status_code, entered.headers["location"]) == (303, "/door")
    return helper


async def shows(helper: Browser, code: str, **more: str) -> str:
    """A code is shown at a door, as its page hands it over: what became of it."""
    helper.client.headers["accept"] = "application/json"
    answer = await helper.fill("/sign-in", "/door/codes", code=code, **more)
    return str(answer.json()["outcome"])


async def test_a_door_is_handed_out_behind_a_hash_and_takes_codes(
    console: Console, browse: Browse, vault: Vault, codes: list[str]
) -> None:
    helper = await opens(console, browse, vault)
    page = await (await browse(ANA)).look(f"{DAY}/doors/1")
    assert re.search(r'href="http://rimay\.test/door#[A-Za-z0-9_-]{43}"', page.text)
    drawing = await (await browse(ANA)).look(f"{DAY}/doors/1/qr.svg")
    assert drawing.headers["content-type"] == "image/svg+xml"

    page = await helper.look("/door")
    assert "camera=(self)" in page.headers["permissions-policy"]
    assert "camera=()" in (await helper.look("/privacy")).headers["permissions-policy"]
    assert "Entrada" in page.text and not any(code in page.text for code in codes)
    found = [await shows(helper, code) for code in (codes[0], codes[0], codes[1].lower(), "222222", "ñ")]
    assert found == ["came", "before", "came", "unknown", "unknown"]
    assert await shows(helper, codes[1], undo="yes") == "undone"
    state = (await helper.look("/door/state")).json()
    assert (state["came"], state["others"], len(state["listed"])) == (1, 0, 12)


async def test_without_script_the_page_says_what_became_of_a_code_and_counts_others(
    console: Console, browse: Browse, vault: Vault, codes: list[str]
) -> None:
    helper = await opens(console, browse, vault)
    assert (
        f"Puede entrar ({codes[0][-2:]})" in (await helper.fill("/door", "/door/codes", code=codes[0])).text
    )
    for _ in range(2):
        counted = await helper.fill("/door", "/door/others", people="3")
        assert counted.headers["location"] == "/door#others"
    assert ">3</output>" in (await helper.look("/door")).text
    for people in ("-1", "5001", "muchas", "9" * 40, "0" * 9_999):
        assert (await helper.fill("/door", "/door/others", people=people)).status_code == 404
    await helper.fill("/door", "/door/leave")
    assert "La puerta de una asamblea" in (await helper.look("/door")).text


async def test_codes_cannot_be_tried_out_at_a_door(
    console: Console, browse: Browse, vault: Vault, codes: list[str]
) -> None:
    helper, other = await opens(console, browse, vault), await opens(console, browse, vault, "Atrás")
    for _ in range(40):
        _wrong_codes.note_failure("door 1")
    assert [await shows(helper, codes[0]), await shows(other, codes[0])] == ["wait", "came"]


async def test_an_ended_door_and_a_link_that_is_none_open_nothing(
    console: Console, browse: Browse, vault: Vault, codes: list[str]
) -> None:
    helper = await opens(console, browse, vault)
    stranger = await browse(NOBODY)
    wrong = await stranger.fill("/door", "/door", secret="x" * 43)
    assert wrong.status_code == 400 and "no abre ninguna puerta" in wrong.text
    assert (await stranger.fill("/door", "/door/codes", code=codes[0])).status_code == 404
    ana = await browse(ANA)
    assert (await ana.fill(DAY, f"{DAY}/doors/1/end")).headers["location"] == f"{DAY}/doors/1"
    assert await shows(helper, codes[0]) == "ended"
    assert (await helper.look("/door/state")).json() == {"outcome": "ended"}
    del helper.client.headers["accept"]
    assert "Esta puerta está cerrada" in (await helper.look("/door")).text
    page = await ana.look(f"{DAY}/doors/1")
    assert "door#" not in page.text and (await ana.look(f"{DAY}/doors/1/qr.svg")).status_code == 404

    await ana.fill(DAY, f"{DAY}/doors/1/reopen")
    again = await opens(console, browse, vault, "Atrás")
    assert await shows(again, codes[0]) == "came" and "door#" in (await ana.look(f"{DAY}/doors/1")).text


@pytest.mark.parametrize(
    ("name", "sentence"), [("", "Nombre de la puerta"), ("\x00", "Nombre"), ("ENTRADA", "Ya hay una puerta")]
)
async def test_what_is_wrong_with_a_door_is_said_and_kept(
    console: Console, browse: Browse, vault: Vault, codes: list[str], name: str, sentence: str
) -> None:
    await opens(console, browse, vault)
    answer = await (await browse(ANA)).fill(DAY, f"{DAY}/doors", name=name)
    assert answer.status_code == 400
    assert sentence in answer.text.partition('class="errors"')[2].partition("</div>")[0]


async def test_the_day_is_for_organisers(browse: Browse, codes: list[str]) -> None:
    for path in (DAY, f"{DAY}.csv", f"{DAY}/live", f"{DAY}/poster", f"{DAY}/poster.pdf", f"{DAY}/doors/1"):
        assert (await (await browse(BELEN)).look(path)).status_code == 403
        assert (await (await browse(NOBODY)).look(path)).status_code == 303
    for deed in ("doors", "poster", "doors/1/end", "doors/1/reopen"):
        assert (await (await browse(BELEN)).fill("/account", f"{DAY}/{deed}")).status_code == 403
    assert (await (await browse(ANA)).look(f"{DAY}/poster")).status_code == 404, "nobody has made it yet"


async def test_the_day_shows_who_is_in_and_the_same_as_a_table(
    console: Console, browse: Browse, vault: Vault, codes: list[str]
) -> None:
    helper = await opens(console, browse, vault)
    for code in codes[:7]:
        assert await shows(helper, code) == "came"
    await helper.fill("/sign-in", "/door/others", people="2")
    ana = await browse(ANA)
    page = (await ana.look(DAY)).text
    assert 'data-figure="inside">9<' in page and 'data-figure="came">7<' in page
    rows = list(csv.reader(io.StringIO((await ana.look(f"{DAY}.csv")).text)))
    assert rows[1:4] == [
        ["all", "", "12", "7", ""],
        ["walk_ins", "", "", "0", ""],
        ["others", "", "", "2", ""],
    ]
    assert len(rows) == 4, "all of them are women: there is nothing to compare"


async def test_the_poster_is_made_once_printed_and_lets_people_in(
    console: Console, browse: Browse, codes: list[str]
) -> None:
    ana = await browse(ANA)
    for _ in range(2):
        made = await ana.fill(DAY, f"{DAY}/poster")
        assert made.headers["location"] == f"{DAY}/poster"
    page = (await ana.look(f"{DAY}/poster")).text
    code = re.search(r"simulator\?start=([a-z0-9]{10})", page)
    assert code is not None
    assert (await ana.look(f"{DAY}/poster.pdf")).content.startswith(b"%PDF")

    def joins(db: Session) -> None:
        db.get_one(Participant, person(db)).chat_index = b"w" * 32
        walk_in(db, b"w" * 32, code[1])

    await console.database.run(joins)
    assert "Vino sin invitación" in (await ana.look("/assemblies/1")).text
    report = (await ana.look("/assemblies/1/report")).text
    assert 'data-figure="walk_ins">1<' in report and 'data-figure="invited">12<' in report
    assert report.count("de 12 invitadas") == 4, "who was not invited has no whole"


async def test_a_mistaken_check_in_is_undone_by_hand_too(
    console: Console, browse: Browse, codes: list[str]
) -> None:
    await console.database.run(lambda db: db.execute(update(Invitation).values(came=True)))
    (first, *_) = await console.database.read(list_invitations, 1)
    await (await browse(ANA)).fill("/assemblies/1", f"/assemblies/1/invitations/{first.id}", came="no")
    query = select(Invitation.came).where(Invitation.id == first.id)
    assert await console.database.read(lambda db: db.scalar(query)) is False
