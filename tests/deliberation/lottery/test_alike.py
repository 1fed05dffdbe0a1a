"""A draw that counts of each person only what several share: open to everybody, verified as any other."""

import json
import random
from collections import Counter
from pathlib import Path

import pytest

from core.errors import InvalidInput
from deliberation.lottery.alike import UNCOUNTED, count_alike, names_nobody
from deliberation.lottery.draw import DrawFile, draw, prepare
from deliberation.lottery.draw_file import read_draw_file
from deliberation.lottery.pool_file import read_draw
from deliberation.lottery.quotas import Quota, Quotas, quotas_of
from deliberation.lottery.verification import all_hold, checks_as_json, verify
from deliberation.maths.lottery.people import Person
from tests.deliberation.lottery.files import write_lines, write_pool, write_quota_lines, write_quotas

ALIKE = 5
QUOTAS = quotas_of(
    [
        Quota("gender", "man", 4, 6),
        Quota("gender", "woman", 4, 6),
        Quota("language", "es", 5, 8),
        Quota("language", "qu", 2, 5),
        Quota("language", "en", 1, 1),
    ]
)


def people(**many: int) -> list[Person]:
    """So many of each kind, written as `woman_es`."""
    return [
        QUOTAS.person(f"{kind}-{number}", dict(zip(("gender", "language"), kind.split("_"), strict=True)))
        for kind, count in many.items()
        for number in range(count)
    ]


def kinds(quotas: Quotas, those: tuple[Person, ...]) -> Counter[tuple[str, ...]]:
    return Counter(tuple(quotas.features(person.rules).values()) for person in those)


def drawn(folder: Path, seed: str = "7 8 9") -> DrawFile:
    quotas, pool = read_draw(folder / "categories.csv", folder / "respondents.csv", "house")
    counted = count_alike(quotas, pool, 12, ALIKE)
    return draw(prepare(counted.quotas, counted.people, 12, alike=ALIKE), seed)


def checks(folder: Path, file: DrawFile, *, with_pool: bool = False) -> dict[str, bool | None]:
    (folder / "draw.json").write_text(json.dumps(file))
    given = (
        read_draw(folder / "categories.csv", folder / "respondents.csv", "house", alike=True)
        if with_pool
        else ()
    )
    found = verify(read_draw_file(folder / "draw.json"), *given)
    assert all_hold(found) is (False not in checks_as_json(found).values())
    return checks_as_json(found)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_pool(tmp_path, homes=10)
    write_quotas(tmp_path)
    return tmp_path


def test_anybody_verifies_it_and_who_has_the_pool_counts_it_anew(folder: Path) -> None:
    file = drawn(folder)
    assert file["alike"] == ALIKE and all(len(each["people"]) >= ALIKE for each in file["types"])
    alone, with_pool = checks(folder, file), checks(folder, file, with_pool=True)
    assert {name for name, holds in alone.items() if holds is None} == {"quotas_file", "pool_file"}
    assert alone["alike"] and all(with_pool.values())


def test_of_each_home_one_is_in_the_pool_and_no_home_in_the_file(folder: Path) -> None:
    file = drawn(folder)
    assert file["households"] == [] and len(file["probabilities"]) == 50
    homes = [{f"n{2 * number:03}", f"n{2 * number + 1:03}"} for number in range(10)]
    assert all(len(home & file["probabilities"].keys()) == 1 for home in homes)


def test_the_order_of_rows_changes_nothing(tmp_path: Path) -> None:
    lines, quotas = write_pool(tmp_path, homes=8), write_quotas(tmp_path)
    first = json.dumps(drawn(tmp_path))
    write_lines(tmp_path, random.Random(1).sample(lines, len(lines)))
    write_quota_lines(tmp_path, random.Random(1).sample(quotas, len(quotas)))
    assert json.dumps(drawn(tmp_path)) == first


def test_more_than_the_file_says_are_not_alike_and_another_pool_is_seen(folder: Path) -> None:
    file = drawn(folder)
    assert checks(folder, file | {"alike": 40})["alike"] is False
    lines = (folder / "respondents.csv").read_text().splitlines()[1:]
    write_lines(folder, [*lines[:-1], lines[-1].replace("n059", "n060")])
    assert checks(folder, file, with_pool=True)["pool_file"] is False


def test_what_is_not_counted_decides_nothing() -> None:
    """Each speaks a language of their own: whoever speaks which, the same people are drawn."""
    tongues = [Quota("language", f"l{number:02}", 0, 1) for number in range(30)]
    quotas = quotas_of(
        [
            Quota("gender", "man", 2, 4),
            Quota("gender", "woman", 2, 4),
            *tongues,
            Quota("language", "es", 0, 6),
        ]
    )

    def file(languages: list[str]) -> DrawFile:
        pool = [
            quotas.person(
                f"p{number}", {"gender": "man" if number % 2 else "woman", "language": languages[number]}
            )
            for number in range(30)
        ]
        counted = count_alike(quotas, pool, 6, ALIKE)
        return draw(prepare(counted.quotas, counted.people, 6, alike=ALIKE), "a seed")

    spoken = [quota.feature for quota in tongues]
    assert file(spoken) == file(spoken[::-1]) == file(random.Random(3).sample(spoken, 30))


