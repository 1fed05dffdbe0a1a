"""Every fault of quotas and pool is told at once, with its file, line and column; nothing else of the rows is."""

from pathlib import Path

import pytest

from core.errors import Fault, InvalidInput
from deliberation.lottery.pool_file import read_draw


def faults_of(folder: Path, quotas: str, pool: str, household: str | None = None) -> list[Fault]:
    (folder / "c.csv").write_text(quotas)
    (folder / "r.csv").write_text(pool)
    with pytest.raises(InvalidInput) as refused:
        read_draw(folder / "c.csv", folder / "r.csv", household)
    return list(refused.value.faults)


def places(faults: list[Fault]) -> list[tuple[str, str | None, int | None, str | None]]:
    return [(fault.code, fault.sheet, fault.row, fault.column) for fault in faults]


GOOD = "category,feature,min,max\ng,f,1,2\ng,m,1,2\n"


@pytest.mark.parametrize(
    "quotas",
    [GOOD, "feature,value,min,max,min_flex,max_flex\ng,f,1,2,0,9\ng,m,1,2,0,9\n", GOOD.replace(",", ";")],
)
def test_both_ways_to_name_the_columns_say_the_same(tmp_path: Path, quotas: str) -> None:
    (tmp_path / "c.csv").write_text(quotas)
    (tmp_path / "r.csv").write_text("id,g,other\na,f,x\nb,m,y\n")
    read, people = read_draw(tmp_path / "c.csv", tmp_path / "r.csv")
    assert [(each.category, each.feature, each.low, each.high) for each in read.quotas] == [
        ("g", "f", 1, 2),
        ("g", "m", 1, 2),
    ]
    assert [(person.id, person.rules) for person in people] == [("a", (0,)), ("b", (1,))]


@pytest.mark.parametrize(
    ("pool", "ids"),
    [
        ("id,nationbuilder_id,g\na,1,f\n", ["a"]),
        ("g,nationbuilder_id\nf,17\n", ["17"]),
        ("g\nf\nm\n", ["1", "2"]),
    ],
)
def test_people_are_known_by_id_or_numbered_by_row(tmp_path: Path, pool: str, ids: list[str]) -> None:
    (tmp_path / "c.csv").write_text(GOOD)
    (tmp_path / "r.csv").write_text(pool)
    assert [person.id for person in read_draw(tmp_path / "c.csv", tmp_path / "r.csv")[1]] == ids


def test_all_faults_of_both_files_are_told_together(tmp_path: Path) -> None:
    quotas = "category,feature,min,max\ng,f,1,x\n,m,-1,2\ng,n,3,2\nh,o,0,1\nh,o,0,1\n"
    pool = "id,g,h\na,f,o\n,f,o\na,f,o\n"
    assert places(faults_of(tmp_path, quotas, pool)) == [
        ("quota_number", "c.csv", 2, "max"),
        ("quota_name_missing", "c.csv", 3, "category"),
        ("quota_number", "c.csv", 3, "min"),
        ("quota_upside_down", "c.csv", 4, "min"),
        ("quota_twice", "c.csv", 6, "feature"),
        ("pool_id_missing", "r.csv", 3, "id"),
        ("pool_id_twice", "r.csv", 4, "id"),
    ]


def test_a_feature_without_quota_is_told_by_place_and_not_by_what_it_says(tmp_path: Path) -> None:
    faults = faults_of(tmp_path, GOOD, "id,g\na,f\nb,secreto\nb,m\n")
    assert places(faults) == [("pool_feature_unknown", "r.csv", 3, "g")]
    assert not any("secreto" in str(fault.params) for fault in faults)


@pytest.mark.parametrize(
    ("quotas", "pool", "household", "expected"),
    [
        ("category,min,max\ng,1,2\n", "id,g\na,f\n", None, ("table_column_missing", "c.csv", 1, "feature")),
        ("feature,min,max\ng,1,2\n", "id,g\na,f\n", None, ("table_column_missing", "c.csv", 1, "category")),
        (GOOD, "id,h\na,f\n", None, ("table_column_missing", "r.csv", 1, "g")),
        (GOOD, "id,g\na,f\n", "house", ("table_column_missing", "r.csv", 1, "house")),
        ("category,feature,min,max\n", "id\na\n", None, ("quotas_none", "c.csv", None, None)),
        (GOOD, "id,g\n", None, ("pool_none", "r.csv", None, None)),
        (GOOD, "id,g\na,f\na,m\n", None, ("pool_id_twice", "r.csv", 3, "id")),
    ],
)
def test_what_is_missing_is_named(
    tmp_path: Path, quotas: str, pool: str, household: str | None, expected: tuple[str, str, int, str]
) -> None:
    assert expected in places(faults_of(tmp_path, quotas, pool, household))
