"""A published draw can be checked to the last field, and nothing in it can be changed unseen."""

import copy
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.errors import InvalidInput
from deliberation.lottery.draw import draw, prepare
from deliberation.lottery.draw_file import read_draw_file
from deliberation.lottery.pool_file import read_draw
from deliberation.lottery.verification import all_hold, checks_as_json, verify
from tests.deliberation.lottery.files import write_lines, write_pool, write_quota_lines, write_quotas

File = dict[str, Any]


def drawn(folder: Path, seed: str = "7 8 9") -> File:
    quotas, people = read_draw(folder / "categories.csv", folder / "respondents.csv", "house")
    return draw(prepare(quotas, people, 12), seed)


def holds(folder: Path, file: File) -> bool:
    """Whether the file passes, without the pool at hand."""
    path = folder / "draw.json"
    path.write_text(json.dumps(file))
    try:
        return all_hold(verify(read_draw_file(path)))
    except InvalidInput:
        return False


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("draw")
    write_pool(folder, homes=10)
    write_quotas(folder)
    return folder


@pytest.fixture(scope="module")
def file(folder: Path) -> File:
    return drawn(folder)


def test_what_was_drawn_is_a_panel_and_the_file_says_how(file: File) -> None:
    assert len(file["selected"]) == file["seats"] == 12
    assert set(file["selected"]) <= set(file["probabilities"])
    assert sum(file["probabilities"].values()) == pytest.approx(12)
    assert file["minimum_probability"] == min(file["probabilities"].values())
    assert file["minimum_probability"] >= file["leximin_bound"] - file["epsilon"]
    assert all(quota["min"] <= quota["selected"] <= quota["max"] for quota in file["quotas"])
    assert not any(set(home) <= set(file["selected"]) for home in file["households"])
    assert len(file["households"]) == 10


def test_names_and_addresses_of_the_pool_are_not_in_the_file(file: File) -> None:
    assert "Persona" not in json.dumps(file) and "house-" not in json.dumps(file)


def test_the_order_of_rows_changes_nothing(tmp_path: Path) -> None:
    lines, quotas = write_pool(tmp_path, homes=8), write_quotas(tmp_path)
    first = json.dumps(drawn(tmp_path))
    write_lines(tmp_path, random.Random(1).sample(lines, len(lines)))
    write_quota_lines(tmp_path, random.Random(1).sample(quotas, len(quotas)))
    assert json.dumps(drawn(tmp_path)) == first


def test_the_seed_decides_who_and_nothing_else(folder: Path, file: File) -> None:
    other = drawn(folder, "another")
    differing = {key for key in file if file[key] != other[key]}
    assert {"seed", "selected", "ticket"} <= differing <= {"seed", "selected", "ticket", "panel", "quotas"}


def test_a_draw_holds_with_its_pool_and_without(folder: Path, file: File) -> None:
    assert holds(folder, file)
    quotas, people = read_draw(folder / "categories.csv", folder / "respondents.csv", "house")
    checks = checks_as_json(verify(read_draw_file(folder / "draw.json"), quotas, people))
    assert set(checks.values()) == {True}


def test_another_pool_and_other_quotas_are_noticed(folder: Path, file: File, tmp_path: Path) -> None:
    assert holds(folder, file)
    published = read_draw_file(folder / "draw.json")
    lines = write_pool(tmp_path, homes=10)
    write_quotas(tmp_path)
    other = lines[0].replace("mujer", "x").replace("hombre", "mujer").replace("x", "hombre")
    for changed in ([other, *lines[1:]], lines[1:], [lines[0].replace("house-0", "house-1"), *lines[1:]]):
        write_lines(tmp_path, changed)
        quotas, people = read_draw(tmp_path / "categories.csv", tmp_path / "respondents.csv", "house")
        assert checks_as_json(verify(published, quotas, people))["pool_file"] is False
    write_quotas(tmp_path, leeway=2)
    quotas, people = read_draw(tmp_path / "categories.csv", folder / "respondents.csv", "house")
    assert checks_as_json(verify(published, quotas, people))["quotas_file"] is False


def _others(file: File) -> str:
    return next(str(id) for id in file["probabilities"] if id not in file["selected"])


