"""The actor map in the console: who may do what, nothing typed is lost, files are looked at before they are kept."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from sqlalchemy import select

from core.accounts import add_account
from core.clock import now
from deliberation.actors.directory import get_offer, list_actors, list_offers
from deliberation.actors.finding import count_search
from deliberation.actors.tables import Service
from tests.api.conftest import ANA, BELEN, CARLOS, NOBODY, Browse, Browser, Console
from tests.deliberation.actors.charting import FOREIGN, MAP, fill_map

DIEGO = "unit"
PAGES: list[tuple[str, set[str]]] = [
    ("/actors", {ANA, CARLOS, DIEGO}),
    ("/actors.csv", {ANA, CARLOS, DIEGO}),
    ("/actors/1", {ANA, CARLOS, DIEGO}),
    ("/actors/verify", {ANA, CARLOS, DIEGO}),
    ("/actors/needs", {ANA, CARLOS, DIEGO}),
    ("/actors/needs.csv", {ANA, CARLOS, DIEGO}),
    ("/actors/exchange", {ANA, CARLOS, DIEGO}),
    ("/actors/export/csv", {ANA, CARLOS, DIEGO}),
    ("/actors/service/1/texts", {ANA, CARLOS}),
    ("/actors/new", {ANA}),
    ("/actors/1/edit", {ANA}),
    ("/actors/1/services/new", {ANA}),
    ("/actors/service/1", {ANA}),
    ("/actors/service/1/places/new", {ANA}),
    ("/actors/service/1/places/1", {ANA}),
]
DEEDS: list[tuple[str, set[str]]] = [
    ("/actors", {ANA}),
    ("/actors/1", {ANA}),
    ("/actors/1/services", {ANA}),
    ("/actors/service/1", {ANA}),
    ("/actors/service/1/texts", {ANA, CARLOS}),
    ("/actors/service/1/verify", {ANA}),
    ("/actors/service/1/places", {ANA}),
    ("/actors/service/1/places/1", {ANA}),
    ("/actors/exchange", {ANA}),
    ("/actors/exchange/apply", {ANA}),
    ("/actors/service/1/places/1/delete", {ANA}),
    ("/actors/1/delete", {ANA}),
]
SERVICE = {"name_es": "Comedor", "needs": "food", "languages": "es", "status": "active", "checked": "yes"}


@pytest.fixture
async def mapped(console: Console, password_hash: str) -> Console:
    """A map, and Diego of a unit who reads it."""
    await console.database.run(fill_map)
    await console.database.run(
        add_account, email=f"{DIEGO}@ejemplo.ec", role=DIEGO, password_hash=password_hash
    )
    return console


async def test_pages_and_deeds_are_for(mapped: Console, browse: Browse) -> None:
    browsers = {role: await browse(role) for role in (CARLOS, BELEN, DIEGO, ANA)}
    nobody = await browse(NOBODY)
    for path, allowed in PAGES:
        seen = {role: (await each.look(path)).status_code for role, each in browsers.items()}
        assert {role for role, status in seen.items() if status == 200} == allowed, path
        assert (await nobody.look(path)).status_code == 303, path
    for path, allowed in DEEDS:
        done = {role: (await each.fill("/account", path)).status_code for role, each in browsers.items()}
        assert {role for role, status in done.items() if status != 403} == allowed, path
        assert (await nobody.fill("/sign-in", path)).status_code == 303, path
    assert (await nobody.look("/services")).status_code == 200


async def test_an_actor_a_service_and_a_place_are_written_step_by_step(
    console: Console, browse: Browse
) -> None:
    ana = await browse(ANA)
    assert "/actors/new" in (await ana.look("/actors")).text, "an empty map says what to do"

    actor = await ana.fill("/actors/new", "/actors", name="Casa (ejemplo)", kind="ngo", website="ejemplo.org")
    assert actor.headers["location"] == "/actors/1?done=actor_saved"
    service = await ana.fill("/actors/1/services/new", "/actors/1/services", **SERVICE)
    assert service.headers["location"] == "/actors/service/1/places/new?done=service_saved"
    place = await ana.fill(
        "/actors/service/1/places/new",
        "/actors/service/1/places",
        canton="otavalo",
        phone="06 000 0101",
        hours_mo="08:00-12:00, 14:00-17:00",
        latitude="0,23",
        longitude="-78.26",
    )
    assert place.headers["location"] == "/actors/1?done=place_saved#service-1"

    offer = await console.database.read(get_offer, 1)
    assert (offer.needs, offer.website, offer.is_stale(now().date())) == (
        ["food"],
        "https://ejemplo.org",
        False,
    )
    assert offer.places[0].hours == [
        {"days": ["MO"], "opens": "08:00", "closes": "12:00"},
        {"days": ["MO"], "opens": "14:00", "closes": "17:00"},
    ]
    shown = (await ana.look("/actors/1")).text
    assert 'href="tel:+59360000101"' in shown and "lunes 08:00–12:00, 14:00–17:00" in shown


async def test_what_is_wrong_is_said_field_by_field_and_what_was_typed_stays(
    mapped: Console, browse: Browse
) -> None:
    ana = await browse(ANA)
    actor = await ana.fill(
        "/actors/new", "/actors", name="", kind="club", website="javascript:x", email="a@b"
    )
    service = await ana.fill("/actors/1/services/new", "/actors/1/services", name_es="", status="x")
    place = await ana.fill(
        "/actors/service/1/places/new",
        "/actors/service/1/places",
        canton="quito",
        phone="12",
        latitude="99",
        hours_mo="a las ocho",
    )

    for answer, fields in (
        (actor, ["name", "kind", "website", "email"]),
        (service, ["name_es", "needs", "status"]),
        (place, ["canton", "phone", "latitude", "hours_mo"]),
    ):
        assert answer.status_code == 400
        assert re.findall(r'<li><a href="#field-(\w+)"', answer.text) == fields
    assert 'value="a las ocho"' in place.text and 'value="javascript:x"' in actor.text
    assert len(await mapped.database.read(list_actors)) == 2


async def test_the_list_is_filtered_and_taken_along(mapped: Console, browse: Browse) -> None:
    diego = await browse(DIEGO)
    shown = (await diego.look("/actors?canton=otavalo&need=food")).text
    assert "Comedor" in shown and "Albergue" not in shown and "/actors/new" not in shown
    table = (await diego.look("/actors.csv?kind=public")).text.splitlines()
    assert len(table) == 3 and table[1].startswith("Oficina de Trámites (ejemplo),Ayuda con documentos")
    assert (await diego.look("/actors?canton=quito&status=x")).status_code == 200


async def test_carlos_translates_and_changes_nothing_else(mapped: Console, browse: Browse) -> None:
    carlos = await browse(CARLOS)
    page = "/actors/service/2/texts"
    done = await carlos.fill(page, page, name_es="Comedor", name_qu="Mikuna wasi", requirements_es="Plato")
    assert done.status_code == 303
    offer = await mapped.database.read(get_offer, 2)
    assert offer.name == {"es": "Comedor", "qu": "Mikuna wasi"}
    assert (offer.requirements, offer.needs) == ({"es": "Plato"}, ["food"])


async def test_who_checks_a_service_takes_it_off_the_list_of_those_that_wait(
    mapped: Console, browse: Browse
) -> None:
    ana = await browse(ANA)
    waiting = (await ana.look("/actors/verify")).text
    assert "Comedor" in waiting and "Curso que terminó" not in waiting, "what has ended needs no check"
    assert "/actors/verify" in (await ana.look("/actors")).text
    await ana.fill("/actors/verify", "/actors/service/2/verify", **{"from": "list"})
    assert "Comedor" not in (await ana.look("/actors/verify")).text
    row = await mapped.database.read(lambda db: db.scalar(select(Service.verified_on).where(Service.id == 2)))
    assert row is not None and now().date() - row <= timedelta(days=1)


async def look_at(browser: Browser, content: bytes, name: str = "map.csv") -> Any:
    return await browser.fill(
        "/actors/exchange", "/actors/exchange", files={"file": (name, content, "text/csv")}
    )


async def test_a_file_is_looked_at_then_kept(console: Console, browse: Browse) -> None:
    ana = await browse(ANA)
    looked = await look_at(ana, MAP.encode())
    assert looked.status_code == 200 and "10 nuevos." in looked.text
    assert await console.database.read(list_actors) == [], "nothing is written yet"

    hidden = dict(re.findall(r'name="(name|packed|csrf)" value="([^"]*)"', looked.text))
    kept = await ana.client.post("/actors/exchange/apply", data=hidden)
    assert kept.headers["location"] == "/actors?done=imported"
    again = await ana.client.post("/actors/exchange/apply", data=hidden)
    assert again.status_code == 303
    assert len(await console.database.read(list_offers)) == 4
    assert "10 quedan igual." in (await look_at(ana, MAP.encode())).text

    foreign = await look_at(ana, FOREIGN.read_bytes(), "foreign.json")
    assert "5 datos de personas" in foreign.text and "Una Persona" not in foreign.text


async def test_a_file_with_faults_is_refused_whole_and_each_is_shown(
    console: Console, browse: Browse
) -> None:
    ana = await browse(ANA)
    bad = (
        MAP.replace("ibarra,Calle", "quito,Calle").replace("06 000 0102", "12")
        + "<script>,x,,,,,,,,,,,,,,,,,,\n"
    )
    looked = await look_at(ana, bad.encode())
    assert looked.status_code == 400
    found = unescape(looked.text)
    assert "Este cantón no es de Imbabura: «quito»." in found and "Esto no es un teléfono: «12»." in found
    assert "apply" not in looked.text and "<script>,x" not in looked.text
    assert (await ana.fill("/actors/exchange", "/actors/exchange")).status_code == 400
    for forged in ("", "%%%", "eJw=", "AAAA"):
        answer = await ana.fill("/actors/exchange", "/actors/exchange/apply", packed=forged, name="x")
        assert answer.status_code == 400
    assert await console.database.read(list_actors) == []


async def test_each_kind_of_file_is_taken_out(mapped: Console, browse: Browse) -> None:
    ana = await browse(ANA)
    for form, kind in (("csv", "text/csv"), ("hxl", "text/csv"), ("hsds", "application/json")):
        answer = await ana.look(f"/actors/export/{form}")
        assert answer.headers["content-type"].startswith(kind)
        assert "Casa de Acogida (ejemplo)" in answer.text
    assert (await ana.look("/actors/export/xml")).status_code == 404


async def test_gaps_are_shown_and_few_searches_are_not(mapped: Console, browse: Browse) -> None:
    day = now().date()
    for need, canton, times in (("health", "pimampiro", 9), ("shelter", "ibarra", 8), ("legal", "ibarra", 2)):
        for _ in range(times):
            await mapped.database.run(count_search, need, canton, found=need != "health", today=day)
    carlos = await browse(CARLOS)
    shown = (await carlos.look("/actors/needs")).text
    assert shown.count('class="gap"') == 1 and "búsquedas: 9" in shown
    assert "búsquedas: 2" not in shown and "no se muestra" in shown
    table = (await carlos.look("/actors/needs.csv")).text.splitlines()
    assert table[1:7:4] == ["Salud,Ibarra,0,0,0,0,", "Salud,Pimampiro,0,9,9,0,x"]


async def test_the_public_page_is_light_and_in_both_languages(mapped: Console, browse: Browse) -> None:
    nobody = await browse(NOBODY)
    page = await nobody.look("/services?canton=ibarra")
    assert "Albergue por unas noches" in page.text and "Comedor" not in page.text
    assert "Curso que terminó" not in (await nobody.look("/services")).text
    assert len(page.content) < 100_000
    quechua = await nobody.look("/services", **{"accept-language": "qu"})
    assert "Puñuna wasi" in quechua.text and "Mashna kullki" in quechua.text


async def test_who_has_no_account_comes_there_from_any_page(mapped: Console, browse: Browse) -> None:
    nobody = await browse(NOBODY)
    first = (await nobody.look("/sign-in")).text
    for address in ("/services", "/sittings"):
        assert f'href="{address}"' in first and (await nobody.look(address)).status_code == 200


async def test_hundreds_of_services_come_some_at_a_time(mapped: Console, browse: Browse) -> None:
    long = "Atención a familias en movilidad con cita y sin ella. " * 20
    rows = "".join(f"Casa {row:03},Servicio {row:03},{long},food,ibarra\n" for row in range(300))
    table = "actor_name,service_name_es,service_description_es,needs,canton\n" + rows
    await mapped.database.run(fill_map, table)
    nobody = await browse(NOBODY)
    for address in ("/services", "/services?need=food&page=2", "/services?page=-5", "/services?page=999999"):
        page = await nobody.look(address)
        assert page.status_code == 200 and len(page.content) < 100_000 and "<article" in page.text
    assert "Servicio 019" in (await nobody.look("/services?need=food&canton=ibarra&page=1")).text
    second = (await nobody.look("/services?need=food&canton=ibarra&page=2")).text
    assert "Servicio 020" in second and "Servicio 019" not in second
    assert "/services?need=food&amp;canton=ibarra&amp;page=3" in second


async def test_taking_an_actor_off_the_map_takes_its_services(mapped: Console, browse: Browse) -> None:
    ana = await browse(ANA)
    await ana.fill("/actors/1", "/actors/service/1/places/1/delete")
    assert (await mapped.database.read(get_offer, 1)).places == ()
    await ana.fill("/actors/1", "/actors/1/delete")
    assert [offer.actor for offer in await mapped.database.read(list_offers)] == [
        "Oficina de Trámites (ejemplo)"
    ] * 2
    assert (await ana.look("/actors/1")).status_code == 404
