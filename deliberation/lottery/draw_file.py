"""Reading DRAW.json: nothing in it is believed."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any

from core.errors import Fault, InvalidInput
from deliberation.lottery.draw import FORMAT, DrawFile
from deliberation.lottery.quotas import Quota, Quotas, quotas_of
from deliberation.maths.lottery.people import Person

_COUNT = 10**13


def _text(value: Any) -> bool:
    """Half a pair of surrogates is none: it has no bytes."""
    return isinstance(value, str) and not any("\ud800" <= sign <= "\udfff" for sign in value)


def _number(value: Any) -> bool:
    return isfinite(value) if isinstance(value, float) else _whole(value)


def _count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _COUNT


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < _COUNT


def _list_of(kind: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, list) and all(map(kind, value))


def _by_name(kind: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, dict) and all(map(_text, value)) and all(map(kind, value.values()))


def _pair(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and _count(value[0]) and _whole(value[1])


def _record(**kinds: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: (
        isinstance(value, dict)
        and value.keys() == kinds.keys()
        and all(kind(value[name]) for name, kind in kinds.items())
    )


_QUOTA = _record(category=_text, feature=_text, min=_count, max=_count, pool=_count, selected=_count)
_KINDS = {
    "version": lambda value: value == FORMAT,
    "selected": _list_of(_text),
    "seats": _count,
    "seed": _text,
    "probabilities": _by_name(_number),
    "minimum_probability": _number,
    "leximin_bound": _number,
    "epsilon": _number,
    "quotas": _list_of(_QUOTA),
    "pool_commitment": _text,
    "lottery_commitment": _text,
    "salt": _text,
    "ticket": _count,
    "panel": _count,
    "types": _list_of(_record(features=_by_name(_text), people=_list_of(_text), bound=_number)),
    "households": _list_of(_list_of(_text)),
    "panels": _list_of(_record(tickets=_count, types=_list_of(_count))),
    "cuts": _list_of(_record(weights=_list_of(_pair), most=_whole)),
}
_MAY_BE = {"alike": _count}
"""What not every file says."""


@dataclass(frozen=True, slots=True)
class Published:
    """A draw as its file tells it: the quotas and people it says there were, and all the rest."""

    file: DrawFile
    quotas: Quotas
    people: tuple[Person, ...]


def read_draw_file(path: Path) -> Published:
    """Raises InvalidInput where the file is none, or its parts do not even have the right form."""
    try:
        file = json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        raise InvalidInput((Fault("draw_unreadable", path.name),)) from None
    if not isinstance(file, dict):
        raise InvalidInput((Fault("draw_unreadable", path.name),))
    if "infeasible" in file:
        raise InvalidInput((Fault("draw_infeasible", path.name),))
    faults = [
        Fault("draw_field", path.name, None, name)
        for name, kind in _KINDS.items()
        if name not in file or not kind(file[name])
    ]
    faults += (
        Fault("draw_field", path.name, None, name)
        for name, kind in _MAY_BE.items()
        if name in file and not kind(file[name])
    )
    unknown = file.keys() - _KINDS.keys() - _MAY_BE.keys()
    faults += (Fault("draw_field_unknown", path.name, None, str(name)[:40]) for name in unknown)
    if faults:
        raise InvalidInput(tuple(faults))
    quotas = quotas_of(
        Quota(each["category"], each["feature"], each["min"], each["max"]) for each in file["quotas"]
    )
    return Published(file, quotas, tuple(_people(path.name, file, quotas)))


def _people(name: str, file: DrawFile, quotas: Quotas) -> list[Person]:
    homes = {id: min(members) for members in file["households"] for id in members}
    people: dict[str, Person] = {}
    for each in file["types"]:
        known = all(
            (category, each["features"].get(category)) in quotas.place for category in quotas.categories
        )
        if not known or each["features"].keys() != quotas.categories.keys():
            raise InvalidInput((Fault("draw_field", name, None, "types"),))
        people |= {id: quotas.person(id, each["features"], homes.get(id, "")) for id in each["people"]}
    panels = (number for panel in file["panels"] for number in panel["types"])
    cuts = (number for cut in file["cuts"] for number, _ in cut["weights"])
    wrong = {
        "quotas": len(quotas.place) != len(file["quotas"]) or not quotas.quotas,
        "types": len(people) != sum(len(each["people"]) for each in file["types"]) or not people,
        "households": not homes.keys() <= people.keys(),
        "panels": max(panels, default=-1) >= len(file["types"]) or not file["panels"],
        "cuts": max(cuts, default=-1) >= len(file["types"]),
    }
    faults = [Fault("draw_field", name, None, column) for column, fails in wrong.items() if fails]
    if faults:
        raise InvalidInput(tuple(faults))
    return list(people.values())
