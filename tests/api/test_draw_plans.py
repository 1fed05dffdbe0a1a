"""What stands around a draw in the console: opinion groups as quotas, weights, the cost of needs."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.clock import at
from deliberation.assemblies.opinion_groups import category_of
from deliberation.assemblies.tables import Assembly, Invitation
from deliberation.opinions.closing import close_deliberation
from tests.api.conftest import ANA, BELEN, CARLOS, Browse, Console
from tests.deliberation.asked import person
from tests.deliberation.assemblies.provinces import NOON
from tests.deliberation.opinions.analysed import analysed

QUOTAS, COSTS = "/assemblies/1/quotas", "/assemblies/1/costs"


async def kept(console: Console) -> Assembly:
    """The assembly as it stands."""
    return await console.database.read(lambda db: db.scalars(select(Assembly)).one())


async def test_groups_of_a_deliberation_are_counted_and_left_out_again(
    console: Console, browse: Browse, assembly: None
) -> None:
    with at(NOON):
        browser = await browse(ANA)
        assert (
            "Todavía no hay una votación abierta con grupos publicados" in (await browser.look(QUOTAS)).text
        )
        deliberation = await console.database.run(lambda db: analysed(db, published=True))
        assert "Contar los grupos de «Movilidad»" in (await browser.look(QUOTAS)).text
        await browser.fill(QUOTAS, f"{QUOTAS}/groups", deliberation=str(deliberation))
        page = (await browser.look(QUOTAS)).text
        assert "Grupo de opinión en «Movilidad»" in page and "Grupo A: Trabajo primero: al menos" in page
        population = {"people__gender__man": "500", "people__gender__woman": "500"}
        await browser.fill("/assemblies/1/population", "/assemblies/1/population", **population)
        assert category_of(deliberation) in ((await kept(console)).reference or {}), "typed anew, kept"
        await console.database.run(close_deliberation, deliberation, account_id=None)
        assert "La votación «Movilidad» está cerrada." in (await browser.look(QUOTAS)).text
        source = {"source": "Lotería 7", "source_at": "2026-12-03T12:00", "panel_size": "10"}
        refused = await browser.fill("/assemblies/1/draw", "/assemblies/1/draws", **source, access="open")
        assert "La votación de una cuota por grupo de opinión se cerró" in refused.text
        await browser.fill(QUOTAS, f"{QUOTAS}/groups/removal", deliberation=str(deliberation))
        assert all(
            quota["category"] != category_of(deliberation) for quota in (await kept(console)).quotas or ()
        )


async def test_beside_the_population_stand_shares_with_and_without_weights_and_what_weights_cost(
    browse: Browse, assembly: None
) -> None:
    with at(NOON):
        page = (await (await browse(ANA)).look(QUOTAS)).text
    assert "62,5\u00a0%" in page and "50,0\u00a0% (× 1,33)" in page
    assert "estas 32 personas" in page and "valen como 30 elegidas al azar (efecto de diseño: 1,07)" in page


async def test_prices_make_the_cost_of_what_those_who_come_need(
    console: Console, browse: Browse, assembly: None
) -> None:
    def settle(db: Session) -> None:
        needs = [["transport"]] * 8 + [["transport", "food"]] * 2 + [[]] * 6
        db.add_all(
            Invitation(assembly_id=1, participant_id=person(db), answer="yes", needs=each) for each in needs
        )

    await console.database.run(settle)
    browser = await browse(ANA)
    wrong = await browser.fill(COSTS, COSTS, price__transport="barato", price__food="3,5")
    assert wrong.status_code == 400 and "Escriba dólares y centavos" in wrong.text and "barato" in wrong.text
    assert (await browser.fill(COSTS, COSTS, price__transport="4,50", price__food="2")).status_code == 303
    page = (await browser.look(COSTS)).text
    assert "$ 45,00" in page, "ten who need transport"
    assert "hasta $ 55,00" in page and "hasta $ 3,44" in page, "two who need food are told as five"
    table = (await browser.look(COSTS + ".csv")).text.splitlines()
    assert "transport,4.50,10,45.00" in table and "food,2.00,," in table
    assert table[-1] == "total_at_most,,16,55.00"
    assert 'value="4,50"' in page, "what was typed is there to be changed"


@pytest.mark.parametrize("page", [QUOTAS, COSTS, COSTS + ".csv"])
@pytest.mark.parametrize("who", [BELEN, CARLOS])
async def test_only_organisers_plan(browse: Browse, assembly: None, who: str, page: str) -> None:
    assert (await (await browse(who)).look(page)).status_code == 403
