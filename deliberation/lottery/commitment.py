"""What is published before the seed is known, so that afterwards nothing can be chosen to suit it.

All hashes are SHA-256 of UTF-8 text, written in hexadecimal. A person is a line of JSON without blanks,
`[id,{category:feature,…},home]`, the categories sorted; `home` is the smallest id of the household, or "" for who
shares none.

- The *salt* of a pool is the hash of its people's lines, sorted, joined by line feeds. Whoever does not know the whole
  pool cannot guess it, and so cannot try out whether somebody is in the pool.
- A person's salted id is the hash of the salt, a line feed and the id.
- The *commitment to the pool* is the hash of all salted ids, sorted, joined by line feeds.
- The *commitment to the lottery* is the hash of one line of JSON without blanks: seats, quotas and panels with tickets.
"""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from deliberation.lottery.quotas import Quotas
from deliberation.maths.lottery.people import Person


def salt_of(people: Collection[Person], quotas: Quotas, homes: Mapping[str, str]) -> str:
    """The salt of a pool. homes: household of those who share one, by id."""
    first: dict[str, str] = {}
    for id in sorted(homes):
        first.setdefault(homes[id], id)
    lines = [
        _line([person.id, quotas.features(person.rules), first.get(homes.get(person.id, ""), "")])
        for person in people
    ]
    return _hash("\n".join(sorted(lines)))


def pool_commitment(people: Collection[Person], salt: str) -> str:
    """Who is in the pool, and with their salt what they are counted as."""
    return _hash("\n".join(sorted(_hash(f"{salt}\n{person.id}") for person in people)))


def lottery_commitment(seats: int, quotas: Quotas, panels: Sequence[Mapping[str, Any]]) -> str:
    """Which panels may be drawn, with what chances: changed once the seed is known, they could be made to suit."""
    listed = [[quota.category, quota.feature, quota.low, quota.high] for quota in quotas.quotas]
    return _hash(_line([seats, listed, [[panel["tickets"], panel["types"]] for panel in panels]]))


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
