"""How much one person may ask of the bot: a flood is slowed for whoever makes it, and for nobody else."""

import asyncio

_SWEPT_AT = 10_000


class Allowance:
    """A `burst` at once, then `per_second`, for each person. What is spent comes back with time."""

    def __init__(self, burst: int = 30, per_second: float = 1.0) -> None:
        self._gap = 1.0 / per_second
        self._slack = (burst - 1) * self._gap
        self._spent: dict[bytes, float] = {}
        """Person → the moment at which nothing of what they spent is left to pay."""

    def wait(self, person: bytes) -> float:
        """Seconds until the person may ask for one more thing."""
        return max(0.0, self._spent.get(person, 0.0) - self._slack - _moment())

    def spend(self, person: bytes) -> bool:
        """One more thing. False, and nothing is spent, when the person has to wait."""
        if self.wait(person) > 0:
            return False
        moment = _moment()
        self._spent[person] = max(moment, self._spent.get(person, 0.0)) + self._gap
        if len(self._spent) > _SWEPT_AT:
            self._spent = {each: paid for each, paid in self._spent.items() if paid > moment}
        return True


def _moment() -> float:
    return asyncio.get_running_loop().time()
