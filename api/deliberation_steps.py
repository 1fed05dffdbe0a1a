"""A deliberation as a line of six steps: what is done, where it stands, what comes next."""

from api.reader import Reader
from api.steps import Step
from deliberation.opinions.deliberations import FEWEST_STATEMENTS, DeliberationCard

NAMES = ("write", "choose", "open", "listen", "publish", "close")


def current_step(card: DeliberationCard, *, published: bool) -> str:
    """The name of the step that is open; "" when nothing is left to do."""
    match card.state:
        case "draft":
            return "write" if card.accepted < FEWEST_STATEMENTS else "choose"
        case "open":
            return "listen"
    return "" if published else "publish"


def line_of(reader: Reader, card: DeliberationCard, *, asked: int, published: bool) -> list[Step]:
    """The line with its results. What was published before the end is done, and may be done again."""
    here = current_step(card, published=published)
    done = {
        "draft": {"write"} if card.accepted >= FEWEST_STATEMENTS else set(),
        "open": {"write", "choose", "open"},
        "closed": {"write", "choose", "open", "listen", "close"},
    }[card.state] | ({"publish"} if published else set())
    return [
        Step(
            name,
            "here" if name == here else "done" if name in done else _later(card, name),
            reader.text("voting.step_" + name),
            _result(reader, card, name, asked) if name in done and name != here else "",
            _links(reader, card, name) if name != here else (),
        )
        for name in NAMES
    ]


def _later(card: DeliberationCard, name: str) -> str:
    """Publishing may be done as soon as people vote."""
    return "open" if (card.state, name) == ("open", "publish") else "waiting"


def _result(reader: Reader, card: DeliberationCard, name: str, asked: int) -> str:
    match name:
        case "write":
            return reader.plural("voting.step_write_result", card.accepted)
        case "choose":
            return reader.plural("voting.step_choose_result", asked)
        case "open":
            return reader.day(card.opened_at)
        case "listen":
            return reader.share(card.voters, asked)
        case "close":
            return reader.day(card.closed_at)
    return ""


def _links(reader: Reader, card: DeliberationCard, name: str) -> tuple[tuple[str, str], ...]:
    here = f"/deliberations/{card.id}"
    statements = (f"{here}/statements", reader.text("voting.statements_title"))
    opinions = (f"{here}/opinions", reader.text("voting.opinions_link"))
    if name == "write":
        return (statements,)
    if card.state == "draft":
        return ()
    links = {
        "listen": ((f"{here}/moderation", reader.text("moderation.title")),),
        "publish": (opinions,),
    }
    return links.get(name, ())
