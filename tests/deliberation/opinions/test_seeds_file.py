"""Seeds are brought in many at once: all of them, or every fault with its line and none of them."""

import pytest

from core.errors import InvalidInput
from deliberation.opinions.seeds_file import MOST_SEEDS, read_lines, read_table
from deliberation.opinions.statements import LONGEST, Seed

KNOWN = {7: {"es": "Más luz en el parque"}}


def faults(error: pytest.ExceptionInfo[InvalidInput]) -> list[tuple[str, int | None, str | None]]:
    return [(fault.code, fault.row, fault.column) for fault in error.value.faults]


def test_pasted_lines_are_spanish_and_kichwa() -> None:
    assert read_lines("Falta  agua | Yaku illan\n\n  | Ñanta allichichun\nMás buses\n", KNOWN) == [
        Seed({"es": "Falta agua", "qu": "Yaku illan"}),
        Seed({"qu": "Ñanta allichichun"}),
        Seed({"es": "Más buses"}),
    ]


def test_every_fault_of_pasted_lines_is_said_with_its_line() -> None:
    long = "a" * (LONGEST + 1)

    with pytest.raises(InvalidInput) as error:
        read_lines(f"Falta agua\n{long}\nuno|dos|tres\n…\n¡FALTA agua!\nmas luz en el parque", KNOWN)

    assert faults(error) == [
        ("seed_too_long", 2, "es"),
        ("seed_parts", 3, None),
        ("seed_empty", 4, None),
        ("seed_twice", 5, "es"),
        ("seed_known", 6, "es"),
    ]
    assert [fault.params for fault in error.value.faults][-2:] == [{"line": 1}, {"number": 7}]


@pytest.mark.parametrize("pasted", ["", " \n\n"])
def test_nothing_is_no_seed(pasted: str) -> None:
    with pytest.raises(InvalidInput) as error:
        read_lines(pasted, {})

    assert faults(error) == [("seeds_none", None, None)]


def test_no_more_than_can_be_looked_through() -> None:
    with pytest.raises(InvalidInput) as error:
        read_lines("\n".join(f"Afirmación {number}" for number in range(MOST_SEEDS + 1)), {})

    assert faults(error) == [("seeds_too_many", None, None)]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_table_says_what_asks_about_the_person(separator: str) -> None:
    rows = [("qu", "es", "about_person"), ("Yaku illan", "Falta agua", "sí"), ("", "Más buses", "")]
    content = "\r\n".join(separator.join(row) for row in rows).encode("utf-8-sig")

    assert read_table(content, KNOWN) == [
        Seed({"es": "Falta agua", "qu": "Yaku illan"}, about_person=True),
        Seed({"es": "Más buses"}),
    ]


def test_a_table_needs_spanish_alone() -> None:
    assert read_table(b"es\nFalta agua\n", {}) == [Seed({"es": "Falta agua"})]


def test_every_fault_of_a_table_is_said_with_its_line() -> None:
    with pytest.raises(InvalidInput) as error:
        read_table("es,qu,about_person\nFalta agua,,quizás\n,,no\nMás buses\nFalta agua,,no\n".encode(), {})

    assert faults(error) == [
        ("seed_flag_unknown", 2, "about_person"),
        ("seed_empty", 3, None),
        ("table_row_short", 4, None),
        ("seed_twice", 5, "es"),
    ]


@pytest.mark.parametrize(
    ("content", "code"), [(b"a,b\n1,2\n", "table_column_missing"), (b"PK\x03\x04", "table_unreadable")]
)
def test_what_is_no_such_table_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(InvalidInput) as error:
        read_table(content, {})

    assert [fault.code for fault in error.value.faults] == [code]
