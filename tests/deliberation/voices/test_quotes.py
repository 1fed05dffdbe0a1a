"""Quotes are suggested, never chosen: only what its author allowed, readable, typical, with one that dissents."""

from deliberation.voices.quotes import Answer, Stand, suggest_quotes
from i18n.language import Language

COMPLAINTS = [
    "No hay medicinas en el centro de salud del barrio.",
    "En el centro de salud no hay turnos ni medicinas.",
    "El centro de salud queda lejos y no hay turnos.",
    "Falta trabajo para las mujeres en el mercado.",
    "No hay trabajo en el mercado ni en la feria.",
]
PRAISE = "En el centro de salud me atendieron muy bien, gracias."


def answers(*, quotable: bool = True) -> list[Answer]:
    return [Answer(index, text, quotable) for index, text in enumerate([*COMPLAINTS, PRAISE])]


def test_suggests_typical_answers_and_the_one_that_dissents() -> None:
    suggested = suggest_quotes(answers(), Language.SPANISH, limit=2)
    assert [quote.stand for quote in suggested] == [Stand.TYPICAL, Stand.TYPICAL, Stand.DISSENTING]
    assert suggested[-1].id == COMPLAINTS.index(COMPLAINTS[-1]) + 1
    assert len({quote.id for quote in suggested}) == 3


def test_never_suggests_what_its_author_did_not_allow() -> None:
    assert suggest_quotes(answers(quotable=False), Language.SPANISH) == ()


def test_a_quote_is_a_sentence_and_not_full_of_covered_details() -> None:
    unreadable = [
        Answer(1, "Sí, agua.", True),
        Answer(2, "[name] [phone] [address] y también [place] en el centro de salud", True),
        Answer(3, "No hay agua " * 30, True),
    ]
    assert suggest_quotes(unreadable, Language.SPANISH) == ()


def test_the_order_of_answers_changes_nothing() -> None:
    assert suggest_quotes(answers(), Language.SPANISH) == suggest_quotes(answers()[::-1], Language.SPANISH)


def test_in_kichwa_no_answer_is_called_dissenting() -> None:
    kichwa = [
        Answer(1, "Hampi wasipi mana hampikuna tiyanchu, karupimi kan.", True),
        Answer(2, "Hampi wasi karupimi kan, hampikuna mana tiyanchu.", True),
        Answer(3, "Llamkayta mana charinchik, kullkita mana charinchik.", True),
    ]
    assert {quote.stand for quote in suggest_quotes(kichwa, Language.KICHWA)} == {Stand.TYPICAL}
