"""Opening a consultation to very many: how long the rows take to write, how much memory, and what is read of them.

    python -m bench.opening [--people 1000000] [--databases sqlite postgresql]

Everyone is asked, and then those of one canton and two bands of age, on SQLite and on PostgreSQL. The limit is two rows
a person copied into tables without any index or constraint: no database writes them faster. Memory is what the process
that writes takes besides, sampled while it does; on PostgreSQL that of the server's backend too. So with the seconds of
processor, which are what it takes on a machine that does nothing else.
"""

import argparse
import asyncio
import os
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter

from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from bench.turn import new_postgresql
from core.database import Database
from core.progress import progress_of
from deliberation.audience.criteria import Audience
from deliberation.audience.recipients import count_people, recipients
from migrations.schema import upgrade
from surveys.consultations import draft_consultation, open_consultation
from surveys.questionnaire import Kind, Question, Questionnaire
from surveys.questionnaires import store_questionnaire

AIM_SECONDS, AIM_PROGRESS = 30.0, 50.0
_LOOKS = 20
_EVERY = 0.02
_OTAVALO = Audience(cantons=("otavalo",), ages=("18_29", "30_44"))
_QUESTIONNAIRE = Questionnaire(
    "n", {"es": "Necesidades"}, "1", ("es",), "es", (Question("more", Kind.TEXT, {"es": "¿Qué más?"}),)
)
_COLUMNS = "(chat_sealed, chat_index, language, profile, consent_version, consented_on, reachable)"
_SQLITE_PEOPLE = f"""
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :people)
    INSERT INTO participant {_COLUMNS}
    SELECT randomblob(48), randomblob(32), CASE WHEN i % 5 THEN 'es' ELSE 'qu' END,
        json_object('canton', CASE i % 4 WHEN 0 THEN 'ibarra' WHEN 1 THEN 'otavalo' ELSE 'cotacachi' END,
            'age', CASE WHEN i % 7 THEN '18_29' ELSE '65_up' END, 'invite', 'yes'), '1', '2026-11-01', 1
    FROM n
"""
_POSTGRESQL_PEOPLE = f"""
    INSERT INTO participant {_COLUMNS}
    SELECT decode(repeat(md5(i::text), 3), 'hex'), decode(md5(i::text) || md5((-i)::text), 'hex'),
        CASE WHEN i % 5 > 0 THEN 'es' ELSE 'qu' END,
        jsonb_build_object('canton', CASE i % 4 WHEN 0 THEN 'ibarra' WHEN 1 THEN 'otavalo' ELSE 'cotacachi' END,
            'age', CASE WHEN i % 7 > 0 THEN '18_29' ELSE '65_up' END, 'invite', 'yes'), '1', '2026-11-01', true
    FROM generate_series(1, :people) AS i
"""
_BARE = (
    "CREATE TABLE bare_asked AS SELECT id, 1 AS consultation, 'asked' AS state FROM participant WHERE reachable",
    "CREATE TABLE bare_message AS SELECT id, 1 AS broadcast, id / 250 AS chunk, 'new' AS state"
    " FROM participant WHERE reachable",
)


class Watched:
    """Processes while something runs: private memory in megabytes above what they had, and seconds of processor."""

    def __init__(self, *processes: int) -> None:
        self.growth = 0.0
        self.processor = 0.0
        self._processes = processes
        self._over = threading.Event()

    @contextmanager
    def running(self) -> Iterator[None]:
        """While the block runs; the memory is sampled."""
        before = self._memory()
        used = self._used()

        def watch() -> None:
            while not self._over.wait(_EVERY):
                self.growth = max(self.growth, self._memory() - before)

        watching = threading.Thread(target=watch)
        watching.start()
        try:
            yield
        finally:
            self._over.set()
            watching.join()
            self.processor = self._used() - used

    def _memory(self) -> float:
        lines = [line for process in self._processes for line in _proc(process, "status").splitlines()]
        return sum(int(line.split()[1]) for line in lines if line.startswith("RssAnon:")) / 1024

    def _used(self) -> float:
        rows = [_proc(process, "stat").rpartition(") ")[2].split() for process in self._processes]
        return sum(int(row[11]) + int(row[12]) for row in rows if row) / os.sysconf("SC_CLK_TCK")


