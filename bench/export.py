"""Writing 100,000 responses of 50 questions, beside pandas that writes the same file from the same rows.

    python -m bench.export [--responses 100000] [--formats csv jsonl xlsx hxl spss]

Ours reads the responses from the database (SQLite) and writes the file. pandas is given two times: with the same
reading, as an analyst's script has it (rows → DataFrame → file), and for the writing alone. Each runs in a process of
its own on one core with one thread, one after the other; time is the processor's, so that a busy machine changes
little. Memory is the largest that the process held; a tenth of the responses shows whether it grows with them. pandas
writes no HXL: its CSV stands beside.
"""

import argparse
import asyncio
import json
import os
import resource
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from random import Random
from time import process_time
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from core.database import Database
from core.tables import Table
from surveys.exporting.formats import Format, write_export
from surveys.exporting.lines import lines_of
from surveys.exporting.plan import Options, plan_of
from surveys.questionnaire import Choice, Kind, Question, Questionnaire
from surveys.questionnaires import store_questionnaire
from surveys.tables import Consultation, Response

_AIM = 2.0
_CHUNK = 2000
_WORDS = "agua salud trabajo vivienda escuela documentos niños barrio ayuda lejos turno centro comida".split()


def _questionnaire() -> Questionnaire:
    """Fifty questions: twenty of one choice, ten of several, ten numbers, ten open ones."""
    choices = tuple(Choice(f"choice_{number}", {"es": f"Opción {number}"}) for number in range(8))
    kinds = [Kind.SELECT_ONE] * 20 + [Kind.SELECT_MULTIPLE] * 10 + [Kind.INTEGER] * 10 + [Kind.TEXT] * 10
    nodes = tuple(
        Question(f"question_{number}", kind, {"es": f"¿{number}?"}, choices=choices if number < 30 else ())
        for number, kind in enumerate(kinds)
    )
    return Questionnaire("bench", {"es": "Medida"}, "1", ("es",), "es", nodes)


def _answers(chance: Random) -> dict[str, Any]:
    answers: dict[str, Any] = {}
    for number in range(50):
        path = f"question_{number}"
        if number < 20:
            answers[path] = f"choice_{chance.randrange(8)}"
        elif number < 30:
            answers[path] = [f"choice_{each}" for each in range(8) if chance.random() < 0.3] or ["choice_0"]
        elif number < 40:
            answers[path] = str(chance.randrange(100))
        else:
            answers[path] = " ".join(chance.choices(_WORDS, k=8))
    return answers


def _fill(db: Session, responses: int) -> None:
    stored = store_questionnaire(db, _questionnaire(), content=b"", file_name="a.xlsx", account_id=None)
    db.add(Consultation(questionnaire_id=stored, title={"es": "Medida"}, state="closed"))
    db.flush()
    chance = Random(7)
    for start in range(0, responses, _CHUNK):
        rows = [
            {
                "id": secrets.token_hex(16),
                "consultation_id": 1,
                "state": "finished",
                "language": "es",
                "answers": _answers(chance),
                "finished_on": date(2026, 11, 1),
            }
            for _ in range(start, min(start + _CHUNK, responses))
        ]
        db.execute(insert(Response), rows)


def _prepare(path: Path, responses: int) -> str:
    database = Database(f"sqlite:///{path}")
    Table.metadata.create_all(database.engine)
    asyncio.run(_filled(database, responses))
    return f"sqlite:///{path}"


async def _filled(database: Database, responses: int) -> None:
    await database.run(_fill, responses)
    await database.dispose()


def _ours(db: Session, form: Format, out: Path) -> float:
    """Returns 0: it writes while it reads."""
    with out.open("wb") as file:
        plan = plan_of(db, 1, Options(), say=lambda _: "")
        write_export(db, plan, form, file)
    return 0.0


def _rows(db: Session) -> Iterator[dict[str, Any]]:
    """The answers as an analyst's script takes them from the database: several choices joined by spaces."""
    for lines in lines_of(db, 1):
        for line in lines:
            own = {"response": line.number, "mode": line.mode, "language": line.language, "month": line.month}
            answers = line.answers.items()
            yield own | {path: " ".join(each) if isinstance(each, list) else each for path, each in answers}


def _pandas(db: Session, form: Format, out: Path) -> float:
    """Returns the seconds of the writing alone."""
    from pandas import DataFrame, ExcelWriter

    frame = DataFrame(list(_rows(db)))
    start = process_time()
    match form:
        case Format.JSONL:
            frame.to_json(out, orient="records", lines=True, force_ascii=False)
        case Format.XLSX:
            with ExcelWriter(out, engine="xlsxwriter") as writer:
                frame.to_excel(writer, index=False)
        case Format.SPSS:
            import pyreadstat

            pyreadstat.write_sav(frame, str(out), row_compress=True)
        case _:
            frame.to_csv(out, index=False)
    return process_time() - start


async def _measure(url: str, whose: str, form: Format, out: Path) -> dict[str, float]:
    database = Database(url)
    start = process_time()
    alone = await database.read(_ours if whose == "ours" else _pandas, form, out)
    seconds = process_time() - start
    await database.dispose()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": seconds, "alone": alone, "memory": memory}


def _in_a_process(url: str, whose: str, form: Format, out: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "bench.export", "--one", url, whose, form.value, str(out)]
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "ARROW_NUM_THREADS"), "1")
    done = subprocess.run(command, env={**os.environ, **threads}, check=True, capture_output=True, text=True)
    measured: dict[str, float] = json.loads(done.stdout) | {"size": out.stat().st_size / 2**20}
    out.unlink()
    return measured


def _compare(folder: Path, responses: int, formats: list[Format]) -> None:
    few, many = responses // 10, responses
    urls = {number: _prepare(folder / f"{number}.db", number) for number in (few, many)}
    for form in formats:
        ours = {number: _in_a_process(urls[number], "ours", form, folder / "ours") for number in (few, many)}
        peer = _in_a_process(urls[many], "pandas", form, folder / "pandas")
        mine, small = ours[many], ours[few]
        print(
            f"{form:<6}{mine['seconds']:6.1f} s {mine['memory']:6.0f} MB ({small['memory']:.0f} MB for {few:,}), "
            f"file {mine['size']:.0f} MB   pandas {peer['seconds']:6.1f} s ({peer['alone']:.1f} s writing) "
            f"{peer['memory']:6.0f} MB   time {mine['seconds'] / peer['seconds']:.2f} times pandas "
            f"(aim for CSV {_AIM})",
            flush=True,
        )


def main() -> None:
    """Measure every format."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--responses", type=int, default=100_000)
    parser.add_argument("--formats", nargs="*", type=Format, default=list(Format))
    parser.add_argument("--one", nargs=4, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    if given.one:
        url, whose, form, out = given.one
        print(json.dumps(asyncio.run(_measure(url, whose, Format(form), Path(out)))))
        return
    with tempfile.TemporaryDirectory() as folder:
        _compare(Path(folder), given.responses, given.formats)


if __name__ == "__main__":
    main()
