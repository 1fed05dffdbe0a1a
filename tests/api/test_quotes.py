"""Quotes by theme in the console: organisers judge, interpreters translate, the council reads what was approved."""

import html
import re

import pytest

from tests.api.conftest import ANA, BELEN, CARLOS, NOBODY, Browse, Browser, Console
from tests.deliberation.voices.summed import sum_up


@pytest.fixture
async def page(console: Console) -> str:
    return f"/consultations/{await console.database.run(sum_up)}/quotes"


async def seen(browser: Browser, page: str) -> str:
    return html.unescape((await browser.look(page)).text)


async def found(browse: Browse, page: str) -> list[str]:
    """The ids of the quotes that Ana finds."""
    ana = await browse(ANA)
    assert (await ana.fill(page, page + "/find")).headers["location"] == page + "?done=quotes_found"
    return re.findall(r'id="quote-(\d+)"', await seen(ana, page))


async def test_who_may_do_what(browse: Browse, page: str) -> None:
    quotes = await found(browse, page)
    for path in (page, page + "/translate"):
        roles = {r: (await (await browse(r)).look(path)).status_code for r in (ANA, BELEN, CARLOS, NOBODY)}
        assert roles == {ANA: 200, BELEN: 403, CARLOS: 200, NOBODY: 303}
    carlos = await browse(CARLOS)
    assert (await carlos.fill("/account", f"{page}/{quotes[0]}", decision="approve")).status_code == 403
    assert 'name="decision"' not in await seen(carlos, page)


async def test_the_council_reads_an_approved_one_with_its_translation(browse: Browse, page: str) -> None:
    quotes = await found(browse, page)
    ana, carlos, belen = await browse(ANA), await browse(CARLOS), await browse(BELEN)
    assert (await ana.fill(page, f"{page}/{quotes[0]}", decision="approve")).status_code == 303

    shown = await seen(carlos, page + "/translate")
    token = re.findall(r'name="seen" value="([^"]+)"', shown)[0]
    (quote,) = set(re.findall(r"/quotes/(\d+)/translation", shown))
    assert quote == quotes[0], "what is approved is translated first"
    target = f"{page}/{quote}/translation"
    wrong = await carlos.fill(page, target, seen=token, translation="")
    assert wrong.status_code == 422
    late = await carlos.fill(page, target, seen="x", translation="Yakuta mana charinchik")
    assert late.status_code == 422 and "Yakuta mana charinchik" in late.text
    assert (
        await carlos.fill(page, target, seen=token, translation="Yakuta mana charinchik")
    ).status_code == 303

    summary = page.replace("/quotes", "/summary")
    await ana.fill(summary, summary + "/make")
    await ana.fill(summary, summary + "/1/approve")
    read = await seen(belen, summary)
    assert read.count("<blockquote") == 1 and "Yakuta mana charinchik" in read


async def test_a_person_chooses_another_and_never_one_of_danger(browse: Browse, page: str) -> None:
    before, ana = await found(browse, page), await browse(ANA)
    choice = await seen(ana, page + "/choose/1")
    assert "pega" not in choice and "acequia" in choice
    voice = re.findall(r'name="voice" value="([^"]+)"', choice)[0]
    for _ in range(2):
        answer = await ana.fill(page, page + "/choose/1", voice=voice, stand="dissent")
        assert answer.status_code == 303
    after = re.findall(r'id="quote-(\d+)"', await seen(ana, page))
    assert len(after) == len(before) + 1 and "piensa distinto" in await seen(ana, page)
    for theme, forged in (("9", voice), ("1", "nobody")):
        assert (await ana.fill(page, f"{page}/choose/{theme}", voice=forged)).status_code == 404
    carlos = await browse(CARLOS)
    assert (await carlos.fill("/account", page + "/choose/1", voice=voice)).status_code == 403


async def test_who_does_not_allow_it_is_not_chosen(console: Console, browse: Browse) -> None:
    ana = await browse(ANA)
    page = f"/consultations/{await console.database.run(lambda db: sum_up(db, may_quote=False))}/quotes"
    assert "acequia" not in await seen(ana, page + "/choose/1")
    hurt = page.removeprefix("/consultations/").removesuffix("/quotes")
    assert (await ana.fill(page, page + "/choose/1", voice="hurt" + hurt)).status_code == 400


async def test_without_themes_it_says_what_to_do(browse: Browse, opened: int) -> None:
    ana = await browse(ANA)
    assert "Ponga nombre a los temas" in await seen(ana, f"/consultations/{opened}/quotes")