TAMPERINGS: dict[str, Callable[[File], Any]] = {
    "version": lambda f: f.update(version="rimay-draw-0"),
    "selected": lambda f: f["selected"].__setitem__(0, _others(f)),
    "selected left out": lambda f: f["selected"].pop(),
    "seats": lambda f: f.update(seats=11),
    "seats none": lambda f: f.update(seats=0),
    "seed": lambda f: f.update(seed="7 8 9 "),
    "probability": lambda f: f["probabilities"].update({_others(f): 0.5}),
    "probability left out": lambda f: f["probabilities"].pop(_others(f)),
    "probability of nobody": lambda f: f["probabilities"].update(nobody=0.1),
    "minimum_probability": lambda f: f.update(minimum_probability=f["minimum_probability"] + 1e-6),
    "leximin_bound": lambda f: f.update(leximin_bound=f["leximin_bound"] - 0.01),
    "epsilon less": lambda f: f.update(epsilon=f["epsilon"] / 2 - 1e-9),
    "epsilon more": lambda f: f.update(epsilon=f["epsilon"] + 1e-6),
    "quota min": lambda f: f["quotas"][0].update(min=0),
    "quota max": lambda f: f["quotas"][0].update(max=12),
    "quota pool": lambda f: f["quotas"][0].update(pool=1),
    "quota selected": lambda f: f["quotas"][0].update(selected=1),
    "quota feature": lambda f: f["quotas"][0].update(feature="Cotacachi"),
    "quota left out": lambda f: f["quotas"].pop(),
    "pool_commitment": lambda f: f.update(pool_commitment="0" * 64),
    "lottery_commitment": lambda f: f.update(lottery_commitment="0" * 64),
    "salt": lambda f: f.update(salt="0" * 64),
    "ticket": lambda f: f.update(ticket=f["ticket"] - 1),
    "panel": lambda f: f.update(panel=(f["panel"] + 1) % len(f["panels"])),
    "panel beyond": lambda f: f.update(panel=len(f["panels"])),
    "type features": lambda f: f["types"][0]["features"].update(edad="mayor"),
    "type people": lambda f: f["types"][1]["people"].append(f["types"][0]["people"].pop()),
    "type bound": lambda f: f["types"][0].update(bound=f["types"][0]["bound"] / 2),
    "types swapped": lambda f: f["types"].insert(0, f["types"].pop()),
    "household": lambda f: f["households"].pop(),
    "household more": lambda f: f["households"].append([f["households"][0][0], _others(f)]),
    "tickets": lambda f: f["panels"][0].update(tickets=f["panels"][0]["tickets"] + 1),
    "tickets moved": lambda f: (
        f["panels"][0].update(tickets=f["panels"][0]["tickets"] + 5),
        f["panels"][1].update(tickets=f["panels"][1]["tickets"] - 5),
    ),
    "panel seats": lambda f: f["panels"][0]["types"].pop(),
    "panel types": lambda f: f["panels"][0]["types"].__setitem__(0, len(f["types"]) - 1),
    "panel left out": lambda f: f["panels"].pop(),
    "no panels": lambda f: f.update(panels=[]),
    "panels turned": lambda f: f["panels"].reverse(),
    "cuts": lambda f: f["cuts"].append({"weights": [[0, 1]], "most": 0}),
    "cut that all keep to": lambda f: f["cuts"].append({"weights": [[0, 1], [1, 1], [2, 1]], "most": 0}),
    "something more": lambda f: f.update(remark="all is well"),
    "no number": lambda f: f.update(epsilon="0"),
}


@pytest.mark.parametrize("change", TAMPERINGS.values(), ids=TAMPERINGS)
def test_a_change_is_found(folder: Path, file: File, change: Callable[[File], Any]) -> None:
    changed = copy.deepcopy(file)
    change(changed)
    assert changed != file and not holds(folder, changed)


def test_every_field_is_tampered_with(file: File) -> None:
    touched = set()
    for change in TAMPERINGS.values():
        changed = copy.deepcopy(file)
        change(changed)
        touched |= {key for key in file if changed[key] != file[key]}
    assert touched == set(file)


@pytest.mark.parametrize("text", ["", "[]", "nothing", '{"infeasible": {}}', "{}", "[" * 100_000])
def test_what_is_no_draw_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "draw.json").write_text(text)
    with pytest.raises(InvalidInput):
        read_draw_file(tmp_path / "draw.json")
