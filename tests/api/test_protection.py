"""Cases of protection and sealed originals: for organisers alone, each act once, every opening with its reason."""

import re

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from core.audit import list_acts
from core.clock import now
from core.sealing import Vault
from core.tables import Participant
from deliberation.actors.tables import Actor, Service, ServicePlace
from deliberation.voices.protection_cases import list_waiting
from deliberation.voices.protection_watch import keep_looks, list_unread, look_at
from surveys.tables import Participation, Response, Voice
from tests.api.conftest import ANA, BELEN, CARLOS, NOBODY, Browse, Browser, Console
from tests.api.sending import send

HURT, COVERED = "Mi esposo [name] me pega.", "Mi esposo Ramiro me pega."


def tell(db: Session, consultation_id: int, vault: Vault) -> None:
    """The first of three people wrote of danger; there is a house that protects."""
    said = {"consultation_id": consultation_id, "language": "es", "turn": 0}
    db.add(Response(id="hurt", state="finished", answers={"more": HURT}, may_quote=True, **said))
    db.flush()
    db.execute(update(Participation).where(Participation.participant_id == 1).values(response_id="hurt"))
    voice = {"path": "more", "language": "es", "text": HURT, "original": vault.seal(COVERED)}
    db.add(Voice(id="hurt", response_id="hurt", consultation_id=consultation_id, **voice))
    actor = Actor(uid="a", name="Casa de la Mujer", changed_at=now())
    db.add(actor)
    db.flush()
    name = {"es": "Acogida", "qu": "Chaskiy"}
    service = Service(uid="s", actor_id=actor.id, name=name, protection=True, changed_at=now())
    db.add(service)
    db.flush()
    db.add(ServicePlace(uid="p", service_id=service.id, canton="all", phone="06 292 0000"))
    keep_looks(db, look_at(list_unread(db)))


@pytest.fixture
async def case(console: Console, opened: int, vault: Vault) -> int:
    await console.database.run(tell, opened, vault)
    (case_id,) = await console.database.read(list_waiting)
    return case_id


async def acts(console: Console, subject: str) -> list[str]:
    return [act.act for act in await console.database.read(list_acts) if act.subject == subject]


async def shown_to(browse: Browse, path: str) -> dict[str | None, int]:
    return {
        role: (await (await browse(role)).look(path)).status_code for role in (ANA, BELEN, CARLOS, NOBODY)
    }


async def test_it_is_for_organisers_alone(browse: Browse, opened: int, case: int) -> None:
    only_ana = {ANA: 200, BELEN: 403, CARLOS: 403, NOBODY: 303}
    for path in ("/protection", f"/protection/{case}", f"/consultations/{opened}/voices/hurt/original"):
        assert await shown_to(browse, path) == only_ana
    carlos = await browse(CARLOS)
    for act in ("seen", "refer", "aside", "again"):
        assert (await carlos.fill("/account", f"/protection/{case}/{act}")).status_code == 403
    assert "protección" not in (await carlos.look("/")).text.replace("protección de datos", "")


async def test_a_case_is_said_on_the_first_page_and_read_covered(browse: Browse, case: int) -> None:
    ana = await browse(ANA)
    assert "1 caso de protección por atender" in (await ana.look("/")).text
    page = (await ana.look(f"/protection/{case}")).text
    assert "[nombre]" in page and "Ramiro" not in page
    assert 'href="tel:911"' in page and "Casa de la Mujer" in page and "+593 6-292-0000" in page
    assert "Violencia" in page and "¿Qué más?" in page


async def test_who_wrote_is_sent_the_card_and_another_click_changes_nothing(
    console: Console, browse: Browse, case: int
) -> None:
    ana, page = await browse(ANA), f"/protection/{case}"
    assert (await ana.fill(page, page + "/seen")).headers["location"] == page + "?done=case_seen"
    answer = await ana.fill(page, page + "/refer")
    assert answer.headers["location"] == "/protection?done=case_referred"
    assert (await ana.fill(page, page + "/refer")).status_code == 409
    assert len(console.delivered) == 1
    assert "Se le envió dónde pedir ayuda" in (await ana.look(page)).text
    assert "derivado" in (await ana.look("/protection")).text


async def test_who_cannot_be_reached_is_only_noted(console: Console, browse: Browse, case: int) -> None:
    await console.database.run(lambda db: db.execute(update(Participant).values(reachable=False)))
    ana, page = await browse(ANA), f"/protection/{case}"
    assert "Anotar que se derivó" in (await ana.look(page)).text
    answer = await ana.fill(page, page + "/refer")
    assert answer.headers["location"] == "/protection?done=case_noted" and not console.delivered


async def test_what_is_no_danger_leaves_the_list_and_can_come_back(browse: Browse, case: int) -> None:
    ana, page = await browse(ANA), f"/protection/{case}"
    await ana.fill(page, page + "/aside")
    assert "No hay casos por atender" in (await ana.look("/protection")).text
    await ana.fill(page, page + "/again")
    assert "1 caso de protección" in (await ana.look("/protection")).text


async def test_the_original_is_shown_once_for_a_reason_that_is_logged(
    console: Console, browse: Browse, opened: int, case: int
) -> None:
    ana, page = await browse(ANA), f"/consultations/{opened}/voices/hurt/original"
    assert "Ramiro" not in (await ana.look(page)).text
    for wrong in ("", "because"):
        answer = await ana.fill(page, page, reason=wrong)
        assert answer.status_code == 422 and "Ramiro" not in answer.text and "field-reason" in answer.text
    assert not [act for act in await acts(console, "consultation") if act.startswith("open_original")]

    answer = await ana.fill(page, page, reason="danger")
    assert COVERED in answer.text and answer.headers["cache-control"] == "no-store"
    assert (await acts(console, "consultation"))[0] == "open_original_danger"
    assert "Ramiro" not in (await ana.look(page)).text
    assert (await (await browse(CARLOS)).fill("/account", page, reason="danger")).status_code == 403
    assert (await ana.look(page.replace("/hurt/", "/nobody/"))).status_code == 404


async def test_a_person_points_to_danger(console: Console, browse: Browse, opened: int, case: int) -> None:
    ana, voice = await browse(ANA), f"/consultations/{opened}/voices/hurt"
    assert (await ana.fill(voice + "/original", voice + "/danger", danger="x")).status_code == 422
    answer = await ana.fill(voice + "/original", voice + "/danger", danger="threats")
    assert answer.headers["location"] == f"/protection/{case}?done=case_pointed"


async def heard(carlos: Browser, page: str, reason: str = "") -> int:
    return (await carlos.look(page + "/sound" + reason)).status_code


async def test_a_voice_note_that_is_written_down_is_heard_for_a_reason(
    console: Console, browse: Browse, opened: int, vault: Vault
) -> None:
    await console.database.run(send, opened, vault)
    carlos, page = await browse(CARLOS), f"/consultations/{opened}/spoken/voice"
    assert await heard(carlos, page) == 200, "who writes it down has to hear it"
    seen = re.findall(r'name="seen" value="([^"]+)"', (await carlos.look(page)).text)[0]
    await carlos.fill(page, page, seen=seen, words="Me amenazaron de muerte", language="es")

    assert len(await console.database.read(list_waiting)) == 1, "looked at as soon as it is written down"
    assert "<audio" not in (await carlos.look(page)).text
    assert await heard(carlos, page) == 403 and await heard(carlos, page, "?reason=x") == 403
    assert "sound?reason=correct" in (await carlos.look(page + "?reason=correct")).text
    assert await heard(carlos, page, "?reason=correct") == 200
    assert (await acts(console, "consultation"))[0] == "listen_correct"
