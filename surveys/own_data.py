"""What the house keeps of one person, as the person may read it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.people import find_participant
from surveys.attachments import attached_in
from surveys.conversation.progress import from_json
from surveys.conversation.wording import left_open
from surveys.questionnaire import SENT, Keep, Kind, Localized, Question, Questionnaire, plain_path
from surveys.questionnaires import get_questionnaire
from surveys.tables import Consultation, Participation, Response


@dataclass(frozen=True, slots=True)
class Answered:
    """A question, and what was answered: words as they are stored, or the labels of what was chosen.

    sent  it was answered with a file, of which only that is said; `value` is what an interpreter wrote down of it
    """

    label: Localized
    kind: Kind
    value: str | tuple[Localized, ...]
    sent: bool = False


@dataclass(frozen=True, slots=True)
class OwnConsultation:
    """A consultation one took part in; the answers only while the tie to them exists."""

    title: Localized
    state: str
    answers: tuple[Answered, ...]


@dataclass(frozen=True, slots=True)
class OwnData:
    """Everything that has a tie to the person."""

    language: str
    consented_on: date
    profile: tuple[Answered, ...]
    consultations: tuple[OwnConsultation, ...]


def own_data(db: Session, chat_index: bytes) -> OwnData | None:
    """None when nothing is kept."""
    participant = find_participant(db, chat_index)
    if participant is None:
        return None
    query = (
        select(
            Consultation, Participation.state, Response.questionnaire_id, Response.progress, Response.answers
        )
        .join(Participation, Participation.consultation_id == Consultation.id)
        .outerjoin(Response, Response.id == Participation.response_id)
        .where(Participation.participant_id == participant.id)
        .order_by(Consultation.id)
    )
    consultations: list[OwnConsultation] = []
    profile: dict[Keep, Question] = {}
    for consultation, state, version, progress, sent_in in db.execute(query):
        questionnaire = get_questionnaire(db, version or consultation.questionnaire_id)
        answers = from_json(progress).answers if progress else {}
        own = tuple(_answered(questionnaire, answers, sent_in or {}, participant.profile))
        shown = "closed" if consultation.state == "closed" else state
        consultations.append(OwnConsultation(consultation.title, shown, own))
        for question in questionnaire.questions():
            if question.keep and (question.keep not in profile or _knows(question, participant.profile)):
                profile[question.keep] = question
    kept = tuple(
        Answered(left_open(question.label), question.kind, _labels(question, participant.profile[keep]))
        for keep, question in profile.items()
        if keep in participant.profile
    )
    return OwnData(participant.language, participant.consented_on, kept, tuple(consultations))


def _knows(question: Question, profile: Mapping[str, Any]) -> bool:
    """Whether what is kept of the person can be said in the words of this question: another may have other choices."""
    value = profile.get(question.keep or "", [])
    chosen = {value} if isinstance(value, str) else set(value)
    return not question.choices or chosen <= {choice.value for choice in question.choices}


def _answered(
    questionnaire: Questionnaire,
    answers: dict[str, Any],
    sent_in: Mapping[str, Any],
    profile: Mapping[str, Any],
) -> Iterator[Answered]:
    """What is kept in the profile is shown there, and not a second time."""
    files = dict(attached_in(answers))
    for path, value in answers.items():
        question = questionnaire.question(plain_path(path))
        if not question.label or not value or question.keep in profile:
            continue
        if path in files:
            kind = question.kind if question.kind in SENT else Kind.AUDIO
            written_down = "" if path in dict(attached_in(sent_in)) else str(sent_in.get(path, ""))
            yield Answered(left_open(question.label), kind, written_down, sent=True)
        else:
            yield Answered(left_open(question.label), question.kind, _labels(question, value))


def _labels(question: Question, value: str | list[str]) -> str | tuple[Localized, ...]:
    if not question.choices:
        return value if isinstance(value, str) else " ".join(value)
    chosen = [value] if isinstance(value, str) else value
    labels = {choice.value: left_open(choice.label) for choice in question.choices}
    return tuple(labels[choice] for choice in chosen if choice in labels)
