"""What came out of a ballot in sentences: the same on the wall of the room, in the chat and in the minutes."""

from deliberation.assembly_day.ballot_results import Result
from i18n.dates import format_number, format_percent
from i18n.translator import Translator


class BallotWords:
    """The sentences of one language."""

    def __init__(self, translator: Translator, language: str) -> None:
        self._translator = translator
        self._language = language

    def outcome(self, result: Result) -> str:
        """Whether it passed; of an order, that it stands."""
        if result.void:
            return self._t("ballots.outcome_few" if result.few else "ballots.outcome_void")
        if result.passed is None:
            return self._t("ballots.outcome_order")
        return self._t("ballots.outcome_passed" if result.passed else "ballots.outcome_failed")

    def counts(self, result: Result) -> str:
        """How many voted how; or that it is not told."""
        if result.void:
            return ""
        if result.counts is None:
            return " ".join(filter(None, [self.voters(result), self._t("ballots.counts_hidden")]))
        if result.passed is None:
            return self.voters(result)
        told = {name: format_number(people) for name, people in result.counts.items()}
        return self._t("ballots.counts", **told)

    def voters(self, result: Result) -> str:
        """How many voted, if that is told."""
        count = result.voters
        return "" if count is None else self._translator.plural("ballots.voters", self._language, count)

    def share(self, people: int, of: int) -> str:
        """4 of 29 votes (14 %)."""
        share = format_percent(people / of) if of else "—"
        shown = {"people": format_number(people), "percent": share}
        return self._translator.plural("ballots.share", self._language, of, **shown)

    def chosen_by(self, people: int) -> str:
        """How many chose a point of an order."""
        return self._translator.plural("ballots.chosen_by", self._language, people)

    def _t(self, key: str, **params: object) -> str:
        return self._translator.text(key, self._language, **params)
