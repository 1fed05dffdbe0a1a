"""Telling the languages apart, on 3,428 sentences with translation (Killkan) and on interface messages."""

import csv
import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from i18n.language import detect
from i18n.spanish import words

SENTENCE = 4  # words, at least


@pytest.fixture(scope="module")
def pairs(outside_data: Path) -> list[tuple[str, str]]:
    """Kichwa and Spanish sentences of the same meaning, as people speak: with names, loans and slips."""
    with (outside_data / "kichwa" / "killkan_pairs.tsv").open(encoding="utf-8") as file:
        rows = [
            (row["kichwa"], row["es"]) for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        ]
    return [(kichwa, spanish) for kichwa, spanish in rows if "[MISSING]" not in kichwa + spanish]


def recall(texts: list[str], language: str) -> float:
    return sum(detect(text) == language for text in texts) / len(texts)


def as_taught_in_spanish(kichwa: str) -> str:
    """Hispanicised spelling: wasi becomes huasi, killka quillca."""
    for unified, taught in ((r"w(?=[ai])", "hu"), (r"k(?=i)", "qu"), ("k", "c")):
        kichwa = re.sub(unified, taught, kichwa)
        kichwa = re.sub(unified.replace("w", "W").replace("k", "K"), taught.capitalize(), kichwa)
    return kichwa


def two_words(texts: list[str]) -> list[str]:
    """Two words in a row out of each text that has more, drawn with a fixed seed."""
    draw = random.Random(23)
    pieces: list[str] = []
    for text in texts:
        spoken = text.split()
        if len(spoken) >= SENTENCE:
            start = draw.randrange(len(spoken) - 1)
            pieces.append(" ".join(spoken[start : start + 2]))
    return pieces


def sentences_of(texts: list[str]) -> list[str]:
    return [text for text in texts if len(words(text)) >= SENTENCE]


@pytest.mark.parametrize(
    ("sample", "least"),
    [(sentences_of, 0.98), (two_words, 0.95)],
)
def test_recall_in_both_languages(
    pairs: list[tuple[str, str]], sample: Callable[[list[str]], list[str]], least: float
) -> None:
    assert recall(sample([kichwa for kichwa, _ in pairs]), "qu") >= least
    assert recall(sample([spanish for _, spanish in pairs]), "es") >= least


@pytest.mark.parametrize(("sample", "least"), [(sentences_of, 0.97), (two_words, 0.90)])
def test_recall_of_kichwa_spelled_as_in_spanish(
    pairs: list[tuple[str, str]], sample: Callable[[list[str]], list[str]], least: float
) -> None:
    assert recall(sample([as_taught_in_spanish(kichwa) for kichwa, _ in pairs]), "qu") >= least


def test_recall_on_messages_of_another_source(outside_data: Path) -> None:
    path = outside_data / "kichwa" / "interface_messages_qug_es.tsv"
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    assert recall(sentences_of([row["qug"] for row in rows]), "qu") >= 0.97
    assert recall(sentences_of([row["es"] for row in rows]), "es") >= 0.98
