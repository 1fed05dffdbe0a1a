"""What one group says more than the others: the telling words of its open answers."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from deliberation.voices.keywords import TellingWord, one_text_a_person, telling_words
from i18n.language import Language
from surveys.consultations import get_consultation
from surveys.questionnaire import Kind, Localized, Question
from surveys.questionnaires import get_questionnaire
from surveys.tables import Response, Voice


@dataclass(frozen=True, slots=True)
class Group:
    """Those who chose the same answer to a question. said: (person, open answer)."""

    label: Localized
    said: tuple[tuple[str, str], ...]

    @property
    def people(self) -> int:
        """How many they are."""
        return len({person for person, _ in self.said})


@dataclass(frozen=True, slots=True)
class Contrast:
    """A group and the words that it says more than the others."""

    label: Localized
    people: int
    words: tuple[TellingWord, ...]


def list_group_questions(db: Session, consultation_id: int) -> list[Question]:
    """The single choices by which open answers can be told apart; none that is kept with the person."""
    questionnaire = get_questionnaire(db, get_consultation(db, consultation_id).questionnaire_id)
    return [
        question
        for question in questionnaire.questions()
        if question.kind is Kind.SELECT_ONE and question.keep is None and question.label
    ]


def list_groups(db: Session, consultation_id: int, question: Question) -> list[Group]:
    """The groups in the author's order of choices."""
    query = (
        select(Voice.response_id, Voice.text, Response.answers)
        .join(Response, Response.id == Voice.response_id)
        .where(Voice.consultation_id == consultation_id, Voice.text != "")
        .order_by(Voice.id)
    )
    said: dict[str, list[tuple[str, str]]] = {}
    for person, text, answers in db.execute(query):
        value = (answers or {}).get(question.path)
        if isinstance(value, str):
            said.setdefault(value, []).append((person, text))
    return [
        Group(choice.label, tuple(said[choice.value])) for choice in question.choices if choice.value in said
    ]


def contrast(groups: Sequence[Group], language: Language, *, threshold: int) -> list[Contrast]:
    """The words of each group beside those of all others. A group or a word of fewer people is left out."""
    found = []
    for group in groups:
        rest = [each for other in groups if other is not group for each in other.said]
        if group.people < threshold or not rest:
            continue
        words = telling_words(
            one_text_a_person(group.said), one_text_a_person(rest), language, threshold=threshold
        )
        more = tuple(word for word in words if word.contrast > 0)
        if more:
            found.append(Contrast(group.label, group.people, more))
    return found
