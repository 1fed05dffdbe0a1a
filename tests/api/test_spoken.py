"""The queue of voice notes: who may listen hears, writes down, and is told when somebody was faster."""

import re
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from core.audit import list_acts
from core.clock import at, now
from core.sealing import Vault
from surveys.consultations import close_consultation
from surveys.tables import Voice
from tests.api.conftest import ANA, BELEN, CARLOS, NOBODY, Browse, Console
from tests.api.sending import SOUND, send


@pytest.fixture
async def page(console: Console, opened: int, vault: Vault) -> str:
    """The page of a voice note that waits."""
    await console.database.run(send, opened, vault)
    return f"/consultations/{opened}/spoken/voice"


def seen(text: str) -> str:
    found = re.search(r'name="seen" value="([^"]+)"', text)
    assert found is not None
    return found[1]


async def test_it_is_for_who_organises_or_interprets(browse: Browse, page: str) -> None:
    for path in (page, page.removesuffix("/voice"), page + "/sound"):
        seen_by = {
            role: (await (await browse(role)).look(path)).status_code for role in (ANA, BELEN, CARLOS, NOBODY)
        }
        assert seen_by == {ANA: 200, BELEN: 403, CARLOS: 200, NOBODY: 303}
    for role, status in ((BELEN, 403), (NOBODY, 303)):
        browser = await browse(role)
        token_page = "/account" if role else "/sign-in"
        answer = await browser.fill(token_page, page, words="x", language="es", seen="x")
        assert answer.status_code == status


async def test_voices_say_how_many_wait(browse: Browse, opened: int, page: str) -> None:
    voices = (await (await browse(CARLOS)).look(f"/consultations/{opened}/voices")).text
    assert "1 audio por transcribir" in voices and f"/consultations/{opened}/spoken" in voices
    queue = (await (await browse(CARLOS)).look(f"/consultations/{opened}/spoken")).text
    assert page in queue and "¿Qué más?" in queue


async def test_a_consultation_says_what_is_to_be_heard(
    console: Console, browse: Browse, opened: int, page: str
) -> None:
    queue = f'href="/consultations/{opened}/spoken"'
    carlos = await browse(CARLOS)
    assert queue in (await carlos.look(f"/consultations/{opened}")).text
    await console.database.run(close_consultation, opened, account_id=None)
    assert queue in (await carlos.look(f"/consultations/{opened}")).text


async def test_what_carlos_writes_down_is_read_among_the_voices(
    console: Console, browse: Browse, opened: int, page: str
) -> None:
    carlos = await browse(CARLOS)
    shown = await carlos.look(page)
    said = {"words": "Ñukaka 0991234567 llamkanata munani", "language": "qu", "translation": "Quiero trabajo"}
    answer = await carlos.fill(page, page, seen=seen(shown.text), **said)

    assert answer.headers["location"] == f"/consultations/{opened}/spoken?done=saved", "no other waits"
    voices = (await carlos.look(f"/consultations/{opened}/voices")).text
    assert "llamkanata munani" in voices and "0991234567" not in voices and "[teléfono]" in voices
    assert "Traducción: Quiero trabajo" in voices and "por transcribir" not in voices
    again = (await carlos.look(page)).text
    assert "[teléfono] llamkanata" in again

    shown_again = {"words": "Ñukaka [teléfono] llamkanata munani", "language": "qu"}
    await carlos.fill(page, page, seen=seen(again), **shown_again)
    assert "[phone]" in await console.database.read(_text), "what was covered is a mark, in every language"


def _text(db: Session) -> str:

    return db.get_one(Voice, "voice").text


async def test_who_was_overtaken_is_told_and_loses_nothing(browse: Browse, page: str) -> None:
    carlos, ana = await browse(CARLOS), await browse(ANA)
    first = seen((await carlos.look(page)).text)
    await ana.fill(page, page, seen=first, words="Pide agua limpia", language="es")
    answer = await carlos.fill(page, page, seen=first, words="Pide una casa", language="es")

    assert answer.status_code == 409
    assert "Otra persona ya guardó este audio" in answer.text
    assert "Pide agua limpia" in answer.text and "Pide una casa" in answer.text
    saved = await carlos.fill(page, page, seen=seen(answer.text), words="Lo que oyeron", language="es")
    assert saved.status_code == 303


