"""Several versions in one file: one column where the answers fit, two where they do not, and it is said."""

import json

from sqlalchemy import update
from sqlalchemy.orm import Session

from core.database import Database
from surveys.exporting.formats import Format
from surveys.questionnaires import store_questionnaire
from surveys.tables import Response
from surveys.versioning.versions import move_to_version
from tests.surveys.consulting import Sent, hold_consultation, take_part
from tests.surveys.exporting.exports import dictionary, export, read_csv
from tests.surveys.people import group, integer, question, questionnaire, select

ASKED = {"es": "¿En qué cantón vive?"}


def hold(db: Session) -> int:
    old = questionnaire(select("canton", "ibarra", "gone", label=ASKED), question("age"), integer("children"))
    new = questionnaire(
        group("about", select("about/canton", "ibarra", "fresh", label=ASKED), integer("about/children")),
        integer("age"),
    )
    before = [Sent({"canton": "gone", "age": "=veinte", "children": "2"})]
    consultation = hold_consultation(db, old, before)
    following = store_questionnaire(db, new, content=b"", file_name="f.xlsx", account_id=None)
    move_to_version(db, consultation, following, account_id=None)
    take_part(db, consultation, Sent({"about/canton": "fresh", "about/children": "3", "age": "20"}))
    return consultation


def on_paper(db: Session) -> None:
    db.execute(update(Response).values(mode="paper"))


async def test_what_fits_is_one_column(database: Database) -> None:
    consultation = await database.run(hold)
    rows = sorted(
        read_csv(await export(database, Format.CSV, consultation, language="es")),
        key=lambda row: row["_version"],
    )
    told = [
        (row["_version"], row["about/canton"], row["about/children"], row["age"], row["age@1"])
        for row in rows
    ]
    assert told == [("1", "Gone", "2", "", "'=veinte"), ("2", "Fresh", "3", "20", "")]


async def test_json_lines_bear_the_same_names(database: Database) -> None:
    consultation = await database.run(hold)
    content = await export(database, Format.JSONL, consultation)
    lines = {line["_version"]: line for line in map(json.loads, content.splitlines())}
    assert (lines[1]["age@1"], lines[2]["age"], lines[1]["about/children"]) == ("=veinte", 20, 2)
    assert "age" not in lines[1] and "age@1" not in lines[2]


async def test_the_dictionary_says_what_changed(database: Database) -> None:
    rows = await dictionary(database, await database.run(hold))
    told = {row["name"]: (row["versions"], row["changes"]) for row in rows if row["versions"]}
    assert told["about/canton"] == (
        "1 2",
        "2: Cambió de lugar: antes canton, ahora about/canton. 2: Opción nueva: «Fresh». "
        "2: Opción quitada: «Gone».",
    )
    assert told["age@1"] == ("1", "")
    assert told["age"][0] == "2" and "Las respuestas van por separado." in told["age"][1]


async def test_how_it_was_asked_is_told(database: Database) -> None:
    consultation = await database.run(hold)
    await database.run(on_paper)
    rows = read_csv(await export(database, Format.CSV, consultation))
    assert {row["_mode"] for row in rows} == {"paper"}
