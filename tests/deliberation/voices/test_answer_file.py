"""Files of answers as people save them: any separator, with or without a mark at the start, and every fault at once."""

from pathlib import Path

import pytest

from core.errors import Fault, InvalidInput
from deliberation.voices.answer_file import read_answers


def written(folder: Path, content: str | bytes) -> Path:
    path = folder / "answers.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def faults_in(path: Path, column: str = "texto") -> list[tuple[str, int | None]]:
    with pytest.raises(InvalidInput) as refused:
        read_answers(path, column)
    return [(fault.code, fault.row) for fault in refused.value.faults]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_finds_separator_mark_and_line_ends(tmp_path: Path, separator: str, mark: str, end: str) -> None:
    lines = [("id", "texto"), ("1", '"Falta agua, luz; y vía."'), ("2", '""'), ("3", '"dos\nlíneas"')]
    content = mark + end.join(separator.join(line) for line in lines) + end
    texts = [given.text for given in read_answers(written(tmp_path, content), "texto")]
    assert texts == ["Falta agua, luz; y vía.", "", "dos\nlíneas"]


def test_a_single_column_needs_no_quotes(tmp_path: Path) -> None:
    path = written(tmp_path, "texto\nNo hay agua, ni luz; nada\nGracias\n")
    assert [given.text for given in read_answers(path, "texto")] == ["No hay agua, ni luz; nada", "Gracias"]


def test_says_who_may_be_quoted_where_the_file_does(tmp_path: Path) -> None:
    path = written(tmp_path, "texto,may_quote\na,yes\nb,1\nc,TRUE\nd,sí\ne,no\nf,\ng,0\n")
    assert [given.may_quote for given in read_answers(path, "texto")] == [True] * 4 + [False] * 3
    path = written(tmp_path, "texto\na\n")
    assert [given.may_quote for given in read_answers(path, "texto")] == [None]


def test_names_the_columns_there_are(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_answers(written(tmp_path, "id;respuesta\n1;a\n"), "texto")
    params: dict[str, str | int] = {"name": "texto", "columns": "«id», «respuesta»"}
    assert refused.value.faults == (Fault("answers_column_missing", "answers.csv", 1, None, params),)


@pytest.mark.parametrize(
    ("content", "faults"),
    [
        (b"", [("answers_column_missing", 1)]),
        (b"id,texto\n", [("answers_none", None)]),
        (b"id,texto\n1,a\n2,ma\xf1ana\n3,\xe9\n", [("answers_not_utf8", 3)]),
        ("id,texto\n1,a\n".encode("utf-16"), [("answers_not_utf8", 1)]),
        (
            b"id,texto\n1\n2,b\n3,c,d\n4,e,\n",
            [("answers_row_length", 2), ("answers_row_length", 4)],
        ),
        (b'id,texto\n1,"a"b\n2,c\n', [("table_row_unreadable", 2)]),
        (b'id,texto\n1,a\n2,"nunca se cierra\n', [("table_row_unreadable", 3)]),
        (
            b"texto,may_quote\na,quiz\xc3\xa1s\nb,si\nc,2\n",
            [("answers_permission_unknown", 2), ("answers_permission_unknown", 4)],
        ),
    ],
)
def test_tells_every_fault_with_its_line(
    tmp_path: Path, content: bytes, faults: list[tuple[str, int | None]]
) -> None:
    assert faults_in(written(tmp_path, content)) == faults


def test_an_enormous_cell_is_read_and_one_beyond_all_measure_is_a_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path, "id,texto\n1," + "agua " * 200_000 + "\n2,luz\n")
    assert [len(given.text) for given in read_answers(path, "texto")] == [1_000_000, 3]
    monkeypatch.setattr("deliberation.voices.answer_file.LARGEST_CELL", 1000)
    assert faults_in(path) == [("table_row_unreadable", 2)]
