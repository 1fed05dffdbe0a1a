"""A burst, then a pace, for each person apart."""

import pytest

from bot.allowance import Allowance

ROSA, LUIS = b"r" * 32, b"l" * 32


class Hand:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.moment = 1000.0

    def __call__(self) -> float:
        return self.moment


@pytest.fixture
def hand(monkeypatch: pytest.MonkeyPatch) -> Hand:
    hand = Hand()
    monkeypatch.setattr("bot.allowance._moment", hand)
    return hand


def test_a_burst_then_one_at_a_time(hand: Hand) -> None:
    allowance = Allowance(burst=3, per_second=1)

    assert [allowance.spend(ROSA) for _ in range(4)] == [True, True, True, False]
    assert allowance.wait(ROSA) == 1.0
    hand.moment += 1.0
    assert [allowance.spend(ROSA) for _ in range(2)] == [True, False]


def test_what_was_spent_comes_back_with_rest(hand: Hand) -> None:
    allowance = Allowance(burst=3, per_second=1)
    for _ in range(3):
        allowance.spend(ROSA)

    hand.moment += 60.0

    assert [allowance.spend(ROSA) for _ in range(4)] == [True, True, True, False], (
        "and never more than a burst"
    )


def test_nobody_pays_for_another(hand: Hand) -> None:
    allowance = Allowance(burst=1, per_second=1)

    assert allowance.spend(ROSA)
    assert not allowance.spend(ROSA)
    assert allowance.spend(LUIS)


def test_who_has_paid_is_forgotten(hand: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.allowance._SWEPT_AT", 10)
    allowance = Allowance(burst=2, per_second=1)
    for number in range(10):
        allowance.spend(bytes([number]))
    hand.moment += 30.0

    allowance.spend(ROSA)

    assert list(allowance._spent) == [ROSA]
