"""Answers that nobody here wrote: citizens' proposals with markup, and Kichwa sentences, through `rimay voices`."""

import csv
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bench.voices import labelled, purity
from deliberation.voices.reading import read_redacted
from deliberation.voices.summary import Heard, check, summarise
from deliberation.voices.theme_words import theme_words
from deliberation.voices.themes import suggest_themes
from i18n.language import Language

FEWEST = 200
"""Labelled texts from which a comparison says anything."""


@pytest.fixture(scope="module")
def proposals(outside_data: Path) -> list[str]:
    paths = sorted((outside_data / "text-es").glob("*.csv"))
    if not paths:
        pytest.skip("no proposals in text-es")
    texts: list[str] = []
    for path in paths:
        with path.open(encoding="utf-8-sig", newline="") as file:
            texts += [row["description"] or "" for row in csv.DictReader(file, delimiter=";")]
    return texts[:1500]


@pytest.fixture(scope="module")
def kichwa(outside_data: Path) -> list[str]:
    with (outside_data / "kichwa" / "killkan_pairs.tsv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [row["kichwa"] for row in rows if "[MISSING]" not in row["kichwa"]][:500]


@pytest.fixture(scope="module")
def found(
    proposals: list[str], kichwa: list[str], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("voices")
    path, out = folder / "answers.csv", folder / "voices.json"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";").writerows([["id", "text"], *enumerate([*proposals, *kichwa])])
    command = [sys.executable, "-m", "rimay", "voices", str(path), "--column", "text", "--out", str(out)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    read: dict[str, Any] = json.loads(out.read_text("utf-8"))
    return read


def test_each_answer_is_read_in_its_language_and_order(
    found: dict[str, Any], proposals: list[str], kichwa: list[str]
) -> None:
    answers = found["answers"]
    assert [answer["row"] for answer in answers] == list(range(1, len(proposals) + len(kichwa) + 1))
    said = [
        a for a, text in zip(answers, proposals, strict=False) if len(re.sub("<[^>]+>", "", text).split()) > 5
    ]
    assert sum(answer["language"] == "es" for answer in said) >= 0.97 * len(said)
    spoken = answers[len(proposals) :]
    assert sum(answer["language"] in ("qu", "mixed") for answer in spoken) >= 0.93 * len(spoken)


def test_neither_markup_nor_numbers_of_people_are_left(found: dict[str, Any]) -> None:
    for answer in found["answers"]:
        assert not re.search(r"</?(?:p|strong|a|br)\b|\b09\d{8}\b|[\w.]+@[\w.]+\.\w", answer["redacted"])


def test_themes_hold_every_answer_that_says_something(found: dict[str, Any]) -> None:
    themed = [answer for answer in found["answers"] if answer["theme"] is not None]
    assert len(themed) >= 0.9 * sum(bool(answer["redacted"]) for answer in found["answers"])
    assert sum(theme["count"] for theme in found["themes"]) == len(themed)
    assert 3 <= len(found["themes"]) <= 16


def test_every_sentence_can_be_counted_again_from_the_file(found: dict[str, Any]) -> None:
    heard = [Heard(a["row"], read_redacted(a["redacted"]), a["theme"]) for a in found["answers"]]
    again = summarise(heard)
    assert [(s.rule, s.theme, s.word, list(s.rows)) for s in again] == [
        (s["rule"], s["theme"], s["word"], s["rows"]) for s in found["summary"]
    ]
    assert check(again, heard) == []


def test_themes_are_those_of_the_titles_that_were_not_shown(outside_data: Path) -> None:
    texts, subjects = labelled(outside_data)
    if len(texts) < FEWEST:
        pytest.skip("too few proposals whose title points to one subject")
    themes = suggest_themes([list(theme_words(text, Language.SPANISH)) for text in texts], len(set(subjects)))
    label = {member: at for at, theme in enumerate(themes) for member in theme.members}
    by_chance = max(subjects.count(subject) for subject in set(subjects)) / len(subjects)
    assert purity(subjects, [label.get(at, -1) for at in range(len(texts))]) >= by_chance + 0.25
