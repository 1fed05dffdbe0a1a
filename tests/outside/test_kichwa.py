"""Stems of Kichwa words, on 3,428 sentences (Killkan) and the headwords of a school dictionary."""

import csv
import json
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from i18n.kichwa import fold, stem
from i18n.spanish import words

SEEN = 5  # times, at least, that a lemma must occur to be counted


@pytest.fixture(scope="module")
def lemmas(outside_data: Path) -> frozenset[str]:
    """Headwords of the dictionary; verbs without their -na."""
    headwords = json.loads((outside_data / "kichwa" / "kichwa_to_spanish.json").read_text("utf-8"))
    folded = {fold(headword) for headword in headwords if " " not in headword}
    verbs = {word.removesuffix("na") for word in folded if word.endswith("na") and len(word) > 5}
    return frozenset(verbs | {word for word in folded if len(word) > 3 and not word.endswith("na")})


@pytest.fixture(scope="module")
def tokens(outside_data: Path) -> Counter[str]:
    with (outside_data / "kichwa" / "killkan_pairs.tsv").open(encoding="utf-8") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return Counter(word.lower() for row in rows for word in words(row["kichwa"]))


def test_nine_in_ten_words_of_a_lemma_share_a_stem(lemmas: frozenset[str], tokens: Counter[str]) -> None:
    """A word belongs to the longest headword that begins it. Unstemmed, a third share their form."""
    stems: dict[str, Counter[str]] = defaultdict(Counter)
    for token, times in tokens.items():
        folded = fold(token)
        beginnings = (folded[:end] for end in range(len(folded), 3, -1))
        if lemma := next((beginning for beginning in beginnings if beginning in lemmas), None):
            stems[lemma][stem(token)] += times
    counted = [counts for counts in stems.values() if counts.total() >= SEEN]
    together = sum(counts.most_common(1)[0][1] for counts in counted)
    assert together / sum(counts.total() for counts in counted) >= 0.9
