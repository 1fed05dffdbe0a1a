"""A table of items is read as organisers write it, and what is wrong is said with its place, all at once."""

from pathlib import Path

import pytest

from core.errors import InvalidInput
from deliberation.council.agenda_file import Docket, minutes_from, read_docket
from deliberation.maths.agenda.sets import members_of

# Albergue is wanted by ana, luis and eva; Salud by ana and luis; Papeles by eva.
WAYS = {
    "listed": "id,title,minutes,supporters\n1,Albergue,20,ana luis eva\n2,Salud,10,ana;luis\n3,Papeles,7.5,eva\n",
    "barred": "item,title,cost,approvals\n1,Albergue,20,ana | luis | eva\n2,Salud,10,ana|luis\n3,Papeles,7.5,eva\n",
    "marked": (
        "Código;Título;Minutos;ana;luis;eva\n3;Papeles;7,5 min;;no;sí\n1;Albergue;20 min;x;X;✓\n2;Salud;10';1;1;0\n"
    ),
    "quoted": (
        "punto\ttema\tduración\tquiénes\n"
        '2\tSalud\t10\t"luis, ana"\n1\tAlbergue\t20\teva,ana,luis\n3\tPapeles\t7,5\teva\n'
    ),
}
BARE = "id,title,minutes,unit\n1,Albergue,20,Obras\n2,Salud,10,Salud\n3,Papeles,7.5,\n"
PAIRS = "voter,item\nana,1\nluis,1\neva,1\nana,2\nluis,2\neva,3\nana,2\n"
POLIS = (
    "timestamp,datetime,comment-id,voter-id,vote\n1,x,1,ana,1\n1,x,1,luis,1\n1,x,1,eva,1\n1,x,2,ana,1\n"
    "2,x,2,luis,1\n1,x,2,luis,-1\n1,x,2,eva,-1\n1,x,3,eva,1\n2,x,3,ana,0\n1,x,3,ana,1\n1,x,88,ana,1\n"
)


def read(folder: Path, items: str, votes: str | None = None, groups: str | None = None) -> Docket:
    def written(name: str, text: str) -> Path:
        (folder / name).write_text(text, "utf-8")
        return folder / name

    return read_docket(
        written("items.csv", items),
        None if votes is None else written("votes.csv", votes),
        None if groups is None else written("groups.csv", groups),
    )


def supporters(docket: Docket) -> list[int]:
    assert docket.proposals is not None
    return [len(members_of(each)) for each in docket.proposals.approvers]


@pytest.mark.parametrize("way", WAYS)
def test_who_approves_is_read_whichever_way_it_is_written(way: str, tmp_path: Path) -> None:
    docket = read(tmp_path, WAYS[way])
    assert [(item.id, item.title, item.minutes) for item in docket.items] == [
        ("1", "Albergue", 2000),
        ("2", "Salud", 1000),
        ("3", "Papeles", 750),
    ]
    assert supporters(docket) == [3, 2, 1] and docket.ignored == ()
    assert docket.proposals is not None and docket.proposals.people == 3


@pytest.mark.parametrize("votes", [PAIRS, POLIS])
def test_who_approves_may_stand_in_a_file_of_votes(votes: str, tmp_path: Path) -> None:
    docket = read(tmp_path, BARE, votes)
    assert supporters(docket) == [3, 2, 1] and docket.ignored == ("unit",)


@pytest.mark.parametrize(
    "items",
    [
        "id,minutes,votes\na,10,5\nb,20,\n",
        "id,minutes,apoyos\na,10,5\nb,20,0\n",
        "id,minutes,mesa norte,mesa sur\na,10,2,3\nb,20,,0\n",
    ],
)
def test_a_table_that_says_only_how_many_is_read_as_that(items: str, tmp_path: Path) -> None:
    docket = read(tmp_path, items)
    assert docket.proposals is None and docket.counted.approvals == (5, 0)


def test_an_item_without_a_number_has_that_of_its_row(tmp_path: Path) -> None:
    docket = read(tmp_path, "title,minutes,votes\nAlbergue,5,2\n\n,6,1\n")
    assert [(item.id, item.title) for item in docket.items] == [("1", "Albergue"), ("2", "2")]


