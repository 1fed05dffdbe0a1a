"""Seconds to import a workbook, beside what pyxform alone needs for it; and how both grow.

    python -m bench.workbook [--rounds 3]

pyxform reads the spreadsheet and writes the XForm, which no import here can do without. What is ours: whether the file
is safe to open, the questionnaire, a dry run of every expression, and everything that is doubtful.
"""

import argparse
import tracemalloc
from collections.abc import Callable, Iterator
from io import BytesIO
from statistics import median
from time import process_time

import openpyxl
from pyxform.xls2xform import convert

from core.errors import InvalidInput
from surveys.xlsform.reading import read_questionnaire

SIZES = (100, 500, 2_000)
MOST_SECONDS = 1.0
HEADER = (
    *("type", "name", "label::Español (es)", "label::Kichwa (qu)", "hint::Español (es)", "hint::Kichwa (qu)"),
    *("relevant", "constraint", "constraint_message::Español (es)", "calculation", "required"),
)
KINDS = ("text", "integer", "select_one needs", "select_multiple needs", "date", "calculate")
CONSTRAINTS = {"integer": ". >= 0 and . <= 120", "select_multiple needs": "count-selected(.) <= 3"}
Row = tuple[str, ...]


def rows(questions: int, fault: str = "") -> Iterator[Row]:
    """The survey sheet: groups of ten, a condition on every third question; `fault` is the type of the last one."""
    for number in range(questions):
        if number % 10 == 0:
            yield ("begin_group", f"g{number}", f"Parte {number}", f"Chikan {number}")
        kind = fault if fault and number == questions - 1 else KINDS[number % len(KINDS)]
        asked = ("", "") if kind == "calculate" else (f"¿Pregunta {number}?", f"Tapuy {number}?")
        relevant = f"${{q{number - 1}}} != ''" if number % 3 == 2 else ""
        calculation = f"if(${{q{max(number - 4, 0)}}} > 17, 'adult', 'minor')" if kind == "calculate" else ""
        constraint = CONSTRAINTS.get(kind, "")
        yield (
            *(kind, f"q{number}", *asked, "Una pista", "Shuk yanapay", relevant, constraint),
            *(
                "No puede ser" if constraint else "",
                calculation,
                "yes" if number % 2 and calculation == "" else "",
            ),
        )
        if number % 10 == 9 or number == questions - 1:
            yield ("end_group",)


def workbook(questions: int, fault: str = "") -> bytes:
    """An .xlsx of so many questions, in two languages."""
    book = openpyxl.Workbook(write_only=True)
    survey, choices = book.create_sheet("survey"), book.create_sheet("choices")
    survey.append(HEADER)
    for row in rows(questions, fault):
        survey.append(row)
    choices.append(("list_name", "name", "label::Español (es)", "label::Kichwa (qu)"))
    for number in range(12):
        choices.append(("needs", f"n{number}", f"Necesidad {number}", f"Mutsurishka {number}"))
    written = BytesIO()
    book.save(written)
    return written.getvalue()


def seconds(call: Callable[[], object], rounds: int) -> float:
    """Of the processor, the median of some rounds, after one to warm up."""
    taken = []
    for _ in range(rounds + 1):
        begun = process_time()
        call()
        taken.append(process_time() - begun)
    return median(taken[1:])


def megabytes(call: Callable[[], object]) -> float:
    """The most that Python held at once."""
    tracemalloc.start()
    call()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 1e6


def refuse(content: bytes) -> None:
    """Read a workbook that has a fault, to its last word."""
    try:
        read_questionnaire(content, "form.xlsx")
    except InvalidInput:
        return
    raise AssertionError("a workbook with a fault was taken")


def main() -> None:
    """Print a line for each size: pyxform's time, ours beyond it, memory, and the time to refuse."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    rounds: int = parser.parse_args().rounds
    print("questions   pyxform   beyond it   per question   peak beside pyxform's   refusal")
    for size in SIZES:
        content, faulty = workbook(size), workbook(size, fault="txt")
        theirs = seconds(lambda c=content: convert(BytesIO(c), validate=False, file_type=".xlsx"), rounds)  # type: ignore[misc]
        ours = seconds(lambda c=content: read_questionnaire(c, "form.xlsx"), rounds)  # type: ignore[misc]
        refusing = seconds(lambda c=faulty: refuse(c), 1)  # type: ignore[misc]
        peaks = (
            megabytes(lambda c=content: read_questionnaire(c, "form.xlsx")),  # type: ignore[misc]
            megabytes(lambda c=content: convert(BytesIO(c), validate=False, file_type=".xlsx")),  # type: ignore[misc]
        )
        beyond = ours - theirs
        print(
            f"{size:9,} {theirs:7.2f} s {beyond:9.2f} s {beyond / size * 1e3:11.2f} ms"
            f" {peaks[0]:11.1f} / {peaks[1]:5.1f} MB {refusing:8.2f} s"
        )
        if size == 500 and beyond > MOST_SECONDS:
            raise SystemExit(f"over {MOST_SECONDS} s")


if __name__ == "__main__":
    main()
