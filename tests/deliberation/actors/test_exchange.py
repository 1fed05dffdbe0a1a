"""The actor map in files: what goes out comes back the same, what others wrote is kept, every fault is said."""

import asyncio
import csv
import io
import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from core.database import Database
from core.errors import InvalidInput
from deliberation.actors.directory import list_offers
from deliberation.actors.editing import save_texts
from deliberation.actors.importing import apply, preview, read_file, take_out, write_file
from deliberation.actors.tables import Actor
from tests.deliberation.actors.charting import FOREIGN, HEADER, MAP, fill_map, plain


async def test_a_map_is_brought_in_once_however_often_the_file_comes(database: Database) -> None:
    read = read_file(MAP.encode(), "map.csv")

    before = await database.read(preview, read)
    assert await database.read(list_offers) == [], "looking writes nothing"
    first, second = await asyncio.gather(*(database.run(apply, read, account_id=None) for _ in range(2)))

    assert {change.how for change in before} == {"new"}
    assert [len(before), len(first), len(second)] == [10, 10, 10]
    assert sorted({change.how for done in (first, second) for change in done}) == ["new", "same"]
    offers = await database.read(list_offers)
    assert [offer.name["es"] for offer in offers] == [
        "Albergue por unas noches",
        "Comedor",
        "Ayuda con documentos",
        "Curso que terminó",
    ]
    assert offers[1].places[0].phone == "+59360000102"
    assert offers[0].protection and not offers[1].protection


@pytest.mark.parametrize("form", ["csv", "hsds", "hxl"])
async def test_what_goes_out_comes_back_the_same(database: Database, form: str) -> None:
    await database.run(fill_map)
    records = await database.read(take_out)

    again = read_file(write_file(records, form), "map")

    assert again.faults == ()
    changes = await database.run(apply, again, account_id=None)
    assert {change.how for change in changes} == {"same"}
    assert plain(await database.read(take_out)) == plain(records)


async def test_a_file_of_others_leaves_as_it_came_but_for_persons(database: Database) -> None:
    content = FOREIGN.read_bytes()
    read = read_file(content, "foreign.json")
    assert (read.faults, read.left_out) == ((), 5)
    await database.run(apply, read, account_id=None)

    (offer,) = await database.read(list_offers)
    assert (offer.needs, offer.languages, offer.status) == (["psychosocial"], ["es"], "paused")
    assert offer.requirements == {"es": "Un documento, el que tenga"}
    (place,) = offer.places
    assert (place.canton, place.address, place.phone) == (
        "otavalo",
        "Calle Ejemplo 5, piso 2",
        "+59360000104",
    )
    assert place.hours == [{"days": ["MO", "TU"], "opens": "08:00", "closes": "12:00"}]

    written = write_file(await database.read(take_out), "hsds")
    came, left = without_persons(json.loads(content)["contents"]), json.loads(written)["contents"]
    assert left == came
    assert b"Persona" not in written and b".persona@" not in written


async def test_what_is_changed_here_is_written_and_the_rest_stays(database: Database) -> None:
    await database.run(apply, read_file(FOREIGN.read_bytes(), "foreign.json"), account_id=None)
    texts = {"name": {"qu": "Uyarina"}, "requirements": {"qu": "Shuk panka"}}
    await database.run(save_texts, 1, texts, account_id=None)

    left = json.loads(write_file(await database.read(take_out), "hsds"))["contents"][0]["services"][0]

    assert left["x_rimay"] == {"name_qu": "Uyarina", "application_process_qu": "Shuk panka"}
    assert left["alternate_name"] == "Escucha"
    again = read_file(FOREIGN.read_bytes(), "foreign.json")
    await database.run(apply, again, account_id=None)
    (offer,) = await database.read(list_offers)
    assert offer.name["qu"] == "Uyarina", "a file that knows no Kichwa takes none away"


