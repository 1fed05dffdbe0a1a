"""When nobody answers, one message at a time asks whether somebody does, ever more seldom."""

import pytest

from bot.hearing import Hearing


class Time:
    """A clock that stands still until it is put forward."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    clock = Time()
    monkeypatch.setattr("bot.hearing.ticks", clock)
    return clock


def deaf() -> Hearing:
    """Three messages came back without an answer."""
    hearing = Hearing()
    for _ in range(3):
        hearing.note(answered=False)
    return hearing


def test_while_telegram_answers_everything_leaves() -> None:
    hearing = Hearing()
    for answered in (True, False, False, True):
        hearing.note(answered=answered)
        assert not hearing.lost
        assert not hearing.pause()
    assert hearing.allow(25) == 25


def test_after_one_without_an_answer_one_leaves_and_at_once() -> None:
    hearing = Hearing()
    hearing.note(answered=False)
    assert hearing.pause() == 0
    assert hearing.allow(25) == 1


def test_each_probe_doubles_the_wait_for_the_next_until_it_is_minutes(time: Time) -> None:
    hearing, waits = deaf(), list[float]()
    for _ in range(9):
        begun = time.now
        while pause := hearing.pause():
            time.now += pause
        waits.append(time.now - begun)
        assert hearing.allow(25) == 1
        hearing.note(answered=False)

    assert waits == [5, 10, 20, 40, 80, 160, 300, 300, 300]


def test_while_a_probe_is_on_its_way_all_others_wait_and_look_often(time: Time) -> None:
    hearing = deaf()
    time.now += 5
    hearing.allow(25)
    assert hearing.pause() == 1


def test_once_a_probe_is_answered_all_goes_on(time: Time) -> None:
    hearing = deaf()
    time.now += 5
    hearing.allow(25)
    hearing.note(answered=True)
    assert not hearing.lost
    assert not hearing.pause()
    assert hearing.allow(25) == 25
