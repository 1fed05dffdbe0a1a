"""What all people of a rehearsal have in common."""

from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from surveys.conversation.outline import Outline
from surveys.conversation.progress import Progress
from surveys.conversation.wording import names_choices
from surveys.expressions import Scope
from surveys.questionnaire import Questionnaire
from surveys.rehearsal.candidates import Candidates

MOST_WORK = 8_000_000
"""What one rehearsal may do, counted in questions worked out. Not timed, so that it is the same anywhere."""
_WORK_OF_A_TURN = 60
_WORK_OF_A_MOVE = 20
_SITES_PASSED_FOR_ONE = 20
"""On the way to the next question the others are passed by: so many of them cost as much as one worked out."""
_SIBLINGS_FOR_ONE = 400
"""A condition that looks for an answer passes by all others: so many of them cost as much as one question."""


@dataclass(slots=True)
class Stage:
    """The questionnaire, when and where it is asked, what was learned, and how much work was done."""

    questionnaire: Questionnaire
    outline: Outline
    candidates: Candidates
    moment: datetime
    zone: ZoneInfo
    work: int = 0
    most_work: int = MOST_WORK
    _work_of_a_turn: int = field(init=False)

    def __post_init__(self) -> None:
        sites, conditions = len(self.outline.sites), len(self.outline.order)
        self._work_of_a_turn = _WORK_OF_A_TURN + sites + sites * conditions // _SIBLINGS_FOR_ONE

    def count_turn(self, progress: Progress) -> None:
        """A conversation was taken up anew: all of it is worked out."""
        self.work += self._work_of_a_turn + len(progress.answers)

    def count_move(self) -> None:
        """One more move was made in a conversation: the way is looked through, and what depends on it worked out."""
        self.work += _WORK_OF_A_MOVE + len(self.outline.sites) // _SITES_PASSED_FOR_ONE

    @property
    def is_exhausted(self) -> bool:
        """Whether as much work was done as may be."""
        return self.work >= self.most_work

    def scope(self, moment: datetime) -> Scope:
        """What expressions may know, as the conversation has it."""
        return Scope(
            instances=self.outline.instances,
            zone=self.zone,
            moment=moment,
            choice_name=names_choices(self.outline, self.questionnaire.default_language),
        )
