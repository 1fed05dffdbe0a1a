"""A facilitator's tablet over the web: nothing before the consent, the same move twice, without script, and who may."""

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import delete, select

from core.accounts import add_account
from surveys.consultations import close_consultation
from surveys.questionnaire import ATTACHED, Choice, Kind
from surveys.tables import Attachment, Response, Voice
from tests.api.conftest import ANA, BELEN, CARLOS, NOBODY, Browse, Browser, Console
from tests.bot.sendings import photo
from tests.surveys.entering import open_rich
from tests.surveys.people import question, questionnaire
from tests.surveys.test_entries_late import move

KEY = "0a" * 16
DORA = "facilitator"
JSON = {"accept": "application/json"}


@pytest.fixture
async def dora(console: Console, password_hash: str) -> None:
    """Dora goes from village to village with a tablet."""
    await console.database.run(
        add_account, email=f"{DORA}@ejemplo.ec", role=DORA, password_hash=password_hash
    )


async def turn(browser: Browser, consultation: int, moves: list[Any], /, **fields: str) -> Any:
    page = await browser.look("/account")
    token = re.findall(r'name="csrf" value="([^"]+)"', page.text)[0]
    given = {"csrf": token, "key": KEY, "language": "es", "consent": "yes", "writes": json.dumps(moves)}
    address = f"/consultations/{consultation}/entry"
    return await browser.client.post(address, data=given | fields, headers=JSON)


async def kept(console: Console) -> list[tuple[str, str, Any]]:
    rows = await console.database.read(lambda db: list(db.scalars(select(Response))))
    return [(row.mode, row.state, row.answers) for row in rows]


async def test_who_may_use_a_tablet(browse: Browse, opened: int, dora: None) -> None:
    seen = {}
    for role in (ANA, BELEN, CARLOS, DORA):
        seen[role] = (await (await browse(role)).look(f"/consultations/{opened}/entry")).status_code
    assert seen == {ANA: 200, BELEN: 403, CARLOS: 200, DORA: 200}
    refused = await (await browse(NOBODY)).look(f"/consultations/{opened}/entry")
    assert refused.headers["location"].startswith("/sign-in")


async def test_dora_sees_her_tablet_and_nothing_else(browse: Browse, opened: int, dora: None) -> None:
    browser = await browse(DORA)
    assert (await browser.look("/")).headers["location"] == "/entries"
    page = await browser.look("/entries")
    assert f"/consultations/{opened}/entry" in page.text and "paper" not in page.text
    for path in ("results", "paper-entry", "paper-import", "voices", "deliveries", "export.csv"):
        assert (await browser.look(f"/consultations/{opened}/{path}")).status_code == 403


async def test_nothing_is_stored_before_the_consent(console: Console, browse: Browse, opened: int) -> None:
    browser = await browse(ANA)
    page = await browser.look(f"/consultations/{opened}/entry")
    assert "¿Está de acuerdo en participar?" in page.text
    answer = await turn(browser, opened, [[1, "needs", ["work"]]], consent="")
    assert answer.status_code == 200 and await kept(console) == []


async def test_a_whole_form_sent_twice_counts_once(console: Console, browse: Browse, opened: int) -> None:
    browser = await browse(CARLOS)
    writes = [[1, "needs", ["health", "work"]], [2, "more", "Una escuela"]]
    shown = (await turn(browser, opened, writes)).json()
    assert (shown["kind"], shown["number"]) == ("review", 2), "the profile question has no person behind it"
    for _ in range(2):
        sent = (await turn(browser, opened, writes, go="send", may_quote="yes")).json()
        assert sent["kind"] == "sent"
    assert await kept(console) == [
        ("tablet", "finished", {"needs": ["work", "health"], "more": "Una escuela"})
    ]


async def test_a_question_comes_in_the_respondents_language(browse: Browse, opened: int) -> None:
    shown = (await turn(await browse(ANA), opened, [], language="qu")).json()
    assert "Imatatak mutsurinki?" in shown["html"] and 'lang="qu"' in shown["html"]
    assert "Siguiente" in shown["html"], "the buttons are the facilitator's"


@pytest.mark.parametrize("number", ["9" * 5_000, "²", "-1", ""])
async def test_a_number_that_is_none_writes_nothing(browse: Browse, opened: int, number: str) -> None:
    browser, address = await browse(ANA), f"/consultations/{opened}/entry"
    fields = {"key": KEY, "language": "es", "consent": "yes", "path": "needs", "go": "skip", "number": number}
    answer = await browser.fill(address, address, **fields)
    assert answer.status_code == 200 and "¿Qué necesita?" in answer.text


