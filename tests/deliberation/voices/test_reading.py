"""An answer is covered before anything else reads it, and whatever it holds it is read."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deliberation.voices.kinds import Kind
from deliberation.voices.reading import LONGEST, SHORTENED, plain_text, read_answer, read_redacted
from i18n.language import Language


def test_reads_language_kind_and_words_of_what_is_covered() -> None:
    read = read_answer("Me llamo Yuleisy, falta agua: 0991234567")
    assert (read.language, read.kind) == (Language.SPANISH, Kind.NEED)
    assert read.redacted == "Me llamo [name], falta agua: [phone]"
    assert "agua" in {word.counted_as for word in read.words}
    assert not {"name", "phone", "yuleisy"} & {word.counted_as for word in read.words}


@pytest.mark.parametrize(
    "nothing", ["", "   ", "...", "\x00\x01", "<p></p>", "[phone]", "0991234567", "🙂", "12"]
)
def test_an_answer_without_words_is_other(nothing: str) -> None:
    read = read_answer(nothing)
    assert (read.language, read.kind, read.dangers, read.words) == (Language.OTHER, Kind.OTHER, (), ())


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("<p>Falta <b>agua</b></p>", "Falta agua"),
        ("Falta agua&nbsp;&amp; luz", "Falta agua & luz"),
        ("<script>alert('x')</script>Hola", "Hola"),
        ("&lt;a onclick=alert(1)&gt;Hola&lt;/a&gt;", "Hola"),
        ("menos de < 5 y > 3 <3", "menos de < 5 y > 3 <3"),
        ("09\u200b91\u202e234\x00567", "0991234567"),
        ("una\r\n\r\n  dos", "una\ndos"),
        ("\ud800", ""),
    ],
)
def test_neither_markup_nor_hidden_signs_are_left(written: str, read: str) -> None:
    assert plain_text(written) == read


def test_a_telephone_does_not_hide_behind_signs_that_nobody_sees() -> None:
    assert read_answer("Llame al 09\u200b9\u206012\u200f34567").redacted == "Llame al [phone]"


def test_of_an_endless_answer_the_beginning_is_read_and_the_rest_is_said_to_be_missing() -> None:
    read = read_answer("Falta agua. " * 900_000)
    assert read.shortened and read.redacted.endswith(SHORTENED)
    assert len(read.redacted) == LONGEST + len(SHORTENED)
    assert not read_answer("Falta agua.").shortened


@settings(deadline=None)
@given(st.text(max_size=300))
def test_who_has_the_covered_text_reads_the_same(text: str) -> None:
    read = read_answer(text)
    assert read_redacted(read.redacted) == read
