"""The lottery on pools that nobody here made: any folder NAME_SEATS with categories.csv and respondents.csv."""

import json
from pathlib import Path
from time import process_time

import pytest

from deliberation.lottery.alike import count_alike
from deliberation.lottery.draw import draw, prepare
from deliberation.lottery.draw_file import read_draw_file
from deliberation.lottery.infeasible import explain
from deliberation.lottery.pool_file import read_draw
from deliberation.lottery.verification import all_hold, checks_as_json, verify
from deliberation.maths.lottery.pool import NoPanel


@pytest.fixture(scope="module")
def folders(outside_data: Path) -> list[Path]:
    """Pools with their quotas."""
    found = [
        folder
        for folder in sorted((outside_data / "sortition").glob("*_*/"))
        if folder.name.rpartition("_")[2].isdigit()
        and (folder / "categories.csv").exists()
        and (folder / "respondents.csv").exists()
    ]
    return found or pytest.skip("no pool with categories.csv and respondents.csv")


def test_a_draw_is_as_fair_as_can_be_and_holds(
    folders: list[Path], tmp_path: Path, subtests: pytest.Subtests
) -> None:
    for folder in folders:
        with subtests.test(folder.name):
            quotas, people = read_draw(folder / "categories.csv", folder / "respondents.csv")
            seats = int(folder.name.rpartition("_")[2])
            try:
                found = draw(prepare(quotas, people, seats), "a public number")
            except NoPanel:
                why = explain(quotas, people, seats)["infeasible"]
                assert why["conflict"] and (why["cheapest_fix"] or why["invite"])
                continue
            assert found["epsilon"] <= 5e-5
            assert found["minimum_probability"] >= found["leximin_bound"] - found["epsilon"]
            assert sum(found["probabilities"].values()) == pytest.approx(seats)
            (tmp_path / "draw.json").write_text(json.dumps(found))
            checks = verify(read_draw_file(tmp_path / "draw.json"), quotas, people)
            assert all_hold(checks) and None not in checks_as_json(checks).values()


def test_the_small_example_gives_everybody_a_tenth_within_a_second(folders: list[Path]) -> None:
    folder = next((folder for folder in folders if folder.name == "example_small_20"), None)
    if folder is None:
        pytest.skip("example_small_20 is not among the pools")
    start = process_time()
    quotas, people = read_draw(folder / "categories.csv", folder / "respondents.csv")
    found = draw(prepare(quotas, people, 20), "seed")
    assert process_time() - start < 1 and found["minimum_probability"] >= 0.0999


def test_a_draw_that_anybody_may_have_holds_with_its_pool(
    folders: list[Path], tmp_path: Path, subtests: pytest.Subtests
) -> None:
    for folder in folders:
        with subtests.test(folder.name):
            quotas, people = read_draw(folder / "categories.csv", folder / "respondents.csv", alike=True)
            seats = int(folder.name.rpartition("_")[2])
            counted = count_alike(quotas, people, seats, 5)
            found = draw(prepare(counted.quotas, counted.people, seats, alike=5), "a public number")
            assert all(len(each["people"]) >= 5 for each in found["types"])
            (tmp_path / "draw.json").write_text(json.dumps(found))
            assert all_hold(verify(read_draw_file(tmp_path / "draw.json"), quotas, people))