async def test_without_script_question_by_question(console: Console, browse: Browse, opened: int) -> None:
    browser, address = await browse(ANA), f"/consultations/{opened}/entry"
    page = await browser.look(address)

    async def press(**fields: Any) -> None:
        nonlocal page
        form = page.text[: page.text.index("<template")]
        hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))
        page = await browser.client.post(address, data={"language": "es", **hidden, **fields})
        assert page.status_code == 200

    await press(consent="yes")
    assert "¿Qué necesita?" in page.text
    await press(value=["work", "health"], go="next")
    await press(go="back")
    assert page.text.index("checked") and "¿Qué necesita?" in page.text
    await press(value=["work"], go="next")
    await press(go="skip")
    assert "Revise las respuestas" in page.text
    await press(go="send")
    assert await kept(console) == [("tablet", "finished", {"needs": ["work"]})]


@pytest.mark.parametrize(
    "fields",
    [
        {"key": "short"},
        {"key": "../../etc/passwd"},
        {"language": "xx"},
        {"writes": "[["},
        {"writes": "[[1]]"},
        {"writes": '{"a": 1}'},
        {"writes": '[[1e999, "more", "x"]]'},
        {"writes": "[" * 50_000},
    ],
)
async def test_what_no_form_of_ours_sends_is_refused(
    console: Console, browse: Browse, opened: int, fields: dict[str, str]
) -> None:
    answer = await turn(await browse(ANA), opened, [], **fields)
    assert answer.status_code == 404 and await kept(console) == []


async def test_paths_that_nobody_asks_are_not_stored(console: Console, browse: Browse, opened: int) -> None:
    moves = [[1, "invite", "yes"], [2, "secret", "x"], [3, "more[\x00]", "x"], [4, "more[999]", "x"]]
    shown = (await turn(await browse(ANA), opened, moves)).json()
    assert shown["number"] == 4
    progress = await console.database.read(lambda db: db.scalars(select(Response.progress)).one())
    assert progress is not None and progress["written"] == {}


async def test_signs_that_no_database_can_hold_are_dropped(
    console: Console, browse: Browse, opened: int
) -> None:
    await turn(await browse(ANA), opened, [[1, "more", "a\x00b\ud800c"]])
    progress = await console.database.read(lambda db: db.scalars(select(Response.progress)).one())
    assert progress is not None and progress["written"] == {"more": "abc"}


async def upload(browser: Browser, consultation: int, content: bytes, **fields: str) -> Any:
    token = re.findall(r'name="csrf" value="([^"]+)"', (await browser.look("/account")).text)[0]
    given = {"csrf": token, "key": KEY, "language": "es", "consent": "yes", "go": "next", "path": "photo"}
    address = f"/consultations/{consultation}/entry"
    files = {"file": ("IMG_Ana.jpg", content)}
    return await browser.client.post(address, data=given | fields, files=files, headers=JSON)


async def test_a_photo_is_an_answer_and_what_it_replaces_goes(console: Console, browse: Browse) -> None:
    asked = questionnaire(question("photo", Kind.IMAGE), question("more"))
    consultation, browser = await console.database.run(open_rich, asked), await browse(ANA)
    await turn(browser, consultation, [])
    for _ in range(2):
        shown = (await upload(browser, consultation, photo())).json()
        assert shown["kind"] == "ask" and 'data-path="more"' in shown["html"]
    back = (await turn(browser, consultation, [], at="photo")).json()
    assert "Archivo adjunto" in back["html"]
    await turn(browser, consultation, [[1, "more", "Hola"]], go="send")
    [(_, state, answers)] = await kept(console)
    files = await console.database.read(lambda db: list(db.scalars(select(Attachment))))
    assert (state, len(files)) == ("finished", 1) and answers["photo"] == ATTACHED + files[0].id
    assert files[0].media_type == "image/jpeg" and b"Exif" not in files[0].sealed


async def test_a_form_goes_on_with_the_version_it_was_begun_with(console: Console, browse: Browse) -> None:
    """Its language and its photo are no longer asked by the version to which the consultation moves."""
    first = replace(questionnaire(question("photo", Kind.IMAGE), question("more")), languages=("es", "qu"))
    consultation, browser = await console.database.run(open_rich, first), await browse(ANA)
    await turn(browser, consultation, [], language="qu")
    await console.database.run(
        move, consultation, replace(questionnaire(question("other")), languages=("es",))
    )
    shown = (await upload(browser, consultation, photo(), language="qu")).json()
    assert 'data-path="more"' in shown["html"]
    sent = (await turn(browser, consultation, [[1, "more", "Hola"]], language="qu", go="send")).json()
    [(_, state, answers)] = await kept(console)
    assert (sent["kind"], state, answers["more"]) == ("sent", "finished", "Hola") and "photo" in answers


