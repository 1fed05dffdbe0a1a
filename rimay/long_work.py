"""Commands that take long: a bar that fills, and an end that leaves nothing half done."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn


@contextmanager
def interruptible() -> Iterator[None]:
    """A SIGTERM ends the block as Ctrl-C does: whatever it has open is put away."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def rows_counted() -> Iterator[Callable[[int, int], None]]:
    """A bar on stderr; what it gives is told how many are done, and of how many. None where nobody looks."""
    columns = BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("", total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)