def _proc(process: int, file: str) -> str:
    try:
        return Path(f"/proc/{process}/{file}").read_text()
    except OSError:  # a server on another machine
        return ""


@dataclass(frozen=True, slots=True)
class Opened:
    """One opening: its broadcast, and what it took."""

    broadcast: int
    processor: float
    memory: float


def _fill(db: Session, people: int) -> int:
    sqlite = db.get_bind().dialect.name == "sqlite"
    db.execute(text(_SQLITE_PEOPLE if sqlite else _POSTGRESQL_PEOPLE), {"people": people})
    return store_questionnaire(db, _QUESTIONNAIRE, content=b"", file_name="n.xlsx", account_id=None)


def _open(db: Session, questionnaire: int, audience: Audience | None) -> Opened:
    drafted = draft_consultation(db, questionnaire_id=questionnaire, account_id=None)
    processes = [os.getpid()]
    if db.get_bind().dialect.name != "sqlite":
        processes.append(db.execute(text("SELECT pg_backend_pid()")).scalar_one())
    watched = Watched(*processes)
    chosen = recipients(audience) if audience else None
    with watched.running():
        broadcast = open_consultation(db, drafted, account_id=None, recipients=chosen)
    return Opened(broadcast, watched.processor, watched.growth)


def _copy(db: Session) -> float:
    start = perf_counter()
    for statement in _BARE:
        db.execute(text(statement))
    return perf_counter() - start


def _milliseconds(db: Session, look: Callable[[Session], object]) -> float:
    taken = []
    for _ in range(_LOOKS):
        start = perf_counter()
        look(db)
        taken.append(perf_counter() - start)
    return 1000 * median(taken)


async def measure(name: str, url: str, people: int) -> None:
    """Print what one database takes."""
    database = Database(url)
    upgrade(database.engine)
    questionnaire = await database.run(_fill, people)
    limit = await database.run(_copy)
    for audience in (None, _OTAVALO):
        start = perf_counter()
        opened = await database.run(_open, questionnaire, audience)
        whole = perf_counter() - start  # with the commit
        progress = await database.read(progress_of, opened.broadcast)
        look = await database.read(_milliseconds, partial(progress_of, broadcast_id=opened.broadcast))
        print(
            f"{name:<11} {'everyone' if audience is None else 'audience'}  {progress.total:>9,} people "
            f"opened in {whole:5.1f} s (aim {AIM_SECONDS:.0f}), {opened.processor:.1f} s of processor, "
            f"{whole / limit:.1f} times a bare copy of everyone, memory +{opened.memory:.0f} MB, "
            f"progress {look:.1f} ms (aim {AIM_PROGRESS:.0f})",
            flush=True,
        )
    counted = await database.read(_milliseconds, partial(count_people, audience=_OTAVALO))
    print(f"{name:<11} counting that audience, and who is left out of it: {counted:.0f} ms", flush=True)
    await database.dispose()


def main() -> None:
    """Measure on both databases."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgresql"])
    given = parser.parse_args()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before it begins", flush=True)
    if "sqlite" in given.databases:
        with tempfile.TemporaryDirectory() as folder:
            asyncio.run(measure("SQLite", f"sqlite:///{folder}/opening.db", given.people))
    if "postgresql" not in given.databases:
        return
    try:
        with new_postgresql() as url:
            asyncio.run(measure("PostgreSQL", url, given.people))
    except OperationalError:
        print("PostgreSQL  does not listen: not measured")


if __name__ == "__main__":
    main()
