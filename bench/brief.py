"""The brief of 10,000 responses with 7 points and 12 charts: how long, how much memory, and whether it is the same.

    python -m bench.brief [--responses 10000] [--postgresql URL]

Each figure is of a fresh process. Start is from nothing to the PDF of another, small consultation, with every module to
load. Cold is then the PDF of the large one in Spanish, of which nothing is known yet; cached is the same file again.
Time is both the clock's and the processor's, so that a busy machine shows.
`--postgresql` names a server on which a database may be made and dropped: the files of both databases are compared.
"""

import argparse
import asyncio
import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from random import Random
from time import perf_counter, process_time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import create_engine, insert, make_url, text
from sqlalchemy.orm import Session

from core.database import Database
from deliberation.council.agenda import propose_items
from deliberation.council.tables import AgendaItem
from migrations.schema import upgrade
from surveys.questionnaire import Choice, Kind, Question, Questionnaire
from surveys.questionnaires import store_questionnaire
from surveys.tables import Consultation, Response, Voice

_LIMITS = {"start": None, "cold": 5.0, "cached": 0.3}
_SMALL = 40
_CLOSED = datetime(2026, 11, 20, 12, tzinfo=UTC)
_CHOICES = {"needs": 9, "canton": 6, "age_band": 5, "gender": 4, "situation": 5}
_WORDS = "agua salud trabajo vivienda escuela documentos niños barrio ayuda lejos turno centro comida".split()
_ONE_IN = 5
"""So many answer the open question."""


