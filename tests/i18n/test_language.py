"""The language of an answer, however short, misspelt or mixed it is. tests/outside measures how well."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from i18n.language import Language, detect


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Necesito ayuda con los documentos de mis hijos", Language.SPANISH),
        ("no hay trabajo", Language.SPANISH),
        ("TRABAJO", Language.SPANISH),
        ("casa", Language.SPANISH),
        ("no tengo whatsapp", Language.SPANISH),
        ("Llamkayta mutsurini", Language.KICHWA),
        ("Ñuka wawakunapak killkakunata mutsurinchik", Language.KICHWA),
        ("Ñuca huahuacunapac quillcacunata mutsurinchic", Language.KICHWA),
        ("huasi", Language.KICHWA),
        ("Shuk doctorta mutsurinchik", Language.KICHWA),
        ("la wawa está mal", Language.MIXED),
        ("necesitamos yaku para la wasi", Language.MIXED),
        ("Ñuka wawa está enfermo y no tengo dinero", Language.MIXED),
        ("Please, we need a house for our children", Language.OTHER),
        ("Je n'ai pas de maison pour mes enfants", Language.OTHER),
        ("mwen bezwen yon kay", Language.OTHER),
        ("0987", Language.OTHER),
        ("👍", Language.OTHER),
        ("", Language.OTHER),
    ],
)
def test_tells_languages_apart(text: str, expected: Language) -> None:
    assert detect(text) == expected


def test_a_loan_and_a_name_do_not_make_kichwa_spanish() -> None:
    assert detect("Alcaldesa Magdalena radiopi rimarka") == Language.KICHWA


@given(st.text())
def test_answers_whatever_is_written(text: str) -> None:
    assert detect(text) in Language
