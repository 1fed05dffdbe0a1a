"""The pages of opinions: who sees what, and which numbers and files leave the house."""

import csv
import io
import re
import zipfile
from xml.etree import ElementTree

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.audit import list_acts
from deliberation.opinions.reading import find_reading
from deliberation.opinions.tables import Deliberation, OpinionGroup, Voter
from tests.api.conftest import ANA, BELEN, CARLOS, NOBODY, Browse, Console
from tests.deliberation.opinions.analysed import analyse, analysed
from tests.deliberation.opinions.ballot_box import open_box

EVERYBODY = {ANA, BELEN, CARLOS}
HERE = "/deliberations/1/opinions"
PAGES = [
    ("/opinions", EVERYBODY),
    (HERE, EVERYBODY),
    (f"{HERE}/groups/1", EVERYBODY),
    (f"{HERE}/statements", EVERYBODY),
    (f"{HERE}/statements.csv", EVERYBODY),
    (f"{HERE}/map.svg", {ANA}),
    (f"{HERE}/map.png", {ANA}),
    (f"{HERE}/export", {ANA}),
    (f"{HERE}/export.zip", {ANA}),
]


@pytest.fixture
async def published(console: Console) -> int:
    """A deliberation with one analysis, which the council sees."""
    return await console.database.run(analysed, published=True)


@pytest.fixture
async def unpublished(console: Console) -> int:
    """The same, for organisers only."""
    return await console.database.run(analysed)


@pytest.mark.parametrize(("path", "allowed"), PAGES)
async def test_pages_are_for(browse: Browse, published: int, path: str, allowed: set[str]) -> None:
    seen = {role: (await (await browse(role)).look(path)).status_code for role in EVERYBODY}
    assert seen == {role: 200 if role in allowed else 403 for role in EVERYBODY}
    refused = await (await browse(NOBODY)).look(path)
    assert refused.status_code == 303 and refused.headers["location"].startswith("/sign-in")


async def test_the_page_says_the_result_first(browse: Browse, published: int) -> None:
    page = (await (await browse(ANA)).look(HERE)).text
    lead = "Hay 3 grupos de opinión. En 3 afirmaciones la mayoría de cada grupo piensa lo mismo."
    assert lead in page.partition("</div>")[2]
    assert page.index(lead) < page.index("<svg xmlns") < page.index("Donde hay acuerdo")
    assert (
        page.index("Donde hay acuerdo")
        < page.index("Donde no hay acuerdo")
        < page.index("Qué podría acercar")
    )
    assert "Grupo A: Trabajo primero" in page


async def test_the_bar_of_the_groups_bears_its_own_number(browse: Browse, published: int) -> None:
    page = (await (await browse(ANA)).look(HERE)).text
    assert re.search(r"Coincidencia de los grupos: \d+\s% \(entre \d+\s% y \d+\s%\)\.", page)
    council = (await (await browse(BELEN)).look(HERE)).text
    assert "Coincidencia de los grupos" not in council, "the consensus is worked out of exact numbers"


async def test_how_firm_the_groups_are_is_said_and_measured_for_who_sees_exact_numbers(
    browse: Browse, published: int
) -> None:
    said = re.compile(r"Los grupos son (firmes|bastante firmes|poco firmes):")
    ana, belen = await browse(ANA), await browse(BELEN)
    page = (await ana.look(HERE)).text
    assert said.search(page) and re.search(r"Estabilidad: -?[01],\d\d de 1\.", page)
    council = (await belen.look(HERE)).text
    assert said.search(council) and "Estabilidad:" not in council


async def test_it_is_there_in_kichwa(browse: Browse, published: int) -> None:
    page = (await (await browse(ANA)).look(HERE, **{"accept-language": "qu"})).text
    assert "Yuyaypak 3 tantanakuymi tiyan." in page
    assert "Tantanakuy A: Ñawpaka llamkay" in page


@pytest.mark.parametrize("role", [BELEN, CARLOS])
async def test_others_see_no_dots_and_no_exact_number(browse: Browse, published: int, role: str) -> None:
    page = (await (await browse(role)).look(HERE)).text
    assert "<svg xmlns" not in page
    assert "map.png" not in page and "export" not in page
    assert "no se muestra" in page


@pytest.mark.parametrize("role", [BELEN, CARLOS])
async def test_others_see_only_what_was_published(browse: Browse, unpublished: int, role: str) -> None:
    browser = await browse(role)
    assert "Todavía no hay resultados publicados." in (await browser.look(HERE)).text
    for path in (f"{HERE}?analysis=1", f"{HERE}/groups/1", f"{HERE}/statements", f"{HERE}/statements.csv"):
        assert (await browser.look(path)).status_code == 404
    assert (await (await browse(ANA)).look(f"{HERE}?analysis=1")).status_code == 200


async def test_belen_finds_what_was_published_from_her_first_page(
    console: Console, browse: Browse, published: int
) -> None:
    await console.database.run(open_box, 3)
    belen = await browse(BELEN)
    assert 'href="/opinions"' in (await belen.look("/")).text
    listed = (await belen.look("/opinions")).text
    assert f'href="{HERE}"' in listed and "/deliberations/2/opinions" not in listed


