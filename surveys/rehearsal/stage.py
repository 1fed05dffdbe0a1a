"""What all people of a rehearsal have in common."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from surveys.conversation.instance import Instance
from surveys.conversation.outline import Outline
from surveys.conversation.progress import Progress
from surveys.conversation.wording import names_choices
from surveys.expressions import Scope
from surveys.questionnaire import Questionnaire
from surveys.rehearsal.candidates import Candidates

MOST_WORK = 6_000_000
"""Questions worked out in one rehearsal, once a turn each. Counted, not timed, so that it is the same anywhere."""


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

    def instance(self, progress: Progress, moment: datetime) -> Instance:
        """The document of somebody's answers, to look at what the screen does not show."""
        return Instance(
            self.outline,
            answers=progress.answers,
            filled=progress.filled,
            added=progress.added,
            seed=progress.seed,
            scope=self.scope(moment),
        )
