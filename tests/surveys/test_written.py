"""What people type is understood, and what could mean two things is not guessed."""

from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.conversation.written_choices import read_choice, read_choices, read_yes_or_no
from surveys.conversation.written_dates import read_date, read_moment, read_month, read_time, read_year
from surveys.conversation.written_numbers import read_decimal, read_whole
from surveys.conversation.written_words import clean, fold
from surveys.questionnaire import Choice

TODAY = date(2026, 11, 23)

NEEDS = (
    Choice("work", {"es": "Trabajo", "qu": "Llamkay"}),
    Choice("food", {"es": "Comida y agua", "qu": "Mikuna"}),
    Choice("health", {"es": "Salud", "qu": "Allikay"}),
    Choice("papers", {"es": "Documentos"}),
    Choice("school", {"es": "Educación"}),
)


@pytest.mark.parametrize(("typed", "number"), [
    ("34", "34"), (" 034 ", "34"), ("0", "0"), ("-0", "0"), ("+5", "5"), ("-5", "-5"),
    ("34,0", "34"), ("34.5", "34.5"), ("1.200", "1200"), ("1 200 000", "1200000"), ("\uff11\uff12", "12"),
    ("cinco", "5"), ("Dieciséis", "16"), ("una", "1"), ("veinte", "20"),
    ("shuk", "1"), ("Chunka", "10"), ("34 años", "34"), ("shuk wata", "1"), ("2 personas", "2"),
    ("treinta y cuatro", "34"), ("Treinta y un años", "31"), ("treintaicuatro", "34"), ("veinte y dos", "22"),
    ("veintidós", "22"), ("diez y seis", "16"), ("cien", "100"), ("ciento cinco", "105"), ("dos cientas una", "201"),
    ("Quinientos.", "500"), ("novecientos noventa y nueve", "999"), ("quinientas quince personas", "515"),
    ("kimsa chunka chusku", "34"), ("kimsachunkachusku wata", "34"), ("chunka shuk", "11"), ("patsak", "100"),
    ("patsak shuk", "101"), ("patsak shuk chunka", "110"), ("ishkay patsak pichka chunka", "250"),
    ("iskunpatsak iskunchunka iskun", "999"), ("illak", "0"), ("cero", "0"),
    ("mil", None), ("cientos", None), ("cuatro treinta", None), ("treinta o cuarenta", None), ("veinte treinta", None),
    ("ishkay-chunka", None), ("chunka, shuk", None), ("ciento, cinco", None), ("shuk ishkay", None), ("y", None),
    ("¿?", None), ("3 chunka", None),
    ("", None), ("2 mil", None), ("2 meses", None), ("34 o 35", None), ("١٢", None), ("1e5", None), ("NaN", None),
])  # fmt: skip
def test_reads_whole_numbers(typed: str, number: str | None) -> None:
    assert read_whole(typed) == number


def test_reads_every_number_below_a_thousand_as_it_is_said_in_kichwa() -> None:
    ones = ("", "shuk", "ishkay", "kimsa", "chusku", "pichka", "sukta", "kanchis", "pusak", "iskun")

    for number in range(1, 1000):
        hundreds, tens = number // 100, number // 10 % 10
        hundred = f"{ones[hundreds] if hundreds > 1 else ''} patsak " if hundreds else ""
        ten = f"{ones[tens] if tens > 1 else ''} chunka " if tens else ""
        said = hundred + ten + ones[number % 10]
        assert read_whole(said) == read_whole(said.replace(" ", "")) == str(number)


@pytest.mark.parametrize(("typed", "number"), [
    ("3,50", "3.5"), ("3.5", "3.5"), (",5", "0.5"), ("1.200", "1.2"), ("-0,25", "-0.25"), ("12", "12"), ("3,", "3"),
    ("1,2,3", None), (",", None), ("inf", None), ("tres", "3"),
])  # fmt: skip
def test_reads_decimals_with_comma_or_point(typed: str, number: str | None) -> None:
    assert read_decimal(typed) == number


@pytest.mark.parametrize("typed", [
    "23/11/2026", "23-11-2026", "23.11.2026", "2026-11-23", "2026/11/23", "23/11/26",
    "23 de noviembre de 2026", "23 Noviembre 2026", "23 nov. 2026", "hoy", "Kunan", "kunan puncha",
    "2026 wata, ayar killapak 23 puncha",
])  # fmt: skip
def test_reads_the_same_day_however_it_is_written(typed: str) -> None:
    assert read_date(typed, TODAY) == TODAY