def test_quotas_are_in_proportion_to_who_is_counted() -> None:
    counted = count_alike(QUOTAS, people(man_es=20, woman_es=20, man_qu=3, woman_qu=3), 10, ALIKE)
    assert counted.uncounted == {"gender": 6, "language": 0}
    assert kinds(counted.quotas, counted.people) == {("man", "es"): 20, ("woman", "es"): 20, ("*", "qu"): 6}
    assert counted.quotas == quotas_of(
        [
            Quota("gender", "*", 0, 10),
            Quota("gender", "man", 3, 6),  # 40 of 46: 3.5 to 5.2
            Quota("gender", "woman", 3, 6),
            Quota("language", "es", 5, 8),
            Quota("language", "qu", 2, 5),  # and none of English, of which nobody is counted
        ]
    )


def test_quotas_of_more_people_than_seats_are_rounded_once() -> None:
    counted = count_alike(QUOTAS, people(man_es=20, woman_es=20, man_qu=3, woman_qu=3), 10, ALIKE, drawn=12)
    assert counted.quotas.quotas[:3] == (
        Quota("gender", "*", 0, 12),
        Quota("gender", "man", 4, 7),  # 4.2 to 6.3
        Quota("gender", "woman", 4, 7),
    )


def test_no_quota_is_against_who_is_not_counted() -> None:
    counted = count_alike(QUOTAS, people(man_es=30, woman_es=30, man_qu=4, woman_qu=4), 10, ALIKE)
    file = draw(prepare(counted.quotas, counted.people, 10, alike=ALIKE), "a seed")
    chances = file["probabilities"]
    hidden = [chance for id, chance in chances.items() if "qu" in id]
    assert min(hidden) >= min(chances[id] for id in chances if "es" in id)


def test_a_category_that_is_left_out_is_counted_of_nobody() -> None:
    counted = count_alike(QUOTAS, people(man_es=20, woman_qu=20), 10, ALIKE, left_out={"gender"})
    assert kinds(counted.quotas, counted.people) == {("*", "es"): 20, ("*", "qu"): 20}
    assert [quota.feature for quota in counted.quotas.quotas] == ["*", "es", "qu"]
    nothing = count_alike(QUOTAS, people(man_es=20, woman_qu=20), 10, ALIKE, left_out=QUOTAS.categories)
    assert counted.is_anything and not nothing.is_anything
    file = draw(prepare(nothing.quotas, nothing.people, 10, alike=ALIKE), "a seed")
    assert set(file["probabilities"].values()) == {0.25}


def test_of_fewer_people_than_have_to_be_alike_nothing_is_counted(tmp_path: Path) -> None:
    write_pool(tmp_path, people=4)
    write_quotas(tmp_path)
    quotas, pool = read_draw(tmp_path / "categories.csv", tmp_path / "respondents.csv")
    counted = count_alike(quotas, pool, 2, ALIKE)
    file = draw(prepare(counted.quotas, counted.people, 2, alike=ALIKE), "a seed")
    assert not counted.is_anything and set(file["probabilities"].values()) == {0.5}
    assert all(holds is not False for holds in checks(tmp_path, file).values())


def test_a_quota_that_is_called_like_what_is_not_counted_is_a_fault(folder: Path) -> None:
    write_quota_lines(folder, [*write_quotas(folder), f"género,{UNCOUNTED},0,2"])
    with pytest.raises(InvalidInput) as refused:
        read_draw(folder / "categories.csv", folder / "respondents.csv", alike=True)
    assert [(fault.code, fault.sheet) for fault in refused.value.faults] == [
        ("quota_uncounted", "categories.csv")
    ]
    assert read_draw(folder / "categories.csv", folder / "respondents.csv")[0].quotas


@pytest.mark.parametrize(
    ("types", "households", "expected"),
    [
        ([("f", 5), ("m", 6)], [], True),
        ([("f", 5), ("m", 4)], [], False),
        ([("*", 3)], [], True),
        ([("*", 3), ("m", 9)], [], True),  # of whom nothing is counted nothing is told
        ([("*", 3), ("m", 4)], [], False),
        ([("m", 6)], [["m-0", "m-1"], ["m-2", "m-3"]], False),
        ([("m", 10)], [[f"m-{number}", f"m-{number + 1}"] for number in range(0, 10, 2)], True),
    ],
)
def test_a_file_is_open_by_what_is_in_it(
    types: list[tuple[str, int]], households: list[list[str]], expected: bool
) -> None:
    listed = [
        {"features": {"gender": feature}, "people": [f"{feature}-{number}" for number in range(many)]}
        for feature, many in types
    ]
    assert names_nobody(listed, households, ALIKE) is expected
