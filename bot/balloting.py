"""What the chat says of a ballot of an assembly: in the announcement and in the answer to a tap alike."""

from collections.abc import Iterator

from bot.ballot_data import CastBallot, TickPoint
from bot.message import Button, Message
from deliberation.assembly_day.ballot_results import ANSWERS, BallotKind
from deliberation.assembly_day.ballot_wording import BallotWords
from deliberation.assembly_day.balloting import OwnBallot, Paper
from i18n.localized import pick
from i18n.translator import Translator


class BallotTeller:
    """Writes about ballots for a reader of one language."""

    def __init__(self, translator: Translator, language: str) -> None:
        self._translator = translator
        self._language = language

    def paper(self, paper: Paper) -> Message:
        """The question with its buttons; what is chosen is marked. Of a closed one, what came out."""
        question = self._question(paper)
        if paper.result is not None:
            words = BallotWords(self._translator, self._language)
            ended = [self._t("ballots.is_closed"), words.outcome(paper.result), words.counts(paper.result)]
            return Message(f"{question}\n\n" + " ".join(filter(None, [*ended, *self._order(paper)])))
        kept = self._t("ballots.kept") if paper.chosen else self._t("ballots.secret")
        return Message(f"{question}\n\n{kept}", list(self._buttons(paper)))

    def own_data(self, own: OwnBallot) -> list[str]:
        """What is kept of a person about a ballot, a line each."""
        assembly = pick(own.assembly, self._language).text
        lines = [self._t("ballots.own", assembly=assembly, text=self._text(own.paper))]
        chosen = [self._label(own.paper, value) for value in own.paper.chosen]
        return [*lines, "· " + (", ".join(chosen) if chosen else self._t("ballots.own_closed"))]

    def _question(self, paper: Paper) -> str:
        ask = {
            BallotKind.PROPOSAL: self._t("ballots.ask_proposal"),
            BallotKind.DELEGATE: self._t("ballots.ask_delegate"),
            BallotKind.ORDER: self._t("ballots.ask_order", most=paper.most),
        }
        title = self._t("ballots.chat_title", number=paper.number)
        return f"{title}\n{self._text(paper)}\n\n{ask[paper.kind]}"

    def _buttons(self, paper: Paper) -> Iterator[list[Button]]:
        if paper.kind is not BallotKind.ORDER:
            for answer in ANSWERS:
                yield [Button(self._shown(paper, answer), CastBallot(paper.ballot_id, answer))]
        for value, _ in paper.options:
            ticked = value in paper.chosen
            yield [Button(self._shown(paper, value), TickPoint(paper.ballot_id, int(value), not ticked))]

    def _shown(self, paper: Paper, value: str) -> str:
        label = self._label(paper, value)
        chosen = value in paper.chosen
        return self._translator.text("chat.choice_chosen", self._language, label=label) if chosen else label

    def _label(self, paper: Paper, value: str) -> str:
        if paper.kind is BallotKind.ORDER:
            return pick(dict(paper.options)[value], self._language).text
        return self._t("ballots.answer_" + value)

    def _order(self, paper: Paper) -> list[str]:
        """The first points, where an order came out."""
        order = paper.result.order[: paper.most] if paper.result else ()
        return [f"\n{place}. {self._label(paper, value)}" for place, value in enumerate(order, 1)]

    def _text(self, paper: Paper) -> str:
        return pick(paper.text, self._language).text

    def _t(self, key: str, **params: object) -> str:
        return self._translator.text(key, self._language, **params)
