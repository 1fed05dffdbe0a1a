"""A deliberation in the town: Luis votes in Spanish, Rosa in Kichwa."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.botapi_chat import Message
from bot.botapi_person import Person
from deliberation.opinions.closing import close_deliberation
from deliberation.opinions.deliberations import draft_deliberation, open_deliberation
from deliberation.opinions.statements import add_seed
from deliberation.opinions.tables import Statement, Turnout, Vote, Voter, VoteTally
from i18n.localized import Localized
from tests.bot.town import Town, label

TITLE = label("El mercado", "Katuna kuska")
SEEDS: Sequence[Localized] = (
    label("El mercado necesita más agua limpia", "Katuna kuskapi chuya yaku illan"),
    label("Los trámites deben explicarse en kichwa", "Kichwa shimipipash willachun"),
    {"es": "Hay que abrir una guardería"},
    label("El bus debe pasar más seguido", "Antawa kutin kutin yallichun"),
)
YES, NO, PASS = "De acuerdo", "En desacuerdo", "Paso"
GO_ON = "Seguir votando"
VALUES = {YES: 1, NO: -1, PASS: 0}


def opened(
    db: Session,
    *,
    seeds: Sequence[Localized] = SEEDS,
    closes_on: date | None = None,
    consultation_id: int | None = None,
    takes_statements: bool = True,
    audience: dict[str, Any] | None = None,
) -> tuple[int, int]:
    """A deliberation that has just been opened, and the broadcast that tells of it."""
    deliberation_id = draft_deliberation(
        db,
        title=TITLE,
        question=label("¿Qué cambiamos?", "Imata shukchishun?"),
        closes_on=closes_on,
        consultation_id=consultation_id,
        takes_statements=takes_statements,
        account_id=None,
    )
    for text in seeds:
        add_seed(db, deliberation_id, text, account_id=None)
    broadcast_id = open_deliberation(
        db, deliberation_id, threshold=5, zone=ZoneInfo("America/Guayaquil"), account_id=None
    )
    return deliberation_id, broadcast_id


async def opens_voting(town: Town, **how: Any) -> int:
    """A deliberation is opened to everybody."""
    deliberation_id, _ = await town.database.run(opened, **how)
    return deliberation_id


async def closes_voting(town: Town, deliberation_id: int) -> None:
    """It is closed for good."""
    await town.database.run(close_deliberation, deliberation_id, account_id=None)
    await town.database.scrub()


async def begins(town: Town, person: Person, language: str = "es") -> Message:
    """Goes to the statements by the command."""
    await town.says(person, "/opinar")
    shown = person.last
    going_on = town.text("button_go_on_voting", language)
    known = [label for row in shown.labels for label in row]
    return await town.taps(person, going_on if going_on in known else town.text("button_start", language))


def number_on(message: Message, seeds: Sequence[Localized] = SEEDS) -> int:
    """Which statement a message shows."""
    return next(
        number
        for number, text in enumerate(seeds, 1)
        if any(f"«{words}»" in message.text for words in text.values())
    )


async def votes(town: Town) -> dict[tuple[str, int], int]:
    """Voter, statement → what counts."""

    def read(db: Session) -> dict[tuple[str, int], int]:
        query = select(Vote.voter_id, Statement.number, Vote.value).join(
            Statement, Statement.id == Vote.statement_id
        )
        return {(row[0], row[1]): row[2] for row in db.execute(query.where(Vote.until.is_(None)))}

    return await town.database.read(read)


async def said(town: Town, person: Person) -> dict[int, int]:
    """Statement → what a person has said to it."""
    voter = await voter_of(town, person)
    return {number: value for (own, number), value in (await votes(town)).items() if own == voter}


async def voter_of(town: Town, person: Person) -> str | None:
    """The random id under which a person votes."""
    turnouts: list[Turnout] = await town.find(person, Turnout)
    return turnouts[0].voter_id if turnouts else None


async def tally(town: Town) -> dict[int, tuple[int, int, int]]:
    """Statement → agree, disagree, passed, as they are added up."""

    def read(db: Session) -> dict[int, tuple[int, int, int]]:
        sums = func.sum(VoteTally.agree), func.sum(VoteTally.disagree), func.sum(VoteTally.passed)
        query = select(Statement.number, *sums).join(Statement, Statement.id == VoteTally.statement_id)
        rows = db.execute(query.group_by(Statement.number))
        return {row[0]: (int(row[1]), int(row[2]), int(row[3])) for row in rows}

    return {number: counts for number, counts in (await town.database.read(read)).items() if any(counts)}


async def sums_of_votes(town: Town) -> dict[int, tuple[int, int, int]]:
    """The same, added up from the votes themselves."""
    found: dict[int, list[int]] = {}
    for (_, number), value in (await votes(town)).items():
        found.setdefault(number, []).append(value)
    return {n: (v.count(1), v.count(-1), v.count(0)) for n, v in found.items()}


async def statements(town: Town) -> list[Statement]:
    """What people have proposed."""
    query = select(Statement).where(Statement.seed.is_(False)).order_by(Statement.number)
    return await town.database.read(lambda db: list(db.scalars(query)))


async def voters(town: Town) -> list[Voter]:
    """Everybody who has begun."""
    return await town.database.read(lambda db: list(db.scalars(select(Voter))))
