"""An assembly by lottery in the chat: one's own ticket, who has a seat and who waits, and a seat that is given back."""

from datetime import timedelta

from sqlalchemy.orm import Session

from bot.botapi_person import Person
from core.clock import at
from core.tables import Participant
from deliberation.assemblies.tables import Assembly, Invitation
from rimay.timetable import Timetable
from tests.bot.invitations import draw, invites_drawn, own
from tests.bot.town import Town
from tests.deliberation.assemblies.meetings import NOON, ZONE

HOUR = timedelta(hours=1)


async def test_who_was_drawn_sees_their_own_ticket_and_no_other(town: Town, assembly: int) -> None:
    await draw(town, assembly)
    await invites_drawn(town, assembly)
    for person, mine, other in ((town.luis, "aaaa", "bbbb"), (town.rosa, "bbbb", "aaaa")):
        shown = await town.taps(person, town.translator.text("seats.button_more", language_of(town, person)))
        assert mine in shown.text and other not in shown.text
    assert "Había 2 personas para 1 puesto." in town.luis.last.text


def language_of(town: Town, person: Person) -> str:
    return "qu" if person is town.rosa else "es"


async def test_where_more_are_drawn_than_there_are_seats_who_says_yes_first_has_one(
    town: Town, assembly: int
) -> None:
    await draw(town, assembly, size=2)
    await invites_drawn(town, assembly)
    assert "Salieron sorteadas más personas que puestos." in town.luis.last.text
    assert town.translator.text("seats.more_drawn", "qu") in town.rosa.last.text
    shown = await town.taps(town.luis, "Cuénteme más")
    assert "Salieron sorteadas 2 personas para 1 puesto," in shown.text
    await town.taps(town.luis, "Sí, voy")
    assert (await own(town, town.luis)).answer == "yes"
    shown = await town.taps(town.rosa, town.text("button_attend_yes", "qu"))
    assert shown.text == town.text("invitation_waiting", "qu")
    await town.says(town.rosa, "/asambleas")
    assert town.text("attendance_waiting", "qu") in town.rosa.last.text

    # Luis cannot come after all: Rosa, who waits, is asked.
    with at(NOON + HOUR):
        await town.receive(town.luis.forge_tap(f"i:{assembly}:n"))
        (broadcast,) = (await Timetable(town.database, ZONE, 5).keep()).broadcasts
        await town.delivers(broadcast)
        await town.taps(town.rosa, town.text("button_attend_yes", "qu"))
    assert (await own(town, town.rosa)).answer == "yes"


async def test_a_seat_that_is_given_back_is_offered_by_the_next_look_at_the_clock(
    town: Town, assembly: int
) -> None:
    await draw(town, assembly)
    luis = (await town.find(town.luis, Participant))[0].id

    def invite_luis(db: Session) -> None:
        db.add(Invitation(assembly_id=assembly, participant_id=luis))
        db.get_one(Assembly, assembly).invited_at = NOON

    await town.database.run(invite_luis)
    timetable = Timetable(town.database, ZONE, 5)
    assert (await timetable.keep()).broadcasts == ()
    await town.says(town.luis, "/asambleas")
    await town.taps(town.luis, "No puedo")
    (broadcast,) = (await timetable.keep()).broadcasts
    await town.delivers(broadcast)
    assert "Wasimanta tantanakuy" in town.rosa.last.text

    # Luis thinks again, but the seat is held for Rosa.
    await town.receive(town.luis.forge_tap(f"i:{assembly}:y"))
    assert (await own(town, town.luis)).answer == "waiting"
    await town.taps(town.rosa, town.text("button_attend_yes", "qu"))
    assert (await own(town, town.rosa)).answer == "yes"
    assert (await timetable.keep()).broadcasts == ()

    # Rosa cannot come after all: Luis, who waits, is asked again.
    with at(NOON + HOUR):
        await town.taps(town.rosa, town.text("button_attend_no", "qu"))
        (broadcast,) = (await timetable.keep()).broadcasts
        await town.delivers(broadcast)
        await town.taps(town.luis, "Sí, voy")
    assert (await own(town, town.luis)).answer == "yes"