@pytest.mark.parametrize(("typed", "day"), [
    ("ayer", date(2026, 11, 22)), ("kayna", date(2026, 11, 22)), ("mañana", date(2026, 11, 24)),
    ("3/2/85", date(1985, 2, 3)), ("1/1/36", date(2036, 1, 1)), ("29/2/2024", date(2024, 2, 29)),
    ("29/2/2026", None), ("31 de febrero de 2026", None), ("11/23/2026", None), ("23 de brumario de 2026", None),
    ("2026", None), ("pronto", None), ("", None), ("0000-01-01", None),
])  # fmt: skip
def test_reads_days(typed: str, day: date | None) -> None:
    assert read_date(typed, TODAY) == day


def test_reads_months_and_years_where_no_day_is_asked() -> None:
    assert (
        read_month("marzo de 2019") == read_month("3/2019") == read_month("pawkar 2019") == date(2019, 3, 1)
    )
    assert read_year("2019") == date(2019, 1, 1)
    assert (
        read_month("13/2019") is read_month("2019") is read_year("el año pasado") is read_year("0000") is None
    )


@pytest.mark.parametrize(("typed", "hour"), [
    ("10:30", time(10, 30)), ("10h30", time(10, 30)), ("10.30", time(10, 30)), ("3 pm", time(15)),
    ("3:15 p. m.", time(15, 15)), ("12 am", time(0)), ("12 PM", time(12)), ("23:59:58", time(23, 59, 58)),
    ("10", None), ("25:00", None), ("10:60", None), ("15 pm", None), ("tarde", None),
])  # fmt: skip
def test_reads_hours(typed: str, hour: time | None) -> None:
    assert read_time(typed) == hour


@pytest.mark.parametrize("typed", [
    "23/11/2026 15:15", "2026-11-23T15:15", "hoy a las 3:15 pm", "23 de noviembre de 2026, 3:15 p. m.",
])  # fmt: skip
def test_reads_moments(typed: str) -> None:
    assert read_moment(typed, TODAY) == datetime.combine(TODAY, time(15, 15))


@pytest.mark.parametrize(("typed", "value"), [
    ("Trabajo", "work"), ("  llamkay ", "work"), ("EDUCACION", "school"), ("comida y agua", "food"), ("doc", "papers"),
    ("3", "health"), ("health", "health"), ("0", None), ("6", None), ("do", None), ("casa", None), ("¿?", None),
])  # fmt: skip
def test_reads_one_choice_by_label_number_or_value(typed: str, value: str | None) -> None:
    assert read_choice(typed, NEEDS) == value


def test_a_label_that_is_a_number_wins_over_the_place_in_the_list() -> None:
    ages = (Choice("a", {"es": "2"}), Choice("b", {"es": "1"}))
    assert read_choice("1", ages) == "b"


@pytest.mark.parametrize(("typed", "values"), [
    ("1, 3", ["work", "health"]), ("3 1", ["health", "work"]), ("trabajo y salud", ["work", "health"]),
    ("comida y agua y trabajo", None), ("comida y agua, trabajo", ["food", "work"]), ("salud, salud", ["health"]),
    ("trabajo, dinero", None), (",", None),
])  # fmt: skip
def test_reads_several_choices(typed: str, values: list[str] | None) -> None:
    assert read_choices(typed, NEEDS) == values


def test_reads_yes_and_no_in_both_languages() -> None:
    assert [read_yes_or_no(typed) for typed in ("Sí", "ari", "No.", "mana", "tal vez")] == [
        True,
        True,
        False,
        False,
        None,
    ]


def test_text_is_cleaned_of_what_a_document_cannot_hold() -> None:
    assert clean("  a\x00b\ud800c\n\U0001f600 ") == "abc\n\U0001f600"
    assert fold("¡Sí,  Educación!") == "si educacion"


@given(st.text())
def test_no_text_breaks_a_reader(typed: str) -> None:
    for reader in (read_whole, read_decimal, read_month, read_year, read_time, read_yes_or_no, clean):
        reader(typed)
    read_date(typed, TODAY), read_moment(typed, TODAY), read_choices(typed, NEEDS)