def main() -> None:
    """Fill a database, then ask for the brief in processes of their own."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--responses", type=int, default=10_000)
    parser.add_argument("--postgresql")
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.measure:
        print(json.dumps(asyncio.run(_measure(given.measure))))
        return
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        found["sqlite"] = _figures(f"sqlite:///{Path(folder) / 'bench.db'}", given.responses)
    if given.postgresql:
        with _new_database(given.postgresql) as url:
            found["postgresql"] = _figures(url, given.responses)
    for name, figures in found.items():
        _print(name, figures)
    if len(found) > 1:
        same = found["sqlite"]["digests"] == found["postgresql"]["digests"]
        print(f"both databases: {'the same bytes' if same else 'OTHER BYTES'}")


def _print(name: str, figures: dict[str, Any]) -> None:
    print(f"{name}: {figures['points']} points, {figures['charts']} charts")
    for measure, limit in _LIMITS.items():
        wall, cpu = figures[measure]
        said = f"; limit {limit} s" if limit else ""
        print(f"  {measure:<7} {wall:6.2f} s by the clock, {cpu:6.2f} s of processor{said}")
    print(f"  memory {figures['memory']} MB at the most; {figures['without']} MB before the first brief")
    print(f"  page   {figures['page'] / 1000:.0f} kB, limit 100 kB")
    print(
        f"  twice  {'the same bytes' if figures['twice'] else 'OTHER BYTES'}: {', '.join(figures['digests'])}"
    )


def _figures(url: str, responses: int) -> dict[str, Any]:
    database = Database(url)
    upgrade(database.engine)
    asyncio.run(_filled(database, responses))
    first, second = (_in_process(url) for _ in range(2))
    first["twice"] = first["digests"] == second["digests"]
    return first


def _in_process(url: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "bench.brief", "--measure", url]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    figures: dict[str, Any] = json.loads(output)
    return figures


async def _measure(url: str) -> dict[str, Any]:
    """The figures of this process."""
    began = perf_counter()
    from api.brief_files import FORMS, BriefFiles
    from deliberation.council.brief_cache import find_facts
    from i18n.translator import Translator

    database, files = Database(url), BriefFiles(Translator())
    around: dict[str, Any] = {"unit": "la Unidad", "threshold": 5, "zone": ZoneInfo("America/Guayaquil")}
    without = _memory()
    files.render(await database.read(find_facts, 2, **around), "pdf", "es")
    start = perf_counter() - began, process_time()
    began, used = perf_counter(), process_time()
    facts = await database.read(find_facts, 1, **around)
    files.render(facts, "pdf", "es")
    cold = perf_counter() - began, process_time() - used
    began, used = perf_counter(), process_time()
    facts = await database.read(find_facts, 1, **around)
    files.render(facts, "pdf", "es")
    cached = perf_counter() - began, process_time() - used
    memory = _memory()
    made = {form: files.render(facts, form, "both") for form in FORMS}
    await database.dispose()
    return {
        "start": start,
        "cold": cold,
        "cached": cached,
        "memory": memory,
        "without": without,
        "page": len(files.render(facts, "html", "es")),
        "points": len(facts.points),
        "charts": len(facts.points) + len(facts.questions),
        "digests": [f"{form} {sha256(content).hexdigest()[:8]}" for form, content in made.items()],
    }


def _memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


async def _filled(database: Database, responses: int) -> None:
    await database.run(_fill, responses)
    await database.dispose()


def _fill(db: Session, responses: int) -> None:
    """A large consultation, and a small one beside it."""
    for people in (responses, _SMALL):
        _fill_one(db, people)


def _fill_one(db: Session, responses: int) -> None:
    """Answers, open answers, the five needs named most, and two statements with who is against."""
    stored = store_questionnaire(db, _questionnaire(), content=b"", file_name="a.xlsx", account_id=None)
    opened = _CLOSED - timedelta(days=20)
    title = {"es": "Necesidades", "qu": "Mutsurishkakuna"}
    row = Consultation(
        questionnaire_id=stored, title=title, state="closed", opened_at=opened, closed_at=_CLOSED
    )
    db.add(row)
    db.flush()
    chance = Random(7)
    db.execute(insert(Response), [_response(chance, row.id, number) for number in range(responses)])
    db.execute(insert(Voice), [_voice(chance, row.id, number) for number in range(0, responses, _ONE_IN)])
    propose_items(db, row.id, threshold=5, account_id=None)
    for number in (1, 2):
        evidence: dict[str, Any] = {
            "statement": number,
            "count": 700,
            "against": 200,
            "passed": 100,
            "of": 1000,
            "groups": [],
        }
        point = {"es": f"Afirmación {number}", "qu": f"Rimay {number}"}
        db.add(
            AgendaItem(
                consultation_id=row.id, source="statement", position=5 + number, title=point,
                evidence=evidence, state="proposed",
            )
        )  # fmt: skip


def _questionnaire() -> Questionnaire:
    questions = [
        Question(
            name,
            Kind.SELECT_MULTIPLE if name == "needs" else Kind.SELECT_ONE,
            {"es": f"¿Pregunta sobre {name}?", "qu": f"¿{name} tapuy?"},
            choices=tuple(Choice(f"c{number}", {"es": f"Opción {number}"}) for number in range(count)),
        )
        for name, count in _CHOICES.items()
    ]
    more = Question("more", Kind.TEXT, {"es": "¿Qué más?", "qu": "¿Imatak?"})
    return Questionnaire("bench", {"es": "Medida"}, "1", ("es",), "es", (*questions, more))


def _response(chance: Random, consultation: int, number: int) -> dict[str, Any]:
    answers: dict[str, Any] = {
        name: f"c{min(chance.randrange(count), chance.randrange(count))}" for name, count in _CHOICES.items()
    }
    answers["needs"] = sorted({f"c{min(chance.randrange(9), chance.randrange(9))}" for _ in range(3)})
    return {
        "id": f"{consultation}{number:031x}", "consultation_id": consultation, "state": "finished",
        "language": "qu" if number % 7 == 0 else "es", "answers": answers,
    }  # fmt: skip


def _voice(chance: Random, consultation: int, number: int) -> dict[str, Any]:
    same = f"{consultation}{number:031x}"
    return {
        "id": same, "response_id": same, "consultation_id": consultation, "path": "more",
        "language": "es", "text": " ".join(chance.choices(_WORDS, k=8)), "original": b"",
    }  # fmt: skip


@contextmanager
def _new_database(server: str) -> Iterator[str]:
    """A database for these figures alone."""
    url = make_url(server).set(drivername="postgresql+psycopg")
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("CREATE DATABASE rimay_bench_brief TEMPLATE template0 ENCODING 'UTF8'"))
        try:
            yield url.set(database="rimay_bench_brief").render_as_string(hide_password=False)
        finally:
            connection.execute(text("DROP DATABASE rimay_bench_brief WITH (FORCE)"))


if __name__ == "__main__":
    main()
