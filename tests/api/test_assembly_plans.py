"""The form of an assembly: everything it says is kept, and changed until people are invited."""

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from core.clock import at, now
from deliberation.assemblies.planning import get_plan
from deliberation.assemblies.tables import Assembly
from deliberation.audience.criteria import Audience
from deliberation.audience.segments import delete_segment, save_segment
from tests.api.conftest import ANA, Browse, Console
from tests.deliberation.assemblies.provinces import NOON

FORM = {
    "title_es": "Vivienda",
    "title_qu": "Wasi",
    "purpose_es": "Hablar de vivienda",
    "agenda_es": "Arriendos",
    "covers_es": "Pasaje y comida",
    "place": "Otavalo, plaza de Ponchos",
    "map_link": "https://mapas.ejemplo.ec/plaza?z=3",
    "call_link": "",
    "starts_at": "2026-12-20T15:00",
    "minutes": "120",
    "seats": "40",
    "languages": "qu",
    "way": "lottery",
    "segment": "",
    "answer_days": "5",
    "consultation": "",
}


async def test_ana_writes_an_assembly_and_changes_it(console: Console, browse: Browse) -> None:
    with at(NOON):
        browser = await browse(ANA)
        answer = await browser.fill("/assemblies/new", "/assemblies", **FORM)
        assert answer.headers["location"] == "/assemblies/1?done=saved"
        shown = (await browser.look("/assemblies/1")).text
        assert all(
            text in shown for text in ("Arriendos", "Pasaje y comida", FORM["map_link"], "/assemblies/1/draw")
        )
        assert "Arriendos" in (await browser.look("/assemblies/1/edit")).text
        await browser.fill("/assemblies/1/edit", "/assemblies/1", **FORM | {"seats": "30", "way": "open"})
    plan = await console.database.read(get_plan, 1)
    assert (plan.seats, plan.way, plan.languages, plan.agenda) == (30, "open", ("qu",), {"es": "Arriendos"})
    assert (plan.answer_days, plan.audience) == (5, None)


def _invited(db: Session) -> None:
    db.execute(update(Assembly).values(invited_at=now()))


async def test_once_people_are_invited_it_is_moved_instead(console: Console, browse: Browse) -> None:
    with at(NOON):
        browser = await browse(ANA)
        await browser.fill("/assemblies/new", "/assemblies", **FORM)
        await console.database.run(_invited)
        assert (await browser.look("/assemblies/1/edit")).status_code == 409
        assert (await browser.fill("/assemblies/1", "/assemblies/1", **FORM)).status_code == 409
        assert "/assemblies/1/edit" not in (await browser.look("/assemblies/1")).text


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("map_link", "http://mapas.ejemplo.ec"),
        ("map_link", "javascript:alert(1)"),
        ("call_link", "https://ana:clave@ejemplo.ec"),
        ("call_link", "https://ejemplo"),
        ("way", "by_hand"),
        ("seats", "0"),
        ("title_es", ""),
        ("segment", "7"),
        ("answer_days", "0"),
    ],
)
async def test_what_is_wrong_is_said_at_its_field(
    console: Console, browse: Browse, field: str, typed: str
) -> None:
    with at(NOON):
        answer = await (await browse(ANA)).fill("/assemblies/new", "/assemblies", **FORM | {field: typed})
    assert answer.status_code == 400 and f'href="#field-{field}"' in answer.text


async def test_a_segment_is_chosen_where_one_is_asked_for(browse: Browse) -> None:
    with at(NOON):
        answer = await (await browse(ANA)).fill("/assemblies/new", "/assemblies", **FORM | {"way": "segment"})
    assert answer.status_code == 400 and 'id="error-segment"' in answer.text


async def test_a_segment_is_kept_as_it_is_that_day(console: Console, browse: Browse) -> None:
    await console.database.run(save_segment, "Kichwa", Audience(languages=("qu",)), account_id=None)
    with at(NOON):
        browser = await browse(ANA)
        await browser.fill("/assemblies/new", "/assemblies", **FORM | {"way": "segment", "segment": "1"})
        await console.database.run(delete_segment, 1, account_id=None)
        await browser.fill("/assemblies/1/edit", "/assemblies/1", **FORM | {"segment": "kept"})
    plan = await console.database.read(get_plan, 1)
    assert plan.audience == {"languages": ["qu"]}
