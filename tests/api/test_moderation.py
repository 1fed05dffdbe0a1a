"""The desk of moderation: what is proposed is read, judged and translated, once, and every act is written down."""

import re
from typing import Any

import pytest
from sqlalchemy.orm import Session

from core.audit import list_acts
from core.sealing import Vault
from deliberation.opinions.closing import close_deliberation
from deliberation.opinions.moderation import accept_statement
from deliberation.opinions.statements import StatementCard, get_statement
from tests.api.conftest import ANA, BELEN, CARLOS, NOBODY, Browse, Browser, Console
from tests.deliberation.asked import person
from tests.deliberation.opinions.ballots import cast, opened, proposed, take_part

VOTER = "a" * 32
WATER, FLAGGED, SPOKEN, KICHWA = 4, 5, 6, 7
QUEUE = "/deliberations/1/moderation"


@pytest.fixture
async def desk(console: Console, vault: Vault) -> int:
    """A deliberation in which four statements wait."""

    def work(db: Session) -> int:
        one = person(db)
        deliberation_id = opened(db)
        take_part(db, deliberation_id, one, VOTER)
        mine: dict[str, Any] = {"author_id": VOTER}
        sent = "Hace falta más agua limpia en el mercado"
        proposed(db, deliberation_id, sent, original=vault.seal(sent), **mine)
        sent = "Llamen a Rosa Quilumba al 0991234567"
        proposed(
            db,
            deliberation_id,
            "Llamen a [name] al [phone]",
            original=vault.seal(sent),
            flags=["name", "phone"],
            **mine,
        )
        sound: dict[str, Any] = {"recording": vault.seal_bytes(b"OggS..."), "recording_type": "audio/ogg"}
        proposed(db, deliberation_id, "", **sound, **mine)
        proposed(db, deliberation_id, "Ñanta allichichun", language="qu", **mine)
        return deliberation_id

    return await console.database.run(work)


async def card(console: Console, statement: int) -> StatementCard:
    return await console.database.read(get_statement, 1, statement)


def seen(text: str) -> str:
    found = re.search(r'name="seen" value="([^"]+)"', text)
    assert found is not None
    return found[1]


async def do(browser: Browser, statement: int, act: str, **fields: str) -> str:
    """Where one is sent after an act; the page itself where it is refused."""
    answer = await browser.fill(f"{QUEUE}/{statement}", f"{QUEUE}/{statement}/{act}", **fields)
    return answer.headers.get("location") or f"{answer.status_code} {answer.text}"


async def test_pages_are_for_who_organises_or_interprets(browse: Browse, desk: int) -> None:
    for path in (QUEUE, f"{QUEUE}/{WATER}", f"{QUEUE}/{SPOKEN}/sound"):
        seen_by = {
            role: (await (await browse(role)).look(path)).status_code for role in (ANA, BELEN, CARLOS, NOBODY)
        }
        assert seen_by == {ANA: 200, BELEN: 403, CARLOS: 200, NOBODY: 303}


@pytest.mark.parametrize(
    ("act", "allowed"),
    [
        *((act, {ANA}) for act in ("accept", "reject", "merge", "words", "marks", "anew", "original")),
        *((act, {ANA, CARLOS}) for act in ("translation", "transcript")),
    ],
)
async def test_acts_are_for(browse: Browse, desk: int, act: str, allowed: set[str]) -> None:
    path = f"{QUEUE}/{WATER}/{act}"
    for role in (ANA, BELEN, CARLOS):
        browser = await browse(role)
        assert (await browser.client.post(path, data={"csrf": "of another page"})).status_code == 403
        status = (await browser.fill("/account", path)).status_code
        assert (status != 403) is (role in allowed)
    assert (await (await browse(NOBODY)).fill("/sign-in", path)).status_code == 303


async def test_the_queue_begins_with_the_oldest(browse: Browse, desk: int) -> None:
    page = (await (await browse(ANA)).look(QUEUE)).text

    assert f'class="button primary" href="{QUEUE}/{WATER}"' in page
    places = [page.index(f'href="{QUEUE}/{one}">Afirmación') for one in (WATER, FLAGGED, SPOKEN, KICHWA)]
    assert places == sorted(places)
    assert "Datos personales: nombre, teléfono" in page and "<mark>[teléfono]</mark>" in page
    assert "0991234567" not in page and "Quilumba" not in page


async def test_who_translates_finds_what_was_spoken_too(browse: Browse, desk: int) -> None:
    page = (await (await browse(CARLOS)).look(f"{QUEUE}?show=untranslated")).text
    assert f'href="{QUEUE}/{SPOKEN}">Afirmación' in page and f'href="{QUEUE}/{KICHWA}">Afirmación' in page


@pytest.mark.parametrize("show", ["waiting", "untranslated", "accepted", "rejected", "nonsense"])
async def test_every_part_of_the_list_is_a_page(browse: Browse, desk: int, show: str) -> None:
    assert (await (await browse(CARLOS)).look(f"{QUEUE}?show={show}")).status_code == 200


