"""Nobody may take a draft for reviewed Kichwa."""

from pathlib import Path

from i18n.reviews import Review, State, fingerprint, read_reviews, write_reviews

TEXTS = (("Gracias.",), ("Yupaychani.",))
REVIEWED = Review(State.REVIEWED, by="Sami Maldonado", on="2026-11-23", of=fingerprint(*TEXTS))


def test_a_review_holds_while_both_texts_are_as_they_were_read() -> None:
    assert REVIEWED.current(fingerprint(*TEXTS)) == REVIEWED


def test_a_text_that_changed_is_a_draft_again() -> None:
    kichwa_changed = fingerprint(("Gracias.",), ("Yupaychanchik.",))
    spanish_changed = fingerprint(("Muchas gracias.",), ("Yupaychani.",))
    assert REVIEWED.current(kichwa_changed) == Review(State.DRAFT)
    assert REVIEWED.current(spanish_changed) == Review(State.DRAFT)


def test_a_form_that_moves_from_one_text_to_the_other_changes_the_fingerprint() -> None:
    assert fingerprint(("a", "b"), ("c",)) != fingerprint(("a",), ("b", "c"))


def test_reviews_are_read_as_they_were_written(tmp_path: Path) -> None:
    path = tmp_path / "chat.reviews.json"
    reviews = {"chat.thanks": REVIEWED, "chat.greeting": Review()}
    write_reviews(path, reviews)
    assert read_reviews(path) == reviews


def test_the_file_has_a_line_a_text_in_order(tmp_path: Path) -> None:
    path = tmp_path / "chat.reviews.json"
    write_reviews(path, {"chat.b": Review(), "chat.a": Review()})
    assert path.read_text("utf-8") == '{\n"chat.a": {"state": "draft"},\n"chat.b": {"state": "draft"}\n}\n'


def test_a_catalogue_without_reviews_has_none(tmp_path: Path) -> None:
    assert read_reviews(tmp_path / "chat.reviews.json") == {}
