"""What docs/lottery.md tells people to do by hand leads to the same people, without a line of our code."""

import hashlib
from pathlib import Path

from deliberation.lottery.draw import draw, prepare
from deliberation.lottery.pool_file import read_draw
from tests.deliberation.lottery.files import write_pool, write_quotas


def sha256(*lines: str) -> int:
    return int(hashlib.sha256("\n".join(lines).encode()).hexdigest(), 16)


def test_anybody_can_redo_a_draw_with_sha256_and_a_pencil(tmp_path: Path) -> None:
    write_pool(tmp_path)
    write_quotas(tmp_path)
    quotas, people = read_draw(tmp_path / "categories.csv", tmp_path / "respondents.csv")
    file = draw(prepare(quotas, people, 12), "Lotería del 7 de enero: 4 8 15 16 23 42")
    seals = file["seed"], file["pool_commitment"], file["lottery_commitment"]

    ticket = sha256(*seals, "panel", "0") % 1_000_000_000_000
    assert ticket == file["ticket"]
    passed, number = 0, -1
    while passed <= ticket:
        number += 1
        passed += file["panels"][number]["tickets"]
    assert number == file["panel"]

    drawn = []
    for type_number, each in enumerate(file["types"]):
        seats = file["panels"][number]["types"].count(type_number)
        drawn += sorted(each["people"], key=lambda id: sha256(*seals, "person", id))[:seats]
        chance = sum(panel["types"].count(type_number) * panel["tickets"] for panel in file["panels"])
        expected = chance / 1_000_000_000_000 / len(each["people"])
        assert all(abs(file["probabilities"][id] - expected) < 1e-15 for id in each["people"])
    assert sorted(drawn) == file["selected"]
