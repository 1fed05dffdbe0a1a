"""Near-duplicates among statements: found in both languages, and the contrary is not taken for the same.

The pairs are ours. The scores were tuned while looking at the first set; the figures that are held here are those of
the second. A pair says the same where a moderator would merge it: other endings, another order, another way to ask.
"""

import csv
from itertools import combinations
from pathlib import Path

import pytest

from deliberation.opinions.duplicates import LEAST, compare, find_near

PAIRS = Path(__file__).parent / "duplicate_pairs.tsv"


def pairs(name: str, language: str) -> list[tuple[str, str, bool]]:
    with PAIRS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [
        (row["one"], row["other"], row["same"] == "yes")
        for row in rows
        if (row["set"], row["language"]) == (name, language)
    ]


@pytest.mark.parametrize(("language", "precision", "recall"), [("es", 0.9, 0.9), ("qu", 0.75, 0.9)])
def test_pairs_that_nobody_tuned_for_are_told_apart(language: str, precision: float, recall: float) -> None:
    judged = pairs("second", language)
    assert len(judged) >= 12

    scored = [
        (compare({language: one}, {language: other}).score >= LEAST, same) for one, other, same in judged
    ]
    found = sum(suggested and same for suggested, same in scored)

    assert found / sum(suggested for suggested, _ in scored) >= precision
    assert found / sum(same for _, same in scored) >= recall


@pytest.mark.parametrize("language", ["es", "qu"])
def test_statements_about_other_things_are_hardly_ever_suggested(language: str) -> None:
    every = [*pairs("first", language), *pairs("second", language)]
    texts = sorted({text for one, other, _ in every for text in (one, other)})
    known = {frozenset(pair[:2]) for pair in every}
    strangers = [
        (one, other) for one, other in combinations(texts, 2) if frozenset((one, other)) not in known
    ]

    suggested = [
        pair for pair in strangers if compare({language: pair[0]}, {language: pair[1]}).score >= LEAST
    ]

    assert len(suggested) / len(strangers) < 0.02


def test_the_nearest_comes_first_and_says_which_words_it_shares() -> None:
    others = {
        4: {"es": "El mercado necesita más agua limpia"},
        7: {"es": "Más agua limpia para los puestos del mercado"},
        9: {"es": "Queremos clases de kichwa"},
    }

    near = find_near({"es": "Hace falta más agua limpia en el mercado"}, others)

    assert [each.key for each in near] == [4, 7]
    assert near[0].shared == ("agua", "limpia", "mercado")
    assert near[0].score == pytest.approx(1)
    assert 0 < near[1].score < 1


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("es", "La policía no debe pedir papeles", "La policía debe pedir papeles"),
        ("es", "Hay que abrir el albergue de día", "Hay que cerrar el albergue de día"),
        ("es", "Quiero más control en la frontera", "Quiero menos control en la frontera"),
        ("qu", "Katuna kuskata paskachun", "Katuna kuskata wichkachun"),
        ("qu", "Kichwapi killkachun", "Kichwapi ama killkachun"),
    ],
)
def test_the_contrary_is_not_the_same(language: str, one: str, other: str) -> None:
    near = compare({language: one}, {language: other})

    assert near.contrary
    assert near.score < LEAST


def test_a_translation_lets_two_languages_meet() -> None:
    spanish = {"es": "Falta agua limpia en el mercado"}
    kichwa = {"qu": "Katuna kuskapi chuya yaku illan"}

    assert compare(spanish, kichwa).score == 0
    translated = {**kichwa, "es": "En el mercado falta agua limpia"}
    assert compare(spanish, translated).score == pytest.approx(1)


@pytest.mark.parametrize("text", ["", "…", "No", "[phone]", "Que haya"])
def test_what_says_nothing_is_near_to_nothing(text: str) -> None:
    assert find_near({"es": text}, {1: {"es": text}, 2: {"es": "Más buses"}}) == []
