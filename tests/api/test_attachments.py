"""The gallery: for organisers only, of what was sent in only, and every opening is noted."""

import pytest

from core.audit import list_acts
from core.sealing import Vault
from surveys.consultations import close_consultation
from tests.api.conftest import ANA, BELEN, CARLOS, NOBODY, Browse, Console
from tests.api.sending import NOTE, PAPER, PHOTO, PICTURE, UNSENT, send


@pytest.fixture
async def gallery(console: Console, opened: int, vault: Vault) -> str:
    await console.database.run(send, opened, vault)
    return f"/consultations/{opened}/files"


async def test_it_is_for_who_organises(browse: Browse, gallery: str) -> None:
    for path in (gallery, f"{gallery}/{PHOTO}"):
        seen = {
            role: (await (await browse(role)).look(path)).status_code for role in (ANA, BELEN, CARLOS, NOBODY)
        }
        assert seen == {ANA: 200, BELEN: 403, CARLOS: 403, NOBODY: 303}
    for role, links in ((ANA, True), (CARLOS, False)):
        voices = (await (await browse(role)).look(gallery.replace("files", "voices"))).text
        assert (gallery in voices) is links


async def test_the_photos_of_a_question(browse: Browse, gallery: str) -> None:
    page = (await (await browse(ANA)).look(gallery)).text
    assert f'src="{gallery}/{PHOTO}"' in page
    assert f"{gallery}/{PAPER}?download=true" in page
    assert NOTE not in page, "voice notes are heard elsewhere"
    assert UNSENT not in page, "what was not sent in is nobody's to see"


async def test_a_photo_is_shown_and_every_opening_noted(
    console: Console, browse: Browse, gallery: str
) -> None:
    ana = await browse(ANA)
    photo = await ana.look(f"{gallery}/{PHOTO}")
    assert (photo.content, photo.headers["content-type"]) == (PICTURE, "image/jpeg")
    assert photo.headers["content-disposition"] == "inline"
    assert photo.headers["x-content-type-options"] == "nosniff"
    assert photo.headers["cache-control"] == "no-store"
    saved = await ana.look(f"{gallery}/{PHOTO}?download=true")
    assert saved.headers["content-disposition"] == f'attachment; filename="rimay-1-{PHOTO[:8]}.jpg"'

    acts = [act for act in await console.database.read(list_acts) if act.act == "open_file"]
    assert [(act.email, act.subject, act.subject_id) for act in acts] == [
        ("organiser@ejemplo.ec", "consultation", 1)
    ] * 2


async def test_a_document_is_handed_over_and_never_opened_as_a_page_of_ours(
    browse: Browse, gallery: str
) -> None:
    paper = await (await browse(ANA)).look(f"{gallery}/{PAPER}")
    assert paper.headers["content-disposition"].startswith("attachment")


@pytest.mark.parametrize("file", [UNSENT, NOTE, "e" * 32])
async def test_what_is_no_file_of_the_gallery(browse: Browse, gallery: str, file: str) -> None:
    assert (await (await browse(ANA)).look(f"{gallery}/{file}")).status_code == 404


async def test_after_the_closing_under_other_names(console: Console, browse: Browse, gallery: str) -> None:
    await console.database.run(close_consultation, 1, account_id=None)
    ana = await browse(ANA)
    page = (await ana.look(gallery)).text
    assert PHOTO not in page
    address = page.partition('<img src="')[2].partition('"')[0]
    assert (await ana.look(address)).content == PICTURE
    assert (await ana.look(f"{gallery}/{PHOTO}")).status_code == 404


async def test_nothing_was_sent(browse: Browse, opened: int) -> None:
    page = await (await browse(ANA)).look(f"/consultations/{opened}/files")
    assert page.status_code == 200 and "Nadie mandó fotos" in page.text
