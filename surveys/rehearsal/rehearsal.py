"""Synthetic people go through a questionnaire, and what becomes of them is looked at together."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from random import Random
from zoneinfo import ZoneInfo

from surveys.conversation.outline import outline_of
from surveys.conversation.spot import Value
from surveys.questionnaire import Questionnaire
from surveys.rehearsal.candidates import Candidates
from surveys.rehearsal.clues import clues_of
from surveys.rehearsal.coverage import Coverage
from surveys.rehearsal.life import Life
from surveys.rehearsal.report import Report
from surveys.rehearsal.respondent import Respondent
from surveys.rehearsal.search import Search
from surveys.rehearsal.stage import MOST_WORK, Stage
from surveys.rehearsal.summary import Summary

Recorded = frozenset[tuple[str, str]]
"""Questions that somebody has read aloud: path and language."""


FOR_RESPONDENTS = 0.7
"""Share of the work for people who go their own way; the rest is for those who are sent where nobody came."""


class Rehearsal:
    """Rehearses step by step, so that whoever waits can be told how far it is, and can stop it.

    The same questionnaire, seed and moment give the same report, on any machine.

    moment    when people begin; what is relative to today depends on it
    recorded  questions that a person has read aloud, beside those whose recording comes with the workbook
    """

    def __init__(
        self,
        questionnaire: Questionnaire,
        *,
        respondents: int,
        seed: str,
        moment: datetime,
        zone: ZoneInfo,
        recorded: Recorded = frozenset(),
    ) -> None:
        self.questionnaire = questionnaire
        self.respondents = respondents
        self.seed = seed
        self.recorded = recorded
        outline = outline_of(questionnaire)
        self.stage = Stage(questionnaire, outline, Candidates(outline, {}, zone), moment, zone)
        scope = self.stage.scope(moment)
        self.stage.candidates.clues = clues_of(outline, scope)
        self.search = Search(outline, self.stage.candidates.clues, scope, Random(f"{seed} search"))
        self.lives: list[Life] = []
        self.coverage = Coverage(self.search)
        self.is_searched = False

    def steps(self) -> Iterator[int]:
        """Rehearse; yields how many people have come through each time that one has."""
        for number in range(self.respondents):
            if self.stage.work >= MOST_WORK * FOR_RESPONDENTS:
                break
            self.lives.append(self._send(f"{self.seed} {number}", number, {}))
            yield len(self.lives)
        for number, wishes in enumerate(self.coverage.errands(self.lives)):
            if self.stage.work >= MOST_WORK:
                return
            self.coverage.note(self._send(f"{self.seed} errand {number}", number, wishes))
            yield len(self.lives)
        self.is_searched = not self.search.is_tired

    def report(self) -> Report:
        """What was found so far."""
        return Summary(
            questionnaire=self.questionnaire,
            outline=self.stage.outline,
            candidates=self.stage.candidates,
            search=self.search,
            coverage=self.coverage,
            lives=self.lives,
            respondents=self.respondents,
            seed=self.seed,
            recorded=self.recorded,
            is_searched=self.is_searched,
        ).report()

    def _send(self, lot: str, number: int, wishes: Mapping[str, Value]) -> Life:
        languages = self.questionnaire.languages or (self.questionnaire.default_language,)
        return Respondent(self.stage, Random(lot), languages[number % len(languages)], wishes).live()