@pytest.mark.parametrize("writes", [[], [[1, "photo", ""]], [[1, "photo", ""], [2, "more", "Hola"]]])
async def test_a_photo_comes_after_what_was_written_without_a_connection(
    console: Console, browse: Browse, writes: list[Any]
) -> None:
    """It may be the first that the server hears of a form; its question may have been left out before."""
    asked = questionnaire(question("photo", Kind.IMAGE), question("more"))
    consultation, browser = await console.database.run(open_rich, asked), await browse(ANA)
    for _ in range(2):
        shown = await upload(browser, consultation, photo(), writes=json.dumps(writes))
        assert (shown.status_code, shown.json()["number"]) == (200, len(writes))
    sent = (await turn(browser, consultation, [*writes, [len(writes) + 1, "more", "Hola"]], go="send")).json()
    [(_, state, answers)] = await kept(console)
    files = await console.database.read(lambda db: list(db.scalars(select(Attachment.id))))
    assert (sent["kind"], state) == ("sent", "finished")
    assert answers == {"photo": ATTACHED + files[0], "more": "Hola"} and len(files) == 1


async def test_a_photo_added_after_a_lost_reply_is_there(console: Console, browse: Browse) -> None:
    asked = questionnaire(question("photo", Kind.IMAGE), question("more"))
    consultation, browser = await console.database.run(open_rich, asked), await browse(ANA)
    writes = [[1, "photo", ""], [2, "more", "Hola"]]
    await turn(browser, consultation, writes, go="send")
    behind = (await upload(browser, consultation, photo(), writes="[]")).json()
    assert behind == {"kind": "behind", "number": 0}
    await upload(browser, consultation, photo(), writes=json.dumps(writes))
    await turn(browser, consultation, writes, go="send")
    [(_, _, answers)] = await kept(console)
    assert answers["photo"].startswith(ATTACHED) and answers["more"] == "Hola"


async def test_what_is_no_photo_is_refused_and_nobody_can_point_at_a_file(
    console: Console, browse: Browse
) -> None:
    asked = questionnaire(question("photo", Kind.IMAGE), question("more"))
    consultation, browser = await console.database.run(open_rich, asked), await browse(ANA)
    await turn(browser, consultation, [])
    shown = (await upload(browser, consultation, b"%PDF-1.4 no photo")).json()
    assert 'role="alert"' in shown["html"] and 'data-path="photo"' in shown["html"]
    assert (await upload(browser, consultation, photo(), path="nowhere")).status_code == 404
    shown = (await turn(browser, consultation, [[1, "photo", ATTACHED + "f" * 32]])).json()
    assert await console.database.read(lambda db: list(db.scalars(select(Attachment)))) == []
    assert 'data-path="photo"' in shown["html"], "the sign that stands for a file cannot be typed"


async def test_a_form_is_erased_when_the_consent_is_taken_back(
    console: Console, browse: Browse, opened: int
) -> None:
    """Also where it was sent in and the tablet has not heard of it; what comes late does not bring it back."""
    browser, writes = await browse(ANA), [[1, "needs", ["work"]], [2, "more", "Hola"]]
    for sent_before in (writes[:1], writes, []):
        await turn(browser, opened, sent_before, go="send")
        for _ in range(2):
            assert (await turn(browser, opened, [], go="discard")).json()["kind"] == "discarded"
            late = (await turn(browser, opened, writes, go="send")).json()
            assert late == {"kind": "discarded", "number": 0}
            assert await kept(console) == [("tablet", "gone", None)]
        assert await console.database.read(lambda db: list(db.scalars(select(Voice)))) == []
        await console.database.run(lambda db: db.execute(delete(Response)))
    await turn(browser, opened, [], go="discard")
    await console.database.run(close_consultation, opened, account_id=None)
    assert await kept(console) == []


async def test_a_closed_consultation_says_so(console: Console, browse: Browse, opened: int) -> None:
    await console.database.run(close_consultation, opened, account_id=None)
    answer = await turn(await browse(ANA), opened, [[1, "more", "Hola"]])
    assert answer.status_code == 400 and "no recibe respuestas" in answer.json()["message"]
    assert (await (await browse(ANA)).look("/entries")).text.count("/entry") == 0
    page = await (await browse(ANA)).look(f"/consultations/{opened}/entry")
    assert page.status_code == 409 and "Borrarlos de la tableta" in page.text


async def test_the_worker_may_watch_over_the_tablets_page_only(browse: Browse) -> None:
    worker = await (await browse(NOBODY)).look("/entry-worker.js")
    assert worker.headers["service-worker-allowed"] == "/consultations/"
    assert worker.headers["content-type"].startswith("text/javascript")


async def test_what_is_read_back_to_the_person_holds_no_formula(console: Console, browse: Browse) -> None:
    choices = (Choice("she", {"es": "La de ${/data/name}"}),)
    form = questionnaire(question("name"), question("who", Kind.SELECT_ONE, choices=choices))
    consultation = await console.database.run(open_rich, form)
    shown = await turn(await browse(ANA), consultation, [[1, "name", "Rosa"], [2, "who", "she"]])
    assert shown.json()["kind"] == "review"
    assert "La de …" in shown.json()["html"] and "${" not in shown.json()["html"]
