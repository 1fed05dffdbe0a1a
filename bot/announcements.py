"""The messages that go out to many, written for each in their language at the moment of sending."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from bot.announcing.ballots import ballot_writer
from bot.announcing.decisions import decision_writer, overdue_writer
from bot.announcing.follow_up import follow_up_writer
from bot.announcing.minutes import minutes_writer
from bot.announcing.referral import referral_writer
from bot.announcing.seats import write_seat, write_seat_report
from bot.attending import Usher
from bot.callback_data import StopReminding, TakeUp
from bot.message import Button, Message
from bot.voting_data import ListProposals, TakePart
from core.broadcasts import Kind
from core.errors import NotFound
from core.settings import Settings
from core.tables import Broadcast
from deliberation.assemblies.headlines import AssemblyHeadline, get_assembly_headline
from deliberation.assemblies.reference import get_planned
from deliberation.assemblies.seats import are_more_drawn
from deliberation.opinions.telling import VotingCall, get_voting_call
from i18n.dates import format_date
from i18n.localized import pick
from i18n.translator import Translator
from surveys.headlines import Headline, get_headline
from surveys.questionnaire import SILENT
from surveys.questionnaire import Kind as QuestionKind
from surveys.questionnaires import get_questionnaire

Subject = Headline | AssemblyHeadline | VotingCall
Writer = Callable[[str], Message]
"""Language → the message for who reads it."""

_WRITERS: dict[Kind, Callable[[Session, int, Translator, Settings], Writer]] = {
    Kind.SEAT: write_seat,
    Kind.SEAT_REPORT: write_seat_report,
    Kind.DECISION: decision_writer,
    Kind.OVERDUE: overdue_writer,
    Kind.FOLLOW_UP: follow_up_writer,
    Kind.BALLOT: ballot_writer,
    Kind.MINUTES: minutes_writer,
    Kind.REFERRAL: referral_writer,
}
"""Broadcasts that have a file of their own: each reads its subject once."""


class Announcer:
    """Writes one broadcast. Reads its subject once; the text is made for each recipient."""

    def __init__(self, db: Session, broadcast_id: int, translator: Translator, settings: Settings) -> None:
        broadcast = db.get_one(Broadcast, broadcast_id)
        self._prepare(db, Kind(broadcast.kind), broadcast.subject_id, translator, settings)

    def _prepare(
        self, db: Session, kind: Kind, subject_id: int, translator: Translator, settings: Settings
    ) -> None:
        self._writer = _WRITERS[kind](db, subject_id, translator, settings) if kind in _WRITERS else None
        if self._writer is not None:
            return
        self._kind = kind
        self._more_drawn = kind is Kind.INVITATION and are_more_drawn(db, get_planned(db, subject_id))
        self._subject = _read(db, kind, subject_id)
        self._total = _questions(db, self._subject)
        self._translator = translator
        self._settings = settings

    def write(self, language: str) -> Message:
        """The message for a reader of this language."""
        if self._writer is not None:
            return self._writer(language)
        match self._subject:
            case Headline() if self._kind is Kind.UNFINISHED:
                return self._unfinished(self._subject, language)
            case Headline():
                return self._opening(self._subject, language)
            case AssemblyHeadline():
                return self._assembly(self._subject, language)
            case VotingCall() if self._kind is Kind.STATEMENTS:
                return self._judged(self._subject, language)
            case VotingCall():
                return self._voting(self._subject, language)

    def _opening(self, consultation: Headline, language: str) -> Message:
        facts = {
            "unit": self._settings.unit_name,
            "title": pick(consultation.title, language).text,
        }
        start = Button(self._t("button_start", language), TakeUp(consultation.id))
        if consultation.closes_on is None:
            text = self._translator.plural("chat.opening_undated", language, self._total, **facts)
        else:
            day = format_date(consultation.closes_on, language)
            text = self._translator.plural("chat.opening", language, self._total, date=day, **facts)
        return Message(text, [[start]])

    def _unfinished(self, consultation: Headline, language: str) -> Message:
        take_up = Button(self._t("button_answer", language), TakeUp(consultation.id))
        enough = Button(self._t("button_stop_reminding", language), StopReminding(consultation.id))
        title = pick(consultation.title, language).text
        if consultation.closes_on is None:
            text = self._t("unfinished_undated", language, title=title)
        else:
            day = format_date(consultation.closes_on, language)
            text = self._t("unfinished", language, title=title, date=day)
        return Message(text, [[take_up], [enough]])

    def _assembly(self, assembly: AssemblyHeadline, language: str) -> Message:
        usher = Usher(assembly, self._translator, language, self._settings.zone)
        match self._kind:
            case Kind.REMINDER:
                return usher.reminder()
            case Kind.CHANGED:
                return usher.change()
        return usher.invitation(more_drawn=self._more_drawn)

    def _voting(self, deliberation: VotingCall, language: str) -> Message:
        facts = {
            "unit": self._settings.unit_name,
            "title": pick(deliberation.title, language).text,
            "question": pick(deliberation.question, language).text,
        }
        text = self._translator.plural("chat.voting_opening", language, deliberation.statements, **facts)
        if deliberation.closes_on is not None:
            day = format_date(deliberation.closes_on, language)
            text += " " + self._t("voting_until", language, date=day)
        start = Button(self._t("button_start", language), TakePart(deliberation.id))
        return Message(text, [[start]])

    def _judged(self, deliberation: VotingCall, language: str) -> Message:
        """The same for all authors: what became of whose words is shown to who taps, and to nobody else."""
        title = pick(deliberation.title, language).text
        show = Button(self._t("button_proposals", language), ListProposals(deliberation.id))
        return Message(self._t("proposals_judged", language, title=title), [[show]])

    def _t(self, key: str, language: str, **params: object) -> str:
        return self._translator.text("chat." + key, language, **params)


class OpeningSample(Announcer):
    """Writes the announcement of a consultation as it would go out now. Nothing is sent, nothing stored."""

    def __init__(self, db: Session, consultation_id: int, translator: Translator, settings: Settings) -> None:
        self._prepare(db, Kind.OPENING, consultation_id, translator, settings)


def _read(db: Session, kind: Kind, subject_id: int) -> Subject:
    match kind:
        case Kind.OPENING | Kind.UNFINISHED:
            return get_headline(db, subject_id)
        case Kind.INVITATION | Kind.REMINDER | Kind.CHANGED:
            return get_assembly_headline(db, subject_id)
        case Kind.VOTING | Kind.STATEMENTS:
            return get_voting_call(db, subject_id)
    raise NotFound


def _questions(db: Session, subject: Subject) -> int:
    if not isinstance(subject, Headline):
        return 0
    questionnaire = get_questionnaire(db, subject.questionnaire_id)
    silent = SILENT | {QuestionKind.NOTE}
    return sum(question.kind not in silent for question in questionnaire.questions())
