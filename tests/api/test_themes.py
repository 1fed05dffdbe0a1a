"""The pages of themes, of coding and of reading: who may do what, who is late, and what is never told."""

import csv
import io
import re

import pytest

from deliberation.voices.codebooks import read_codebook
from deliberation.voices.coding_task import work_out
from deliberation.voices.codings import By, list_coded
from deliberation.voices.suggesting import read_task, store_outcome
from tests.api.conftest import ANA, BELEN, CARLOS, NOBODY, Browse, Console
from tests.deliberation.voices.coded import closed_with_answers, three_themes
from tests.deliberation.voices.test_themes import ANSWERS, WATER

EVERYBODY = (ANA, BELEN, CARLOS, NOBODY)


@pytest.fixture
async def closed(console: Console) -> int:
    """A consultation that is closed, with twenty-four answers."""
    return await console.database.run(closed_with_answers)


@pytest.fixture
async def coded(console: Console, closed: int) -> int:
    """The same with three themes, and six answers put under each."""
    await console.database.run(three_themes, closed, 6)
    return closed


async def work(console: Console, consultation_id: int) -> None:
    """What a worker does with what is asked."""
    begun = await console.database.read(read_task, consultation_id)
    assert begun is not None
    assert await console.database.run(store_outcome, begun, work_out(begun.task))


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None
    return found[1]


async def test_pages_are_for_who_organises_or_interprets(browse: Browse, coded: int) -> None:
    home = f"/consultations/{coded}"
    pages = {
        "themes": {ANA: 200, CARLOS: 200},
        "themes/1": {ANA: 200, CARLOS: 200},
        "themes/1/split": {ANA: 200},
        "coding": {ANA: 200, CARLOS: 200},
        "coding/next": {ANA: 303, CARLOS: 303},
        "coding/sample": {ANA: 200, CARLOS: 200},
        "reading": {ANA: 200, CARLOS: 200},
        "reading/counts.csv": {ANA: 200, CARLOS: 200},
        "reading/answers.csv": {ANA: 200},
        "codebook.csv": {ANA: 200},
    }
    for role in EVERYBODY:
        browser = await browse(role)
        for path, allowed in pages.items():
            answer = await browser.look(f"{home}/{path}")
            assert answer.status_code == allowed.get(role or "", 303 if role is NOBODY else 403), (role, path)


async def test_only_who_organises_changes_themes(browse: Browse, console: Console, coded: int) -> None:
    home = f"/consultations/{coded}"
    deeds = [
        *("themes", "themes/suggest", "themes/call-off", "themes/carry", "themes/settle", "themes/reopen"),
        *(
            "themes/import",
            "themes/1",
            "themes/1/accept",
            "themes/1/merge",
            "themes/1/part",
            "themes/1/delete",
        ),
        *("themes/1/split", "coding/learn", "coding/sample", "coding/sample/end"),
    ]
    for role, status in ((BELEN, 403), (CARLOS, 403), (NOBODY, 303)):
        browser = await browse(role)
        for deed in deeds:
            answer = await browser.fill("/account" if role else "/sign-in", f"{home}/{deed}")
            assert answer.status_code == status, (role, deed)
    belen = await browse(BELEN)
    for deed in ("coding/x", "coding/x/undo", "coding/sample/x", "themes/1/move"):
        assert (await belen.fill("/account", f"{home}/{deed}")).status_code == 403
    assert len((await console.database.read(read_codebook, coded)).themes) == 3


async def test_themes_are_asked_for_and_accepted(browse: Browse, console: Console, closed: int) -> None:
    ana, home = await browse(ANA), f"/consultations/{closed}/themes"
    wrong = await ana.fill(home, f"{home}/suggest", seen="0", number="99")
    assert wrong.status_code == 422 and 'value="99"' in wrong.text
    asked = await ana.fill(home, f"{home}/suggest", seen="0", number="3")
    assert asked.headers["location"] == f"{home}?done=asked"
    assert "Se están buscando temas" in (await ana.look(home)).text
    twice = await ana.fill(home, f"{home}/suggest", seen="0", number="3")
    assert twice.status_code == 409 and "ya está trabajando" in twice.text
    await work(console, closed)

    page = (await ana.look(home)).text
    assert page.count("mark here") == 3 and "de 24 personas" in page
    early = await ana.fill(home, f"{home}/settle", seen="1")
    assert early.status_code == 409 and "sin decidir: 3" in early.text
    theme = (await console.database.read(read_codebook, closed)).themes[0].id
    for _ in range(2):
        await ana.fill(home, f"{home}/{theme}/accept")
    assert (await ana.look(home)).text.count("mark here") == 2


