"""A year's account: for everybody to read and copy; what citizens observe, for those who answer it."""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from api.accounting_pack import make_pack, zip_pack
from api.accounting_words import LISTS, MOST, PAGE
from core.accounts import add_account, find_account
from core.clock import at
from core.settings import Settings
from deliberation.accounting.observations import list_observations, note_observation
from deliberation.accounting.year import read_year
from deliberation.commitments.units import name_speakers
from i18n.translator import Translator
from tests.api.conftest import ANA, BELEN, CARLOS, NOBODY, Browse, Console
from tests.deliberation.accounting.circles import ANSWER, circle, noted
from tests.deliberation.council.sessions import NOW, ZONE

YEAR, LATE, OPEN = NOW.year, 1, 2
UNIT = "unit"
HOME = f"/accounting/{YEAR}"
OBSERVATION = {
    "text_es": "Falta luz en el parque.", "text_qu": "", "source": "letter", "assembly": "", "year": str(YEAR),
    "received_on": "2026-11-20", "due_on": "2026-12-20", "unit": "",
}  # fmt: skip
ANSWERED = {f"answer_{code}": text for code, text in ANSWER.items()}
PAGES = [
    ("/council/observations", {ANA, BELEN, UNIT}),
    ("/council/observations/new", {ANA}),
    (f"/council/observations/{LATE}", {ANA, BELEN, UNIT}),
    (f"/council/observations/{LATE}/edit", {ANA}),
]
DEEDS = [
    ("/council/observations", {ANA}),
    (f"/council/observations/{LATE}", {ANA}),
    (f"/council/observations/{OPEN}/answer", {ANA}),
]


@pytest.fixture
async def year(console: Console, password_hash: str) -> None:
    """A whole year, and an account that speaks for its unit."""

    def fill(db: Session) -> None:
        circle(db)
        add_account(db, email="unit@ejemplo.ec", role=UNIT, password_hash=password_hash)
        account = find_account(db, "unit@ejemplo.ec")
        assert account is not None
        name_speakers(db, 1, [account.id], account_id=None)

    await console.database.run(fill)


@pytest.fixture(autouse=True)
def _held() -> Iterator[None]:
    with at(NOW):
        yield


@pytest.mark.usefixtures("year")
async def test_who_may_follow_up(browse: Browse) -> None:
    roles = (ANA, BELEN, CARLOS, UNIT)
    browsers = {role: await browse(role) for role in roles}
    nobody = await browse(NOBODY)
    for path, allowed in PAGES:
        seen = {role: (await browser.look(path)).status_code for role, browser in browsers.items()}
        assert seen == {role: 200 if role in allowed else 403 for role in roles}, path
        assert (await nobody.look(path)).status_code == 303, path
    for path, allowed in DEEDS:
        for role in set(roles) - allowed:
            answer = await browsers[role].fill("/account", path, **OBSERVATION, **ANSWERED)
            assert answer.status_code == 403, (role, path)
        assert (await nobody.fill("/sign-in", path)).status_code == 303, path


@pytest.mark.usefixtures("year")
async def test_everybody_reads_it_and_takes_it_along(browse: Browse) -> None:
    nobody = await browse(NOBODY)
    assert f'href="{HOME}"' in (await nobody.look("/accounting")).text
    page = (await nobody.look(HOME)).text
    assert "148 de 148 personas" in page and "menos de 5 personas" in page
    assert "[teléfono]" in page and "0991234567" not in page
    for path in (f"{HOME}/observations", *(f"{HOME}/{name}.csv" for name in ("decisions", "observations"))):
        answer = await nobody.look(path)
        assert answer.status_code == 200 and "0991234567" not in answer.text
    for path in (
        f"/accounting/{YEAR + 1}",
        f"{HOME}/people.csv",
        f"{HOME}/people",
        f"{HOME}/decisions?page=2",
    ):
        assert (await nobody.look(path)).status_code == 404, path


