"""The default model on conversations that were held: it foresees hidden votes better than Polis's plane does."""

from pathlib import Path

import numpy as np
import pytest

from bench.prediction import foreseen
from deliberation.maths.opinion_groups import SMALLEST
from deliberation.opinions.portrait import map_of
from tests.outside.polis_folders import exports_in

_ENOUGH = 1000


def test_hidden_votes_are_foreseen_better_than_by_the_best_of_three_ways_with_two_components(
    outside_data: Path,
) -> None:
    ratios = []
    for export in exports_in(outside_data / "polis"):
        if len(export.votes) >= _ENOUGH:
            peers, (loss, area) = foreseen(export.votes, range(3))
            best_loss, best_area = min(peers.values())
            assert area >= best_area, export.name
            ratios.append(loss / best_loss)
    if not ratios:
        pytest.skip(f"no conversation of {_ENOUGH} votes in {outside_data}")
    assert np.mean(ratios) < 0.92


def test_groups_are_no_handful_and_say_only_what_is_sure(outside_data: Path) -> None:
    for export in exports_in(outside_data / "polis"):
        found = map_of(export.votes, export.statements)
        sizes = [group["size"] for group in found["groups"]]
        assert len(sizes) == 1 or min(sizes) >= SMALLEST, export.name
        assert sizes == sorted(sizes, reverse=True)
        for group in found["groups"]:
            assert all(told["q"] <= 0.05 and told["p"] > 0.5 for told in group["representative"]), export.name
        assert not found["consensus"].keys() & export.statements.rejected
