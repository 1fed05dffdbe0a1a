"""Many patterns at once find what each finds by itself, and by what a word begins with is only told where to look."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliberation.voices import kinds, personal_places, protection
from deliberation.voices.phrases import Phrases

PATTERNS = [
    r"\b(?:no (?:h?ay|tenemos)|falt(?:an?|aba)\b)",
    r"\b(?:(?:me|nos) )?necesit(?:o|a)\b(?! que)|\blejos\b",
    r"^\W*(?:y )?que \w+",
    r"(?<!no )(?<!se )\b(?:he|hemos) \w+ado\b",
    r"\b\w{3,}shun\b|\b[fp]alta\w*",
    r"\b(?:muy |tan )?poc[oa]s?\b|\bsol(?:o|a) (?:hay|me)\b",
    r"\b(?:a{2}y|\d+ horas)\b",
    r"\bsi(?:no)*\b",
]
SAID = """
    no hay ay tenemos faltan faltaba me nos necesito que lejos y he hemos hablado llegado se rurashun falta palta
    muy tan poco pocas solo sola aay 12 horas sino si , . ñan_ 3falta
""".split()


@given(st.lists(st.sampled_from(SAID), max_size=12).map(" ".join) | st.text(max_size=60))
def test_finds_what_each_pattern_finds_by_itself(text: str) -> None:
    alone = {number for number, pattern in enumerate(PATTERNS) if re.search(pattern, text)}
    assert Phrases(enumerate(PATTERNS)).found_in(text) == alone


def test_several_patterns_may_stand_for_the_same() -> None:
    assert Phrases([("water", r"\byaku\b"), ("water", r"\bagua\b")]).found_in("no hay agua") == {"water"}


@pytest.mark.parametrize("lexicon", [kinds.FILE, protection.FILE], ids=lambda path: path.stem)
def test_every_line_of_a_lexicon_is_found_as_it_is_written(lexicon: Path) -> None:
    """On the sentences that were written for the lines, which match nearly all of them."""
    lines = [line for line in lexicon.read_text("utf-8").splitlines() if line and line[0] != "#"]
    patterns = [line.split("\t")[-1].replace("WHOM", "(?:me|nos|la|las)") for line in lines]
    phrases = Phrases(enumerate(patterns))
    for name in ("kind_cases.tsv", "protection_cases.tsv"):
        for line in (Path(__file__).parent / name).read_text("utf-8").splitlines():
            text = line.split("\t")[-1].lower()
            assert phrases.found_in(text) == {at for at, each in enumerate(patterns) if re.search(each, text)}


def test_a_place_is_looked_for_whatever_its_letters() -> None:
    for text in (
        "EDIFICIO Sol",
        "Ed\u0131ficio Sol",
        "la panadería Luz",
        "LA PANADERIA Luz",
        "Ca\u017fa de acogida Luz",
    ):
        assert list(personal_places.find_places(text)), text
