"""The catalogues of the two languages and the code say the same."""

from pathlib import Path

import pytest

from i18n.drift import drift_of_usage, find_drift, read_domain, update_reviews
from i18n.reviews import Review, State, read_reviews, write_reviews
from i18n.usage import Usage

HEADER = 'msgid ""\nmsgstr ""\n"Plural-Forms: nplurals=1; plural=0;\\n"\n'


def entry(key: str, text: str) -> str:
    return f'\nmsgid "{key}"\nmsgstr "{text}"\n'


@pytest.fixture
def catalogues(tmp_path: Path) -> Path:
    for locale in ("es", "qu_EC"):
        (tmp_path / locale).mkdir()
    return tmp_path


def drift(catalogues: Path, spanish: str, kichwa: str, used: tuple[str, ...] = ("chat.thanks",)) -> list[str]:
    """What drifts in a catalogue `chat`, once its reviews are up to date."""
    (catalogues / "es" / "chat.po").write_text(HEADER + spanish, "utf-8")
    (catalogues / "qu_EC" / "chat.po").write_text(HEADER + kichwa, "utf-8")
    domain = update_reviews(catalogues, read_domain(catalogues, "chat"))
    return find_drift([domain], Usage(keys=dict.fromkeys(used, "bot/handlers.py")))


def test_a_text_in_both_languages_that_is_used_does_not_drift(catalogues: Path) -> None:
    text = entry("chat.thanks", "Gracias."), entry("chat.thanks", "Yupaychani.")
    assert drift(catalogues, *text) == []


@pytest.mark.parametrize(
    ("spanish", "kichwa", "expected"),
    [
        (entry("chat.thanks", "Gracias."), "", "chat.thanks: no Kichwa"),
        ("", entry("chat.thanks", "Yupaychani."), "chat.thanks: no Spanish"),
        (
            entry("chat.thanks", "Gracias."),
            entry("chat.thanks", ""),
            "chat.thanks: empty in qu_EC/chat.po",
        ),
        (
            entry("chat.thanks", "Gracias, {name}."),
            entry("chat.thanks", "Yupaychani, {title}."),
            "chat.thanks: the placeholders of Spanish and Kichwa differ",
        ),
        (
            entry("chat.thanks", "Gracias.") * 2,
            entry("chat.thanks", "Yupaychani."),
            "chat.thanks: twice in es/chat.po",
        ),
        (
            entry("cli.thanks", "Gracias."),
            entry("cli.thanks", "Yupaychani."),
            "cli.thanks: does not belong in chat.po",
        ),
        (
            entry("chat.bye", "Adiós."),
            entry("chat.bye", "Kayakaman."),
            "chat.bye: nothing uses it",
        ),
        ("", "", "chat.thanks: bot/handlers.py asks for it and the Spanish catalogue has no text"),
    ],
)
def test_says_what_drifts(catalogues: Path, spanish: str, kichwa: str, expected: str) -> None:
    assert expected in drift(catalogues, spanish, kichwa)


def test_a_text_without_review_state_drifts_until_it_is_added(catalogues: Path) -> None:
    both = entry("chat.thanks", "Gracias."), entry("chat.thanks", "Yupaychani.")
    assert drift(catalogues, *both) == []
    reviews = catalogues / "qu_EC" / "chat.reviews.json"
    assert read_reviews(reviews) == {"chat.thanks": Review(State.DRAFT)}
    reviews.unlink()
    usage = Usage(keys={"chat.thanks": "bot/handlers.py"})
    lines = find_drift([read_domain(catalogues, "chat")], usage)
    assert lines == ["chat.thanks: no review state; run make i18n"]


def test_a_text_that_changed_since_its_review_drifts_until_it_is_a_draft(catalogues: Path) -> None:
    both = entry("chat.thanks", "Gracias."), entry("chat.thanks", "Yupaychani.")
    drift(catalogues, *both)
    reviews = catalogues / "qu_EC" / "chat.reviews.json"
    write_reviews(reviews, {"chat.thanks": Review(State.REVIEWED, "Sami Maldonado", "2026-11-23", "0")})
    usage = Usage(keys={"chat.thanks": "bot/handlers.py"})
    lines = find_drift([read_domain(catalogues, "chat")], usage)
    assert lines == ["chat.thanks: changed since its review; run make i18n"]
    update_reviews(catalogues, read_domain(catalogues, "chat"))
    assert read_reviews(reviews) == {"chat.thanks": Review(State.DRAFT)}


def test_a_current_review_is_kept(catalogues: Path) -> None:
    both = entry("chat.thanks", "Gracias."), entry("chat.thanks", "Yupaychani.")
    drift(catalogues, *both)
    domain = read_domain(catalogues, "chat")
    review = Review(State.REVIEWED, "Sami Maldonado", "2026-11-23", domain.fingerprint("chat.thanks"))
    path = catalogues / "qu_EC" / "chat.reviews.json"
    write_reviews(path, {"chat.thanks": review})
    update_reviews(catalogues, read_domain(catalogues, "chat"))
    assert read_reviews(path) == {"chat.thanks": review}


def test_the_review_of_a_text_that_went_goes_too(catalogues: Path) -> None:
    both = entry("chat.thanks", "Gracias."), entry("chat.thanks", "Yupaychani.")
    drift(catalogues, *both)
    drift(catalogues, "", "", used=())
    assert read_reviews(catalogues / "qu_EC" / "chat.reviews.json") == {}


def test_a_beginning_that_no_text_has_drifts() -> None:
    assert list(drift_of_usage([], Usage(families={"chat.hint_"}))) == [
        "chat.hint_: a beginning that no text has"
    ]
