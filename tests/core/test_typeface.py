"""What cannot be printed never stops a brief: signs go, letters of other scripts leave a mark."""

import pytest

from core.typeface import font_folder, printable


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("¿Qué ñandú? «Sí» – 50 %", "¿Qué ñandú? «Sí» – 50 %"),
        ("gracias 🙏🏽❤", "gracias "),
        ("al\u202erevés\u0007", "alrevés"),
        ("Bele\u0301n", "Belén"),
        ("漢字", "??"),
        ("10\u2009000", "10 000"),
        ("una\nlínea", "una\nlínea"),
    ],
)
def test_prints_what_the_typeface_has(text: str, expected: str) -> None:
    assert printable(text) == expected


def test_the_static_files_of_both_weights_are_there() -> None:
    assert {"AtkinsonHyperlegible-Regular.ttf", "AtkinsonHyperlegible-Bold.ttf"} <= {
        path.name for path in font_folder().iterdir()
    }
