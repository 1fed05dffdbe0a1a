"""Answers have a budget of their own: a small burst waits for nothing, and nobody waits for another's chat."""

from bot.replies import Replies


def test_the_pieces_of_one_screen_follow_each_other_at_once() -> None:
    replies = Replies(30)

    assert [replies.book(1, 100.0) for _ in range(6)] == [0.0] * 6


def test_a_chat_gets_one_a_second_in_the_long_run_and_others_do_not_wait_for_it() -> None:
    replies = Replies(1000)

    assert [replies.book(1, 100.0) for _ in range(9)][6:] == [1.0, 2.0, 3.0]
    assert [replies.book(chat, 100.0) for chat in range(2, 20)] == [0.0] * 18
    assert replies.book(1, 110.0) == 0.0, "it has been quiet since"


def test_more_than_the_burst_leaves_at_the_pace() -> None:
    replies = Replies(10)

    assert [replies.book(chat, 100.0) for chat in range(60)] == [0.0] * 60
    assert [round(replies.book(chat, 100.0), 6) for chat in range(60, 63)] == [0.1, 0.2, 0.3]


def test_a_chat_of_long_ago_is_forgotten() -> None:
    replies = Replies(1_000_000)
    for _ in range(20):
        replies.book(0, 100.0)
    for chat in range(1, 6_000):
        replies.book(chat, 100.0)

    assert replies.book(0, 101.0) == 0.0


def test_nobody_limits_what_is_said_in_the_simulator() -> None:
    replies = Replies()

    assert {replies.book(1, 100.0) for _ in range(1000)} == {0.0}