async def test_a_table_of_some_columns_changes_only_these(database: Database) -> None:
    await database.run(fill_map)
    few = "actor_id,actor_name,service_id,service_name_es,place_id,canton,phone\n"
    row = "casa,Casa de Acogida (ejemplo),comida,Comedor de la plaza,comida-otavalo,Otavalo,593 6000 0109\n"

    changes = await database.run(apply, read_file((few + row).encode(), "few.csv"), account_id=None)

    assert [(change.what, change.how, change.columns) for change in changes] == [
        ("actor", "same", ()),
        ("service", "changed", ("name",)),
        ("place", "changed", ("phone",)),
    ]
    offer = next(offer for offer in await database.read(list_offers) if offer.id == 2)
    assert (offer.needs, offer.places[0].address) == (["food"], "Plaza Inventada")


async def test_all_that_is_wrong_is_said_at_once_and_nothing_is_written(database: Database) -> None:
    bad = (
        "a b,Casa,club,s1,Techo,,houses,klingon,,gone,perhaps,2026-13-01,p1,Quito,,78.1,0.3,12,MO-FR 8,\n"
        "c,,ngo,s2,Comedor,,food,es,,active,no,,p2,ibarra,,,,,SU-MO 08:00-09:00,\n"
        "d,Otra,ngo,s2,Comedor,,food,es,,active,no,,p2,ibarra,,,,,MO 10:00-09:00,\n"
    )
    read = read_file(f"{HEADER}\n{bad}".encode(), "bad.csv")

    with pytest.raises(InvalidInput) as refused:
        await database.run(apply, read, account_id=None)

    found = [(fault.row, fault.column, fault.code) for fault in refused.value.faults]
    for each in [
        (2, "actor_kind", "actor_not_among"),
        (2, "actor_id", "actor_id_wrong"),
        (2, "needs", "actor_not_among"),
        (2, "languages", "actor_not_among"),
        (2, "status", "actor_not_among"),
        (2, "protection", "actor_not_yes_no"),
        (2, "verified_on", "actor_date_wrong"),
        (2, "canton", "actor_canton_unknown"),
        (2, "latitude", "actor_point_wrong"),
        (2, "phone", "actor_phone_wrong"),
        (2, "hours", "actor_hours_wrong"),
        (3, "actor_name", "actor_cell_missing"),
        (3, "hours", "actor_hours_wrong"),
        (4, "service_id", "actor_service_of_two"),
        (4, "hours", "actor_hours_wrong"),
        (4, "id", "actor_id_repeated"),
    ]:
        assert each in found
    assert await database.read(lambda db: db.scalar(select(func.count()).select_from(Actor))) == 0


HOSTILE: list[tuple[bytes, str]] = [
    (b"", "actor_file_empty"),
    (b"[]", "actor_file_empty"),
    (b"[" * 100_000, "actor_file_unreadable"),
    (b'{"id": "a", "name": "x", "deep": ' + b"[" * 40 + b"]" * 40 + b"}", "actor_file_unreadable"),
    (b'{"id": "a", "name": "x", "n": NaN}', "actor_file_unreadable"),
    (b'{"id": "a", "name": "x", "n": -1e999}', "actor_file_unreadable"),
    (b'{"id": "a", "name": "\\ud800"}', "actor_file_unreadable"),
    (b'{"id": "a", "name": "\\u0000"}', "actor_file_unreadable"),
    (b'{"id": ["a"], "name": {"es": "x"}}', "actor_id_wrong"),
    (b'{"id": "a", "name": "x", "website": "javascript:alert(1)"}', "actor_website_wrong"),
    (b'{"id": "a", "name": "x", "services": [1, 2]}', "actor_not_list"),
    (
        b'{"id": "a", "name": "x", "services": [{"id": "s", "name": "y", "service_at_locations":'
        b' [{"id": "p", "location": "z", "x_rimay": {"canton": "ibarra"}}]}]}',
        "actor_cell_missing",
    ),
    (b'[{"id": "a", "name": "x"}, {"id": "a", "name": "y"}]', "actor_id_repeated"),
    (b"PK\x03\x04 a workbook", "actor_file_unreadable"),
    (b"actor_name,canton\n\0,x", "actor_file_unreadable"),
    (b"actor_name,canton\nx,ibarra", "table_column_missing"),
    (b"actor_name,service_name_es,canton\n" + b"x,y,ibarra\n" * 10_001, "actor_file_too_long"),
    (b"x" * 2_000_001, "actor_file_unreadable"),
]


