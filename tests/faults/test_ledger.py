"""The scales on which the deliveries are weighed: they can tell too many from enough."""

import pytest

from tests.faults.ledger import Ledger, most_within


@pytest.mark.parametrize(
    ("moments", "most"),
    [
        ([], 0),
        ([5.0], 1),
        ([0.0, 0.5, 1.0], 2),
        ([0.0, 0.9, 1.1, 1.8, 3.0], 3),
        ([0.0, 0.0, 0.0], 3),
    ],
)
def test_the_worst_second_may_begin_anywhere(moments: list[float], most: int) -> None:
    assert most_within(moments, 1.0) == most


def test_a_ledger_sees_who_got_it_twice_and_how_soon() -> None:
    ledger = Ledger()
    for chat, moment in ((1, 0.0), (2, 0.1), (1, 0.25)):
        ledger.note_call(chat, moment)
        ledger.note_message(chat)

    report = ledger.report()

    assert (report.calls, report.messages, report.chats, report.most_to_one) == (3, 3, 2, 2)
    assert (report.worst_second, report.closest, report.seconds) == (3, 0.25, 0.25)
    assert report.keeps(3)
    assert not report.keeps(2)


def test_who_calls_although_quiet_was_asked_for_is_impatient() -> None:
    ledger = Ledger()
    ledger.note_quiet(10.0, 2)
    ledger.note_quiet(11.0, 2)
    for moment in (10.1, 10.9, 12.9, 13.0):
        ledger.note_call(1, moment)

    assert ledger.report().impatient == 2


def test_what_came_while_the_scales_were_stuck_may_have_come_apart() -> None:
    ledger = Ledger(stall=0.5)
    for _ in range(3):
        ledger.note_call(1, 0.0)

    assert ledger.report().keeps(2)
    assert not ledger.report().keeps(1)
