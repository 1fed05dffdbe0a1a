"""Minutes in the console and in public: who writes, who confirms, who reads, and that nothing typed is lost."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from core.clock import at
from core.tables import Broadcast
from tests.api.conftest import ANA, BELEN, CARLOS, NOBODY, Browse, Console
from tests.deliberation.assembly_day.rooms import BEGAN, DURING, room
from tests.deliberation.assembly_day.test_minutes import voted

NOTES = {"notes_es": "Abrió la coordinadora.", "notes_qu": "Pushakmi paskarka."}


@pytest.fixture(autouse=True)
def during() -> Iterator[None]:
    with at(DURING):
        yield


@pytest.fixture
async def minutes(console: Console, browse: Browse) -> str:
    """The draft of an assembly that voted once, two against."""
    await console.database.run(lambda db: voted(db, room(db)))
    browser = await browse(ANA)
    assert "Preparar el acta" in (await browser.look("/assemblies/1/minutes")).text
    answer = await browser.fill("/assemblies/1/minutes", "/assemblies/1/minutes")
    assert answer.headers["location"] == "/minutes/1"
    return "/minutes/1"


async def _confirmed(browse: Browse, *, turn: str = "0", minutes: str = "/minutes/1") -> None:
    for who in (ANA, BELEN):
        browser = await browse(who)
        answer = await browser.fill(minutes, f"{minutes}/confirm", turn=turn)
        assert answer.headers["location"] == f"{minutes}?done=confirmed"


async def test_before_the_assembly_begins_the_page_says_from_when_they_are_prepared(
    console: Console, browse: Browse
) -> None:
    await console.database.run(lambda db: room(db))
    with at(BEGAN - timedelta(days=14)):
        page = (await (await browse(ANA)).look("/assemblies/1/minutes")).text
    assert "El acta se puede preparar desde el comienzo de la asamblea:" in page
    assert "Preparar el acta" not in page


async def test_what_ana_writes_and_belen_confirms_is_for_everybody(
    console: Console, browse: Browse, minutes: str
) -> None:
    ana, nobody = await browse(ANA), await browse(NOBODY)
    reason = {"reason1_es": "Queda lejos.", "reason1_qu": "Karumi kan."}
    written = await ana.fill(f"{minutes}/edit", minutes, turn="0", **NOTES, **reason)
    assert written.headers["location"] == f"{minutes}?done=written"
    for path in (minutes, f"{minutes}/minutes.pdf"):
        assert (await nobody.look(path)).status_code == 404
    assert "Asamblea de vivienda" not in (await nobody.look("/minutes")).text
    assert "falta confirmar" in (await (await browse(BELEN)).look("/minutes")).text
    assert "A favor: 4. En contra: 2." in (await (await browse(BELEN)).look(minutes)).text
    await _confirmed(browse, turn="1")
    broadcast = await console.database.read(lambda db: db.get_one(Broadcast, console.delivered[0]))
    assert (broadcast.kind, broadcast.subject_id, len(console.delivered)) == ("minutes", 1, 1)
    page = (await nobody.look(minutes)).text
    for said in (
        "Confirmada el",
        "Queda lejos.",
        "Abrió la coordinadora.",
        "Consejo, el",
        "2 de 6 votos (33\u00a0%)",
    ):
        assert said in page
    assert "ejemplo.ec" not in page and "Asamblea de vivienda" in (await nobody.look("/minutes")).text
    kichwa = await nobody.look(minutes, **{"accept-language": "qu"})
    assert "Karumi kan." in kichwa.text and "Shuklla yuyaykuna" in kichwa.text
    for language in ("es", "qu"):
        pdf = await nobody.look(f"{minutes}/minutes.pdf?language={language}")
        assert pdf.headers["content-type"] == "application/pdf" and pdf.content.startswith(b"%PDF")


async def test_one_person_is_not_two(browse: Browse, minutes: str) -> None:
    ana = await browse(ANA)
    for _ in range(2):
        await ana.fill(minutes, f"{minutes}/confirm", turn="0")
    page = (await ana.look(minutes)).text
    assert "Falta otra persona" in page and "Borrador" in page and f"{minutes}/confirm" not in page


async def test_what_changed_meanwhile_is_not_confirmed_nor_written_over(browse: Browse, minutes: str) -> None:
    ana, belen = await browse(ANA), await browse(BELEN)
    await ana.fill(f"{minutes}/edit", minutes, turn="0", **NOTES)
    stale = await belen.fill(minutes, f"{minutes}/confirm", turn="0")
    assert stale.status_code == 409 and "cambió mientras usted la leía" in stale.text
    again = await ana.fill(f"{minutes}/edit", minutes, turn="0", notes_es="Otra nota", notes_qu="Shuktak")
    assert again.status_code == 409 and "Otra nota" in again.text and 'name="turn" value="1"' in again.text
    forged = await belen.fill(minutes, f"{minutes}/confirm", turn="²")
    assert forged.status_code == 409


async def test_what_names_a_person_is_asked_about_before_everybody_reads_it(
    browse: Browse, minutes: str
) -> None:
    ana = await browse(ANA)
    notes = {"notes_es": "Llame a María Quinchiguango, 0991234567.", "notes_qu": "Kayapay."}
    answer = await ana.fill(f"{minutes}/edit", minutes, turn="0", **notes)
    assert answer.status_code == 400 and "teléfono" in answer.text and "0991234567" in answer.text
    assert (await ana.fill(f"{minutes}/edit", minutes, turn="0", seen="yes", **notes)).status_code == 303


async def test_a_text_in_one_language_alone_is_refused_at_the_other(browse: Browse, minutes: str) -> None:
    answer = await (await browse(ANA)).fill(
        f"{minutes}/edit", minutes, turn="0", notes_es="Nota", reason1_qu="Shuk"
    )
    assert answer.status_code == 400
    assert all(f'id="error-{name}"' in answer.text for name in ("notes_qu", "reason1_es"))
    assert "Nota</textarea>" in answer.text


async def test_confirmed_minutes_are_corrected_by_others(browse: Browse, minutes: str) -> None:
    await _confirmed(browse)
    ana = await browse(ANA)
    assert (await ana.look(f"{minutes}/edit")).status_code == 404
    assert (await ana.fill(minutes, minutes, turn="0", **NOTES)).status_code in (404, 409)
    empty = await ana.fill(f"{minutes}/correct", f"{minutes}/correct", why_es="Faltaba un voto.")
    assert empty.status_code == 400 and 'id="error-why_qu"' in empty.text
    why = {"why_es": "Faltaba un voto.", "why_qu": "Shuk akllaymi illarka."}
    answer = await ana.fill(f"{minutes}/correct", f"{minutes}/correct", **why)
    assert answer.headers["location"] == "/minutes/2/edit"
    await _confirmed(browse, minutes="/minutes/2")
    nobody = await browse(NOBODY)
    assert 'href="/minutes/2"' in (await nobody.look(minutes)).text
    assert "Esta acta corrige el acta n.º 1." in (await nobody.look("/minutes/2")).text


async def test_what_is_recorded_afterwards_is_offered(console: Console, browse: Browse, minutes: str) -> None:
    ana = await browse(ANA)
    assert "cambió algo de lo registrado" not in (await ana.look(minutes)).text
    await console.database.run(voted, 1)
    assert "cambió algo de lo registrado" in (await ana.look(minutes)).text
    answer = await ana.fill(minutes, f"{minutes}/refresh", turn="0")
    assert answer.headers["location"] == f"{minutes}?done=refreshed"
    assert (await ana.look(minutes)).text.count("A favor: 4.") == 2


@pytest.mark.parametrize("who", [BELEN, CARLOS, NOBODY])
async def test_who_may_not_write_is_refused(browse: Browse, minutes: str, who: str | None) -> None:
    browser, start, expected = await browse(who), "/account" if who else "/sign-in", 403 if who else 303
    for path in (f"{minutes}/edit", f"{minutes}/correct", "/assemblies/1/minutes"):
        assert (await browser.look(path)).status_code == expected
    for deed in (minutes, f"{minutes}/refresh", f"{minutes}/correct", "/assemblies/1/minutes"):
        assert (await browser.fill(start, deed, turn="0")).status_code == expected
    if who is not BELEN:
        assert (await browser.fill(start, f"{minutes}/confirm", turn="0")).status_code == expected
        assert (await browser.look(minutes)).status_code == 404
