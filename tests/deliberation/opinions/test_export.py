"""The files in Polis's format: our own command reads them, and nobody's id or moment is in them."""

import csv
import io
import zipfile
from collections import Counter
from pathlib import Path

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.database import Database
from deliberation.opinions.analyses import find_analysis
from deliberation.opinions.export import ExportWords, write_polis_archive
from deliberation.opinions.portrait import map_of
from deliberation.opinions.publication import publish_analysis
from deliberation.opinions.tables import Statement, Voter
from deliberation.opinions.vote_file import read_conversation
from tests.deliberation.opinions.analysed import analyse, analysed, camps
from tests.deliberation.opinions.ballot_box import cast

WORDS = ExportWords("es", ("LEAME.txt", "Antes de usar estos archivos, lea esto."))


def archive(db: Session, deliberation_id: int, number: int | None = None) -> dict[str, str]:
    file = io.BytesIO()
    write_polis_archive(db, deliberation_id, number, WORDS, file)
    with zipfile.ZipFile(file) as opened:
        return {name: opened.read(name).decode() for name in opened.namelist()}


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


async def test_our_command_finds_the_groups_that_the_analysis_stored(
    database: Database, tmp_path: Path
) -> None:
    deliberation_id = await database.run(analysed)
    files = await database.read(archive, deliberation_id)
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    votes, statements = read_conversation(tmp_path / "votes.csv", tmp_path / "comments.csv")
    found = map_of(votes, statements)
    stored = await database.read(find_analysis, deliberation_id)
    assert stored is not None
    groups = {
        str(person["participant"]): person["group-id"] for person in rows(files["participants-votes.csv"])
    }
    pairs = {(groups[person], place["group"]) for person, place in found["participants"].items()}
    assert len(pairs) == len({one for one, _ in pairs}) == stored.result["k"] == found["k"]
    assert sorted(group["size"] for group in found["groups"]) == sorted(
        group["size"] for group in stored.result["groups"]
    )


async def test_what_was_published_keeps_its_groups_when_a_newer_analysis_places_people_anew(
    database: Database,
) -> None:
    deliberation_id = await database.run(analysed)

    def publish(db: Session) -> None:
        publish_analysis(db, deliberation_id, 1, threshold=5, account_id=None)
        db.execute(update(Voter).values(placed_in=2, opinion_group=None))

    def sizes(text: str) -> list[int]:
        return sorted(Counter(person["group-id"] for person in rows(text)).values())

    before = await database.read(archive, deliberation_id, 1)
    await database.run(publish)
    after = await database.read(archive, deliberation_id, 1)
    assert sizes(after["participants-votes.csv"]) == sizes(before["participants-votes.csv"])
    assert len(sizes(after["participants-votes.csv"])) > 1


async def test_the_first_page_comes_first_and_the_tables_agree(database: Database) -> None:
    deliberation_id = await database.run(analysed)
    files = await database.read(archive, deliberation_id)
    assert list(files) == [
        "LEAME.txt",
        "votes.csv",
        "comments.csv",
        "participants-votes.csv",
        "summary.csv",
    ]
    votes = rows(files["votes.csv"])
    agrees = Counter(vote["comment-id"] for vote in votes if vote["vote"] == "1")
    assert {each["comment-id"]: int(each["agrees"]) for each in rows(files["comments.csv"])} == agrees
    said = {(vote["voter-id"], vote["comment-id"]): vote["vote"] for vote in votes}
    for person in rows(files["participants-votes.csv"]):
        mine = {name: value for name, value in person.items() if name.isdigit() and value}
        assert mine == {name: said[person["participant"], name] for name in mine}
        assert int(person["n-votes"]) == len(mine)
    assert ["voters", "135"] in list(csv.reader(io.StringIO(files["summary.csv"])))


async def test_people_are_numbered_at_random_and_anew(database: Database) -> None:
    deliberation_id = await database.run(analysed)

    def ballots(files: dict[str, str]) -> dict[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {}
        for vote in rows(files["votes.csv"]):
            found.setdefault(vote["voter-id"], []).append(f"{vote['comment-id']} {vote['vote']}")
        return {person: tuple(said) for person, said in found.items()}

    first, second = [ballots(await database.read(archive, deliberation_id)) for _ in range(2)]
    assert Counter(first.values()) == Counter(second.values())
    assert sum(first[person] == second[person] for person in first) < len(first) / 2


async def test_no_id_no_author_and_no_moment_leaves_the_house(database: Database) -> None:
    deliberation_id = await database.run(analysed)

    def with_author(db: Session) -> list[str]:
        ids = list(db.scalars(select(Voter.id)))
        row = db.scalars(select(Statement).where(Statement.number == 3)).one()
        row.author_id, row.text = ids[0], {"es": "=cmd()"}
        return ids

    ids = await database.run(with_author)
    files = await database.read(archive, deliberation_id)
    assert not any(voter in text for text in files.values() for voter in ids)
    comments = rows(files["comments.csv"])
    assert {each["author-id"] for each in comments} == {""}
    assert comments[2]["comment-body"] == "'=cmd()"
    assert len({vote["timestamp"] for vote in rows(files["votes.csv"])}) == 1
    assert int(rows(files["votes.csv"])[0]["timestamp"]) % 86_400_000 == 0


async def test_an_earlier_analysis_gives_the_votes_that_it_saw(database: Database) -> None:
    deliberation_id = await database.run(analysed)

    def go_on(db: Session) -> None:
        cast(db, deliberation_id, camps((10, 10, 10), seed=9), since=2)
        analyse(db, deliberation_id)

    await database.run(go_on)
    people = [
        len(rows((await database.read(archive, deliberation_id, number))["participants-votes.csv"]))
        for number in (1, 2, None)
    ]
    assert people == [135, 165, 165]
