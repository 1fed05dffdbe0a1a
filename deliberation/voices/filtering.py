"""Answers by theme, kind, language, question and group, and how many people they are of, as far as it may be told."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from deliberation.voices.codebooks import CodebookCard, read_codebook
from deliberation.voices.codings import CodedVoice, list_coded
from deliberation.voices.contrasts import list_group_questions
from deliberation.voices.kinds import Kind
from deliberation.voices.tables import ProtectionCase, VoiceReading
from deliberation.voices.theme_grid import Grid, protect_grid
from surveys.consultations import ConsultationCard, get_consultation
from surveys.questionnaire import Question, plain_path
from surveys.questionnaires import get_questionnaire
from surveys.tables import Response

NONE = "none"
"""Stands for what is under no theme, or for who did not answer a question."""
GROUP = "by:"
"""Stands before the path of a group's question: questions may be called as the other facets are."""
LANGUAGES = ("es", "qu", "mixed", "other")
_ENDLESS = 10**9
"""How large a group is taken to be where it does not matter that all of it say the same."""


@dataclass(frozen=True, slots=True)
class ReadVoice:
    """An answer with what is known of it. `groups`: path of a question → what its author chose.

    in_danger  the lists or a person see danger in it, or nobody has looked yet: it is in no file
    """

    voice: CodedVoice
    kind: str
    language: str
    groups: dict[str, str]
    in_danger: bool = False

    def value(self, facet: str) -> str:
        """What it is in one respect: theme, kind, language, question, or the path of a group's question after GROUP."""
        match facet:
            case "theme":
                return NONE if self.voice.theme_id is None else str(self.voice.theme_id)
            case "kind":
                return self.kind
            case "language":
                return self.language
            case "question":
                return plain_path(self.voice.path)
        return self.groups.get(facet.removeprefix(GROUP), NONE)


@dataclass(frozen=True, slots=True)
class Heard:
    """All answers of a consultation, with the questions by which groups are told apart, and those that are open."""

    card: ConsultationCard
    codebook: CodebookCard
    voices: list[ReadVoice]
    group_questions: list[Question]
    open_questions: list[Question]


Filter = dict[str, str]
"""Facet → the value that is looked at. A facet that is not there leaves all in."""


def hear_all(db: Session, consultation_id: int) -> Heard:
    """Read everything. An answer that the machine has not read yet is of the kind `other`. Raises NotFound."""
    card = get_consultation(db, consultation_id)
    groups = list_group_questions(db, consultation_id)
    readings = {
        row.voice_id: row
        for row in db.execute(
            select(VoiceReading.voice_id, VoiceReading.kind, VoiceReading.language, VoiceReading.flags).where(
                VoiceReading.consultation_id == consultation_id
            )
        )
    }
    answers = dict(_answers(db, consultation_id, {question.path for question in groups}))
    cases = set(
        db.scalars(
            select(ProtectionCase.voice_id).where(
                ProtectionCase.consultation_id == consultation_id, ProtectionCase.state != "set_aside"
            )
        )
    )
    voices = []
    for voice in list_coded(db, consultation_id):
        reading = readings.get(voice.id)
        language = reading.language if reading else voice.language
        voices.append(
            ReadVoice(
                voice,
                reading.kind if reading else str(Kind.OTHER),
                language if language in LANGUAGES else "other",
                answers.get(voice.response_id, {}),
                reading is None or bool(reading.flags) or voice.id in cases,
            )
        )
    asked = {plain_path(each.voice.path) for each in voices}
    questionnaire = get_questionnaire(db, card.questionnaire_id)
    return Heard(
        card=card,
        codebook=read_codebook(db, consultation_id),
        voices=voices,
        group_questions=groups,
        open_questions=[each for each in questionnaire.questions() if each.path in asked],
    )


def _answers(db: Session, consultation_id: int, paths: set[str]) -> Iterable[tuple[str, dict[str, str]]]:
    query = select(Response.id, Response.answers).where(
        Response.consultation_id == consultation_id, Response.state == "finished"
    )
    for response_id, answers in db.execute(query.execution_options(yield_per=1000)):
        yield (
            response_id,
            {
                path: value
                for path, value in (answers or {}).items()
                if path in paths and isinstance(value, str)
            },
        )


