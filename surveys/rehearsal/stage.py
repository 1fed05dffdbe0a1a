"""What all people of a rehearsal have in common."""

from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from surveys.conversation.instance import Instance
from surveys.conversation.outline import Outline
from surveys.conversation.wording import names_choices
from surveys.expressions import Scope
from surveys.questionnaire import Questionnaire
from surveys.rehearsal.candidates import Candidates

MOST_WORK = 12_000_000
"""After so much work nobody begins any more. It is counted, not timed, so that it is the same on any machine."""
LEAVE_TO_END = 4
"""Who is on the way goes on to the end all the same; all stop only after so many times that work."""
_WORK_OF_A_MOVE = 15
_WORK_OF_A_RULE = 2
_SITES_FOR_ONE = 500
"""With each answer the others are copied, and marks looked over: so many of them cost as much as one thing done."""
_SIBLINGS_FOR_ONE = 400
"""A condition that looks for an answer passes by all that stand beside it: so many cost as much as itself."""


@dataclass(slots=True)
class Stage:
    """The questionnaire, when and where it is asked, what was learned, and how much work was done."""

    questionnaire: Questionnaire
    outline: Outline
    candidates: Candidates
    moment: datetime
    zone: ZoneInfo
    work: int = 0
    _work_of_a_move: int = field(init=False)
    _work_of_a_rule: int = field(init=False)

    def __post_init__(self) -> None:
        siblings = max(len(self.outline.roots), *(len(site.children) for site in self.outline.sites.values()))
        self._work_of_a_move = _WORK_OF_A_MOVE + len(self.outline.sites) // _SITES_FOR_ONE
        self._work_of_a_rule = _WORK_OF_A_RULE * (1 + siblings // _SIBLINGS_FOR_ONE)

    def count_move(self, instance: Instance) -> None:
        """A move was made in a conversation, with all that was worked out for it."""
        self.work += self._work_of_a_move + self._work_of_a_rule * instance.spent()

    @property
    def is_exhausted(self) -> bool:
        """Whether so much work was done that even who is on the way must stop."""
        return self.work >= LEAVE_TO_END * MOST_WORK

    def scope(self, moment: datetime) -> Scope:
        """What expressions may know, as the conversation has it."""
        return Scope(
            instances=self.outline.instances,
            zone=self.zone,
            moment=moment,
            choice_name=names_choices(self.outline, self.questionnaire.default_language),
        )
