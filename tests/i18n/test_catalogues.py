"""What participants read is plain, in one voice, and in unified Kichwa; and nothing drifts."""

import re
from pathlib import Path

import pytest

from i18n.drift import find_drift, read_domain
from i18n.spanish import long_sentences
from i18n.translator import CATALOGUES, Translator, forms_of, read_catalogue
from i18n.usage import DOMAINS, find_usage

ROOT = Path(__file__).parent.parent.parent
CHAT = {locale: forms_of(read_catalogue(CATALOGUES / locale / "chat.po")) for locale in ("es", "qu_EC")}
TEXTS = [(locale, key, form) for locale, forms in CHAT.items() for key in forms for form in forms[key]]
SIGNS = "✅↩🔊"
LOANS = tuple(
    "calendario canton cédula chat códig coma español foto institución latitud longitud mb teléfono video".split()
)


def test_nothing_drifts() -> None:
    domains = [read_domain(CATALOGUES, name) for name in DOMAINS]
    assert find_drift(domains, find_usage(ROOT)) == []


def test_every_text_a_participant_sees_is_in_both_languages() -> None:
    assert CHAT["es"].keys() == CHAT["qu_EC"].keys()


@pytest.mark.parametrize(("locale", "key", "text"), TEXTS)
def test_at_most_one_sign_and_no_other_emoji(locale: str, key: str, text: str) -> None:
    emojis = re.findall(r"[\u2190-\u2bff\U0001f000-\U0001faff]", text)
    assert len(emojis) <= 1
    assert set(emojis) <= set(SIGNS)


@pytest.mark.parametrize("text", [form for locale, _, form in TEXTS if locale == "es"])
def test_spanish_is_plain(text: str) -> None:
    assert long_sentences(text) == []
    assert "!" not in text
    assert not re.search(r"\b(tú|te|tu|tus|vosotros)\b", text), "usted"


@pytest.mark.parametrize("text", [form for locale, _, form in TEXTS if locale == "qu_EC"])
def test_kichwa_is_in_unified_spelling(text: str) -> None:
    """Vowels a i u; k, w, h for c, hu, j; words that keep another shape are known loans."""
    spoken = re.sub(r"\{\w+\}|/\w+", " ", text.lower())
    odd = [word for word in re.findall(r"[^\W\d_]+", spoken) if re.search(r"[eobdfgjqvxzáéíóú]|c(?!h)", word)]
    assert [word for word in odd if not word.startswith((*LOANS, "archivu"))] == []


def test_kichwa_spells_a_word_in_one_way_everywhere() -> None:
    texts = [
        form
        for path in (CATALOGUES / "qu_EC").glob("*.po")
        for forms in forms_of(read_catalogue(path)).values()
        for form in forms
    ]
    assert [text for text in texts if re.search(r"archivo|ur[iy]?yachi", text, re.IGNORECASE)] == []


@pytest.mark.parametrize("language", ["es", "qu"])
def test_the_simulator_is_not_called_as_the_step_that_leads_there(
    translator: Translator, language: str
) -> None:
    words = [
        translator.text(key, language)
        for key in ("console.word_simulator", "console.step_rehearse", "rehearsal.link")
    ]
    assert len(set(words)) == len(words)


def test_command_names_carry_no_accents(translator: Translator) -> None:
    for language in translator.languages:
        commands = re.findall(r"/(\S+?)\b", translator.text("chat.help", language, contact=""))
        assert all(command.isascii() for command in commands)