@pytest.mark.usefixtures("year")
async def test_the_copy_stands_alone_and_is_the_same_every_time(
    console: Console, settings: Settings, translator: Translator, browse: Browse
) -> None:
    account = await console.database.read(read_year, YEAR, threshold=5, zone=ZONE)
    pack = make_pack(account, translator, settings)
    pages = {name: content.decode() for name, content in pack.items() if name.endswith(".html")}
    assert set(pages) == {f"{name}{end}.html" for name in ("index", *LISTS) for end in ("", "-qu")}
    for name, page in pages.items():
        assert "<script" not in page and 'href="/' not in page and "http" not in page, name
        assert len(page) < 100_000
    assert b"url(" not in pack["style.css"] and b"data/observations.csv" in pack["index.html"]
    archive = (await (await browse(NOBODY)).look(f"{HOME}/account.zip")).content
    assert archive == zip_pack(make_pack(account, translator, settings), f"rimay-account-{YEAR}")
    names = zipfile.ZipFile(io.BytesIO(archive)).namelist()
    assert names == [f"rimay-account-{YEAR}/{name}" for name in pack]
    elsewhere = make_pack(account, translator, replace(settings, public_url="https://rimay.example"))
    assert b'href="https://rimay.example/items/1"' in elsewhere["index.html"]


async def test_a_very_full_year_is_light_and_whole(
    console: Console, settings: Settings, translator: Translator, browse: Browse
) -> None:
    """What does not fit on its page is on pages of its own."""

    def fill(db: Session) -> None:
        circle(db)
        for number in range(2 * PAGE):
            note_observation(db, noted(text={"es": f"{number} " + "agua " * 80}), account_id=None)

    await console.database.run(fill)
    nobody = await browse(NOBODY)
    page = (await nobody.look(HOME)).content
    assert len(page) < 100_000 and page.count(b'id="observation-') == MOST
    assert f'href="{HOME}/observations"'.encode() in page
    found: list[str] = []
    for address in ("observations", "observations?page=2", "observations?page=3"):
        listing = (await nobody.look(f"{HOME}/{address}")).text
        assert len(listing) < 100_000 and 'aria-current="page"' in listing
        found += re.findall(r'id="observation-(\d+)"', listing)
    assert len(found) == len(set(found)) == 2 * PAGE + 3
    account = await console.database.read(read_year, YEAR, threshold=5, zone=ZONE)
    pack = make_pack(account, translator, settings)
    linked = re.findall(r'href="([^"#]+)"', "".join(pack[name].decode() for name in pack if "html" in name))
    assert set(linked) <= set(pack) and "observations-3-qu.html" in linked


@pytest.mark.usefixtures("year")
async def test_what_was_typed_is_not_lost(browse: Browse) -> None:
    ana = await browse(ANA)
    wrong = OBSERVATION | {"source": "", "received_on": "2026-12-01", "due_on": "2026-11-01", "year": "2030"}
    answer = await ana.fill("/council/observations/new", "/council/observations", **wrong)
    assert answer.status_code == 400 and "Falta luz en el parque." in answer.text
    assert answer.text.count('class="field-error"') == 4
    half = ANSWERED | {"answer_qu": ""}
    page = f"/council/observations/{OPEN}"
    answer = await ana.fill(page, f"{page}/answer", **half)
    assert answer.status_code == 400 and ANSWER["es"] in answer.text


@pytest.mark.usefixtures("year")
async def test_an_observation_is_followed_to_its_answer(console: Console, browse: Browse) -> None:
    ana, unit, nobody = await browse(ANA), await browse(UNIT), await browse(NOBODY)
    noted_at = await ana.fill(
        "/council/observations/new", "/council/observations", **OBSERVATION, unit_id="1"
    )
    page = noted_at.headers["location"].partition("?")[0]
    theirs = await unit.fill("/account", f"{page}/answer", **ANSWERED)
    assert theirs.status_code == 403
    handed = await ana.fill(f"{page}/edit", page, **OBSERVATION | {"unit": "1"})
    assert handed.status_code == 303
    named = ANSWERED | {"answer_es": "Llame al 0991234567."}
    asked = await unit.fill(page, f"{page}/answer", **named)
    assert asked.status_code == 400 and 'name="seen"' in asked.text
    answered = await unit.fill(page, f"{page}/answer", **ANSWERED)
    assert answered.headers["location"] == f"{page}?done=observation_answered"
    assert ANSWER["es"] in (await nobody.look(HOME)).text
    states = [card.state for card in await console.database.read(list_observations, NOW.date())]
    assert states == ["late", "open", "answered", "answered"]
    assert "Falta luz" not in (await ana.look("/council/observations?state=late")).text
    mine = (await unit.look("/council/observations")).text
    assert "Falta luz" in mine and "Falta agua" not in mine
