"""What a rehearsal found: frozen values, in the order of the questionnaire, the gravest first."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Severity(StrEnum):
    """How much a finding matters. Only an error makes a questionnaire unfit to be sent."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Code(StrEnum):
    """What was found. The sentence is `rehearsal.finding_<code>`."""

    DEAD_END = "dead_end"
    LOOP = "loop"
    CONSTRAINT_UNSATISFIED = "constraint_unsatisfied"
    UNREACHABLE = "unreachable"
    NOTHING_TO_CHOOSE = "nothing_to_choose"
    REPEAT_ENDLESS = "repeat_endless"
    CORNERED = "cornered"
    SHOWN_TO_NOBODY = "shown_to_nobody"
    CHOICE_NEVER_OFFERED = "choice_never_offered"
    TRANSLATION_MISSING = "translation_missing"
    SENTENCE_LONG = "sentence_long"
    AUDIO_MISSING = "audio_missing"
    CUT_SHORT = "cut_short"


SEVERITY = {
    Code.CORNERED: Severity.WARNING,
    Code.SHOWN_TO_NOBODY: Severity.WARNING,
    Code.CHOICE_NEVER_OFFERED: Severity.WARNING,
    Code.TRANSLATION_MISSING: Severity.WARNING,
    Code.SENTENCE_LONG: Severity.WARNING,
    Code.AUDIO_MISSING: Severity.NOTE,
    Code.CUT_SHORT: Severity.NOTE,
}
"""All others are errors."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found at one place.

    path    of the question or group, as the questionnaire writes it; empty where it is about the whole
    proven  whether it follows from the conditions alone; otherwise it is what so many tries showed
    params  what its sentence names
    """

    code: Code
    path: str
    proven: bool = True
    params: Mapping[str, str | int] = field(default_factory=dict)

    @property
    def severity(self) -> Severity:
        """How much it matters."""
        return SEVERITY.get(self.code, Severity.ERROR)

    @property
    def name(self) -> str:
        """Name of the question in the workbook."""
        return self.path.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class QuestionTally:
    """To how many people a question was shown, and what they did with it."""

    path: str
    shown: int
    answered: int
    skipped: int

    @property
    def name(self) -> str:
        """Name of the question in the workbook."""
        return self.path.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class Minutes:
    """How long people take who come to the end."""

    median: float
    p90: float


@dataclass(frozen=True, slots=True)
class Report:
    """The rehearsal of one questionnaire.

    respondents  how many people were asked for, of whom `begun` began before it ended and `finished` finished
    minutes      None where nobody came to the end; also apart for each language
    """

    respondents: int
    begun: int
    finished: int
    seed: str
    minutes: Minutes | None
    minutes_by_language: Mapping[str, Minutes]
    findings: tuple[Finding, ...]
    questions: tuple[QuestionTally, ...]

    @property
    def has_errors(self) -> bool:
        """Whether anything was found that makes it unfit to be sent."""
        return any(finding.severity is Severity.ERROR for finding in self.findings)
