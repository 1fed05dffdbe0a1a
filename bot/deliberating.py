"""A deliberation as the chat shows it: one statement at a time, what one has said, what one has proposed."""

from collections.abc import Iterator

from bot.callback_data import TakeUp
from bot.message import Button, Message
from bot.voting_data import (
    HearStatement,
    ListProposals,
    ListVotes,
    Propose,
    ShowAgain,
    StopVoting,
    TakePart,
    VoteOn,
    WhereIStand,
    WithdrawVotes,
)
from deliberation.opinions.own_votes import (
    OwnStatement,
    OwnStatements,
    OwnVote,
    OwnVotes,
    OwnVoting,
    VotesToWithdraw,
)
from deliberation.opinions.steps import (
    AllVoted,
    AlreadyProposed,
    DeliberationLine,
    EnoughProposed,
    NoProposals,
    NotTaken,
    Proposed,
    Shown,
    VotingOver,
    Writing,
)
from deliberation.voices.redaction import in_words, redaction_words
from i18n.dates import format_date
from i18n.localized import Localized, pick
from i18n.translator import Translator
from surveys.steps import ConsultationLine

SEVERAL = 7
"""Votes after which it can be told where a person stands."""
VALUES = ((1, "agree"), (-1, "disagree"), (0, "pass"))
_ROW = 30
"""Letters of all labels in a row of buttons."""
_PAGE = 8
"""Votes listed at once."""


