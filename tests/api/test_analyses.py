"""The page of analyses: asked for, published, named; what is refused, and for whom it is not."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.audit import list_acts
from deliberation.opinions.analyses import find_analysis, find_begun
from deliberation.opinions.publication import list_group_names
from deliberation.opinions.tables import Voter
from tests.api.conftest import ANA, BELEN, CARLOS, NOBODY, Browse, Console
from tests.deliberation.opinions.analysed import analyse, analysed, camps
from tests.deliberation.opinions.ballot_box import cast, open_box

HERE = "/deliberations/1/analyses"


@pytest.fixture
async def deliberation(console: Console) -> int:
    """A deliberation with one analysis that is not published."""
    return await console.database.run(analysed)


async def test_it_is_for_organisers(browse: Browse, deliberation: int) -> None:
    seen = {role: (await (await browse(role)).look(HERE)).status_code for role in (ANA, BELEN, CARLOS)}
    assert seen == {ANA: 200, BELEN: 403, CARLOS: 403}
    assert (await (await browse(NOBODY)).look(HERE)).status_code == 303
    for path in (HERE, f"{HERE}/1/publish", "/deliberations/1/groups/1/name"):
        assert (await (await browse(BELEN)).fill("/account", path)).status_code == 403


async def test_one_is_asked_for_and_said_to_be_on_its_way(
    browse: Browse, console: Console, deliberation: int
) -> None:
    ana = await browse(ANA)
    answer = await ana.fill(HERE, HERE)
    assert answer.headers["location"] == f"{HERE}?done=analysis_asked"
    assert await console.database.read(find_begun, 1) == 2
    assert "El análisis 2 se está preparando" in (await ana.look(HERE)).text


async def test_with_few_people_it_says_what_is_missing(browse: Browse, console: Console) -> None:
    def fill(db: Session) -> None:
        cast(db, open_box(db, 5), [{1: 1, 2: 1, 3: 1}] * 6)

    await console.database.run(fill)
    ana = await browse(ANA)
    answer = await ana.fill(HERE, HERE)
    assert answer.status_code == 409
    assert "hacen falta 7 personas con 3 votos" in answer.text
    assert await console.database.read(find_begun, 1) is None


async def test_one_is_published_and_that_is_noted(
    browse: Browse, console: Console, deliberation: int
) -> None:
    ana = await browse(ANA)
    assert await console.database.read(find_analysis, 1, published=True) is None
    await ana.fill(HERE, f"{HERE}/1/publish")
    assert await console.database.read(find_analysis, 1, published=True) is not None
    assert "Publicado el" in (await ana.look(HERE)).text
    acts = await console.database.read(list_acts)
    assert (acts[0].act, acts[0].subject) == ("publish", "analysis")


@pytest.mark.parametrize(("more", "status"), [(4, 409), (5, 303)])
async def test_two_that_differ_by_a_few_people_are_not_both_published(
    browse: Browse, console: Console, deliberation: int, more: int, status: int
) -> None:
    ana = await browse(ANA)
    await ana.fill(HERE, f"{HERE}/1/publish")

    def later(db: Session) -> None:
        cast(db, 1, camps((more, 0, 0), seed=8), since=2)
        analyse(db, 1)

    await console.database.run(later)
    answer = await ana.fill(HERE, f"{HERE}/2/publish")
    assert answer.status_code == status
    if status == 409:
        assert "menos de 5 personas con votos nuevos o cambiados" in answer.text


async def test_the_order_of_publishing_makes_no_difference(
    browse: Browse, console: Console, deliberation: int
) -> None:
    def later(db: Session) -> None:
        cast(db, 1, camps((2, 0, 0), seed=8), since=2)
        analyse(db, 1)

    await console.database.run(later)
    ana = await browse(ANA)
    assert (await ana.fill(HERE, f"{HERE}/2/publish")).status_code == 303
    assert (await ana.fill(HERE, f"{HERE}/1/publish")).status_code == 409


async def test_of_few_people_nothing_is_published(browse: Browse, console: Console) -> None:
    def fill(db: Session) -> None:
        cast(db, open_box(db, 5), [{1: 1, 2: 1, 3: 1}] * 4)
        analyse(db, 1)

    await console.database.run(fill)
    answer = await (await browse(ANA)).fill(HERE, f"{HERE}/1/publish")
    assert answer.status_code == 409
    assert "menos de 5 personas" in answer.text


async def test_a_group_gets_a_name_in_both_languages(
    browse: Browse, console: Console, deliberation: int
) -> None:
    ana = await browse(ANA)
    named = {"group_2_es": "Vivienda primero", "group_2_qu": "Ñawpaka wasi"}
    answer = await ana.fill(HERE, "/deliberations/1/groups/2/name", **named)
    assert answer.headers["location"] == f"{HERE}?done=group_named"
    names = await console.database.read(list_group_names, 1)
    assert names[2] == {"es": "Vivienda primero", "qu": "Ñawpaka wasi"}
    assert "Vivienda primero" in (await ana.look(HERE)).text
    assert (await ana.fill(HERE, "/deliberations/1/groups/9/name", group_9_es="Nadie")).status_code == 404
    assert (await ana.fill(HERE, "/deliberations/1/groups/2/name", group_2_es=" ")).status_code == 400


async def test_it_says_whether_the_votes_are_still_there(
    browse: Browse, console: Console, deliberation: int
) -> None:
    ana = await browse(ANA)
    assert "Sí, todos." in (await ana.look(f"{HERE}?check=1")).text
    await console.database.run(lambda db: db.delete(db.scalars(select(Voter).limit(1)).one()))
    assert "No: alguien retiró los suyos" in (await ana.look(f"{HERE}?check=1")).text
    assert (await ana.look(f"{HERE}?check=7")).status_code == 404


async def test_it_is_there_in_kichwa_and_before_there_is_anything(browse: Browse, console: Console) -> None:
    await console.database.run(open_box, 5)
    ana = await browse(ANA)
    assert "Todavía no hay ningún análisis." in (await ana.look(HERE)).text
    assert "Manarak rikushka tiyanchu." in (await ana.look(HERE, **{"accept-language": "qu"})).text
    assert (await ana.look("/deliberations/2/analyses")).status_code == 404
