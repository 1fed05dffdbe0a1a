"""Each rule of the empty seat, by cases. Nothing is stored here."""

from dataclasses import fields
from datetime import timedelta

import pytest

from deliberation.empty_seat.rules import (
    BASES,
    DECLARED,
    Hearing,
    Rule,
    Rules,
    Voice,
    asked_of,
    deadline_of,
    from_json,
    judge,
    to_json,
    voice_of,
)
from tests.deliberation.empty_seat.chairs import NOON, STARTS

STRICT = Rules(foreigners=False)
MET = {rule.value: True for rule in DECLARED}
SITTING = Hearing(STARTS)


@pytest.mark.parametrize("rule", DECLARED)
@pytest.mark.parametrize("said", [None, False])
def test_what_a_rule_needs_and_was_not_declared_is_not_met(rule: Rule, said: bool | None) -> None:
    declared = {each.value: True for each in DECLARED if each is not rule}
    if said is not None:
        declared[rule.value] = said
    assert judge(STRICT, declared, NOON, SITTING) == (rule,)


@pytest.mark.parametrize(
    ("rules", "not_asked"),
    [
        (Rules(foreigners=False, least_age=0), Rule.AGE),
        (Rules(), Rule.NATIONALITY),
        (Rules(foreigners=False, residence=False), Rule.RESIDENCE),
        (Rules(foreigners=False, office=False), Rule.OFFICE),
        (Rules(foreigners=False, interest=False), Rule.INTEREST),
        (Rules(foreigners=False, report=False), Rule.REPORT),
    ],
)
def test_what_no_rule_needs_is_not_asked(rules: Rules, not_asked: Rule) -> None:
    assert asked_of(rules) == tuple(rule for rule in DECLARED if rule is not not_asked)
    assert judge(rules, {**MET, not_asked.value: False}, NOON, SITTING) == ()


def test_foreign_residents_may_sit_unless_the_ordinance_keeps_them_out() -> None:
    foreigner = {**MET, Rule.NATIONALITY.value: False}
    assert judge(Rules(foreigners=True), foreigner, NOON, SITTING) == ()
    assert judge(Rules(foreigners=False), foreigner, NOON, SITTING) == (Rule.NATIONALITY,)


@pytest.mark.parametrize(
    ("moment", "unmet"),
    [
        (STARTS - timedelta(days=3), ()),
        (STARTS - timedelta(days=2, seconds=1), ()),
        (STARTS - timedelta(days=2), ()),
        (STARTS - timedelta(days=2) + timedelta(microseconds=1), (Rule.NOTICE,)),
        (STARTS - timedelta(seconds=1), (Rule.NOTICE,)),
        (STARTS, (Rule.SITTING,)),
    ],
)
def test_one_asks_until_the_time_of_notice_begins(moment: object, unmet: tuple[Rule, ...]) -> None:
    rules = Rules(notice_days=2)
    assert deadline_of(rules, STARTS) == STARTS - timedelta(days=2)
    assert judge(rules, MET, moment, SITTING) == unmet  # type: ignore[arg-type]


def test_without_a_time_of_notice_one_asks_until_the_sitting_begins() -> None:
    rules = Rules(notice_days=0)
    assert judge(rules, MET, STARTS - timedelta(microseconds=1), SITTING) == ()
    assert judge(rules, MET, STARTS, SITTING) == (Rule.SITTING,)


@pytest.mark.parametrize(
    "sitting", [None, Hearing(STARTS, "held"), Hearing(STARTS, "cancelled"), Hearing(NOON)]
)
def test_there_must_be_a_sitting_ahead(sitting: Hearing | None) -> None:
    assert judge(Rules(), MET, NOON, sitting) == (Rule.SITTING,)


@pytest.mark.parametrize(("accredited", "unmet"), [(0, ()), (1, ()), (2, (Rule.FULL,)), (3, (Rule.FULL,))])
def test_no_more_people_for_one_item_than_the_rules_allow(accredited: int, unmet: tuple[Rule, ...]) -> None:
    assert judge(Rules(most_people=2), MET, NOON, SITTING, accredited=accredited) == unmet


@pytest.mark.parametrize(
    ("rules", "by_assembly", "unmet"),
    [
        (Rules(), False, ()),
        (Rules(), True, ()),
        (Rules(by_person=False), False, (Rule.PERSON,)),
        (Rules(by_person=False), True, ()),
        (Rules(by_assembly=False), True, (Rule.ASSEMBLY,)),
        (Rules(by_assembly=False), False, ()),
    ],
)
def test_one_asks_in_a_way_that_the_rules_know(
    rules: Rules, by_assembly: bool, unmet: tuple[Rule, ...]
) -> None:
    assert judge(rules, MET, NOON, SITTING, by_assembly=by_assembly) == unmet


def test_all_that_is_not_met_is_said_at_once() -> None:
    unmet = judge(
        Rules(most_people=1),
        {**MET, Rule.AGE.value: False, Rule.REPORT.value: False},
        STARTS,
        None,
        accredited=1,
    )
    assert unmet == (Rule.AGE, Rule.REPORT, Rule.SITTING, Rule.FULL)


@pytest.mark.parametrize(
    ("agree", "positions", "voice"),
    [
        (True, [None], Voice.VOTE),
        (False, [None], Voice.VOTE),
        (True, [None, None], Voice.OPEN),
        (True, ["yes", None], Voice.OPEN),
        (True, ["yes", "yes"], Voice.VOTE),
        (True, ["abstain", "abstain", "abstain"], Voice.VOTE),
        (True, ["yes", "no"], Voice.HEARD),
        (True, ["yes", "no", None], Voice.HEARD),
        (True, ["yes", "abstain"], Voice.HEARD),
        (False, ["yes", "yes"], Voice.HEARD),
    ],
)
def test_several_agree_on_one_vote_or_are_heard(
    agree: bool, positions: list[str | None], voice: Voice
) -> None:
    assert voice_of([Rules(agree=agree)], positions) is voice


def test_who_may_not_agree_keeps_the_others_from_it() -> None:
    assert voice_of([Rules(), Rules(agree=False)], ["yes", "yes"]) is Voice.HEARD


def test_every_rule_says_what_it_rests_on() -> None:
    assert set(BASES) == set(Rule)


def test_rules_are_stored_and_read_again() -> None:
    changed = Rules(18, False, False, False, False, False, False, False, 9, 1, False)
    assert from_json(to_json(changed)) == changed
    assert len(to_json(changed)) == len(fields(Rules))
    assert from_json({"least_age": 18, "of_another_time": 1}) == Rules(least_age=18)