async def test_what_is_accepted_is_put_to_the_vote_and_the_next_is_shown(
    console: Console, browse: Browse, desk: int
) -> None:
    ana = await browse(ANA)
    onward = await do(ana, WATER, "accept")

    assert onward == f"{QUEUE}/{FLAGGED}?done=accepted&judged={WATER}"
    assert (await card(console, WATER)).state == "accepted"
    page = (await ana.look(onward)).text
    assert "Afirmación 4: En la votación" in page and f'action="{QUEUE}/{WATER}/anew"' in page

    assert await do(ana, WATER, "anew") == f"{QUEUE}/{WATER}?done=anew"
    assert (await card(console, WATER)).state == "waiting"


async def test_after_the_last_one_the_queue_is_shown(browse: Browse, desk: int) -> None:
    ana = await browse(ANA)
    for statement in (WATER, FLAGGED, SPOKEN):
        await do(ana, statement, "reject", reason="unclear")
    assert await do(ana, KICHWA, "reject", reason="unclear") == f"{QUEUE}?done=rejected&judged={KICHWA}"
    page = (await ana.look(f"{QUEUE}?done=rejected&judged={KICHWA}")).text
    assert "No hay nada por leer." in page and "No se entiende" in page


async def test_a_rejection_says_why(console: Console, browse: Browse, desk: int) -> None:
    ana = await browse(ANA)
    assert (await do(ana, WATER, "reject", reason="closed")).startswith("400")
    assert (await card(console, WATER)).state == "waiting"
    await do(ana, WATER, "reject", reason="off_topic")
    assert (await card(console, WATER)).reason == "off_topic"


async def test_personal_data_needs_a_second_word(console: Console, browse: Browse, desk: int) -> None:
    ana = await browse(ANA)
    refused = await do(ana, FLAGGED, "accept")
    assert refused.startswith("409") and "Confirme que los vio" in refused
    assert (await card(console, FLAGGED)).state == "waiting"

    await do(ana, FLAGGED, "accept", confirmed="yes")
    assert (await card(console, FLAGGED)).state == "accepted"


async def test_other_words_are_shown_beside_the_old_ones(console: Console, browse: Browse, desk: int) -> None:
    ana = await browse(ANA)
    page = (await ana.look(f"{QUEUE}/{FLAGGED}")).text
    assert "Lo que se cambió" not in page and "Llamen a [nombre] al [teléfono]</textarea>" in page

    await do(ana, FLAGGED, "words", words="Llamen a un [teléfono] de ayuda", seen=seen(page))

    changed = (await ana.look(f"{QUEUE}/{FLAGGED}")).text
    assert (await card(console, FLAGGED)).text == {"es": "Llamen a un [phone] de ayuda"}
    assert "<del>" in changed and "<ins>" in changed and "0991234567" not in changed


async def test_near_duplicates_are_suggested_and_merged(console: Console, browse: Browse, desk: int) -> None:
    ana = await browse(ANA)
    page = (await ana.look(f"{QUEUE}/{WATER}")).text
    assert "El mercado necesita más agua limpia" in page and "Palabras iguales: agua, limpia, mercado" in page

    assert await do(ana, WATER, "merge", into="1") == f"{QUEUE}/{FLAGGED}?done=merged&judged={WATER}"
    merged = await card(console, WATER)
    assert (merged.state, merged.merged_into) == ("merged", 1)


@pytest.mark.parametrize(("into", "status"), [("99", "409"), ("5", "409"), ("", "400"), ("x", "400")])
async def test_it_is_merged_only_with_what_is_put_to_the_vote(
    console: Console, browse: Browse, desk: int, into: str, status: str
) -> None:
    assert (await do(await browse(ANA), WATER, "merge", into=into)).startswith(status)
    assert (await card(console, WATER)).state == "waiting"


async def test_carlos_translates_and_it_is_shown_as_a_translation(
    console: Console, browse: Browse, desk: int
) -> None:
    carlos = await browse(CARLOS)
    page = (await carlos.look(f"{QUEUE}/{KICHWA}")).text
    assert "/accept" not in page and "/reject" not in page and "/original" not in page

    onward = await do(carlos, KICHWA, "translation", translation="Arreglen el camino", seen=seen(page))

    assert onward == f"{QUEUE}/{KICHWA}?done=saved"
    assert (await card(console, KICHWA)).translated == ("es",)
    assert "Traducción · español" in (await carlos.look(onward)).text


async def test_carlos_hears_and_writes_down(console: Console, browse: Browse, desk: int) -> None:
    carlos = await browse(CARLOS)
    sound = await carlos.look(f"{QUEUE}/{SPOKEN}/sound")
    assert (sound.content, sound.headers["content-type"]) == (b"OggS...", "audio/ogg")
    await carlos.look(f"{QUEUE}/{SPOKEN}/sound", range="bytes=2-4")

    page = (await carlos.look(f"{QUEUE}/{SPOKEN}")).text
    said = {"heard": "Ñanta allichichun 0991234567", "language": "qu"}
    await do(carlos, SPOKEN, "transcript", **said, seen=seen(page))

    written = await card(console, SPOKEN)
    assert written.text == {"qu": "Ñanta allichichun [phone]"}
    assert (written.state, written.flags, written.spoken) == ("waiting", ("phone",), True)
    acts = [act.act for act in await console.database.read(list_acts)]
    assert acts[:2] == ["write_down", "listen"], "the middle of a sound is no second hearing"


