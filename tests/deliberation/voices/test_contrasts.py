"""What one group says more than the others."""

from deliberation.voices.contrasts import Group, contrast
from i18n.language import Language

LAND = Group({"es": "Campo"}, tuple(f"Nos falta agua para regar la tierra {n}" for n in range(6)))
TOWN = Group({"es": "Ciudad"}, tuple(f"El arriendo del cuarto es muy caro {n}" for n in range(6)))
FEW = Group({"es": "Pocos"}, ("Quiero estudiar música", "Quiero estudiar teatro"))


def test_each_group_has_the_words_that_it_says_more() -> None:
    land, town = contrast([LAND, TOWN], Language.SPANISH, threshold=5)
    assert "agua" in {word.word for word in land.words}
    assert "arriendo" in {word.word for word in town.words}
    assert not {word.word for word in land.words} & {word.word for word in town.words}


def test_a_group_of_few_people_is_not_shown() -> None:
    labels = [found.label["es"] for found in contrast([LAND, TOWN, FEW], Language.SPANISH, threshold=5)]
    assert labels == ["Campo", "Ciudad"]


def test_one_group_alone_has_nothing_to_be_compared_with() -> None:
    assert contrast([LAND], Language.SPANISH, threshold=5) == []
