"""Forms: ours only, and they lose nothing of what was typed."""

import pytest

from core.clock import now
from deliberation.assemblies.assembly import list_assemblies
from surveys.consultations import list_consultations
from tests.api.conftest import ANA, NOBODY, Browse, Console, form_token

ASSEMBLY = {
    "title_es": "Asamblea de vivienda",
    "purpose_es": "Hablar de vivienda",
    "place": "Otavalo",
    "starts_at": "2030-05-02T10:00",
    "minutes": "90",
    "seats": "40",
}


@pytest.mark.parametrize("token", ["", "x" * 43])
async def test_a_form_without_its_token_does_nothing(console: Console, browse: Browse, token: str) -> None:
    browser = await browse(ANA)
    answer = await browser.client.post("/assemblies", data={"csrf": token, **ASSEMBLY})
    assert answer.status_code == 403
    assert "Envíela otra vez" in answer.text
    assert await console.database.read(list_assemblies) == []


async def test_the_token_of_somebody_else_is_not_enough(console: Console, browse: Browse) -> None:
    another = form_token(await (await browse(ANA)).look("/account"))
    browser = await browse(ANA)
    answer = await browser.client.post("/assemblies", data={"csrf": another, **ASSEMBLY})
    assert answer.status_code == 403
    assert await console.database.read(list_assemblies) == []


async def test_the_token_may_come_as_a_header(browse: Browse) -> None:
    browser = await browse(ANA)
    token = form_token(await browser.look("/account"))
    answer = await browser.client.post("/assemblies", data=ASSEMBLY, headers={"x-form-token": token})
    assert answer.status_code == 303


async def test_signing_in_needs_the_token_too(browse: Browse) -> None:
    browser = await browse(NOBODY)
    assert (await browser.client.post("/sign-in", data={"email": "a@b", "password": "c"})).status_code == 403


async def test_an_assembly_is_kept_as_it_was_typed(console: Console, browse: Browse) -> None:
    answer = await (await browse(ANA)).fill("/assemblies/new", "/assemblies", **ASSEMBLY)
    assert answer.headers["location"] == "/assemblies/1?done=saved"
    [card] = await console.database.read(list_assemblies)
    assert (card.title, card.seats) == ({"es": "Asamblea de vivienda"}, 40)
    assert card.starts_at.isoformat() == "2030-05-02T15:00:00+00:00", "typed on the clocks of Ecuador"
    assert (card.ends_at - card.starts_at).seconds == 90 * 60


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"title_es": ""}, "Falta: Nombre de la asamblea"),
        ({"title_es": "a" * 201}, "Escriba menos de 200 letras."),
        ({"starts_at": "mañana"}, "Escriba la fecha y la hora así"),
        ({"starts_at": "2020-01-01T10:00"}, "Esa hora ya pasó."),
        ({"seats": "muchos"}, "Escriba un número entre 1 y 2000."),
        ({"seats": "٣"}, "Escriba un número entre 1 y 2000."),
    ],
)
async def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    console: Console, browse: Browse, wrong: dict[str, str], said: str
) -> None:
    answer = await (await browse(ANA)).fill("/assemblies/new", "/assemblies", **(ASSEMBLY | wrong))
    assert answer.status_code == 400
    assert answer.text.count(said) == 2, "in the summary and at the field"
    [name] = wrong
    assert f'href="#field-{name}"' in answer.text and f'id="field-{name}"' in answer.text
    assert "Otavalo" in answer.text
    assert await console.database.read(list_assemblies) == []


async def test_a_date_may_be_typed_as_people_write_it(
    console: Console, browse: Browse, questionnaire: int
) -> None:
    next_year = now().year + 1
    answer = await (await browse(ANA)).fill(
        f"/consultations/new?questionnaire={questionnaire}",
        "/consultations",
        questionnaire=str(questionnaire),
        title_es="Necesidades",
        closes_on=f"23/11/{next_year}",
    )
    assert answer.status_code == 303
    [card] = await console.database.read(list_consultations)
    assert str(card.closes_on) == f"{next_year}-11-23"


async def test_what_people_write_is_never_markup(browse: Browse) -> None:
    browser = await browse(ANA)
    answer = await browser.fill("/assemblies/new", "/assemblies", **(ASSEMBLY | {"title_es": "<b>&</b>"}))
    page = await browser.look(answer.headers["location"])
    assert "<b>&</b>" not in page.text and "&lt;b&gt;&amp;&lt;/b&gt;" in page.text