async def test_who_is_late_loses_nothing_of_what_was_typed(browse: Browse, coded: int) -> None:
    ana, other = await browse(ANA), await browse(ANA)
    page = f"/consultations/{coded}/themes/1"
    seen = hidden((await ana.look(page)).text, "seen")
    await other.fill(page, page, seen=seen, name_es="Agua limpia", name_qu="Yaku")
    late = await ana.fill(page, page, seen=seen, name_es="Riego", name_qu="", definition_es="Acequias")
    assert late.status_code == 409 and "Otra persona cambió los temas" in late.text
    assert 'value="Riego"' in late.text and "Acequias" in late.text and "Agua limpia" in late.text
    again = await ana.fill(page, page, seen=hidden(late.text, "seen"), name_es="Riego")
    assert again.status_code == 303
    taken = await ana.fill(page, page, seen=str(int(seen) + 2), name_es="trabajo")
    assert taken.status_code == 409 and "Ya hay un tema con el nombre" in taken.text


async def test_what_is_dangerous_asks_first(browse: Browse, console: Console, coded: int) -> None:
    ana, page = await browse(ANA), f"/consultations/{coded}/themes/1"
    seen = hidden((await ana.look(page)).text, "seen")
    refused = await ana.fill(page, f"{page}/delete", seen=seen)
    assert refused.status_code == 422 and "Marque la casilla" in refused.text
    forged = await ana.fill(page, f"{page}/delete", seen="9" * 30, confirmed="yes")
    assert forged.status_code == 409
    assert (await ana.fill(page, f"{page}/delete", seen=seen, confirmed="yes")).status_code == 303
    assert len((await console.database.read(read_codebook, coded)).themes) == 2


async def test_a_theme_is_split_merged_and_parted_on_its_pages(
    browse: Browse, console: Console, coded: int
) -> None:
    ana, themes = await browse(ANA), f"/consultations/{coded}/themes"
    page = await ana.look(f"{themes}/1/split")
    names = {"first_es": "Una parte", "second_es": "Otra parte"}
    given = {"seen": hidden(page.text, "seen"), "digest": hidden(page.text, "digest")}
    nameless = await ana.fill(f"{themes}/1/split", f"{themes}/1/split", first_es="Una parte", **given)
    assert nameless.status_code == 422 and "Una parte" in nameless.text
    forged = await ana.fill(f"{themes}/1/split", f"{themes}/1/split", **names, **given | {"digest": "x"})
    assert forged.status_code == 409
    assert (await ana.fill(f"{themes}/1/split", f"{themes}/1/split", **names, **given)).status_code == 303

    seen = (await console.database.read(read_codebook, coded)).turn
    await ana.fill(f"{themes}/4", f"{themes}/4/merge", seen=str(seen), into="1")
    assert "Otra parte" in (await ana.look(f"{themes}/1")).text
    await ana.fill(f"{themes}/1", f"{themes}/4/part", seen=str(seen + 1))
    assert (await ana.look(f"{themes}/4")).status_code == 200


async def test_carlos_codes_answer_after_answer_and_takes_back(
    browse: Browse, console: Console, coded: int
) -> None:
    carlos, home = await browse(CARLOS), f"/consultations/{coded}/coding"
    first = (await carlos.look(f"{home}/next")).headers["location"]
    page = (await carlos.look(first)).text
    assert "18 de 24" in page and 'data-key="3"' in page and 'data-key="u"' in page
    answer = await carlos.fill(first, first, theme="2", said=hidden(page, "said"))
    onward = answer.headers["location"]
    assert onward.startswith(home) and first.rpartition("/")[2] in onward
    following = (await carlos.look(onward)).text
    assert f"{first}/undo" in following
    late = await (await browse(ANA)).fill(first, first, theme="1", said="")
    assert late.status_code == 409 and "Otra persona ya puso" in late.text

    back = await carlos.fill(onward, f"{first}/undo")
    assert back.headers["location"].startswith(first)
    voices = await console.database.read(list_coded, coded)
    assert sum(voice.placed.by is By.PERSON for voice in voices) == 18
    for forged in ("99", "-1", "", "1" * 40):
        assert (await carlos.fill(first, first, theme=forged, said="")).status_code == 404
    unsure = await carlos.fill(first, first, theme="none", said="")
    assert unsure.status_code == 303


async def test_the_machine_says_how_well_it_fares(browse: Browse, console: Console, coded: int) -> None:
    ana, home = await browse(ANA), f"/consultations/{coded}/coding"
    assert (await ana.fill(home, f"{home}/learn", sure="5")).status_code == 422
    assert (await ana.fill(home, f"{home}/learn", sure="40")).status_code == 303
    await work(console, coded)
    page = (await ana.look(home)).text
    assert "Aprendió de 18 respuestas" in page and re.search(r"acertó \d+ \(\d+\s%; entre \d+\s%", page)
    assert 'value="40"' in page


