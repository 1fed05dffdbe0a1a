"""Sentences that count seats, people or questions: of one they speak in the singular."""

import pytest

from i18n.translator import Translator

SENTENCES = [
    ("seats.more_ticket", {"ticket": "aaaa", "people": "7 personas"}, "7 personas para 1 puesto."),
    ("seats.more_panel", {"people": "3"}, "3 personas para 1 puesto,"),
    ("seats.asking_unknown", {"people": "2 personas"}, "Para llenar 1 puesto,"),
    ("seats.came_of", {"came": "0"}, "0 de 1 persona invitada"),
    ("console.assembly_coming", {"people": "1 persona"}, "Vienen: 1 persona. Hay 1 puesto."),
    ("console.assembly_needs_caption", {}, "De 1 persona que viene"),
    ("console.share", {"part": "1", "percent": "100 %"}, "1 de 1 persona (100 %)"),
    ("console.step_answer_result", {"decided": "0"}, "0 de 1 punto decidido"),
    ("doors.said", {"inside": "0"}, "0 de 1 puesto."),
    ("chat.opening_undated", {"unit": "la Unidad", "title": "Agua"}, "Es 1 pregunta."),
    ("chat.voting_opening", {"unit": "U", "title": "T", "question": "Q"}, "Es 1 afirmación corta."),
    ("chair.rule_full", {}, "No más de 1 persona"),
    ("chair.rule_notice", {}, "1 día antes"),
    ("ballots.share", {"people": "1", "percent": "100 %"}, "1 de 1 voto ("),
]


@pytest.mark.parametrize(("key", "params", "said"), SENTENCES)
def test_one_is_singular(translator: Translator, key: str, params: dict[str, str], said: str) -> None:
    assert said in translator.plural(key, "es", 1, **params)
    assert "1" in translator.plural(key, "qu", 1, **params)
    many = translator.plural(key, "es", 4, **params)
    assert "4" in many and many != translator.plural(key, "es", 1, **params).replace("1", "4")
