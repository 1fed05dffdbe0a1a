"""Files of votes: the quick way and the careful way read the same, and every fault has its line."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import InvalidInput
from deliberation.maths.votes import Votes
from deliberation.opinions import vote_blocks
from deliberation.opinions.vote_file import read_conversation

HEADER = "timestamp,datetime,comment-id,voter-id,vote\n"


@pytest.fixture
def written(tmp_path: Path) -> Callable[[str], Path]:
    """Writes a file of votes and says where."""

    def write(text: str | bytes, name: str = "votes.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    return write


def faults_of(
    votes: Path, statements: Path | None = None
) -> list[tuple[str, str | None, int | None, str | None]]:
    with pytest.raises(InvalidInput) as refused:
        read_conversation(votes, statements)
    return [(fault.code, fault.sheet, fault.row, fault.column) for fault in refused.value.faults]


def triples(votes: Votes) -> list[tuple[str, str, int]]:
    return [
        (votes.people[person], votes.statements[statement], int(value))
        for person, statement, value in zip(votes.person, votes.statement, votes.value, strict=True)
    ]


SAME = [
    HEADER + "5,x,3,1,1\n4,x,3,1,-1\n6,y,12,7,0\n",
    HEADER + "5,x,3,1,1\n4,x,3,1,-1\n6,y,12,7,0",
    "\ufeff" + HEADER + "5,x,3,1,1\n6,y,12,7,0\n",
    (HEADER + "5,x,3,1,1\n6,y,12,7,0\n").replace("\n", "\r\n"),
    HEADER + '5,"Mon, 5",3,1,1\n6,"a\nb",12,7,0\n',
    HEADER + "\n5,x,3,1,1\n\n6,y,12,7,0\n\n",
    "comment-id;voter-id;vote\n3;1;1\n12;7;0\n",
    "vote,important,voter-id,comment-id\n1,0,1,3\n0,1,7,12\n",
    HEADER + " 5 ,x, 3 ,1,1\n6,y,12,7,0,more\n",
    HEADER + "1691740361800000,x,3,1,1\n1691740361800000,y,12,7,0\n",
]


@pytest.mark.parametrize("text", SAME)
def test_the_same_votes_are_read_however_they_are_written(text: str, written: Callable[[str], Path]) -> None:
    votes, _ = read_conversation(written(text))
    assert triples(votes) == [("1", "3", 1), ("7", "12", 0)]


def test_names_that_are_no_numbers_are_people_too(written: Callable[[str], Path]) -> None:
    votes, _ = read_conversation(written(HEADER + "1,x,s1,ñusta,1\n1,x,s1,007,1\n1,x,s1,7,-1\n"))
    assert votes.people == ("007", "7", "ñusta")


ROWS = st.lists(
    st.tuples(
        st.integers(0, 10**12), st.integers(0, 300), st.integers(0, 10**9), st.sampled_from([1, 0, -1])
    ),
    min_size=1,
)


@given(rows=ROWS, block=st.integers(20, 200))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_quick_way_reads_what_the_careful_way_reads(
    rows: list[tuple[int, ...]], block: int, tmp_path: Path
) -> None:
    lines = [f"{time},Wed Jun 18,{statement},{person},{vote}\n" for time, statement, person, vote in rows]
    plain, quoted = tmp_path / "plain.csv", tmp_path / "quoted.csv"
    plain.write_text(HEADER + "".join(lines))
    quoted.write_text(HEADER + "".join(lines).replace("Wed Jun 18", '"Wed Jun 18"'))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(vote_blocks, "_BLOCK", block)
        quick, careful = read_conversation(plain)[0], read_conversation(quoted)[0]
    assert (quick.people, quick.statements) == (careful.people, careful.statements)
    np.testing.assert_array_equal(quick.value, careful.value)
    np.testing.assert_array_equal(quick.starts, careful.starts)


def test_what_needs_no_thought_is_read_the_quick_way(
    written: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr("deliberation.opinions.vote_file._carefully", never)
    for text in SAME[:4]:
        read_conversation(written(text))


def test_all_faults_come_at_once_with_their_lines(written: Callable[[str], Path]) -> None:
    votes = written(HEADER + '1,x,0,0,2\n1,"x\ny",,0,1\nlate,x,1,,1\n1,x\n1,x,1,\x07,1\n1,x,1,1,1\n')
    assert faults_of(votes) == [
        ("vote_unknown", "votes.csv", 2, "vote"),
        ("vote_id_missing", "votes.csv", 3, "comment-id"),
        ("vote_id_missing", "votes.csv", 5, "voter-id"),
        ("vote_time_unknown", "votes.csv", 5, "timestamp"),
        ("table_row_short", "votes.csv", 6, None),
        ("vote_id_unreadable", "votes.csv", 7, "voter-id"),
    ]


def test_both_files_are_read_before_any_fault_is_told(written: Callable[[str, str], Path]) -> None:
    votes = written("timestamp,vote\n1,1\n", "votes.csv")
    statements = written("comment-id,moderated,is-meta\n1,1,true\n1,5,perhaps\n,0,\n", "comments.csv")
    assert faults_of(votes, statements) == [
        ("table_column_missing", "votes.csv", 1, "voter-id"),
        ("table_column_missing", "votes.csv", 1, "comment-id"),
        ("statement_twice", "comments.csv", 3, "comment-id"),
        ("statement_state_unknown", "comments.csv", 3, "moderated"),
        ("statement_kind_unknown", "comments.csv", 3, "is-meta"),
        ("vote_id_missing", "comments.csv", 4, "comment-id"),
    ]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (b"PK\x03\x04\x00binary\n", "table_unreadable"),
        (b"", "table_column_missing"),
        (HEADER.encode(), "votes_none"),
        ((HEADER + "1,x,0,0," + "9" * 200_000).encode(), "table_row_unreadable"),
        ((HEADER + "1,x,0,\xff,1\n").encode("latin-1"), "vote_id_unreadable"),
    ],
)
def test_what_is_no_file_of_votes_is_refused(
    text: bytes, code: str, written: Callable[[bytes], Path]
) -> None:
    assert faults_of(written(text))[0][0] == code


def test_what_is_known_of_statements(written: Callable[[str, str], Path]) -> None:
    votes = written(HEADER + "1,x,0,0,1\n", "votes.csv")
    statements = written(
        'comment-id,moderated,is-meta,comment-body\n0,1,false,"Uno,\ndos"\n1,-1,False,\n2,0,TRUE,x\n',
        "comments.csv",
    )
    _, known = read_conversation(votes, statements)
    assert dict(known.moderated) == {"0": 1, "1": -1, "2": 0}
    assert (set(known.rejected), set(known.about_person)) == ({"1"}, {"2"})
