"""What a draw, a check and quotas that cannot be met say to people, line by line."""

from collections.abc import Iterator, Mapping, Sequence
from math import ceil
from typing import Any

from deliberation.lottery.draw import DrawFile
from deliberation.lottery.infeasible import Infeasible
from deliberation.lottery.verification import Check, all_hold
from i18n.dates import format_number
from i18n.translator import Translator

_DECIMALS = 6


def lines_of_draw(found: DrawFile, file: str, translator: Translator, language: str) -> Iterator[str]:
    """Who was drawn, how fair it was, what there is to do with the file."""
    people = format_number(len(found["probabilities"]))
    yield translator.plural("lottery.drawn", language, found["seats"], people=people)
    yield "  " + ", ".join(found["selected"])
    yield translator.text(
        "lottery.minimum",
        language,
        least=percent(found["minimum_probability"]),
        bound=percent(found["leximin_bound"]),
    )
    yield translator.text("lottery.epsilon", language, epsilon=small_share(found["epsilon"]))
    yield translator.text("lottery.written", language, file=file)
    if "alike" in found:
        yield translator.text("lottery.alike_shown", language, alike=found["alike"])
    else:
        yield translator.text("lottery.features_shown", language)
    yield translator.text("lottery.commit_pool", language, commitment=found["pool_commitment"])
    yield translator.text("lottery.commit_lottery", language, commitment=found["lottery_commitment"])


def lines_of_checks(
    checks: Sequence[Check], file: DrawFile, translator: Translator, language: str
) -> Iterator[str]:
    """What holds, what does not, what could not be looked at; then what only the reader can compare."""
    marks = {True: "lottery.holds", False: "lottery.fails", None: "lottery.open"}
    for check in checks:
        what = translator.text("lottery.check_" + check.code, language)
        yield translator.text(marks[check.holds], language, what=what)
    yield translator.text("lottery.all_hold" if all_hold(checks) else "lottery.not_all_hold", language)
    yield translator.text("lottery.compare_seed", language, seed=_visible(file["seed"]))
    yield translator.text("lottery.commit_pool", language, commitment=_visible(file["pool_commitment"]))
    yield translator.text("lottery.commit_lottery", language, commitment=_visible(file["lottery_commitment"]))


def lines_of_infeasible(
    found: Infeasible, seats: int, translator: Translator, language: str
) -> Iterator[str]:
    """Which quotas conflict, the cheapest change, whom to invite."""
    why: Mapping[str, Any] = found["infeasible"]
    yield translator.text("lottery.infeasible", language, seats=format_number(seats))
    for side in why["conflict"]:
        yield "  · " + _conflict(side, translator, language)
    if "category" in why["conflict"][0]:
        smallest = "lottery.conflict_smallest" if why["smallest"] else "lottery.conflict_minimal"
        yield translator.text(smallest, language)
    if why["cheapest_fix"]:
        yield translator.text("lottery.fix", language)
        for change in why["cheapest_fix"]:
            yield "  · " + translator.text("lottery.fix_quota", language, **change)
    if why["invite"]:
        people = sum(each["people"] for each in why["invite"])
        yield translator.plural("lottery.invite", language, people)
        for each in why["invite"]:
            features = ", ".join(f"{category}: {feature}" for category, feature in each["features"].items())
            yield "  · " + translator.text(
                "lottery.invite_people", language, people=each["people"], features=features
            )


def _conflict(side: Mapping[str, Any], translator: Translator, language: str) -> str:
    if "category" not in side:
        return translator.text("lottery.conflict_people", language, **side)
    if "min" in side:
        return translator.text("lottery.conflict_min", language, **side)
    return translator.text("lottery.conflict_max", language, **side)


def _visible(text: str) -> str:
    """A file is anybody's: what it says does not move the cursor, nor look like a line of ours."""
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text)


def percent(share: float) -> str:
    """A chance as a percentage with its decimals: 9,87."""
    return format_number(share * 100, decimals=2)


def small_share(share: float) -> str:
    """A tiny share in percentage points, rounded up: never less than is true."""
    return format_number(ceil(share * 100 * 10**_DECIMALS) / 10**_DECIMALS, decimals=_DECIMALS)
