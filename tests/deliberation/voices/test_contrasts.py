"""What one group says more than the others."""

from deliberation.voices.contrasts import Group, contrast
from i18n.language import Language


def group(name: str, *texts: str) -> Group:
    """A group in which each person wrote one of these."""
    return Group({"es": name}, tuple((f"{name} {n}", text) for n, text in enumerate(texts)))


LAND = group("Campo", *(f"Nos falta agua para regar la tierra {n}" for n in range(6)))
TOWN = group("Ciudad", *(f"El arriendo del cuarto es muy caro {n}" for n in range(6)))
FEW = group("Pocos", "Quiero estudiar música", "Quiero estudiar teatro")


def test_each_group_has_the_words_that_it_says_more() -> None:
    land, town = contrast([LAND, TOWN], Language.SPANISH, threshold=5)
    assert "agua" in {word.word for word in land.words}
    assert "arriendo" in {word.word for word in town.words}
    assert not {word.word for word in land.words} & {word.word for word in town.words}


def test_a_group_of_few_people_is_not_shown() -> None:
    labels = [found.label["es"] for found in contrast([LAND, TOWN, FEW], Language.SPANISH, threshold=5)]
    assert labels == ["Campo", "Ciudad"]


def test_who_writes_often_is_one_person() -> None:
    often = tuple(("loud", f"Quiero estudiar música {n}") for n in range(6))
    alone = Group({"es": "Sola"}, often)
    labels = [found.label["es"] for found in contrast([LAND, TOWN, alone], Language.SPANISH, threshold=5)]
    assert labels == ["Campo", "Ciudad"]
    with_her = Group(LAND.label, (*LAND.said, *often))
    assert with_her.people == 7
    found = contrast([with_her, TOWN], Language.SPANISH, threshold=5)
    assert "música" not in {word.word for each in found for word in each.words}


def test_one_group_alone_has_nothing_to_be_compared_with() -> None:
    assert contrast([LAND], Language.SPANISH, threshold=5) == []
