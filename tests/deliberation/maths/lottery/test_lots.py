"""Lots are told by the seed alone, by hand if need be, and over many seeds they come out as published."""

import hashlib
from collections import Counter

import numpy as np
import pytest
from scipy.stats import chi2

from deliberation.maths.lottery.lots import Lots
from deliberation.maths.lottery.lottery import fair_lottery
from deliberation.maths.lottery.people import seated, typed
from tests.deliberation.maths.lottery.pools import random_people, rules_around

DRAWS = 10_000


def sha(text: str) -> int:
    return int(hashlib.sha256(text.encode()).hexdigest(), 16)


def test_a_lot_is_what_sha_256_says_of_the_lines() -> None:
    lots = Lots("Lotería 7 de enero: 4 8 15", "abc")
    assert lots.ticket(1000) == sha("Lotería 7 de enero: 4 8 15\nabc\npanel\n0") % 1000
    ids = ["1", "2", "3", "4"]
    by_hand = sorted(ids, key=lambda id: sha(f"Lotería 7 de enero: 4 8 15\nabc\nperson\n{id}"))
    assert lots.people(ids, 2) == by_hand[:2]


def test_a_number_beyond_the_last_whole_round_of_tickets_is_drawn_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Else the first tickets would be a little likelier."""
    numbers = {"0": 2**256 - 1, "1": 5}
    monkeypatch.setattr(Lots, "number", lambda self, kind, turn: numbers[turn])
    assert Lots("s", "c").ticket(3) == 2, (
        "2**256 - 1 is a multiple of 3: the last one that is left is too many"
    )


@pytest.mark.parametrize(("ticket", "panel"), [(0, 0), (2, 0), (3, 1), (4, 2), (9, 2)])
def test_the_first_panel_has_the_first_tickets(
    ticket: int, panel: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Lots, "ticket", lambda self, tickets: ticket)
    assert Lots("s", "c").panel([3, 1, 6]) == panel


@pytest.mark.parametrize("homes", [0, 12])
def test_frequencies_of_many_draws_are_the_published_chances(homes: int) -> None:
    """Chi-square, once for the panels, once for the people of each type given how many seats it had."""
    people = random_people(11, 60, (2, 3, 2), homes)
    types = typed(people, rules_around(people, (2, 3, 2), 12, 1.0))
    lottery = fair_lottery(types.pool)
    tickets = lottery.tickets.tolist()
    panels: Counter[int] = Counter()
    seats: Counter[str] = Counter()
    for turn in range(DRAWS):
        lots = Lots(f"draw {turn}", "pool")
        number = lots.panel(tickets)
        panels[number] += 1
        seats.update(seated(types, lottery.panels[number], lots))
    expected = np.array(tickets) / sum(tickets) * DRAWS
    observed = np.array([panels[number] for number in range(len(tickets))])
    common = expected >= 5
    pairs = np.array(
        [(*observed[common], observed[~common].sum()), (*expected[common], expected[~common].sum())]
    )
    pairs = pairs[:, pairs[1] > 0]
    assert chi2.sf(((pairs[0] - pairs[1]) ** 2 / pairs[1]).sum(), pairs.shape[1] - 1) > 0.01

    statistic, freedom = 0.0, 0
    for each, members in enumerate(types.members):
        share = lottery.panels[:, each] / len(members)
        spread = float((observed * share * (1 - share)).sum())
        if len(members) > 1 and spread:
            counts = np.array([seats[id] for id in members])
            statistic += ((counts - counts.mean()) ** 2).sum() * (len(members) - 1) / len(members) / spread
            freedom += len(members) - 1
    assert freedom > 20 and chi2.sf(statistic, freedom) > 0.01
    chance = {id: p for ids, p in zip(types.members, lottery.chance, strict=True) for id in ids}
    assert all(abs(seats[id] / DRAWS - p) < 0.02 for id, p in chance.items())