@pytest.mark.parametrize(("content", "code"), HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_file_is_refused(content: bytes, code: str) -> None:
    assert code in [fault.code for fault in read_file(content, "file").faults]


WORDS: st.SearchStrategy[Any] = st.sampled_from(
    ["", "x", "ibarra", "08:00", None, True, 0, -1.5, [], {}, [1], {"id": "x"}, [{}]]
)


@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_whatever_stands_in_a_field_is_a_fault_or_leaves_again(data: st.DataObject) -> None:
    whole = json.loads(FOREIGN.read_bytes())
    for _ in range(data.draw(st.integers(1, 3))):
        spots = list(spots_in(whole["contents"]))
        holder, key = data.draw(st.sampled_from(spots))
        holder[key] = deepcopy(data.draw(WORDS))  # what was put in once may be changed inside

    read = read_file(json.dumps(whole).encode(), "file.json")

    if not read.faults:
        again = read_file(write_file(read.records, "hsds"), "file.json")
        assert again.faults == ()
        assert plain(again.records) == plain(read.records)


def spots_in(value: Any) -> Iterator[tuple[Any, Any]]:
    for key, each in value.items() if isinstance(value, dict) else enumerate(value):
        yield value, key
        if isinstance(each, dict | list):
            yield from spots_in(each)


async def test_an_identifier_of_somebody_else_is_not_taken_over(database: Database) -> None:
    await database.run(fill_map)
    row = "actor_id,actor_name,service_id,service_name_es,canton\nanother,Otra,techo,Techo,ibarra\n"

    with pytest.raises(InvalidInput) as refused:
        await database.run(apply, read_file(row.encode(), "file.csv"), account_id=None)

    assert [fault.code for fault in refused.value.faults] == ["actor_service_of_two"]


async def test_nothing_that_leaves_runs_in_a_spreadsheet(database: Database) -> None:
    row = 'actor_name,service_name_es,canton,address\n"=HYPERLINK(""x"")",@SUM,ibarra,+cmd\n'
    await database.run(fill_map, row)
    records = await database.read(take_out)

    table = write_file(records, "csv")

    cells = next(csv.DictReader(io.StringIO(table.decode())))
    assert (cells["actor_name"], cells["service_name_es"]) == ('\'=HYPERLINK("x")', "'@SUM")
    changes = await database.run(apply, read_file(table, "map.csv"), account_id=None)
    assert {change.how for change in changes} == {"same"}, "the apostrophe goes again"


async def test_humanitarian_tools_read_who_does_what_where(database: Database) -> None:
    import hxl  # slow to load, and only this test wants it

    await database.run(fill_map)
    content = write_file(await database.read(take_out), "hxl")

    source = hxl.data(io.BytesIO(content))

    tags = [column.display_tag for column in source.columns]
    for tag in (
        "#org+name",
        "#activity+name+i_es",
        "#sector+name",
        "#adm2+name",
        "#adm2+code",
        "#contact+phone",
    ):
        assert tag in tags
    rows = [(row.get("#org+name"), row.get("#sector+name"), row.get("#adm2+code")) for row in source]
    assert rows[0] == ("Casa de Acogida (ejemplo)", "Shelter; Protection", "EC1001")
    assert len(rows) == 4


PERSONS = ("contacts", "attention", "assurer_email", "updated_by")


def without_persons(value: Any) -> Any:
    if isinstance(value, list):
        return [without_persons(each) for each in value]
    if isinstance(value, dict):
        return {name: without_persons(each) for name, each in value.items() if name not in PERSONS}
    return value
