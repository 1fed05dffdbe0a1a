"""What an organiser wrote shows in the language of the reader where it is there, else in another one."""

import pytest

from i18n.localized import Localized, Picked, pick


@pytest.mark.parametrize(
    ("localized", "language", "expected"),
    [
        ({"es": "Agua", "qu": "Yaku"}, "qu", Picked("Yaku", fell_back=False)),
        ({"es": "Agua", "qu": "Yaku"}, "es", Picked("Agua", fell_back=False)),
        ({"es": "Agua"}, "qu", Picked("Agua", fell_back=True)),
        ({"es": "Agua", "qu": "  "}, "qu", Picked("Agua", fell_back=True)),
        ({"qu": "Yaku"}, "es", Picked("Yaku", fell_back=True)),
        ({"en": "Water"}, "qu", Picked("Water", fell_back=True)),
        ({}, "qu", Picked("", fell_back=False)),
    ],
)
def test_picks_the_reader_s_language_else_says_that_it_fell_back(
    localized: Localized, language: str, expected: Picked
) -> None:
    assert pick(localized, language) == expected
