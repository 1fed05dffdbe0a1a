"""Telegram's HTML: read into text and entities, shown again without letting anything else through."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.botapi_errors import ApiError
from bot.botapi_text import clean_typed, parse_html, render_html


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("hola", "hola", []),
        ("a &amp; b &lt;c&gt; &nbsp; &#241; &#xf1;", "a & b <c> &nbsp; ñ ñ", []),
        ("👋 <b>dos</b>", "👋 dos", [("bold", 3, 3)]),
        ("<b>uno <i>dos</i></b>", "uno dos", [("bold", 0, 7), ("italic", 4, 3)]),
        ('<a href="https://imbabura.example/?a=1&amp;b=2">ver</a>', "ver", [("text_link", 0, 3)]),
        ('<a href="javascript:alert(1)">ver</a>', "ver", []),
        ('<span class="tg-spoiler">x</span>', "x", [("spoiler", 0, 1)]),
        ("&#0;&#xd800;&#99999999;", "&#0;&#xd800;&#99999999;", []),
    ],
)
def test_reads(source: str, text: str, entities: list[tuple[str, int, int]]) -> None:
    read, found = parse_html(source)
    assert (read, [(each["type"], each["offset"], each["length"]) for each in found]) == (text, entities)


@pytest.mark.parametrize(
    "source", ["1 < 2", "<", "<p>x</p>", "</b>", "<b><i>x</b></i>", "<span>x</span>", "<b"]
)
def test_refuses(source: str) -> None:
    with pytest.raises(ApiError, match="can't parse entities"):
        parse_html(source)


@pytest.mark.parametrize(
    "source",
    [
        "<b>uno <i>dos</i></b> &amp; <code>tres</code>",
        "👋<b><i>🙂</i></b><u>x</u>",
        '<a href="https://imbabura.example/?a=1&amp;b=2" rel="noopener noreferrer" target="_blank">ver</a>',
    ],
)
def test_shows_what_it_read(source: str) -> None:
    assert render_html(*parse_html(source)) == source


@given(st.text(alphabet="<>/&;ab\"'= b👋#x1ñ\n", max_size=60))
def test_never_lets_other_html_through(source: str) -> None:
    refusal: ApiError | None = None
    shown = ""
    try:
        shown = render_html(*parse_html(source))
    except ApiError as error:
        refusal = error
    assert refusal is None or refusal.status == 400
    assert re.sub(r"</?(b|a|u|s|i|code|pre)( [^<>]*)?>", "", shown).count("<") == 0


@given(st.text())
def test_what_a_phone_sends_can_be_stored_anywhere(text: str) -> None:
    typed = clean_typed(text)
    assert "\0" not in typed and typed.encode().decode() == typed