class Words:
    """The sentences of deliberations in a person's language."""

    def __init__(self, translator: Translator, language: str, *, can_speak: bool = False) -> None:
        self.language = language
        self._translator = translator
        self._can_speak = can_speak

    def text(self, key: str, **params: object) -> str:
        """A sentence of the participants' catalogue."""
        return self._translator.text("chat." + key, self.language, **params)

    def of(self, text: Localized, written_in: str) -> str:
        """What somebody proposed, in the person's language where it is written in it; covered words are said."""
        found = pick(text, self.language, written_in).text
        return in_words(found, redaction_words(self._translator, self.language))

    def aloud(self, shown: Shown) -> dict[str, str]:
        """A statement as it is read aloud, by the one language in which there is something to read."""
        spoken = self.language if shown.text.get(self.language, "").strip() else shown.written_in
        return {spoken: self.of(shown.text, shown.written_in)}

    # One statement at a time

    def statement(self, shown: Shown) -> Message:
        """The statement on screen."""
        return Message("\n\n".join(self._lines(shown)), list(self._rows(shown)))

    def _lines(self, shown: Shown) -> Iterator[str]:
        if shown.given == 0:
            yield self.text("voting_intro", title=pick(shown.title, self.language).text)
        if shown.voted is None:
            yield self.text("statement_progress", number=shown.given + 1, total=shown.total)
        else:
            yield self.text("statement_voted", vote=self._said(shown.voted))
        yield f"«{self.of(shown.text, shown.written_in)}»"
        yield from self._where_from(shown)

    def _where_from(self, shown: Shown) -> Iterator[str]:
        """That these are the author's own words in another language, or an interpreter's in this one."""
        if not shown.text.get(self.language, "").strip():
            yield self.text("statement_written_in_" + shown.written_in)
        elif self.language in shown.translated:
            yield self.text("statement_translated")

    def _rows(self, shown: Shown) -> Iterator[list[Button]]:
        about = shown.deliberation_id
        votes = [
            Button(self._label(value, shown.voted), VoteOn(about, shown.turn, value)) for value, _ in VALUES
        ]
        if sum(len(button.label) for button in votes) <= _ROW:
            yield votes
        else:
            yield from ([button] for button in votes)
        if self._can_speak:
            yield [Button(self.text("button_listen"), HearStatement(about, shown.turn))]
        yield from self._ways(shown)

    def _ways(self, step: Shown | AllVoted) -> Iterator[list[Button]]:
        about = step.deliberation_id
        if step.given >= SEVERAL:
            yield [Button(self.text("button_where_i_stand"), WhereIStand(about))]
        if step.takes_statements:
            yield [Button(self.text("button_propose"), Propose(about))]
        ways = []
        if step.previous is not None:
            ways.append(Button(self.text("button_back"), ShowAgain(about, step.previous)))
        if step.given:
            ways.append(Button(self.text("button_my_votes"), ListVotes(about)))
        if isinstance(step, Shown):
            ways.append(Button(self.text("button_leave"), StopVoting(about)))
        if ways:
            yield ways

    def _label(self, value: int, voted: int | None) -> str:
        label = self._said(value)
        return self.text("choice_chosen", label=label) if value == voted else label

    def _said(self, value: int) -> str:
        return self.text("vote_" + dict(VALUES)[value])

    def all_voted(self, step: AllVoted) -> Message:
        """Nothing is left for now."""
        return Message(self.text("voting_done"), list(self._ways(step)))

    def stopped(self, deliberation_id: int) -> Message:
        """Who stops may go on whenever they like."""
        return Message(self.text("voting_left"), [[self.go_on(deliberation_id)]])

    def over(self, step: VotingOver) -> Message:
        """It is closed."""
        return Message(self.text("voting_closed", title=self._title(step.title)))

    def go_on(self, deliberation_id: int) -> Button:
        """Back to the statements."""
        return Button(self.text("button_go_on_voting"), TakePart(deliberation_id))

    def _title(self, title: Localized) -> str:
        return pick(title, self.language).text

    # What there is

    def deliberations(self, lines: list[DeliberationLine]) -> Message:
        """Those that take votes now."""
        texts, rows = [self.text("votings")], []
        for line in lines:
            title = self._title(line.title)
            text = self.text("voting_line", title=title, question=pick(line.question, self.language).text)
            if line.closes_on is not None:
                day = format_date(line.closes_on, self.language)
                text += " " + self.text("voting_until", date=day)
            texts.append(text)
            key = "button_go_on_voting" if line.begun else "button_start"
            rows.append([Button(self.text(key) if len(lines) == 1 else title, TakePart(line.id))])
            if line.begun:
                key = "button_withdraw_votes" if len(lines) == 1 else "button_withdraw_votes_one"
                rows.append([Button(self.text(key, title=title), WithdrawVotes(line.id))])
        return Message("\n\n".join(texts), rows)

    def typed(self, begun: list[DeliberationLine], left: list[ConsultationLine]) -> Message:
        """To who writes in the middle of voting: that counts for nothing, and how to be counted.

        left: consultations that the person has begun and may have meant to answer
        """
        texts = [self.text("voting_typed_only")]
        match begun:
            case [only]:
                rows = [[self.go_on(only.id)]]
                if only.takes_statements:
                    texts = [self.text("voting_typed")]
                    rows.append([Button(self.text("button_propose"), Propose(only.id))])
            case _:
                rows = [[Button(self._title(line.title), TakePart(line.id))] for line in begun]
        if left:
            texts.append(self.text("voting_typed_answer"))
        for line in left:
            label = self.text("button_answer_consultation", title=self._title(line.title))
            rows.append([Button(label, TakeUp(line.id))])
        return Message("\n".join(texts), rows)

    # What a person has said

    def votes(self, own: OwnVotes, page: int) -> Message:
        """A page of what one has voted; a tap shows the statement again."""
        go_on = self.go_on(own.deliberation_id)
        if not own.votes:
            return Message(self.text("my_votes_none"), [[go_on]])
        last = (len(own.votes) - 1) // _PAGE
        page = min(page, last)
        shown = own.votes[page * _PAGE : (page + 1) * _PAGE]
        lines = [self.text("my_votes", title=self._title(own.title))]
        lines += [f"{each.number}. {self.vote_line(each)}" for each in shown]
        numbers = [Button(str(each.number), ShowAgain(own.deliberation_id, each.number)) for each in shown]
        rows = [numbers[:4], numbers[4:], self._pages(own.deliberation_id, page, last), [go_on]]
        return Message("\n\n".join(lines), [row for row in rows if row])

    def vote_line(self, vote: OwnVote) -> str:
        """A statement and what one says to it."""
        return f"«{self.of(vote.text, vote.written_in)}» {self._said(vote.value)}"

    def _pages(self, deliberation_id: int, page: int, last: int) -> list[Button]:
        back = Button(self.text("button_less"), ListVotes(deliberation_id, page - 1))
        on = Button(self.text("button_more"), ListVotes(deliberation_id, page + 1))
        return [*([back] if page > 0 else []), *([on] if page < last else [])]

    def withdrawing(self, asked: VotesToWithdraw) -> Message:
        """Asks once for certainty."""
        text = self.text("votes_withdraw_question", title=self._title(asked.title))
        rows = [
            [
                Button(
                    self.text("button_erase_" + word), WithdrawVotes(asked.deliberation_id, asked.turn, sure)
                )
            ]
            for word, sure in (("yes", True), ("no", False))
        ]
        return Message(text, rows)

    def withdrawn(self, title: Localized) -> Message:
        """After it."""
        return Message(self.text("votes_withdrawn", title=self._title(title)))

    # What a person has proposed

    def proposal(
        self, step: Writing | NotTaken | Proposed | AlreadyProposed | EnoughProposed | NoProposals
    ) -> Message:
        """What became of a proposal just now."""
        about = step.deliberation_id
        back = [Button(self.text("button_stop_writing"), Propose(about, begins=False))]
        match step:
            case Writing():
                return Message(self.text("propose_how"), [back])
            case NotTaken(_, _, code, params):
                return Message(self.text("proposal_" + code, **params), [back])
            case Proposed(_, _, spoken, hidden):
                texts = [self.text("proposed_spoken" if spoken else "proposed")]
                if hidden:
                    texts.append(self.text("proposed_hidden"))
                texts.append(self.text("proposed_stays"))
                mine = Button(self.text("button_proposals"), ListProposals(about))
                return Message("\n\n".join(texts), [[self.go_on(about)], [mine]])
            case AlreadyProposed(_, _, None):
                return Message(self.text("proposal_yours"), [[self.go_on(about)]])
            case AlreadyProposed(_, _, int(number)):
                vote = Button(self.text("button_vote_on_it"), ShowAgain(about, number))
                return Message(self.text("proposal_there"), [[vote], [self.go_on(about)]])
            case EnoughProposed(_, _, most):
                return Message(self.text("proposals_enough", most=most), [[self.go_on(about)]])
            case NoProposals():
                return Message(self.text("proposals_closed"), [[self.go_on(about)]])
        raise TypeError(step)

    def proposals(self, own: OwnStatements) -> Message:
        """What one has proposed, and what became of it."""
        go_on = [[self.go_on(own.deliberation_id)]]
        if not own.statements:
            return Message(self.text("proposals_none"), go_on)
        lines = [self.text("proposals", title=self._title(own.title))]
        lines += map(self.proposal_line, own.statements)
        return Message("\n\n".join(lines), go_on)

    def own_data(self, voting: OwnVoting) -> list[str]:
        """What is kept of the person in a deliberation."""
        state = self.text("state_" + ("closed" if voting.is_closed else "voting"))
        lines = [self.text("mydata_voting", title=self._title(voting.title), state=state)]
        lines += (f"· {self.vote_line(vote)}" for vote in voting.votes)
        if voting.statements:
            lines.append(self.text("mydata_proposals"))
        lines += (f"· {self.proposal_line(each)}" for each in voting.statements)
        return lines

    def proposal_line(self, statement: OwnStatement) -> str:
        """A statement of one's own, and what became of it."""
        words = self.of(statement.text, statement.written_in)
        said = f"«{words}»" if words else self.text("proposal_spoken")
        match statement.state, statement.reason, statement.into:
            case "rejected", str(reason), _:
                became = self.text("rejected_" + reason)
            case "merged", _, dict(into):
                became = self.text("proposal_merged", statement=self.of(into, statement.written_in))
            case _:
                became = self.text("proposal_state_" + statement.state)
        return f"{said}\n{became}"
