"""A broadcast to very many, over HTTP to a Bot API on this machine, carried by real workers: one on SQLite, two on
PostgreSQL.

    python -m bench.delivery [--recipients 10000] [--pace 950] [--databases sqlite postgresql] [--full]

At the pace that Telegram allows: which share of it is reached, the worst second, who got it twice or not at all.
Without a limit: deliveries a second beside the bare sender (`bench.bare_sender`), in as many processes on the same
cores, in turn with ours. `--full` takes 100,000 recipients for both and a tenth of them beside, to show how the cost
of one grows. Each process is kept on one core, and numeric libraries to one thread.
"""

import argparse
import asyncio
import os
import sys
import tempfile
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

from sqlalchemy.exc import OperationalError

from bench.turn import new_postgresql
from migrations.schema import upgrade
from tests.faults.bot_api_process import ROOT, BotApiProcess
from tests.faults.ledger import Report
from tests.faults.town import FIRST, Town
from tests.faults.worker import Worker

PAID_CEILING = 1000
ENOUGH_SHARE, ENOUGH_SPEED = 0.98, 0.60
_DELAY = 0.05
"""Seconds that Telegram is away, while the pace is kept. Without a limit it is next door."""
_UNLIMITED = "-m", "bench.unlimited_worker"
_RIMAY = "-m", "rimay"
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
_WORKERS = {"sqlite": 1, "postgresql": 2}
_LONGEST = 600.0


@dataclass(frozen=True, slots=True)
class Carried:
    """One broadcast, carried to its end.

    memory:  megabytes that the largest worker has taken
    seconds: of processor time from the first message on, all workers
    """

    report: Report
    sent: int
    total: int
    memory: float
    seconds: float

    @property
    def speed(self) -> float:
        """Messages a second, from the first to the last."""
        return (self.report.calls - 1) / self.report.seconds

    @property
    def twice(self) -> int:
        """Messages too many."""
        return self.report.messages - self.report.chats

    @property
    def lost(self) -> int:
        """People without a message, or without a note that they got it."""
        return self.total - min(self.report.chats, self.sent)


async def carry(
    url: str, people: int, *, delay: float, command: tuple[str, ...], settings: Mapping[str, str]
) -> Carried:
    """Enrol people, open a consultation to them, and let workers carry it."""
    workers = _WORKERS[_name(url)]
    async with _town(url, delay) as town:
        await town.settle_in(people, all_there=True)
        running = [town.worker({**settings, **_ONE_THREAD}, command=command) for _ in range(workers)]
        for number, worker in enumerate(running):
            await worker.start()
            _keep_on_core(worker.pid, number)
        try:
            await town.until_arrived(1)
            before = sum(_processor_seconds(worker.pid) for worker in running)
            await _until_sent(town, running, people)
            memory = max(_megabytes(worker.pid) for worker in running)
            seconds = sum(_processor_seconds(worker.pid) for worker in running) - before
        finally:
            for worker in running:
                await worker.stop()
        sending = await town.progress()
        return Carried(await town.api.report(), sending.sent, sending.total, memory, seconds)


@dataclass(frozen=True, slots=True)
class Bare:
    """What the bare sender reaches: messages a second, and processor time for each in microseconds."""

    speed: float
    cost: float


async def send_bare(url: str, people: int) -> Bare:
    """The bare sender, in as many processes."""
    processes = _WORKERS[_name(url)]
    share = people // processes
    async with _town(url, 0.0) as town:
        await town.settle_in(1, all_there=True)
        running = [
            await _start("bench.bare_sender", town.api.address, url, str(FIRST + number * share), str(share))
            for number in range(processes)
        ]
        for number, process in enumerate(running):
            _keep_on_core(process.pid, number)
        said = [(await process.communicate())[0] for process in running]
        report = await town.api.report()
    if report.messages != share * processes:
        raise SystemExit("the bare sender failed")
    cost = sum(map(float, said)) / report.messages * 1e6
    return Bare((report.calls - 1) / report.seconds, cost)


@asynccontextmanager
async def _town(url: str, delay: float) -> AsyncIterator[Town]:
    with tempfile.TemporaryDirectory() as home:
        async with BotApiProcess(delay=delay) as api:
            town = Town(url, Path(home), api)
            upgrade(town.database.engine)
            if _WORKERS[_name(url)] == 1:
                _keep_on_core(api.pid, 1)
            yield town
            await town.close()


