"""`rimay` in a process whose clock on the wall is put forward and back: `python -m tests.faults.wall_clock FILE ...`.

How far it is from the truth is in the file, in seconds. Clocks that only measure (`monotonic`) go on as ever.
"""

import sys
import time
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Self

import core.clock
from rimay.__main__ import main


class WallClock:
    """The clock of a worker, as its machine's owner sets it."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.put(0)

    @property
    def command(self) -> tuple[str, ...]:
        """How Python starts a `rimay` that lives by it."""
        return "-m", "tests.faults.wall_clock", str(self._file)

    def put(self, hours: float) -> None:
        """So many hours from the truth, from now on."""
        draft = self._file.with_suffix(".draft")
        draft.write_text(str(hours * 3600))
        draft.replace(self._file)


def live_by(file: Path) -> None:
    """Everything in this process that asks the time is told the time of that clock."""
    true_time = time.time

    def shifted_time() -> float:
        return true_time() + float(file.read_text())

    class Shifted(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Self:
            return super().now(tz) + timedelta(seconds=float(file.read_text()))

    time.time = shifted_time
    core.clock.datetime = Shifted  # type: ignore[attr-defined]  # what core.clock itself has imported


if __name__ == "__main__":
    live_by(Path(sys.argv.pop(1)))
    main()