def choose(voices: Sequence[ReadVoice], wanted: Filter) -> list[ReadVoice]:
    """The answers that a filter leaves."""
    return [each for each in voices if all(each.value(facet) == value for facet, value in wanted.items())]


def people_of(voices: Iterable[ReadVoice]) -> int:
    """How many people these answers are of."""
    return len({each.voice.response_id for each in voices})


def may_be_shown(voices: Sequence[ReadVoice], wanted: Filter, threshold: int) -> bool:
    """Whether it may be told how many a filter leaves, and what they say.

    They must be many, and so must those that any of its conditions leave out, or nobody: else the number of one
    filter could be taken from that of another. Nor may it be a group whose number, with those of the groups beside
    it, would tell of a small one: all of Otavalo and all of Ibarra, taken from everybody, are the two of Urcuquí.
    """
    parts: dict[tuple[bool, ...], set[str]] = {}
    for each in voices:
        met = tuple(each.value(facet) == value for facet, value in wanted.items())
        parts.setdefault(met, set()).add(each.voice.response_id)
    chosen = parts.get((True,) * len(wanted), set())
    if len(chosen) < threshold or any(len(part) < threshold for part in parts.values()):
        return False
    return not any(
        _is_withheld(choose(voices, among), rows, group, wanted, threshold)
        for rows, group, among in _tables_of(wanted)
    )


def _tables_of(wanted: Filter) -> Iterator[tuple[str, str, Filter]]:
    """The tables by groups in which what is wanted would be a number: rows, groups, and of which answers."""
    for group in (facet for facet in wanted if facet.startswith(GROUP)):
        for rows in ("", *(facet for facet in wanted if facet != group)):
            others = {facet: value for facet, value in wanted.items() if facet not in (group, rows)}
            yield rows, group, {}
            if others:
                yield rows, group, others


def _is_withheld(voices: Iterable[ReadVoice], rows: str, group: str, wanted: Filter, threshold: int) -> bool:
    """Whether such a table would not show it. What all of a group say is told here, as `may_be_shown` promises."""
    people: dict[tuple[str, str], set[str]] = {}
    for each in voices:
        at = each.value(rows) if rows else "", each.value(group)
        people.setdefault(at, set()).add(each.voice.response_id)
    across, down = sorted({at[1] for at in people}), sorted({at[0] for at in people})
    counts = [[len(people.get((row, column), ())) for column in across] for row in down]
    grid = protect_grid(counts, [_ENDLESS] * len(across), threshold)
    return grid[down.index(wanted[rows] if rows else "")][across.index(wanted[group])] is None


@dataclass(frozen=True, slots=True)
class Table:
    """Themes (rows, the last for those under none) by the values of a facet; None stands for what is not shown."""

    facet: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    counts: Grid
    wholes: tuple[int | None, ...]


def tabulate(heard: Heard, facet: str, values: Sequence[str], threshold: int | None) -> Table:
    """How many people of each group speak of each theme, through disclosure control where there is a threshold."""
    rows = (*(str(theme.id) for theme in heard.codebook.themes), NONE)
    used = {each.value(facet) for each in heard.voices}
    columns = tuple(value for value in (*values, *([] if NONE in values else [NONE])) if value in used)
    people: dict[tuple[str, str], set[str]] = {}
    whole: dict[str, set[str]] = {}
    for each in heard.voices:
        value = each.value(facet)
        people.setdefault((each.value("theme"), value), set()).add(each.voice.response_id)
        whole.setdefault(value, set()).add(each.voice.response_id)
    counts = [[len(people.get((row, column), ())) for column in columns] for row in rows]
    wholes = [len(whole.get(column, ())) for column in columns]
    small = threshold or 0
    return Table(
        facet,
        rows,
        columns,
        protect_grid(counts, wholes, threshold),
        tuple(None if 0 < each < small else each for each in wholes),
    )