async def test_a_sample_is_drawn_compared_and_settled(browse: Browse, console: Console, closed: int) -> None:
    await console.database.run(three_themes, closed, 1)
    ana, carlos = await browse(ANA), await browse(CARLOS)
    home = f"/consultations/{closed}/coding"
    many = await ana.fill(f"{home}/sample", f"{home}/sample", size="400")
    assert many.status_code == 409 and "Solo quedan 21" in many.text
    await ana.fill(f"{home}/sample", f"{home}/sample", size="5")
    for browser, odd in ((ana, False), (carlos, True)):
        while (address := (await browser.look(f"{home}/next?sample=1")).headers["location"]) != (
            f"{home}/sample?done=coded"
        ):
            page = (await browser.look(address)).text
            assert "sugiere" not in page
            await browser.fill(address, address, theme="2" if odd else "1", said="")
            odd = False
        seen = (await browser.look(f"{home}/sample")).text
        assert ("Alfa de Krippendorff" in seen) is (browser is carlos)
    page = (await ana.look(f"{home}/sample")).text
    assert "Respuestas por conversar" in page
    disputed = re.findall(rf'action="({home}/sample/[^"]+)"', page)
    settled = [each for each in disputed if not each.endswith("/end")]
    assert len(settled) == 1
    assert (await carlos.fill(f"{home}/sample", settled[0], theme="3")).status_code == 303
    assert "Decidido: Escuela" in (await ana.look(f"{home}/sample")).text


async def test_nothing_is_coded_while_the_consultation_is_open(browse: Browse, opened: int) -> None:
    ana = await browse(ANA)
    for page in ("themes", "coding", "coding/sample"):
        assert "sigue abierta" in (await ana.look(f"/consultations/{opened}/{page}")).text
    answer = await ana.fill(
        f"/consultations/{opened}/themes", f"/consultations/{opened}/themes", seen="0", name_es="Agua"
    )
    assert answer.status_code == 409 and "empiezan cuando se cierre" in answer.text


async def test_reading_tells_nothing_of_a_few(browse: Browse, coded: int) -> None:
    carlos, home = await browse(CARLOS), f"/consultations/{coded}/reading"
    every = (await carlos.look(home)).text
    assert WATER[0] in every and "24 de 24 personas" in every
    some = (await carlos.look(f"{home}?theme=1")).text
    assert (
        WATER[0] in some
        and "El patrón no paga" not in some
        and "Respuestas: 6. Las dieron 6 de 24 personas" in some
    )
    few = (await carlos.look(f"{home}?theme=1&by:canton=11")).text
    assert not any(answer in few for answer in ANSWERS) and "quedan menos de 5 personas" in few
    odd = await carlos.look(f"{home}?theme=abc&by:canton=%27%3B--&sort=-nothing&start=-5")
    assert odd.status_code == 200

    table = (await carlos.look(f"{home}?sort=theme")).text
    assert 'aria-sort="ascending"' in table and "sort=-theme" in table
    names = re.findall(r'data-label="Tema">([^<]*)<', table)
    assert names == sorted(names) and len(names) == 24


async def test_files_hold_only_what_may_leave(browse: Browse, coded: int) -> None:
    ana, home = await browse(ANA), f"/consultations/{coded}/reading"
    counts = list(csv.DictReader(io.StringIO((await ana.look(f"{home}/counts.csv")).text.lstrip("\ufeff"))))
    assert {row["Personas"] for row in counts if row["Según"] == "¿En qué cantón vive?"} == {"menos de 5"}
    assert {row["De"] for row in counts if row["Grupo"] == "Otavalo"} == {"8"}
    answers = (await ana.look(f"{home}/answers.csv?theme=1")).text
    assert WATER[0] in answers and "v1-" not in answers and "Otavalo" not in answers
    refused = await ana.look(f"{home}/answers.csv?theme=1&by:canton=11")
    assert refused.status_code == 409 and WATER[0] not in refused.text


async def test_a_codebook_goes_out_and_comes_in(browse: Browse, console: Console, coded: int) -> None:
    ana = await browse(ANA)
    file = (await ana.look(f"/consultations/{coded}/codebook.csv")).content
    other = await console.database.run(closed_with_answers)
    home = f"/consultations/{other}/themes"
    wrong = await ana.fill(home, f"{home}/import", {"file": ("x.csv", b"name_es\n,\n\n")}, seen="0")
    assert wrong.status_code == 422 and "Falta el nombre del tema" in wrong.text
    none = await ana.fill(home, f"{home}/import", seen="0")
    assert none.status_code == 422 and "Elija un archivo CSV" in none.text
    assert (await ana.fill(home, f"{home}/import", {"file": ("x.csv", file)}, seen="0")).status_code == 303
    assert (await ana.fill(home, f"{home}/carry", codebook="1", seen="1")).status_code == 303
    page = (await ana.look(home)).text
    assert page.count("de una consulta anterior") == 3
    moments = (await ana.look(f"{home}/4")).text
    assert "El mismo tema en otras consultas" in moments and "6 de 24 personas" in moments
