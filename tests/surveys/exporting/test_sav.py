"""Our .sav is read as the same data with the same meaning as the one that pyreadstat writes of the same table."""

import io
import tracemalloc
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pandas
import pyreadstat
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from surveys.exporting.sav import write_sav
from surveys.exporting.sav_cases import Cell
from surveys.exporting.sav_records import Measure, Variable

READ_ALIKE = (
    "column_names",
    "column_labels",
    "variable_value_labels",
    "variable_measure",
    "variable_alignment",
    "variable_display_width",
    "variable_storage_width",
    "original_variable_types",
    "readstat_variable_types",
    "missing_ranges",
    "missing_user_values",
    "file_encoding",
    "number_rows",
    "number_columns",
)
TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=12) | st.builds(
    lambda text, times: text * times, st.text("ab ñ🌽", min_size=1, max_size=3), st.integers(1, 400)
)
NUMBERS = (
    st.none()
    | st.integers(-120, 170).map(float)
    | st.integers(-(10**9), 10**9).map(float)
    | st.floats(allow_nan=False, allow_infinity=False, width=32)
)


def ours(variables: Sequence[Variable], columns: Sequence[Sequence[Cell]], at_once: int = 3) -> bytes:
    file, cases = io.BytesIO(), len(columns[0])
    chunks = ([column[start : start + at_once] for column in columns] for start in range(0, cases, at_once))
    write_sav(file, variables, chunks, cases)
    return file.getvalue()


def theirs(variables: Sequence[Variable], columns: Sequence[Sequence[Cell]], path: Path) -> bytes:
    """The same by pyreadstat."""
    labels: Any = {each.name: dict(each.labels) for each in variables if each.labels}
    data = {
        variable.name: pandas.Series(
            [cell.decode() if isinstance(cell, bytes) else cell for cell in column],
            dtype="object" if variable.width else "float64",
        )
        for variable, column in zip(variables, columns, strict=True)
    }
    pyreadstat.write_sav(
        pandas.DataFrame(data),
        str(path),
        column_labels={each.name: each.label for each in variables if each.label},
        variable_value_labels=labels,
        variable_measure={each.name: each.measure.name.lower() for each in variables if each.measure},
        row_compress=True,
    )
    return path.read_bytes()


def read(content: bytes, path: Path) -> tuple[Any, Any]:
    path.write_bytes(content)
    return pyreadstat.read_sav(str(path))


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[Variable], list[list[Cell]]]:
    cases = draw(st.integers(1, 20))
    variables: list[Variable] = []
    columns: list[list[Cell]] = []
    for number in range(draw(st.integers(1, 7))):
        name = f"{draw(st.sampled_from(['q', 'pregunta_número.', 'x' * 50]))}{number}"
        label = draw(st.text("abc ñ¿?", max_size=40)).strip()
        if draw(st.booleans()):
            variables.append(Variable(name, 0, label, measure=draw(st.sampled_from(Measure))))
            columns.append(draw(st.lists(NUMBERS, min_size=cases, max_size=cases)))
            continue
        texts = [each.encode() for each in draw(st.lists(TEXTS, min_size=cases, max_size=cases))]
        values = draw(st.lists(st.text("abcd_", min_size=1, max_size=30), max_size=4, unique=True))
        labels = {value: f"Es {value}" for value in values}
        width = max([1, *map(len, texts), *(len(value.encode()) for value in labels)])
        variables.append(Variable(name, width, label, labels, draw(st.sampled_from(Measure))))
        columns.append([*texts])
    return variables, columns


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(table=tables())
def test_it_is_read_as_the_one_that_pyreadstat_writes(
    tmp_path: Path, table: tuple[list[Variable], list[list[Cell]]]
) -> None:
    variables, columns = table
    frame, told = read(ours(variables, columns), tmp_path / "ours.sav")
    expected, meant = read(theirs(variables, columns, tmp_path / "theirs.sav"), tmp_path / "theirs.sav")
    pandas.testing.assert_frame_equal(frame, expected)
    for name in READ_ALIKE:
        assert getattr(told, name) == getattr(meant, name), name


@pytest.mark.parametrize("width", [1, 7, 8, 9, 252, 253, 255, 256, 504, 505, 510, 511, 765, 5_000, 32_767])
def test_texts_of_every_width_come_back_whole(tmp_path: Path, width: int) -> None:
    whole = bytes(97 + place % 26 for place in range(width))
    variables = [Variable("text", width, "Texto"), Variable("after")]
    frame, told = read(ours(variables, [[whole, b"", b"z"], [1.0, 2.5, None]]), tmp_path / "wide.sav")
    assert list(frame["text"]) == [whole.decode(), "", "z"]
    assert list(frame["after"])[:2] == [1.0, 2.5] and pandas.isna(frame["after"][2])
    assert told.column_names_to_labels["text"] == "Texto"


def test_a_letter_of_several_bytes_across_two_segments_stays_whole(tmp_path: Path) -> None:
    text = "a" * 254 + "ñ" * 300
    frame, _ = read(ours([Variable("text", 900)], [[text.encode()]]), tmp_path / "across.sav")
    assert frame["text"][0] == text


def test_it_tells_nothing_of_when_it_was_made() -> None:
    table = [Variable("n")], [[1.0]]
    assert ours(*table) == ours(*table)
    assert b"01 Jan 80" in ours(*table)[:176]


def test_how_much_is_taken_at_once_changes_nothing() -> None:
    variables = [Variable("n"), Variable("t", 300)]
    columns: list[list[Cell]] = [
        [float(number) for number in range(23)],
        [b"x" * number for number in range(23)],
    ]
    assert ours(variables, columns, 1) == ours(variables, columns, 5) == ours(variables, columns, 100)


class Nowhere(io.BytesIO):
    """Takes what is written and keeps nothing of it."""

    def write(self, content: Any, /) -> int:
        return len(content)


def many(chunks: int) -> Iterator[list[list[Cell]]]:
    for _ in range(chunks):
        yield [[float(row) for row in range(500)], [b"x" * (row % 300) for row in range(500)]]


def most_memory(chunks: int) -> int:
    tracemalloc.start()
    try:
        write_sav(Nowhere(), [Variable("n"), Variable("t", 300)], many(chunks), 500 * chunks)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_does_not_grow_with_the_cases() -> None:
    assert most_memory(80) < 1.2 * most_memory(4)