async def _start(module: str, *arguments: str) -> Process:
    environment = {**os.environ, **_ONE_THREAD}
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, *arguments, cwd=ROOT, env=environment, stdout=PIPE
    )


async def _until_sent(town: Town, running: Sequence[Worker], people: int) -> None:
    deadline = perf_counter() + _LONGEST
    while (await town.progress()).sent < people:
        if perf_counter() > deadline or any(worker.ended for worker in running):
            raise SystemExit("the workers did not finish:\n" + running[0].log)
        await asyncio.sleep(0.1)


@contextmanager
def _new_database(name: str) -> Iterator[str]:
    if name == "postgresql":
        with new_postgresql() as url:
            yield url
        return
    with tempfile.TemporaryDirectory() as folder:
        yield f"sqlite:///{Path(folder) / 'rimay.db'}"


def _name(url: str) -> str:
    return "sqlite" if url.startswith("sqlite") else "postgresql"


def _keep_on_core(pid: int, number: int) -> None:
    """Before it has made its threads, which stay where it is."""
    if hasattr(os, "sched_setaffinity"):
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(pid, {cores[number % len(cores)]})


def _megabytes(pid: int) -> float:
    fields = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    return int(fields["VmHWM"].split()[0]) / 1024


def _processor_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def show_pace(database: str, people: int, pace: int) -> None:
    """Print how well the pace is kept."""
    with _new_database(database) as url:
        settings = {"RIMAY_MESSAGES_PER_SECOND": str(pace), "RIMAY_PAID_BROADCAST": "yes"}
        carried = asyncio.run(carry(url, people, delay=_DELAY, command=_RIMAY, settings=settings))
    share, report = carried.speed / pace, carried.report
    print(
        f"{database:<11}{people:8,} people at {pace}/s: {share:6.1%} of the pace (aim {ENOUGH_SHARE:.0%}), "
        f"worst second {report.worst_second} of {PAID_CEILING}, the Bot API itself was away for "
        f"{report.stall * 1000:.0f} ms at most; {_faults_and_cost(carried)}",
        flush=True,
    )


def show_speed(database: str, people: int, rounds: int) -> None:
    """Print how fast it goes without a limit, beside the bare sender, in turn."""
    ours, bare = list[Carried](), list[Bare]()
    for _ in range(rounds):
        with _new_database(database) as url:
            ours.append(asyncio.run(carry(url, people, delay=0.0, command=_UNLIMITED, settings={})))
        with _new_database(database) as url:
            bare.append(asyncio.run(send_bare(url, people)))
    shares = [mine.speed / theirs.speed for mine, theirs in zip(ours, bare, strict=True)]
    middle = sorted(ours, key=lambda carried: carried.speed)[rounds // 2]
    print(
        f"{database:<11}{people:8,} people, no limit: {middle.speed:6.0f}/s, {median(shares):4.0%} of the bare sender "
        f"({min(shares):.0%} to {max(shares):.0%}; aim {ENOUGH_SPEED:.0%}), which takes "
        f"{median(each.cost for each in bare):.0f} us for each, in {_WORKERS[database]} process(es); "
        f"{_faults_and_cost(middle)}",
        flush=True,
    )


def _faults_and_cost(carried: Carried) -> str:
    each = carried.seconds / carried.total * 1e6
    return (
        f"twice {carried.twice}, lost {carried.lost}; a worker takes {carried.memory:.0f} MB, "
        f"{each:.0f} us of processor for each"
    )


def main() -> None:
    """Measure on both databases."""
    parser = argparse.ArgumentParser(prog="python -m bench.delivery", description=__doc__)
    parser.add_argument("--recipients", type=int, default=10_000)
    parser.add_argument("--pace", type=int, default=950)
    parser.add_argument("--databases", nargs="+", choices=_WORKERS, default=list(_WORKERS))
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--full", action="store_true", help="100,000 recipients")
    given = parser.parse_args()
    people = 100_000 if given.full else given.recipients
    for database in given.databases:
        try:
            show_pace(database, people, given.pace)
            for size in (people // 10, people) if given.full else (people,):
                show_speed(database, size, given.rounds)
        except OperationalError:
            print(f"{database:<11}does not listen: not measured")


if __name__ == "__main__":
    main()
