"""Paper forms typed in from the keyboard: the whole questionnaire on one page, each form by its code."""

import asyncio
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from fastapi import APIRouter
from markupsafe import Markup
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from api.entry_fields import Field, field_of, given_value, named, refusal_sentence, spoken_in, values_of
from api.forms import FormState
from api.pages import Pages, redirect
from api.reader import Reader
from api.security import Author, Posted, Visiting
from api.services import Services
from api.visitor import Visitor
from core.clock import now
from deliberation.voices.hearing import Hearing
from surveys.conversation.turns import Finished
from surveys.conversation.wording import left_open
from surveys.conversation.written_words import clean
from surveys.entry.entries import (
    PAPER,
    DraftThere,
    EnteredBefore,
    EntryForm,
    PaperDraft,
    PaperForm,
    count_entries,
    enter_forms,
    find_draft,
    get_entry_form,
    keep_draft,
    of_the_form,
)
from surveys.entry.form_codes import read_code
from surveys.entry.paper_rows import is_written
from surveys.entry.written_forms import Value, read_whole
from surveys.questionnaire import Group, Kind, Node, Question, plain_path

router = APIRouter()

_ANSWER = "a."
_MEMBERS = "members."
_MOST_MEMBERS = 50
_COUNT = re.compile(r"[0-9]{1,4}")


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of the form: a heading, a note, a question, or the button for one more member of a repeat."""

    kind: str
    label: Markup | str
    path: str = ""
    hint: Markup | str = ""
    depth: int = 0
    field: Field | None = None
    wrong: str = ""
    conditional: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a person has typed off a paper form so far. `opened`: on which draft, as "K7M2-4QXR 1"; "" on none."""

    code: str
    language: str
    may_quote: str
    written: dict[str, Value]
    members: dict[str, int]
    opened: str = ""


@router.get("/consultations/{consultation_id}/paper-entry")
async def show(request: Request, visitor: Visiting, account: Author, consultation_id: int) -> Response:
    """An empty form."""
    services: Services = request.app.state.services
    form = await services.database.read(get_entry_form, consultation_id, services.settings.zone)
    empty = Sheet("", form.questionnaire.default_language, "", {}, {})
    return await _show(request, visitor, form, empty, FormState())


@router.post("/consultations/{consultation_id}/paper-entry")
async def enter(
    request: Request, visitor: Visiting, given: Posted, account: Author, consultation_id: int
) -> Response:
    """Enter a form, keep it as a draft, open the draft of a code, or make room for one more member."""
    services: Services = request.app.state.services
    form = await services.database.read(get_entry_form, consultation_id, services.settings.zone)
    sheet, reader, act = _sheet(given, form), visitor.reader, str(given.get("act", "enter"))
    if act.startswith(_MEMBERS):
        path = act.removeprefix(_MEMBERS)
        more = min(sheet.members.get(path, 1) + 1, _MOST_MEMBERS)
        return await _show(
            request, visitor, form, replace(sheet, members=sheet.members | {path: more}), FormState()
        )
    code = read_code(sheet.code)
    if code is None:
        wrong = FormState(
            {},
            {
                "code": reader.text(
                    "faults.forms_code_wrong" if sheet.code else "faults.forms_code_missing", form=sheet.code
                )
            },
        )
        return await _show(request, visitor, form, sheet, wrong, status=400)
    try:
        if act == "open":
            return await _open_draft(request, visitor, form, replace(sheet, code=code))
        if act == "draft":
            zone = services.settings.zone
            draft = PaperDraft(sheet.written, sheet.language, _turn_opened(sheet, code))
            await services.database.run(keep_draft, form, code, draft, zone)
            return redirect(request, f"/consultations/{consultation_id}/paper-entry?done=entry_kept")
        return await _enter(request, visitor, form, replace(sheet, code=code), account.account_id)
    except (EnteredBefore, DraftThere) as error:
        wrong = FormState({}, {"code": reader.text(f"errors.{error.code}", form=code)})
        return await _show(request, visitor, form, sheet, wrong, status=409)


async def _open_draft(request: Request, visitor: Visitor, form: EntryForm, sheet: Sheet) -> Response:
    services: Services = request.app.state.services
    found = await services.database.read(find_draft, form, sheet.code)
    if found is None:
        wrong = FormState({}, {"code": visitor.reader.text("entry.no_draft")})
        return await _show(request, visitor, form, sheet, wrong, status=404)
    written = dict(found.written)
    opened = Sheet(sheet.code, found.language, "", written, _sizes(written), f"{sheet.code} {found.turn}")
    return await _show(request, visitor, form, opened, FormState())


async def _enter(
    request: Request, visitor: Visitor, form: EntryForm, sheet: Sheet, account_id: int
) -> Response:
    services: Services = request.app.state.services
    zone = services.settings.zone
    read = await asyncio.to_thread(read_whole, form.questionnaire, sheet.written, moment=now(), zone=zone)
    if read.objections or not isinstance(read.outcome, Finished):
        wrong = FormState(
            {},
            {_ANSWER + each.path: refusal_sentence(visitor.reader, each.refusal) for each in read.objections},
        )
        return await _show(request, visitor, form, sheet, wrong, status=422)
    quote = {"yes": True, "no": False}.get(sheet.may_quote)
    paper = PaperForm(sheet.code, sheet.language, read.outcome, quote)
    before = await services.database.run(
        enter_forms, form, [paper], Hearing(services.vault), zone, account_id
    )
    if before:
        raise EnteredBefore(form=sheet.code)
    done = "entry_entered_without" if read.left_out else "entry_entered"
    return redirect(request, f"/consultations/{form.consultation_id}/paper-entry?done={done}")


