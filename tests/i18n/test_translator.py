"""Sentences come in the reader's language, filled, and are never blank."""

from pathlib import Path

import pytest

from i18n.translator import Translator, UnknownText

SPANISH = """
msgid ""
msgstr ""
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "chat.greeting"
msgstr "Buenos días, {name}."

msgid "chat.closing"
msgstr "Gracias."

msgid "chat.left"
msgid_plural "chat.left"
msgstr[0] "Falta {count} pregunta de {title}."
msgstr[1] "Faltan {count} preguntas de {title}."
"""

KICHWA = """
msgid ""
msgstr ""
"Plural-Forms: nplurals=1; plural=0;\\n"

msgid "chat.greeting"
msgstr "Alli puncha, {name}."

msgid "chat.closing"
msgstr ""

msgid "chat.left"
msgid_plural "chat.left"
msgstr[0] "{title}: {count} tapuymi illan."
"""


@pytest.fixture
def catalogues(tmp_path: Path) -> Path:
    for locale, text in (("es", SPANISH), ("qu_EC", KICHWA)):
        (tmp_path / locale).mkdir()
        (tmp_path / locale / "chat.po").write_text(text, "utf-8")
    return tmp_path


@pytest.fixture
def translator(catalogues: Path) -> Translator:
    return Translator(catalogues)


def test_speaks_the_reader_s_language(translator: Translator) -> None:
    assert translator.text("chat.greeting", "es", name="Rosa") == "Buenos días, Rosa."
    assert translator.text("chat.greeting", "qu", name="Rosa") == "Alli puncha, Rosa."


def test_what_has_no_kichwa_shows_in_spanish_and_is_counted(translator: Translator) -> None:
    assert translator.text("chat.closing", "qu") == "Gracias."
    assert translator.text("chat.closing", "qu") == "Gracias."
    assert translator.fallbacks == {"chat.closing": 2}


def test_spanish_is_no_fallback(translator: Translator) -> None:
    translator.text("chat.closing", "es")
    assert not translator.fallbacks


def test_a_language_that_is_not_offered_gets_spanish(translator: Translator) -> None:
    assert translator.text("chat.closing", "fr") == "Gracias."


@pytest.mark.parametrize(
    ("language", "count", "expected"),
    [
        ("es", 1, "Falta 1 pregunta de Salud."),
        ("es", 0, "Faltan 0 preguntas de Salud."),
        ("es", 1500, "Faltan 1.500 preguntas de Salud."),
        ("qu", 1, "Salud: 1 tapuymi illan."),
        ("qu", 1500, "Salud: 1.500 tapuymi illan."),
    ],
)
def test_counts_as_each_language_counts(
    translator: Translator, language: str, count: int, expected: str
) -> None:
    assert translator.plural("chat.left", language, count, title="Salud") == expected


def test_the_plural_of_a_text_that_has_no_kichwa_is_counted_in_spanish(catalogues: Path) -> None:
    (catalogues / "qu_EC" / "chat.po").write_text('msgid ""\nmsgstr ""\n', "utf-8")
    assert Translator(catalogues).plural("chat.left", "qu", 1, title="Salud") == "Falta 1 pregunta de Salud."


def test_who_has_not_chosen_yet_reads_both_languages(translator: Translator) -> None:
    both = translator.in_every_language("chat.greeting", name="Rosa")
    assert both == "Buenos días, Rosa.\n\nAlli puncha, Rosa."


def test_an_unknown_key_is_our_fault_and_is_loud(translator: Translator) -> None:
    with pytest.raises(UnknownText) as raised:
        translator.text("chat.farewell", "es")
    assert raised.value.params == {"key": "chat.farewell"}


def test_a_reader_never_meets_a_blank(catalogues: Path, caplog: pytest.LogCaptureFixture) -> None:
    lenient = Translator(catalogues, strict=False)
    assert lenient.text("chat.fond_farewell", "qu") == "fond farewell"
    assert "chat.fond_farewell" in caplog.text