async def test_ana_may_look_at_it_as_the_council_does(browse: Browse, published: int) -> None:
    ana, belen = await browse(ANA), await browse(BELEN)
    for path in ("statements.csv", "statements.csv?order=votes"):
        as_council = path + ("&" if "?" in path else "?") + "view=council"
        assert (await ana.look(f"{HERE}/{as_council}")).text == (await belen.look(f"{HERE}/{path}")).text
    assert "<svg xmlns" not in (await ana.look(f"{HERE}?view=council")).text


async def test_a_view_of_ones_own_choice_makes_nothing_exact(browse: Browse, published: int) -> None:
    belen = await browse(BELEN)
    plain = (await belen.look(f"{HERE}/statements.csv")).text
    for view in ("organiser", "exact", ""):
        assert (await belen.look(f"{HERE}/statements.csv?view={view}")).text == plain


@pytest.mark.parametrize("order", ["consensus", "division", "votes", "<script>"])
async def test_the_table_has_an_order_without_a_script(
    console: Console, browse: Browse, published: int, order: str
) -> None:
    page = (await (await browse(ANA)).look(f"{HERE}/statements?order={order}")).text
    reading = await console.database.read(find_reading, published, None, threshold=5, exact=True)
    assert reading is not None
    places = [page.index(f"Afirmación {judged.number}<") for judged in reading.listed(order)]
    assert sorted(places) == places


async def test_earlier_analyses_stay(console: Console, browse: Browse, published: int) -> None:
    await console.database.run(analyse, published)
    ana = await browse(ANA)
    assert "Análisis 2, del" in (await ana.look(HERE)).text
    earlier = (await ana.look(f"{HERE}?analysis=1")).text
    assert "Análisis 1, del" in earlier and f"{HERE}/statements?analysis=1" in earlier
    assert "Análisis 1, del" in (await (await browse(BELEN)).look(HERE)).text
    assert (await ana.look(f"{HERE}?analysis=7")).status_code == 404
    assert (await ana.look(f"{HERE}/groups/9")).status_code == 404


@pytest.mark.parametrize(
    ("state", "says"), [("draft", "Todavía no se pregunta"), ("open", "El primero se hace solo")]
)
async def test_an_empty_page_says_what_to_do(console: Console, browse: Browse, state: str, says: str) -> None:
    def empty(db: Session) -> None:
        db.get_one(Deliberation, open_box(db, 3)).state = state

    await console.database.run(empty)
    page = await (await browse(ANA)).look(HERE)
    assert page.status_code == 200 and says in page.text
    assert "Todavía no hay resultados publicados." in (await (await browse(BELEN)).look(HERE)).text
    assert (await (await browse(ANA)).look("/deliberations/9/opinions")).status_code == 404


async def test_the_map_can_be_taken_along(browse: Browse, published: int) -> None:
    ana = await browse(ANA)
    drawing, picture = await ana.look(f"{HERE}/map.svg"), await ana.look(f"{HERE}/map.png")
    assert ElementTree.fromstring(drawing.text).get("role") == "img"
    assert drawing.headers["content-disposition"].startswith("attachment")
    assert picture.content.startswith(b"\x89PNG") and len(picture.content) < 40_000
    assert (await ana.look(f"{HERE}/map.gif")).status_code == 404


async def test_the_table_as_a_file(browse: Browse, published: int) -> None:
    text = (await (await browse(ANA)).look(f"{HERE}/statements.csv")).text
    head, *lines = csv.reader(io.StringIO(text))
    assert head[:6] == ["Número", "Afirmación", "De acuerdo", "En desacuerdo", "Paso", "Votos"]
    assert len(lines) == 13 and len(head) == 12
    assert all(int(line[2]) + int(line[3]) + int(line[4]) == int(line[5]) for line in lines)
    guarded = (await (await browse(BELEN)).look(f"{HERE}/statements.csv")).text
    counts = [cell for line in list(csv.reader(io.StringIO(guarded)))[1:] for cell in line[2:]]
    assert "" in counts
    assert all(cell == "" or int(cell) == 0 or int(cell) >= 5 for cell in counts)


async def test_the_votes_leave_with_a_warning_and_are_noted(
    console: Console, browse: Browse, published: int
) -> None:
    ana = await browse(ANA)
    assert "puede reconocer su fila" in (await ana.look(f"{HERE}/export")).text
    answer = await ana.look(f"{HERE}/export.zip")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.namelist()[0] == "LEAME.txt"
        assert "puede reconocer su fila" in archive.read("LEAME.txt").decode()
    acts = await console.database.read(list_acts)
    assert ("export_votes", "deliberation", published) in {
        (act.act, act.subject, act.subject_id) for act in acts
    }


async def test_nobody_is_named_anywhere(console: Console, browse: Browse, published: int) -> None:
    voters = await console.database.read(lambda db: list(db.scalars(select(Voter.id))))
    ana = await browse(ANA)
    for path, _ in PAGES:
        content = (await ana.look(path)).content
        assert not any(voter.encode() in content for voter in voters)


async def test_a_name_with_signs_is_only_text(console: Console, browse: Browse, published: int) -> None:
    def rename(db: Session) -> None:
        db.execute(update(OpinionGroup).values(name={"es": "<script>alert(1)</script>\x0b"}))

    await console.database.run(rename)
    ana = await browse(ANA)
    assert "<script>alert" not in (await ana.look(HERE)).text
    assert (await ana.look(f"{HERE}/map.png")).status_code == 200
