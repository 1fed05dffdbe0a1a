"""Versions of a questionnaire: what each changed, and moving a consultation to a newer one."""

from collections.abc import Iterable
from dataclasses import dataclass

from fastapi import APIRouter
from markupsafe import Markup
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from api.forms import Fields
from api.pages import Pages, redirect
from api.reader import Reader
from api.security import Author, Organiser, Posted, Visiting
from api.services import Services
from core.errors import NotFound
from surveys.questionnaire import Localized
from surveys.versioning.change_sentences import change_sentence
from surveys.versioning.comparison import Change, changes_between
from surveys.versioning.merging import Version
from surveys.versioning.versions import (
    Asking,
    VersionCard,
    get_version,
    list_asking,
    list_versions,
    move_to_version,
)

router = APIRouter()


@dataclass(frozen=True, slots=True)
class ShownChange:
    """What changed about one question, a sentence each."""

    label: Markup
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ShownVersion:
    """A version in the list."""

    id: int
    title: str
    sentence: str
    asking: tuple[tuple[int, Markup], ...]
    since: str
    changes: tuple[ShownChange, ...]
    older: int | None


@router.get("/questionnaires/{questionnaire_id}/versions")
async def show_versions(
    request: Request, visitor: Visiting, account: Author, questionnaire_id: int
) -> Response:
    """Every version, the newest first, each with what it changed."""
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    reader = visitor.reader
    cards = await services.database.read(list_versions, questionnaire_id)
    newest = cards[0]
    behind = [asking for card in cards[1:] for asking in card.consultations if asking.state != "closed"]
    return await pages.show(
        request,
        "questionnaires/versions.html",
        here="questionnaires",
        questionnaire_id=questionnaire_id,
        title=reader.local(newest.questionnaire.title),
        plain_title=reader.plain(newest.questionnaire.title),
        versions=[_shown(reader, card, older) for card, older in zip(cards, [*cards[1:], None], strict=True)],
        behind=[(reader.local(asking.title), asking.questionnaire_id) for asking in behind],
        newest=newest.id,
        may_organise=visitor.may("organiser"),
    )


@router.get("/questionnaires/{questionnaire_id}/changes")
async def show_changes(
    request: Request, visitor: Visiting, account: Author, questionnaire_id: int, since: int
) -> Response:
    """What a version changed since an older one, and the consultations that may move to it."""
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    reader = visitor.reader
    old, new, asking = await services.database.read(_compared, since, questionnaire_id)
    changes = changes_between(old, new)
    return await pages.show(
        request,
        "questionnaires/changes.html",
        here="questionnaires",
        questionnaire_id=questionnaire_id,
        title=reader.local(new.questionnaire.title),
        plain_title=reader.plain(new.questionnaire.title),
        old=old.number,
        new=new.number,
        sentence=reader.plural("export.changes_sentence", len(changes)),
        changes=grouped(reader, changes),
        asking=[(each.id, reader.plain(each.title)) for each in asking],
        may_organise=visitor.may("organiser"),
    )


def _compared(db: Session, older: int, newer: int) -> tuple[Version, Version, list[Asking]]:
    """Two versions of one family, and the consultations that are not closed and ask an older one than the second."""
    old, new = get_version(db, older), get_version(db, newer)
    family = {card.id for card in list_versions(db, newer)}
    if old.id not in family or old.number >= new.number:
        raise NotFound
    asking = [each for each in list_asking(db, newer) if each.state != "closed" and each.number < new.number]
    return old, new, asking


@router.post("/consultations/{consultation_id}/version")
async def move(
    request: Request, visitor: Visiting, given: Posted, account: Organiser, consultation_id: int
) -> Response:
    """Ask a newer version from now on."""
    services: Services = request.app.state.services
    fields = Fields(given, visitor.reader)
    version = fields.number("questionnaire", 1, 10**9)
    if fields.wrong:
        raise NotFound
    await services.database.run(move_to_version, consultation_id, version, account_id=account.account_id)
    return redirect(request, f"/consultations/{consultation_id}?done=moved")


def grouped(reader: Reader, changes: Iterable[Change]) -> tuple[ShownChange, ...]:
    """The changes of each question together, under what it asks."""
    labels: dict[str, Localized] = {}
    sentences: dict[str, list[str]] = {}
    for change in changes:
        labels.setdefault(change.name, change.label)
        sentences.setdefault(change.name, []).append(
            change_sentence(change, reader.translator, reader.language)
        )
    return tuple(
        ShownChange(reader.local(labels[name]) or Markup("<code>{}</code>").format(name), tuple(said))
        for name, said in sentences.items()
    )


def _shown(reader: Reader, card: VersionCard, older: VersionCard | None) -> ShownVersion:
    asked = sum(1 for _ in card.questionnaire.asked())
    changes: tuple[Change, ...] = ()
    if older is not None:
        before = Version(older.id, older.number, older.questionnaire)
        changes = changes_between(before, Version(card.id, card.number, card.questionnaire))
    return ShownVersion(
        id=card.id,
        title=reader.text("export.version_name", number=card.number),
        sentence=reader.plural("export.version_sentence", asked, date=reader.day(card.created_at)),
        asking=tuple((asking.id, reader.local(asking.title)) for asking in card.consultations),
        since=reader.text("export.version_changes", number=older.number) if older else "",
        changes=grouped(reader, changes),
        older=older.id if older else None,
    )
