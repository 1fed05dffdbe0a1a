"""What is personal is covered, and what is not stays readable. Every person and number in the cases is invented."""

import json
import re
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deliberation.voices.findings import Kind
from deliberation.voices.redaction import find_personal_data, in_words, redact, redaction_words
from i18n.translator import Translator

CASES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent / "redaction_cases.json").read_text(encoding="utf-8")
)
PERSONAL = [(case["text"], detail) for case in CASES for detail in case["personal"]]
CLEAN = [case["text"] for case in CASES if not case["personal"]]
MARKED = re.compile("⟦(.*?)⟧")
SECOND = [
    (MARKED.sub(r"\1", line), MARKED.findall(line))
    for line in (Path(__file__).parent / "redaction_second.txt").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]


def covered(text: str, detail: str) -> bool:
    """Whether no letter or digit of the detail is left to read."""
    hidden = {at for finding in find_personal_data(text) for at in range(finding.start, finding.end)}
    begin = text.index(detail)
    return all(at in hidden for at in range(begin, begin + len(detail)) if text[at].isalnum())


def test_covers_at_least_95_of_100_personal_details() -> None:
    missed = [detail["text"] for text, detail in PERSONAL if not covered(text, detail["text"])]
    assert len(PERSONAL) >= 100
    assert 1 - len(missed) / len(PERSONAL) >= 0.95, missed


def test_raises_at_most_one_false_alarm_in_ten_clean_sentences() -> None:
    alarms = [text for text in CLEAN if find_personal_data(text)]
    assert len(CLEAN) >= 100
    assert len(alarms) / len(CLEAN) <= 0.1, alarms


def test_holds_on_a_second_set_as_well() -> None:
    missed = [detail for text, details in SECOND for detail in details if not covered(text, detail)]
    clean = [text for text, details in SECOND if not details]
    alarms = [text for text in clean if find_personal_data(text)]
    assert len(SECOND) >= 100
    assert len(missed) <= 0.05 * sum(len(details) for _, details in SECOND), missed
    assert len(alarms) <= 0.1 * len(clean), alarms


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Llámenme al 0991234567, por favor.", "Llámenme al [phone], por favor."),
        ("Mi cédula es 1710034065.", "Mi cédula es [id]."),
        ("me llamo la atención el trato", "me llamo la atención el trato"),
        ("Me llamo Ana, vivo en García Moreno.", "Me llamo [name], vivo en García Moreno."),
        ("Ñuka shutimi Tamia.", "Ñuka shutimi [name]."),
        ("Vivo en la calle desde mayo.", "Vivo en la calle desde mayo."),
        ("Vivo en la calle 13 de Abril, arriba.", "Vivo en la calle [address], arriba."),
        ("Marbelis Urdaneta y Ender venden arepas.", "[name] y [name] venden arepas."),
        ("Carlos y Otavalo me gustan.", "[name] y Otavalo me gustan."),
        ("Señor Carlos Anrango y compañía.", "Señor [name] y compañía."),
        ("Vivo en la calle Sucre 10-45.", "Vivo en la calle [address]."),
        ("Trabajo en el restaurante El Buen Sabor.", "Trabajo en el [place]."),
        ("Ganaba 1.200.000 pesos de 2019-2023.", "Ganaba 1.200.000 pesos de 2019-2023."),
    ],
)
def test_covers_the_detail_and_leaves_the_rest(text: str, expected: str) -> None:
    assert redact(text).text == expected


def test_a_reader_sees_words_of_their_language(translator: Translator) -> None:
    redacted = redact("Llame a Marisol al 0991234567.").text
    words = redaction_words(translator, "es")
    assert in_words(redacted, words) == "Llame a [nombre] al [teléfono]."


def test_every_kind_has_a_word_in_every_language(translator: Translator) -> None:
    for language in ("es", "qu"):
        assert set(redaction_words(translator, language)) == set(Kind)


def test_text_typed_with_combining_accents_is_read_all_the_same() -> None:
    assert redact("Me llamo Bele\u0301n Pa\u0301ez.").text == "Me llamo [name]."


@settings(deadline=None)
@given(st.text(max_size=300))
def test_never_fails_and_changes_nothing_the_second_time(text: str) -> None:
    once = redact(text).text
    assert redact(once).text == once


@settings(deadline=None)
@given(st.text(alphabet="0123456789", min_size=7, max_size=15), st.sampled_from(["", " ", "-"]))
def test_no_long_number_survives(digits: str, separator: str) -> None:
    written = f"Es el {separator.join(digits)} de siempre."
    assert sum(character.isdigit() for character in redact(written).text) == 0


@pytest.mark.parametrize("piece", ["a", "a.", "1 ", "Juan ", "calle A ", "uno ", "@", "x@y", "-"])
def test_a_long_text_takes_no_longer_than_it_should(piece: str) -> None:
    begun = time.perf_counter()
    redact(piece * (4096 // len(piece)))
    assert time.perf_counter() - begun < 2
