"""Ways in by link: made, printed and handed out by organisers; small counts are not shown."""

import csv
import io
from dataclasses import replace

import pytest
from PIL import Image

from core.entry_links import count_coming, count_enrolment, get_link, list_links, make_link
from surveys.paper.qr_codes import qr_png
from tests.api.conftest import ANA, NOBODY, Browse, Browser, Console


async def link_with(console: Console, place: str, came: int, enrolled: int) -> int:
    """A link by which some have come."""
    link_id = await console.database.run(make_link, place, None)
    for count, times in ((count_coming, came), (count_enrolment, enrolled)):
        for _ in range(times):
            await console.database.run(count, link_id)
    return link_id


async def table(browser: Browser) -> list[list[str]]:
    """The list as a file."""
    answer = await browser.look("/links.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    return list(csv.reader(io.StringIO(answer.text)))


async def test_without_a_link_the_page_says_what_to_do(browse: Browse) -> None:
    page = await (await browse(ANA)).look("/links")
    assert "Todavía no hay enlaces" in page.text
    assert 'name="place"' in page.text and "<table" not in page.text


async def test_a_link_is_made_and_its_page_has_what_is_handed_out(console: Console, browse: Browse) -> None:
    browser = await browse(ANA)
    made = await browser.fill("/links", "/links", place=" Albergue   <Municipal> ")
    assert (made.status_code, made.headers["location"]) == (303, "/links/1")

    link = await console.database.read(get_link, 1)
    assert link.place == "Albergue <Municipal>"
    page = (await browser.look("/links/1")).text
    assert "Albergue &lt;Municipal&gt;" in page
    assert f"http://rimay.test/simulator?start={link.code}" in page
    for file in ("poster.pdf", "qr.png", "qr.svg"):
        assert f'href="/links/1/{file}"' in page
    assert 'href="/links/1"' in (await browser.look("/links")).text


@pytest.mark.parametrize(
    ("place", "sentence"),
    [("", "Lugar"), ("\x00\x01", "Lugar"), ("x" * 121, "120"), ("ALBERGUE", "Ya hay un enlace")],
)
async def test_what_is_wrong_with_a_place_is_said_and_nothing_is_lost(
    console: Console, browse: Browse, place: str, sentence: str
) -> None:
    await link_with(console, "Albergue", 0, 0)
    answer = await (await browse(ANA)).fill("/links", "/links", place=place)
    assert answer.status_code == 400
    assert sentence in answer.text.partition('class="errors"')[2].partition("</div>")[0]
    if place.isprintable() and place:
        assert f'value="{place}"' in answer.text
    assert len(await console.database.read(list_links)) == 1


async def test_a_count_that_could_point_to_somebody_is_shown_nowhere(
    console: Console, browse: Browse
) -> None:
    await link_with(console, "a", 0, 0)
    await link_with(console, "b", 3, 1)
    await link_with(console, "c", 9, 4)
    await link_with(console, "d", 1234, 617)
    browser = await browse(ANA)

    few = "menos de 5"
    rows = await table(browser)
    assert [(row[0], row[2], row[3]) for row in rows[1:]] == [
        ("a", "0", "0"),
        ("b", few, few),
        ("c", "9", few),
        ("d", "1.234", "617"),
    ]
    pages = [(await browser.look(path)).text for path in ("/links", "/links/2", "/links/3", "/links/4")]
    assert pages[0].count(few) == 3 + 1, "and once where it is explained"
    assert 'data-sort="1"' in pages[0] and 'data-sort="3"' not in pages[0] and 'data-sort="4"' not in pages[0]
    assert "617 de 1.234 personas (50\u00a0%)" in pages[0]
    assert [page.count(few) for page in pages[1:]] == [3, 2, 1]
    assert "4 de 9" not in "".join(pages), "their share would give it away"


async def test_who_is_counted_twice_as_consenting_makes_no_share_above_all(
    console: Console, browse: Browse
) -> None:
    await link_with(console, "a", 5, 6)
    assert "5 de 5 personas (100\u00a0%)" in (await (await browse(ANA)).look("/links")).text


async def test_a_place_that_looks_like_a_formula_runs_in_no_spreadsheet(
    console: Console, browse: Browse
) -> None:
    await link_with(console, '=HYPERLINK("http://x")', 0, 0)
    assert (await table(await browse(ANA)))[1][0] == '\'=HYPERLINK("http://x")'


async def test_the_picture_and_the_drawing_lead_to_the_link(console: Console, browse: Browse) -> None:
    link_id = await link_with(console, "Terminal", 0, 0)
    address = f"http://rimay.test/simulator?start={(await console.database.read(get_link, link_id)).code}"
    browser = await browse(ANA)

    png = await browser.look("/links/1/qr.png")
    assert (png.headers["content-type"], png.content) == ("image/png", qr_png(address))
    assert Image.open(io.BytesIO(png.content)).size[0] >= 900
    svg = await browser.look("/links/1/qr.svg")
    assert svg.headers["content-type"] == "image/svg+xml" and address in svg.text


async def test_the_poster_is_a_pdf_of_the_link(console: Console, browse: Browse) -> None:
    await link_with(console, "Terminal", 0, 0)
    poster = await (await browse(ANA)).look("/links/1/poster.pdf")
    assert poster.headers["content-type"] == "application/pdf" and poster.content.startswith(b"%PDF-")


async def test_with_telegram_the_address_is_that_of_the_bot(console: Console, browse: Browse) -> None:
    await link_with(console, "Terminal", 0, 0)

    async def address(code: str) -> str | None:
        return f"https://t.me/rimay_bot?start={code}"

    services = console.app.state.services
    console.app.state.services = replace(services, entry_address=address)
    page = (await (await browse(ANA)).look("/links/1")).text

    code = (await console.database.read(get_link, 1)).code
    assert f'href="https://t.me/rimay_bot?start={code}"' in page


async def test_while_telegram_does_not_answer_the_page_says_so_and_offers_nothing_false(
    console: Console, browse: Browse
) -> None:
    await link_with(console, "Terminal", 0, 0)

    async def address(code: str) -> str | None:
        return None

    console.app.state.services = replace(console.app.state.services, entry_address=address)
    browser = await browse(ANA)

    page = (await browser.look("/links/1")).text
    assert "Telegram no responde" in page and "qr.svg" not in page and "simulator?start" not in page
    for file in ("poster.pdf", "qr.png", "qr.svg"):
        answer = await browser.look(f"/links/1/{file}")
        assert (answer.status_code, answer.headers["location"]) == (303, "/links/1")
    assert (await table(browser))[1][1] == ""


async def test_a_link_is_ended_and_taken_up_again(console: Console, browse: Browse) -> None:
    link_id = await link_with(console, "Terminal", 0, 0)
    browser = await browse(ANA)

    answer = await browser.fill("/links/1", "/links/1/end")
    assert (answer.status_code, answer.headers["location"]) == (303, "/links/1")
    assert (await console.database.read(get_link, link_id)).ended_at is not None
    assert "terminado" in (await browser.look("/links")).text
    assert "Este enlace se terminó el" in (await browser.look("/links/1")).text

    await browser.fill("/links/1", "/links/1/reopen")
    assert (await console.database.read(get_link, link_id)).ended_at is None


@pytest.mark.parametrize("path", ["/links/7", "/links/7/qr.png", "/links/7/qr.svg", "/links/7/poster.pdf"])
async def test_a_link_that_is_not_there_leads_nowhere(browse: Browse, path: str) -> None:
    assert (await (await browse(ANA)).look(path)).status_code == 404


async def test_the_simulator_opens_a_chat_by_the_link(console: Console, browse: Browse) -> None:
    browser = await browse(NOBODY)
    page = (await browser.look("/simulator?start=K7m2p9qx")).text
    assert 'value="/start k7m2p9qx"' in page

    await browser.fill("/simulator", "/simulator/1/text", text="/start k7m2p9qx")
    [chat] = console.simulator.chats
    assert console.simulator.acts == [("say", chat, "/start k7m2p9qx")]
    added = await browser.fill("/simulator", "/simulator/people", start="k7m2p9qx")
    assert added.headers["location"] == "/simulator?start=k7m2p9qx#person-2"


@pytest.mark.parametrize("code", ["", "%22%3E", "a b", "x" * 33, "../.."])
async def test_a_strange_code_leaves_the_simulator_as_it_is(browse: Browse, code: str) -> None:
    browser = await browse(NOBODY)
    page = await browser.look(f"/simulator?start={code}")
    assert page.status_code == 200 and 'value="/start' not in page.text
    added = await browser.fill("/simulator", "/simulator/people", start=code)
    assert added.headers["location"] == "/simulator#person-2"
