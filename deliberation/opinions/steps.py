"""What a turn of a deliberation says: the chat shows it, in the person's language."""

from dataclasses import dataclass
from datetime import date

from i18n.localized import Localized


@dataclass(frozen=True, slots=True)
class Shown:
    """A statement on the screen.

    number      its name in public
    written_in  the language of its author
    translated  the languages in which an interpreter has written it
    voted       what the person has said to it so far: 1 agree, 0 pass, -1 disagree; None where they have not
    given       how many statements the person has voted on
    total       how many are put to the vote that are not the person's own
    previous    the one that was voted on just before, for who wants to go back to it
    new_vote    that one had no vote of the person's before
    stale       the button that was tapped belonged to an earlier statement; this is where the person stands
    """

    language: str
    deliberation_id: int
    title: Localized
    turn: int
    number: int
    text: Localized
    written_in: str
    translated: tuple[str, ...]
    voted: int | None
    given: int
    total: int
    takes_statements: bool
    previous: int | None = None
    new_vote: bool = False
    stale: bool = False


@dataclass(frozen=True, slots=True)
class AllVoted:
    """The person has voted on everything that there is by now."""

    language: str
    deliberation_id: int
    title: Localized
    given: int
    takes_statements: bool
    previous: int | None = None
    new_vote: bool = False
    stale: bool = False


@dataclass(frozen=True, slots=True)
class VotingOver:
    """The deliberation takes no votes any more."""

    language: str
    title: Localized


@dataclass(frozen=True, slots=True)
class NoVoting:
    """There is no such deliberation for this person."""


@dataclass(frozen=True, slots=True)
class Writing:
    """The person's next message is a statement of theirs."""

    language: str
    deliberation_id: int
    title: Localized


@dataclass(frozen=True, slots=True)
class NotTaken:
    """What the person sent is no statement yet: `code` says why, and they may try again."""

    language: str
    deliberation_id: int
    code: str
    params: dict[str, int]


@dataclass(frozen=True, slots=True)
class Proposed:
    """A statement of the person's waits to be read. `hidden`: personal data was found in it and covered."""

    language: str
    deliberation_id: int
    spoken: bool
    hidden: bool


@dataclass(frozen=True, slots=True)
class AlreadyProposed:
    """Somebody said the same before. `statement` is its number, where the person can vote on it."""

    language: str
    deliberation_id: int
    statement: int | None


@dataclass(frozen=True, slots=True)
class EnoughProposed:
    """As many statements of the person's wait as may wait."""

    language: str
    deliberation_id: int
    most: int


@dataclass(frozen=True, slots=True)
class NoProposals:
    """Here only the organisers put statements to the vote."""

    language: str
    deliberation_id: int


VotingStep = Shown | AllVoted | VotingOver | NoVoting
ProposalStep = (
    Writing | NotTaken | Proposed | AlreadyProposed | EnoughProposed | NoProposals | VotingOver | NoVoting
)


@dataclass(frozen=True, slots=True)
class DeliberationLine:
    """A deliberation as the chat lists it. `begun`: the person has a place in it, and `voted` in it as well."""

    id: int
    title: Localized
    question: Localized
    closes_on: date | None
    takes_statements: bool
    begun: bool
    voted: bool