def _summary(reader: Reader, form: EntryForm, wrong: FormState) -> dict[str, str]:
    """What is wrong, for the top of the page: far from its field, a sentence needs the question that it is about."""
    labels = {
        question.path: reader.plain(left_open(question.label)) for question in form.questionnaire.questions()
    }

    def said(name: str, sentence: str) -> str:
        path = name.removeprefix(_ANSWER)
        return f"{labels.get(plain_path(path)) or path}: {sentence}" if name.startswith(_ANSWER) else sentence

    return {name: said(name, sentence) for name, sentence in wrong.wrong.items()}


def _turn_opened(sheet: Sheet, code: str) -> int:
    """On which keeping of the draft of a code it was typed; 0 where that draft was not opened."""
    opened, _, turn = sheet.opened.partition(" ")
    return int(turn) if opened == code and _COUNT.fullmatch(turn) else 0


def _sheet(given: FormData, form: EntryForm) -> Sheet:
    by_path = {question.path: question for question in form.questionnaire.questions()}
    names = dict.fromkeys(name for name in given if name.startswith(_ANSWER))
    written = {}
    for name in names:
        path = name.removeprefix(_ANSWER)
        written[path] = given_value(by_path.get(plain_path(path)), values_of(given, name))
    sizes = {
        name.removeprefix(_MEMBERS): min(int(value), _MOST_MEMBERS)
        for name, value in given.items()
        if name.startswith(_MEMBERS) and isinstance(value, str) and _COUNT.fullmatch(value)
    }
    texts = {name: clean(str(given.get(name, ""))) for name in ("code", "language", "may_quote", "opened")}
    if texts["language"] not in form.questionnaire.languages:
        texts["language"] = form.questionnaire.default_language
    typed = {path: value for path, value in written.items() if value}
    return Sheet(**texts, written=of_the_form(form.questionnaire, typed), members=sizes)


async def _show(
    request: Request, visitor: Visitor, form: EntryForm, sheet: Sheet, wrong: FormState, *, status: int = 200
) -> Response:
    services: Services = request.app.state.services
    pages: Pages = request.app.state.pages
    counts = await services.database.read(count_entries, form.consultation_id)
    spoken = spoken_in(visitor.reader, sheet.language)
    return await pages.show(
        request,
        "consultations/paper_entry.html",
        status=status,
        here="entries",
        id=form.consultation_id,
        title=visitor.reader.local(form.title),
        plain_title=visitor.reader.plain(form.title),
        form=FormState({"code": sheet.code}, _summary(visitor.reader, form, wrong)),
        language=sheet.language,
        languages=[(code, visitor.reader.language_name(code)) for code in form.questionnaire.languages],
        may_quote=sheet.may_quote,
        profile=form.profile,
        has_words=form.has_words,
        members=sheet.members,
        opened=sheet.opened,
        blocks=list(_Blocks(sheet, spoken, wrong).of(form.questionnaire.nodes, "")),
        entered=counts.get((PAPER, "finished"), 0),
        drafts=counts.get((PAPER, "open"), 0),
    )


class _Blocks:
    """The questionnaire as one page, as many members of its repeats as are filled in."""

    def __init__(self, sheet: Sheet, spoken: Reader, wrong: FormState) -> None:
        self.sheet = sheet
        self.spoken = spoken
        self.wrong = wrong

    def of(
        self, nodes: Sequence[Node], prefix: str, *, depth: int = 0, conditional: bool = False
    ) -> Iterator[Block]:
        """The blocks of some questions that stand together."""
        for node in nodes:
            path, depends = prefix + node.path.rpartition("/")[2], conditional or bool(node.relevant)
            if isinstance(node, Group):
                yield from self._group(node, path, depth, depends)
            elif node.kind is Kind.NOTE:
                yield Block("note", named(node.label, self.spoken, ""), depth=depth)
            elif is_written(node):
                yield self._question(node, path, depth, depends)

    def _group(self, group: Group, path: str, depth: int, depends: bool) -> Iterator[Block]:
        label = named(group.label, self.spoken, "")
        if not group.repeats:
            if label:
                yield Block("heading", label, depth=depth)
            yield from self.of(group.nodes, f"{path}/", depth=depth, conditional=depends)
            return
        for number in range(1, self.sheet.members.get(path, 1) + 1):
            yield Block("heading", Markup("{} ({})").format(label, number), depth=depth)
            inside = f"{path}[{number}]/"
            yield from self.of(group.nodes, inside, depth=depth + 1, conditional=depends)
        yield Block("more", label, _MEMBERS + path, depth=depth)

    def _question(self, question: Question, path: str, depth: int, depends: bool) -> Block:
        name, value = _ANSWER + path, self.sheet.written.get(path, "")
        return Block(
            "question",
            named(question.label, self.spoken, question.name),
            name,
            named(question.hint, self.spoken, ""),
            depth,
            field_of(question, question.choices, value, self.spoken, name=name, folded=True),
            self.wrong.wrong.get(name, ""),
            depends,
        )


def _sizes(written: dict[str, Value]) -> dict[str, int]:
    """How many members of each repeat are filled in."""
    sizes: dict[str, int] = {}
    for path in written:
        for found in re.finditer(r"\[([0-9]+)\]", path):
            repeat = path[: found.start()]
            sizes[repeat] = max(sizes.get(repeat, 1), int(found[1]))
    return sizes
