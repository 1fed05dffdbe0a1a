"""The simulator's page: telephones known by their place in the browser, never by their token."""

from tests.api.conftest import NOBODY, Browse, Console


async def test_the_first_visit_finds_one_telephone(console: Console, browse: Browse) -> None:
    page = await (await browse(NOBODY)).look("/simulator")
    assert page.text.count('class="phone"') == 1
    [token] = console.simulator.chats
    assert token not in page.text, "who sees the page cannot become that person elsewhere"


async def test_more_people_up_to_six(console: Console, browse: Browse) -> None:
    browser = await browse(NOBODY)
    for _ in range(8):
        await browser.fill("/simulator", "/simulator/people")
    page = await browser.look("/simulator")
    assert page.text.count('class="phone"') == 6
    assert "Agregar una persona" not in page.text


async def test_writing_and_tapping_reach_the_chat(console: Console, browse: Browse) -> None:
    browser = await browse(NOBODY)
    await browser.look("/simulator")
    answer = await browser.fill("/simulator", "/simulator/1/text", text="/start")
    assert answer.headers["location"] == "/simulator#person-1"
    await browser.fill("/simulator", "/simulator/1/tap", message="12", button="3")
    await browser.fill("/simulator", "/simulator/1/text", location="Enviar mi ubicación")
    [chat] = console.simulator.chats
    assert console.simulator.acts == [("say", chat, "/start"), ("tap", chat, "12", "3"), ("location", chat)]


async def test_a_file_is_picked_on_the_telephone(console: Console, browse: Browse) -> None:
    browser = await browse(NOBODY)
    await browser.look("/simulator")
    answer = await browser.fill(
        "/simulator", "/simulator/1/file", files={"file": ("a.jpg", b"x", "image/jpeg")}
    )
    assert answer.headers["location"] == "/simulator#person-1"
    assert (await browser.fill("/simulator", "/simulator/1/file", file="no file")).status_code == 303
    [chat] = console.simulator.chats
    assert console.simulator.acts == [("file", chat, "a.jpg", "x", "image/jpeg")]


async def test_forged_taps_are_passed_over(console: Console, browse: Browse) -> None:
    browser = await browse(NOBODY)
    await browser.look("/simulator")
    for message, button in [("x", "1"), ("1", "-1"), ("1" * 30, "1"), ("", "")]:
        answer = await browser.fill("/simulator", "/simulator/1/tap", message=message, button=button)
        assert answer.status_code == 303
    assert console.simulator.acts == []
    assert (await browser.fill("/simulator", "/simulator/2/text", text="a")).status_code == 404


async def test_the_stream_begins_with_the_screens(console: Console, browse: Browse) -> None:
    browser = await browse(NOBODY)
    await browser.fill("/simulator", "/simulator/people")
    for chat in console.simulator.chats:
        shown = {"kind": "message", "id": 1, "from": "bot", "date": 0, "text": "<b>Hola</b>", "buttons": []}
        console.simulator.chats[chat] = [shown | {"keyboard": [[{"label": "Ubicación", "location": True}]]}]
    stream = (await browser.look("/simulator/events")).text
    assert stream.count("event: snapshot") == 2 and stream.count("event: keyboard") == 2
    assert "<b>Hola</b>" in stream.replace("\\u003c", "<")


async def test_a_restart_gives_the_telephone_to_somebody_new(console: Console, browse: Browse) -> None:
    browser = await browse(NOBODY)
    await browser.look("/simulator")
    await browser.fill("/simulator", "/simulator/1/text", text="/start")
    before = browser.client.cookies["rimay_phones"]
    await browser.fill("/simulator", "/simulator/1/restart")
    assert browser.client.cookies["rimay_phones"] != before
