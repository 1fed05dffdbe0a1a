"""The room votes in the chat: once a person, in their language, in secret; and gets the minutes afterwards."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.botapi_person import Person
from core.accounts import add_account
from core.clock import at
from deliberation.assemblies.tables import Assembly, Invitation
from deliberation.assembly_day.ballot_results import BallotKind
from deliberation.assembly_day.ballots import close_ballot, create_ballot, open_ballot, tell_latecomers
from deliberation.assembly_day.minutes import confirm_minutes, draft_minutes
from deliberation.assembly_day.tables import BallotVote, BallotVoter
from tests.bot.town import Town
from tests.deliberation.assembly_day.rooms import ASKED, BEGAN, DURING, POINTS

YES, NO, ABSTAIN = "Sí, a favor", "No, en contra", "Me abstengo"


@pytest.fixture
async def assembly(town: Town) -> AsyncIterator[int]:
    """Luis and Rosa are in the room, the outsider takes part and has not come."""
    with at(DURING):
        await town.opens()
        for person, language in ((town.luis, "es"), (town.rosa, "qu"), (town.outsider, "es")):
            await town.enters(person, language)

        def meet(db: Session) -> int:
            row = Assembly(
                title={"es": "Asamblea de vivienda", "qu": "Wasimanta tantanakuy"},
                purpose={"es": "Hablar"},
                place="Otavalo",
                starts_at=BEGAN,
                ends_at=BEGAN + timedelta(hours=3),
                seats=30,
            )
            db.add(row)
            db.flush()
            for participant_id in (1, 2, 3):
                came = participant_id < 3
                db.add(Invitation(assembly_id=row.id, participant_id=participant_id, answer="yes", came=came))
            return row.id

        yield await town.database.run(meet)


async def opens(
    town: Town, assembly: int, kind: BallotKind = BallotKind.PROPOSAL, *, moment: datetime = DURING
) -> int:
    """A ballot is opened to the room, and its message carried."""

    def work(db: Session) -> tuple[int, int | None]:
        options = POINTS if kind is BallotKind.ORDER else ()
        ballot = create_ballot(db, assembly, kind, ASKED, options=options, account_id=None)
        return ballot, open_ballot(db, ballot, account_id=None)

    with at(moment):
        ballot, broadcast = await town.database.run(work)
        assert broadcast is not None
        await town.delivers(broadcast)
    return ballot


async def votes(town: Town, person: Person) -> list[list[str]]:
    """What a person has voted, as it is stored while the ballot is open."""
    voters = await town.find(person, BallotVoter)

    def read(db: Session) -> list[list[str]]:
        ids = [voter.vote_id for voter in voters]
        return list(db.scalars(select(BallotVote.choices).where(BallotVote.id.in_(ids))))

    return await town.database.read(read)


async def closes(town: Town, ballot: int) -> None:
    await town.database.run(close_ballot, ballot, {}, threshold=1, account_id=None)
    await town.database.scrub()


async def test_who_is_in_the_room_is_asked_in_their_language(town: Town, assembly: int) -> None:
    seen = town.outsider.last.id
    await opens(town, assembly)
    assert ASKED["es"] in town.luis.last.text and "secreto" in town.luis.last.text
    assert town.luis.last.labels == [[YES], [NO], [ABSTAIN]]
    assert ASKED["qu"] in town.rosa.last.text
    assert town.rosa.last.labels == [["Ari nini"], ["Mana ari ninichu"], ["Mana imata ninichu"]]
    assert town.outsider.last.id == seen


async def test_the_last_tap_counts_and_a_repeated_update_changes_nothing(town: Town, assembly: int) -> None:
    await opens(town, assembly)
    first = town.luis.tap(YES)
    await town.receive(first)
    assert town.luis.last.labels == [[f"✅ {YES}"], [NO], [ABSTAIN]]
    await town.taps(town.luis, NO)
    before = await town.rows()
    await town.receive(first)
    await town.restart()
    await town.receive(first)
    assert await town.rows() == before and await votes(town, town.luis) == [["no"]]
    assert town.luis.last.labels == [[YES], [f"✅ {NO}"], [ABSTAIN]]


async def test_who_is_not_there_cannot_vote_with_a_forged_button(town: Town, assembly: int) -> None:
    ballot = await opens(town, assembly)
    await town.receive(town.outsider.forge_tap(f"b:v:{ballot}:y"))
    for data in ("b:v:zz:y", f"b:v:{ballot}:x", f"b:t:{ballot}:1:y", "b:m:1"):
        await town.receive(town.luis.forge_tap(data))
    assert await town.find(town.outsider, BallotVoter) == []
    assert await votes(town, town.luis) == []
    assert town.luis.unanswered == town.outsider.unanswered == 0


async def test_after_the_closing_one_is_told_what_came_out(town: Town, assembly: int) -> None:
    ballot = await opens(town, assembly)
    await town.taps(town.luis, YES)
    await closes(town, ballot)
    await town.taps(town.rosa, "Ari nini")
    assert "wichkashkami" in town.rosa.last.text and "Arinishkami." in town.rosa.last.text
    await town.taps(town.luis, NO)
    assert "A favor: 1. En contra: 0." in town.luis.last.text
    assert town.luis.last.labels == []


async def test_points_are_ticked_three_at_most_and_unticked(town: Town, assembly: int) -> None:
    await opens(town, assembly, BallotKind.ORDER)
    await town.taps(town.luis, "Salud", "Arriendos", "Trabajo", "Documentos")
    assert town.luis.last.labels == [["✅ Arriendos"], ["✅ Trabajo"], ["Documentos"], ["✅ Salud"]]
    await town.taps(town.luis, "✅ Salud")
    assert await votes(town, town.luis) == [["1", "2"]]


async def test_who_comes_in_later_gets_it_too_and_finds_it_in_the_list(town: Town, assembly: int) -> None:
    await opens(town, assembly)

    def come(db: Session) -> None:
        db.execute(update(Invitation).where(Invitation.participant_id == 3).values(came=True))

    await town.database.run(come)
    await town.says(town.outsider, "/asambleas")
    assert town.outsider.last.labels == [[YES], [NO], [ABSTAIN]]
    with at(DURING + timedelta(minutes=5)):
        (late,) = await town.database.run(tell_latecomers)
        assert (await town.delivers(late)).sent == 1
        await town.taps(town.outsider, ABSTAIN)
    assert await votes(town, town.outsider) == [["abstain"]]


async def test_my_data_show_my_vote_only_while_it_is_tied_to_me(town: Town, assembly: int) -> None:
    ballot = await opens(town, assembly)
    await town.taps(town.luis, YES)
    assert f"{ASKED['es']}\n· {YES}" in (await town.says(town.luis, "/misdatos")).text
    await closes(town, ballot)
    shown = (await town.says(town.luis, "/misdatos")).text
    assert f"{ASKED['es']}\n· usted votó" in shown and YES not in shown


async def test_who_came_gets_the_agreements_and_the_minutes_as_a_file(town: Town, assembly: int) -> None:
    ballot = await opens(town, assembly)
    await town.taps(town.luis, YES)
    await closes(town, ballot)
    seen = town.outsider.last.id

    def confirm(db: Session) -> int | None:
        minutes = draft_minutes(db, assembly, threshold=1, account_id=None)
        first, second = (
            add_account(db, email=f"{role}@ejemplo.ec", role=role, password_hash="x").id
            for role in ("organiser", "council")
        )
        confirm_minutes(db, minutes, 0, account_id=first)
        return confirm_minutes(db, minutes, 0, account_id=second)

    with at(DURING + timedelta(hours=1)):
        broadcast = await town.database.run(confirm)
        assert broadcast is not None
        await town.delivers(broadcast)
        assert f"1. {ASKED['es']}" in town.luis.last.text and "A favor: 1" in town.luis.last.text
        await town.taps(town.rosa, "Killkata chaskina (PDF)")
    file = town.rosa.last.content["document"]
    assert file["file_name"] == "killka-1.pdf"
    content = town.api.files.find(file["file_id"])
    assert content is not None and content.content.startswith(b"%PDF")
    assert town.outsider.last.id == seen