@pytest.mark.parametrize("name", ["people.csv", "map.json"])
def test_groups_are_those_of_a_table_or_of_a_map_of_opinions(name: str, tmp_path: Path) -> None:
    (tmp_path / "items.csv").write_text(WAYS["listed"])
    text = '{"participants": {"ana": {"group": 0}, "eva": {"group": 1}, "luis": {"group": null}}}'
    (tmp_path / name).write_text("voter,group\nana,0\neva,1\nzoe,1\n" if name == "people.csv" else text)
    docket = read_docket(tmp_path / "items.csv", None, tmp_path / name)
    assert docket.groups == ("0", "1") and docket.proposals is not None
    assert [len(members_of(each)) for each in docket.proposals.groups] == [1, 1]


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("10", 1000),
        ("7,5", 750),
        ("7.25 minutos", 725),
        ("15'", 1500),
        ("", None),
        ("0", None),
        ("-5", None),
        ("7.555", None),
        ("10-20", None),
        ("diez", None),
        ("inf", None),
        ("1e9", None),
    ],
)
def test_minutes_are_read_as_they_are_written(text: str, minutes: int | None) -> None:
    assert minutes_from(text) == minutes


def faults_of(
    folder: Path, items: str, votes: str | None = None, groups: str | None = None
) -> list[tuple[object, ...]]:
    with pytest.raises(InvalidInput) as refusal:
        read(folder, items, votes, groups)
    return [(fault.code, fault.sheet, fault.row, fault.column) for fault in refusal.value.faults]


def test_all_faults_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    items = "id,minutes,ana,luis\n1,10,x,\n1,0,x,quizá\n,5,si,x\n4,5\n"
    assert faults_of(tmp_path, items, None, "voter,group\nana,a\nana,b\n,c\n") == [
        ("agenda_minutes_unknown", "items.csv", 3, "minutes"),
        ("agenda_item_twice", "items.csv", 3, "id"),
        ("agenda_mark_unknown", "items.csv", 3, "luis"),
        ("agenda_id_missing", "items.csv", 4, "id"),
        ("table_row_short", "items.csv", 5, None),
        ("agenda_group_twice", "groups.csv", 3, "group"),
        ("agenda_voter_missing", "groups.csv", 4, "voter"),
    ]


def test_faults_of_votes_are_told_with_those_of_items(tmp_path: Path) -> None:
    votes = "voter,item,vote\nana,9,1\n,1,1\nana,1,quizá\n"
    assert faults_of(tmp_path, "id,minutes\n1,\n", votes) == [
        ("agenda_minutes_unknown", "items.csv", 2, "minutes"),
        ("agenda_item_unknown", "votes.csv", 2, "item"),
        ("agenda_voter_missing", "votes.csv", 3, "voter"),
        ("vote_unknown", "votes.csv", 4, "vote"),
    ]


@pytest.mark.parametrize(
    ("items", "votes", "code"),
    [
        ("id,title\n1,a\n", None, "table_column_missing"),
        ("id,minutes\n", None, "agenda_items_none"),
        ("id,minutes,unit\n1,5,Obras\n", None, "agenda_approvals_none"),
        ("id,minutes,votes,Votes\n1,5,1,1\n", None, "column_twice"),
        ("id,minutes,votes\n1,5,many\n", None, "agenda_count_unknown"),
        ("id,minutes\n1,5\n", "voter\nana\n", "table_column_missing"),
        ("id,minutes\n1,5\n", "comment-id,voter-id,vote\n7,ana,1\n", "votes_none"),
        ("id,minutes\n1,5\n", "timestamp,comment-id,voter-id,vote\nayer,1,ana,1\n", "vote_time_unknown"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(
    items: str, votes: str | None, code: str, tmp_path: Path
) -> None:
    assert [fault[0] for fault in faults_of(tmp_path, items, votes)] == [code]


def test_a_file_of_groups_that_is_no_map_says_so(tmp_path: Path) -> None:
    (tmp_path / "items.csv").write_text(WAYS["listed"])
    (tmp_path / "map.json").write_text('{"participants": [1]}')
    with pytest.raises(InvalidInput) as refusal:
        read_docket(tmp_path / "items.csv", None, tmp_path / "map.json")
    assert [fault.code for fault in refusal.value.faults] == ["agenda_map_unreadable"]
