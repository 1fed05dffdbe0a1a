"""The council's pages: who may do what, from a proposal to the closed sitting that everybody can read."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from core.broadcasts import Kind, list_broadcasts
from core.clock import at, now
from deliberation.council.agenda import get_item
from deliberation.council.sittings import cancel_sitting, convene, get_sitting
from tests.api.conftest import ANA, BELEN, CARLOS, NOBODY, Browse, Console
from tests.deliberation.council.sessions import TWENTY, named, proposed, sitting, took_part

GOVERNING, EVERYBODY = {ANA, BELEN}, {ANA, BELEN, CARLOS}
PAGES = [
    ("/council", GOVERNING),
    ("/council/items", GOVERNING),
    ("/council/items.csv", GOVERNING),
    ("/council/items/new", {ANA}),
    ("/council/items/{item}", GOVERNING),
    ("/council/items/{item}/edit", {ANA}),
    ("/council/items/{item}/put-off", {ANA}),
    ("/council/sources", {ANA}),
    ("/council/units", {ANA}),
    ("/council/sittings", GOVERNING),
    ("/council/sittings/new", {ANA}),
    ("/council/sittings/{sitting}", GOVERNING),
    ("/council/sittings/{sitting}/edit", {ANA}),
    ("/council/sittings/{sitting}/choice", {ANA}),
    ("/council/sittings/{sitting}/convene", {ANA}),
    ("/council/sittings/{sitting}/cancel", {ANA}),
    ("/council/sittings/{sitting}/letter.pdf", GOVERNING),
    ("/agenda/{item}", {BELEN}),
]
DEEDS = [
    ("/council/items", {ANA}),
    ("/council/items/{item}", {ANA}),
    ("/council/items/{item}/withdraw", {ANA}),
    ("/council/items/{item}/take-back", {ANA}),
    ("/council/items/{item}/move", {ANA}),
    ("/council/items/{item}/put-off", {ANA}),
    ("/council/sources/answers/1", {ANA}),
    ("/council/units", {ANA}),
    ("/council/sittings", {ANA}),
    ("/council/sittings/{sitting}", {ANA}),
    ("/council/sittings/{sitting}/choice", {ANA}),
    ("/council/sittings/{sitting}/order", {ANA}),
    ("/council/sittings/{sitting}/convene", {ANA}),
    ("/council/sittings/{sitting}/cancel", {ANA}),
    ("/council/sittings/{sitting}/record", {BELEN}),
    ("/council/sittings/{sitting}/close", {BELEN}),
]
ITEM = {
    "title_es": "Ventanilla",
    "title_qu": "Ventanilla",
    "minutes": "20",
    "competence": "province",
    "unit": "",
}
SITTING = {
    "title_es": "Sesión", "title_qu": "Tantanari", "body": "Consejo Provincial", "place": "Ibarra",
    "starts_at": "2030-05-02T10:00", "minutes": "60", "notice_days": "2",
}  # fmt: skip
DECIDED = {"outcome": "accepted", "reason_es": "Hay fondos.", "reason_qu": "Kullki tiyanmi."}


def _prepare(db: Session) -> tuple[int, int]:
    """An item that two people contributed to, alone on the agenda of a sitting in nine days."""
    consultation_id = named(db, TWENTY)
    took_part(db, consultation_id)
    item, *_ = proposed(db, consultation_id)
    return item, sitting(db, [item], starts_at=now() + timedelta(days=9))


@pytest.fixture
async def council(console: Console) -> tuple[int, int]:
    """An item, and the sitting that it is on the agenda of."""
    return await console.database.run(_prepare)


def _filled(path: str, council: tuple[int, int]) -> str:
    return path.format(item=council[0], sitting=council[1])


async def test_pages_are_for(browse: Browse, council: tuple[int, int]) -> None:
    browsers = {role: await browse(role) for role in EVERYBODY}
    nobody = await browse(NOBODY)
    for path, allowed in ((_filled(path, council), allowed) for path, allowed in PAGES):
        seen = {role: (await browser.look(path)).status_code for role, browser in browsers.items()}
        assert seen == {role: 200 if role in allowed else 403 for role in EVERYBODY}, path
        assert (await nobody.look(path)).status_code == 303, path


async def test_deeds_are_for(browse: Browse, council: tuple[int, int]) -> None:
    browsers = {role: await browse(role) for role in EVERYBODY}
    nobody = await browse(NOBODY)
    for path, allowed in ((_filled(path, council), allowed) for path, allowed in DEEDS):
        for role in EVERYBODY - allowed:
            assert (await browsers[role].fill("/account", path)).status_code == 403, path
        refused = await nobody.fill("/sign-in", path)
        assert refused.status_code == 303 and refused.headers["location"].startswith("/sign-in"), path


async def test_what_was_typed_is_not_lost(browse: Browse) -> None:
    browser = await browse(ANA)
    typed = ITEM | {"title_qu": "", "minutes": "0", "request_es": "Abrir una ventanilla"}
    answer = await browser.fill("/council/items/new", "/council/items", **typed)
    assert answer.status_code == 400
    assert "Abrir una ventanilla" in answer.text and answer.text.count('class="field-error"') == 2


async def test_an_organiser_proposes_confirms_and_withdraws(browse: Browse, console: Console) -> None:
    consultation = await console.database.run(named, TWENTY)
    browser = await browse(ANA)
    for done in ("items_proposed", "items_nothing_new"):
        answer = await browser.fill("/council/sources", f"/council/sources/answers/{consultation}")
        assert answer.headers["location"] == f"/council/items?done={done}"
    assert (await browser.fill("/council/sources", "/council/sources/statement/1")).status_code == 404
    page = (await browser.look("/council/items/1")).text
    assert "12 de 20 personas" in page and "Confirmar el punto" in page
    answer = await browser.fill("/council/items/1/edit", "/council/items/1", **ITEM, sdg="10.7")
    assert answer.status_code == 303
    card = await console.database.read(get_item, 1)
    assert (card.state, card.title["es"], card.sdg) == ("confirmed", "Ventanilla", ("10.7",))
    await browser.fill("/council/items/1", "/council/items/1/withdraw")
    assert "Recuperar el punto" in (await browser.look("/council/items/1")).text


async def test_the_rules_stand_side_by_side_and_one_is_taken(
    browse: Browse, console: Console, council: tuple[int, int]
) -> None:
    _, made = council
    browser, here = await browse(ANA), f"/council/sittings/{council[1]}/choice"
    page = (await browser.look(here)).text
    assert page.count('name="rule"') == 3 and "Phragmén" in page and "simple apoyo" in page
    wrong = await browser.look(here + "?minutes=x&minimum=10&items=1")
    assert wrong.status_code == 200 and 'class="field-error"' in wrong.text
    taken = {"rule": "phragmen", "minutes": "30", "minimum": "10", "items": "1"}
    assert (await browser.fill(here, here, **taken)).status_code == 303
    card = await console.database.read(get_sitting, made)
    assert (card.rule, card.minutes, [item.id for item in card.items]) == ("phragmen", 30, [1])
    assert (await browser.fill(here, here, **taken | {"rule": "dice"})).status_code == 404


async def test_it_is_called_together_held_and_read_by_everybody(
    browse: Browse, console: Console, council: tuple[int, int]
) -> None:
    item, made = council
    ana, belen, anybody = await browse(ANA), await browse(BELEN), await browse(NOBODY)
    home, public = f"/council/sittings/{made}", f"/sittings/{made}"
    for path in (public, f"/items/{item}", f"{public}/letter.pdf"):
        assert (await anybody.look(path)).status_code == 404, "nothing before it is convened"
    assert (await ana.fill(f"{home}/convene", f"{home}/convene", letter_number="")).status_code == 400
    assert (await ana.fill(f"{home}/convene", f"{home}/convene", letter_number="012")).status_code == 303
    for path in (public, f"/items/{item}", "/sittings"):
        assert (await anybody.look(path)).status_code == 200
    early = await belen.fill(f"/agenda/{item}", f"/agenda/{item}", **DECIDED)
    assert early.status_code >= 400 and console.delivered == []
    with at(now() + timedelta(days=9, hours=1)):
        browser = await browse(BELEN)
        assert (await browser.fill(f"/agenda/{item}", f"/agenda/{item}", **DECIDED)).status_code == 303
        assert "Hay fondos" not in (await anybody.look(f"/items/{item}")).text, "it may be corrected yet"
        wrong = await browser.fill(home, f"{home}/record", members="5", present="6")
        assert wrong.status_code == 400 and 'value="6"' in wrong.text
        assert (await browser.fill(home, f"{home}/record", members="9", present="5")).status_code == 303
        assert (await browser.fill(home, f"{home}/close")).status_code == 303
    [told] = await console.database.read(list_broadcasts)
    assert (told.kind, console.delivered) == (Kind.DECISION, [told.id])
    page = (await anybody.look(f"/items/{item}")).text
    assert "Hay fondos" in page and "12 de 20 personas" in page
    page = (await anybody.look(f"/items/{item}", **{"accept-language": "qu"})).text
    assert "Kullki tiyanmi" in page and "Hatun tantanakuy ima nirka" in page


async def test_a_day_that_was_noted_is_there_to_be_corrected(
    browse: Browse, console: Console, council: tuple[int, int]
) -> None:
    item, made = council
    await console.database.run(convene, made, letter_number="012", account_id=None)
    with at(now() + timedelta(days=9, hours=1)):
        browser, day = await browse(BELEN), f"{now() + timedelta(days=40):%Y-%m-%d}"
        form = DECIDED | {"outcome": "deferred", "decide_by": day}
        assert (await browser.fill(f"/agenda/{item}", f"/agenda/{item}", **form)).status_code == 303
        assert (await browser.look(f"/council/sittings/{made}")).status_code == 200
        assert f'value="{day}"' in (await browser.look(f"/agenda/{item}")).text


async def test_papers_and_calendar_are_for_everybody_in_both_languages(
    browse: Browse, console: Console, council: tuple[int, int]
) -> None:
    _, made = council
    await console.database.run(convene, made, letter_number="012", account_id=None)
    anybody = await browse(NOBODY)
    letters = [await anybody.look(f"/sittings/{made}/letter.pdf?language={code}") for code in ("es", "qu")]
    assert all(each.content.startswith(b"%PDF") for each in letters)
    assert letters[0].content != letters[1].content
    assert (await anybody.look(f"/sittings/{made}/minutes.pdf")).status_code == 404
    calendar = (await anybody.look(f"/sittings/{made}/calendar.ics")).text
    assert f"UID:sitting-{made}@rimay" in calendar and "SUMMARY:Sesión ordinaria" in calendar
    await console.database.run(cancel_sitting, made, account_id=None)
    assert (await anybody.look(f"/sittings/{made}/letter.pdf")).status_code == 404, "its agenda is gone"
    assert "CANCELLED" in (await anybody.look(f"/sittings/{made}/calendar.ics")).text


async def test_what_goes_elsewhere_says_where(browse: Browse, console: Console) -> None:
    item = await console.database.run(lambda db: proposed(db, named(db, TWENTY))[0])
    browser, form = await browse(BELEN), DECIDED | {"outcome": "elsewhere"}
    answer = await browser.fill(f"/agenda/{item}", f"/agenda/{item}", **form)
    assert answer.status_code == 400 and "Hay fondos." in answer.text
    sent = {"sent_to_es": "Ministerio de Salud", "sent_to_qu": "Allikay Ministerio"}
    assert (await browser.fill(f"/agenda/{item}", f"/agenda/{item}", **form, **sent)).status_code == 303
    assert "Ministerio de Salud" in (await (await browse(NOBODY)).look(f"/items/{item}")).text


async def test_the_desk_says_in_red_what_is_late(browse: Browse, console: Console) -> None:
    await console.database.run(lambda db: proposed(db, named(db, TWENTY)))
    assert "Atrasado" not in (await (await browse(BELEN)).look("/council")).text
    with at(now() + timedelta(days=61)):
        page = (await (await browse(BELEN)).look("/council")).text
        assert page.count("Atrasado") == 3 and "3 puntos pasaron su fecha" in page


async def test_a_table_of_all_items_leaves_the_house_without_a_withheld_number(
    browse: Browse, console: Console
) -> None:
    await console.database.run(lambda db: proposed(db, named(db, TWENTY)))
    text = (await (await browse(ANA)).look("/council/items.csv")).text
    assert text.splitlines()[1].startswith("1,Trabajo,Trabajo,answers,confirmed,12,20,15,province")
