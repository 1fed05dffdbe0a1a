"""Votes of an assembly in the console: prepared, opened, closed with raised hands; who may, and what is refused."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from core.clock import at
from core.tables import Broadcast
from deliberation.assembly_day.balloting import cast_vote
from deliberation.assembly_day.ballots import get_ballot
from deliberation.assembly_day.tables import Ballot
from deliberation.council.tables import AgendaItem
from tests.api.conftest import ANA, BELEN, CARLOS, NOBODY, Browse, Browser, Console
from tests.deliberation.assembly_day.rooms import DURING, chat, room
from tests.deliberation.opinions.analysed import analysed

LIST = "/assemblies/1/ballots"
TEXT = {"text_es": "Pedir una ventanilla", "text_qu": "Ventanillata mañana"}
PROPOSAL = {"kind": "proposal"} | TEXT


@pytest.fixture(autouse=True)
def during() -> Iterator[None]:
    with at(DURING):
        yield


@pytest.fixture
async def assembly(console: Console) -> int:
    """Six people are in the room."""
    return await console.database.run(
        lambda db: room(db, others=3, agenda={"es": "Uno\nDos", "qu": "Shuk\nIshkay"})
    )


async def _opened(browse: Browse) -> Browser:
    browser = await browse(ANA)
    assert (await browser.fill(f"{LIST}/new", LIST, **PROPOSAL)).status_code == 303
    assert (await browser.fill(f"{LIST}/1", f"{LIST}/1/open")).status_code == 303
    return browser


async def _vote(console: Console, *answers: str) -> None:
    for number, answer in enumerate(answers):
        await console.database.run(cast_vote, chat(number), 1, answer)


async def test_ana_puts_a_proposal_to_the_room_and_counts(
    console: Console, browse: Browse, assembly: int
) -> None:
    browser = await _opened(browse)
    broadcast = await console.database.read(lambda db: db.get_one(Broadcast, console.delivered[0]))
    assert (broadcast.kind, broadcast.subject_id) == ("ballot", 1)
    await _vote(console, "yes", "yes", "yes", "no", "no")
    open_page = (await browser.look(f"{LIST}/1")).text
    assert "de 9 personas en la sala" in open_page and "A favor" not in open_page
    wall = (await browser.look(f"{LIST}/1/screen")).text
    assert "Pedir una ventanilla" in wall and "Ventanillata mañana" in wall and "Se aprobó" not in wall
    hands = {"hands_yes": "1", "hands_no": "2"}
    answer = await browser.fill(f"{LIST}/1/close", f"{LIST}/1/close", **hands)
    assert answer.headers["location"] == f"{LIST}/1?done=counted"
    closed = (await browser.look(f"{LIST}/1")).text
    assert "A favor: 4. En contra: 4. Abstenciones: 0." in closed and "No se aprobó." in closed
    table = (await browser.look(f"{LIST}.csv")).text.splitlines()
    assert table[1].endswith(",closed,8,4,4,0,0,")
    assert "Arinishka" in (await browser.look(f"{LIST}/1/screen")).text.replace(
        "Mana arinishkachu", "Arinishka"
    )


async def test_few_secret_votes_are_not_counted_out_on_any_page(
    console: Console, browse: Browse, assembly: int
) -> None:
    browser = await _opened(browse)
    await _vote(console, "yes", "yes", "yes")
    assert "menos de 5 personas" in (await browser.look(f"{LIST}/1/close")).text
    await browser.fill(f"{LIST}/1/close", f"{LIST}/1/close")
    for path in (LIST, f"{LIST}/1", f"{LIST}/1/screen"):
        page = (await browser.look(path)).text
        assert "Se aprobó." in page and "A favor:" not in page and "votaron muy pocas" in page


async def test_what_one_person_voted_alone_in_secret_is_not_told_by_the_outcome(
    console: Console, browse: Browse, assembly: int
) -> None:
    browser = await _opened(browse)
    await _vote(console, "yes")
    await browser.fill(f"{LIST}/1/close", f"{LIST}/1/close")
    for path in (LIST, f"{LIST}/1", f"{LIST}/1/screen"):
        page = (await browser.look(path)).text
        assert "Se aprobó." not in page and "A favor:" not in page
        assert "No se contó: votaron en secreto tan pocas personas" in page
    assert (await browser.look(f"{LIST}.csv")).text.splitlines()[1].endswith(",void,,,,,,")


async def test_more_votes_than_people_are_asked_about_once_and_nothing_typed_is_lost(
    console: Console, browse: Browse, assembly: int
) -> None:
    browser = await _opened(browse)
    hands = {"hands_yes": "30", "hands_no": "x"}
    answer = await browser.fill(f"{LIST}/1/close", f"{LIST}/1/close", **hands)
    assert answer.status_code == 400
    assert 'id="error-hands_no"' in answer.text and "Votos: 30. Personas registradas: 9." in answer.text
    assert 'value="30"' in answer.text
    sure = {"hands_yes": "30", "sure": "yes"}
    assert (await browser.fill(f"{LIST}/1/close", f"{LIST}/1/close", **sure)).status_code == 303


async def test_all_that_is_wrong_with_an_order_is_said_at_once(browse: Browse, assembly: int) -> None:
    browser = await browse(ANA)
    page = (await browser.look(f"{LIST}/new?kind=order")).text
    assert "Uno\nDos" in page and "Shuk\nIshkay" in page and "¿De qué hablamos primero?" in page
    wrong = {"kind": "order", "text_es": "", "text_qu": "x", "points_es": "Uno\nDos", "points_qu": "Shuk"}
    answer = await browser.fill(f"{LIST}/new", LIST, **wrong)
    assert answer.status_code == 400
    assert all(f'id="error-{name}"' in answer.text for name in ("text_es", "points_qu"))
    right = wrong | {"text_es": "¿Orden?", "points_qu": "Shuk\nIshkay"}
    assert (await browser.fill(f"{LIST}/new", LIST, **right)).status_code == 303
    assert "Uno" in (await browser.look(f"{LIST}/1")).text


async def test_statements_are_offered_with_common_ground_first(
    console: Console, browse: Browse, assembly: int
) -> None:
    await console.database.run(analysed)
    browser = await browse(ANA)
    page = (await browser.look(f"{LIST}/new")).text
    first, *others = page.split("/assemblies/1/ballots/new?statement=")[1:]
    assert "Todos los grupos de acuerdo" in first and "Todos los grupos de acuerdo" not in others[-1]
    statement = first.split('"')[0]
    form = (await browser.look(f"{LIST}/new?statement={statement}")).text
    assert f'name="statement" value="{statement}"' in form
    answer = await browser.fill(f"{LIST}/new", LIST, **PROPOSAL, statement=statement)
    assert answer.status_code == 303
    card = await console.database.read(get_ballot, 1)
    assert card.statement_id == int(statement)
    assert "Ya se votó aquí" in (await browser.look(f"{LIST}/new")).text


async def test_the_empty_seat_is_asked_for_in_an_item(
    console: Console, browse: Browse, assembly: int
) -> None:
    def put(db: Session) -> None:
        db.add(AgendaItem(position=1, title={"es": "Ordenanza"}, evidence={}, source="council"))

    await console.database.run(put)
    browser = await browse(ANA)
    assert "Ordenanza" in (await browser.look(f"{LIST}/new?kind=delegate")).text
    without = await browser.fill(f"{LIST}/new", LIST, kind="delegate", **TEXT)
    assert without.status_code == 400 and 'id="error-item"' in without.text
    missing = await browser.fill(f"{LIST}/new", LIST, kind="delegate", item="99", **TEXT)
    assert missing.status_code == 404
    assert (await browser.fill(f"{LIST}/new", LIST, kind="delegate", item="1", **TEXT)).status_code == 303


async def test_a_draft_is_rewritten_or_dropped_and_an_open_one_is_neither(
    console: Console, browse: Browse, assembly: int
) -> None:
    browser = await _opened(browse)
    assert (await browser.fill(LIST, f"{LIST}/1", **TEXT)).status_code == 409
    assert (await browser.fill(LIST, f"{LIST}/1/drop")).status_code == 409
    assert (await browser.fill(f"{LIST}/new", LIST, **PROPOSAL)).status_code == 303
    second = await browser.fill(LIST, f"{LIST}/2/open")
    assert second.status_code == 400 and "ya hay una votación abierta" in second.text
    await browser.fill(LIST, f"{LIST}/2", text_es="Otra", text_qu="Shuktak")
    assert "Otra" in (await browser.look(LIST)).text
    assert (await browser.fill(LIST, f"{LIST}/2/drop")).status_code == 303
    assert (await browser.fill(LIST, f"{LIST}/1/void")).status_code == 303
    ballot = await console.database.read(lambda db: db.get_one(Ballot, 1))
    assert ballot.result == {"void": True}


async def test_a_ballot_belongs_to_its_assembly(console: Console, browse: Browse, assembly: int) -> None:
    await _opened(browse)
    await console.database.run(lambda db: room(db, 0))
    browser = await browse(ANA)
    other = "/assemblies/2/ballots/1"
    for path in (other, f"{other}/close", f"{other}/screen", "/assemblies/9/ballots"):
        assert (await browser.look(path)).status_code == 404
    for deed in ("", "/open", "/drop", "/close", "/void"):
        assert (await browser.fill(LIST, other + deed, **TEXT)).status_code == 404


@pytest.mark.parametrize("who", [BELEN, CARLOS, NOBODY])
async def test_only_who_organises_runs_votes(browse: Browse, assembly: int, who: str | None) -> None:
    await _opened(browse)
    browser = await browse(who)
    start = "/account" if who else "/sign-in"
    expected = 403 if who else 303
    for path in (
        LIST,
        f"{LIST}/new",
        f"{LIST}/1",
        f"{LIST}/1/screen",
        f"{LIST}/1/close",
        f"{LIST}/1/live",
        f"{LIST}.csv",
    ):
        assert (await browser.look(path)).status_code == expected
    for deed in ("", "/1", "/1/open", "/1/close", "/1/void", "/1/drop"):
        assert (await browser.fill(start, LIST + deed, **PROPOSAL)).status_code == expected


async def test_long_after_the_assembly_the_minutes_come_next_and_no_vote(
    browse: Browse, assembly: int
) -> None:
    browser = await _opened(browse)
    new, minutes = (
        f'class="button primary" href="{LIST}/new"',
        'class="button primary" href="/assemblies/1/minutes"',
    )
    shown = (await browser.look(LIST)).text
    assert new in shown and minutes not in shown
    with at(DURING + timedelta(days=2)):
        later = await browse(ANA)
        shown = (await later.look(LIST)).text
    assert new not in shown and minutes in shown
