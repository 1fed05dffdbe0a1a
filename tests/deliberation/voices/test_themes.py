"""Themes put answers together that speak of the same, in both languages, whatever the order of the rows."""

import random

import pytest

from deliberation.voices.bilingual import in_spanish
from deliberation.voices.reading import read_answer
from deliberation.voices.theme_vectors import Weighing, pieces_of
from deliberation.voices.themes import Theme, suggest_themes

WATER = [
    "Falta agua potable en el barrio desde hace semanas.",
    "El agua llega sucia y la tubería está rota.",
    "No hay agua para regar, la acequia está seca.",
    "Ñukanchik llaktapi yakuta mana charinchikchu.",
    "Yaku mapayashka shamun, wawakuna unkun.",
    "Kay ayllullaktapi yaku illan.",
    "Necesitamos tuberías nuevas para el agua de la comunidad.",
    "La vertiente de agua está contaminada.",
]
WORK = [
    "No consigo trabajo porque soy extranjero.",
    "Me pagan la mitad del sueldo y sin contrato.",
    "El patrón no paga los sueldos a tiempo.",
    "Llamkayta mana tarinichu kay llaktapi.",
    "Trabajo doce horas en la construcción por poco sueldo.",
    "Quiero un empleo con contrato y seguro.",
    "Las empresas no dan trabajo a los jóvenes.",
    "Busco empleo de albañil.",
]
SCHOOL = [
    "No hay cupo en la escuela para mi hija.",
    "La escuela pide documentos que no tenemos para la matrícula.",
    "El profesor se burla de los niños venezolanos.",
    "Yachana wasi karupimi, wawakuna purishpa rinkuna.",
    "Mi hijo perdió el año porque el colegio no recibió sus certificados.",
    "Los útiles y uniformes de la escuela cuestan mucho.",
    "Quiero terminar el bachillerato en un colegio nocturno.",
    "Faltan maestros en la escuela de la comunidad.",
]
ANSWERS = [*WATER, *WORK, *SCHOOL]


def themes_of(answers: list[str], number: int | None = 3) -> list[Theme]:
    return suggest_themes([read_answer(answer).words for answer in answers], number)


def test_water_is_one_theme_in_both_languages() -> None:
    together = [{ANSWERS[member] for member in theme.members} for theme in themes_of(ANSWERS)]
    for spoken_of in (WATER, WORK, SCHOOL):
        assert max(len(theme & set(spoken_of)) for theme in together) >= 7
    assert any({WATER[0], WATER[3], WATER[5]} <= theme for theme in together)


def test_a_label_is_made_of_words_that_people_used() -> None:
    said = {word for answer in ANSWERS for word in answer.lower().replace(",", " ").replace(".", " ").split()}
    for theme in themes_of(ANSWERS):
        assert theme.label and set(theme.label.split(", ")) <= said
        assert set(theme.words) <= said


def test_the_order_of_the_rows_changes_nothing() -> None:
    shuffled = random.Random(3).sample(ANSWERS, len(ANSWERS))
    first = [(t.label, t.words, [ANSWERS[at] for at in t.members]) for t in themes_of(ANSWERS, None)]
    second = [(t.label, t.words, [shuffled[at] for at in t.members]) for t in themes_of(shuffled, None)]
    assert [(label, words, sorted(texts)) for label, words, texts in first] == [
        (label, words, sorted(texts)) for label, words, texts in second
    ]


def test_what_is_said_twice_is_in_the_same_theme() -> None:
    doubled = [*ANSWERS, *ANSWERS]
    theme_of = {member: at for at, theme in enumerate(themes_of(doubled)) for member in theme.members}
    assert all(theme_of[at] == theme_of[at + len(ANSWERS)] for at in range(len(ANSWERS)))


@pytest.mark.parametrize("answers", [[], [""], ["???"], ["the weather is nice"], ["", "...", "[name]"]])
def test_answers_that_say_nothing_have_no_theme(answers: list[str]) -> None:
    assert themes_of(answers, None) == []


@pytest.mark.parametrize("few", [1, 2, 3, 5])
def test_few_answers_have_a_theme_as_well(few: int) -> None:
    themes = themes_of(ANSWERS[:few], None)
    assert sorted(member for theme in themes for member in theme.members) == list(range(few))
    assert all(theme.label for theme in themes)


def test_no_more_themes_than_asked_for_nor_than_answers() -> None:
    assert len(themes_of(ANSWERS, 5)) <= 5
    assert len(themes_of(ANSWERS[:2], 10)) <= 2


@pytest.mark.parametrize(
    ("kichwa", "spanish"),
    [
        ("yakumanta", "agua"),
        ("huasita", "casa"),
        ("hampikwan", "médico"),
        ("hampikunata", "medicina"),
        ("yachanapi", "escuela"),
        ("ñankunata", "camino"),
        ("rikuna", None),
        ("Otavalo", None),
    ],
)
def test_a_kichwa_word_meets_its_spanish_one_through_its_endings(kichwa: str, spanish: str | None) -> None:
    assert in_spanish(kichwa) == spanish


def test_weights_of_a_kind_have_the_same_length_for_every_answer() -> None:
    answers = [("agua", "tuberia"), ("agua",), ("trabajo", "sueldo", "sueldo")]
    weights = Weighing(answers)([*answers, ("desconocida",), ()])
    lengths = weights.multiply(weights).toarray().sum(axis=1)
    assert lengths[:3].tolist() == pytest.approx([1 + 0.7**2] * 3, abs=1e-6)
    assert lengths[4] == 0


def test_words_of_a_family_share_pieces() -> None:
    shared = set(pieces_of("arrendador")) & set(pieces_of("arrendar"))
    assert " arre" in shared and "rend" in shared
    assert not set(pieces_of("agua")) & set(pieces_of("sueldo"))