async def test_what_was_sent_is_opened_for_a_reason_and_shown_once(
    console: Console, browse: Browse, desk: int
) -> None:
    ana = await browse(ANA)
    page = f"{QUEUE}/{FLAGGED}"
    assert (await ana.fill(page, f"{page}/original")).status_code == 400

    opened_page = await ana.fill(page, f"{page}/original", purpose="covered")

    assert opened_page.status_code == 200 and "Rosa Quilumba al 0991234567" in opened_page.text
    assert "0991234567" not in (await ana.look(page)).text
    act = (await console.database.read(list_acts))[0]
    assert (act.act, act.email, act.subject_id) == (
        "open_original_covered",
        "organiser@ejemplo.ec",
        FLAGGED,
    )


async def test_marks_are_set_and_taken_off(console: Console, browse: Browse, desk: int) -> None:
    ana = await browse(ANA)
    await do(ana, WATER, "marks", seed="yes", about_person="yes")
    assert ((await card(console, WATER)).seed, (await card(console, WATER)).about_person) == (True, True)
    await do(ana, WATER, "marks")
    assert ((await card(console, WATER)).seed, (await card(console, WATER)).about_person) == (False, False)


async def test_who_is_late_is_told_and_nothing_changes(console: Console, browse: Browse, desk: int) -> None:
    ana = await browse(ANA)
    page = (await ana.look(f"{QUEUE}/{WATER}")).text
    await console.database.run(accept_statement, WATER, account_id=None)

    for act, fields in (("accept", {}), ("words", {"words": "Otra", "seen": seen(page)})):
        answer = await do(ana, WATER, act, **fields)
        assert answer.startswith("409") and "Otra persona ya decidió" in answer
    assert (await card(console, WATER)).text == {"es": "Hace falta más agua limpia en el mercado"}


async def test_who_writes_at_once_loses_nothing(browse: Browse, desk: int) -> None:
    ana = await browse(ANA)
    page = (await ana.look(f"{QUEUE}/{WATER}")).text
    await do(ana, WATER, "words", words="Más agua", seen=seen(page))

    answer = await do(ana, WATER, "words", words="Mucha más agua", seen=seen(page))

    assert answer.startswith("409") and "Otra persona escribió aquí" in answer
    assert "Mucha más agua</textarea>" in answer


async def test_there_is_no_way_back_once_somebody_voted(console: Console, browse: Browse, desk: int) -> None:
    ana = await browse(ANA)
    await do(ana, WATER, "accept")
    await console.database.run(cast, VOTER, WATER, 1)

    answer = await do(ana, WATER, "anew")
    assert answer.startswith("409") and "Ya no se puede deshacer" in answer
    assert (await do(ana, WATER, "reject", reason="offensive")).startswith(f"{QUEUE}/")
    assert (await card(console, WATER)).state == "rejected"


ACTS: dict[str, dict[str, str]] = {
    "accept": {},
    "reject": {"reason": "unclear"},
    "merge": {"into": "1"},
    "words": {"words": "x"},
    "translation": {"translation": "x"},
    "transcript": {"heard": "x", "language": "es"},
    "marks": {},
    "anew": {},
    "original": {"purpose": "meaning"},
}


@pytest.mark.parametrize("act", ACTS)
async def test_a_statement_is_not_reached_by_way_of_another_deliberation(
    console: Console, browse: Browse, desk: int, act: str
) -> None:
    other = await console.database.run(opened)
    ana = await browse(ANA)
    path = f"/deliberations/{other}/moderation/{WATER}"
    assert (await ana.look(path)).status_code == 404
    assert (await ana.look(f"/deliberations/{other}/moderation/{SPOKEN}/sound")).status_code == 404
    assert (await ana.fill("/account", f"{path}/{act}", **ACTS[act])).status_code == 404
    assert (await card(console, WATER)).state == "waiting"


async def test_after_the_closing_everything_is_only_looked_at(
    console: Console, browse: Browse, desk: int
) -> None:
    await console.database.run(close_deliberation, desk, account_id=None)
    page = (await (await browse(ANA)).look(f"{QUEUE}/{WATER}")).text

    assert "La votación terminó antes" in page
    assert not re.search(rf'action="{QUEUE}/{WATER}/', page)


async def test_no_personal_detail_is_on_any_page_that_was_not_asked_for(browse: Browse, desk: int) -> None:
    ana = await browse(ANA)
    paths = (QUEUE, f"{QUEUE}?show=untranslated", *(f"{QUEUE}/{one}" for one in range(1, 8)))
    for path in (*paths, "/deliberations/1/statements"):
        text = (await ana.look(path)).text
        assert "0991234567" not in text and "Quilumba" not in text, path