async def test_all_that_is_wrong_is_said_at_once(browse: Browse, page: str) -> None:
    carlos = await browse(CARLOS)
    shown = await carlos.look(page)
    answer = await carlos.fill(
        page, page, seen=seen(shown.text), words="", language="x", translation="t" * 10_001
    )
    assert answer.status_code == 422
    assert {"field-words", "field-language", "field-translation"} <= set(
        re.findall(r'href="#([a-z-]+)"', answer.text)
    )
    assert "t" * 10_001 in answer.text


async def test_what_cannot_be_understood_is_set_aside(browse: Browse, opened: int, page: str) -> None:
    carlos = await browse(CARLOS)
    shown = await carlos.look(page)
    answer = await carlos.fill(page, page, seen=seen(shown.text), heard="no")
    assert answer.status_code == 303
    assert "no se entiende" in (await carlos.look(f"/consultations/{opened}/spoken")).text


@pytest.mark.parametrize(
    ("asked", "status", "piece"),
    [
        ("", 200, SOUND),
        ("bytes=0-", 206, SOUND),
        ("bytes=10-19", 206, SOUND[10:20]),
        ("bytes=-5", 206, SOUND[-5:]),
        ("bytes=10000-999999", 206, SOUND[10_000:]),
        ("bytes=99999-", 416, b""),
        ("bytes=20-10", 416, b""),
        ("bytes=-0", 416, b""),
        ("bytes=0-1,4-5", 200, SOUND),
        ("bytes=-", 200, SOUND),
        ("lines=1-2", 200, SOUND),
    ],
)
async def test_a_player_may_ask_for_any_piece(
    browse: Browse, page: str, asked: str, status: int, piece: bytes
) -> None:
    answer = await (await browse(CARLOS)).look(page + "/sound", range=asked)
    assert (answer.status_code, answer.content) == (status, piece)
    if status != 416:
        assert answer.headers["content-type"] == "audio/ogg"
    if status == 206:
        first, last = re.fullmatch(
            rf"bytes (\d+)-(\d+)/{len(SOUND)}", answer.headers["content-range"]
        ).groups()  # type: ignore[union-attr]
        assert int(last) - int(first) + 1 == len(piece)


async def test_who_listens_is_noted_once_however_many_pieces(
    console: Console, browse: Browse, page: str
) -> None:
    carlos = await browse(CARLOS)
    for asked in ("bytes=0-", "bytes=100-", "bytes=200-299"):
        await carlos.look(page + "/sound", range=asked)
    acts = [act for act in await console.database.read(list_acts) if act.act == "listen"]
    assert [(act.email, act.subject) for act in acts] == [("interpreter@ejemplo.ec", "consultation")]


@pytest.mark.parametrize("asked", ["bytes=1-", "bytes=00-", "bytes=-10239", "bytes=0-5", "bytes=5-9", ""])
async def test_who_listens_is_noted_however_the_sound_is_asked_for(
    console: Console, browse: Browse, page: str, asked: str
) -> None:
    for role in (CARLOS, ANA):
        await (await browse(role)).look(page + "/sound", range=asked)
    acts = [act for act in await console.database.read(list_acts) if act.act == "listen"]
    assert len(acts) == 2


async def test_who_listens_on_after_an_hour_is_noted_again(
    console: Console, browse: Browse, page: str
) -> None:
    carlos = await browse(CARLOS)
    for minutes, noted in ((0, 1), (59, 1), (61, 2), (62, 2)):
        with at(now() + timedelta(minutes=minutes)):
            await carlos.look(page + "/sound", range="bytes=1-")
        acts = [act for act in await console.database.read(list_acts) if act.act == "listen"]
        assert len(acts) == noted


@pytest.mark.parametrize("path", ["/consultations/1/spoken/nobody", "/consultations/9/spoken"])
async def test_what_is_not_there(browse: Browse, page: str, path: str) -> None:
    assert (await (await browse(CARLOS)).look(path)).status_code == 404
