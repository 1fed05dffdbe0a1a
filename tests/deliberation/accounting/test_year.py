"""The account of a year: what is in it, and that nothing can be worked out of it that is withheld elsewhere."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from core.clock import at
from core.database import Database
from deliberation.accounting.replies import Replies, protected, summed
from deliberation.accounting.year import NoSuchYear, YearAccount, list_years, read_year
from deliberation.council.sittings import convene
from deliberation.council.tables import Decision
from surveys.tables import Consultation
from tests.deliberation.accounting.circles import circle, consulted, decided
from tests.deliberation.council.sessions import NOW, SITS_AT, ZONE, proposed, sitting

YEAR = NOW.year


async def account(database: Database, threshold: int = 5) -> YearAccount:
    with at(NOW):
        return await database.read(read_year, YEAR, threshold=threshold, zone=ZONE)


async def test_a_year_holds_its_circle(database: Database) -> None:
    with at(NOW):
        await database.run(circle)
    found = await account(database)
    assert [(line.asked, line.answered) for line in found.consultations] == [(148, 148), (None, None)]
    assert found.asked == (148, 148, 1)
    assert found.outcomes == {"accepted": 1, "rejected": 1}
    assert found.lights == {"red": 1, "kept": 1}
    assert [(line.came, len(line.agreed)) for line in found.assemblies] == [(42, 1), (None, 0)]
    assert found.states == {"late": 1, "open": 1, "answered": 1}
    assert [card.state for card in found.observations] == ["late", "open", "answered"]


async def test_no_sum_gives_away_what_is_withheld(database: Database) -> None:
    with at(NOW):
        await database.run(circle)
    found = await account(database)
    assert [line.replies.of for line in found.decisions] == [50, None]
    assert found.satisfied == Replies({"yes": 30, "partly": 12, "no": 8}, 50)
    assert found.noticed == Replies({"yes": 20, "partly": 9, "no": 7}, 36)


async def test_what_goes_on_has_no_number_yet(database: Database) -> None:
    """Else two looks at the account would tell that somebody answered in between."""

    def work(db: Session) -> None:
        row = db.get_one(Consultation, consulted(db, 30))
        row.state, row.closed_at = "open", None

    with at(NOW):
        await database.run(work)
    line, *_ = (await account(database)).consultations
    assert (line.closed_at, line.asked, line.answered) == (None, None, None)


async def test_what_a_sitting_may_still_correct_is_not_in_it(database: Database) -> None:
    def work(db: Session) -> None:
        item, *_ = proposed(db, consulted(db, 30))
        made = sitting(db, [item])
        convene(db, made, letter_number="1", account_id=None)
        reason = {"es": "Sí", "qu": "Ari"}
        db.add(Decision(item_id=item, outcome="accepted", reason=reason, decided_at=SITS_AT, sitting_id=made))

    with at(NOW):
        await database.run(work)
    with at(SITS_AT + timedelta(hours=1)):
        assert (await database.read(read_year, YEAR, threshold=5, zone=ZONE)).decisions == ()


async def test_a_year_ends_at_midnight_of_the_place(database: Database) -> None:
    """At three in the morning by Greenwich it is still the old year in Imbabura."""

    def work(db: Session) -> None:
        decided(db, consulted(db, 30), {})
        db.query(Decision).one().decided_at = datetime(YEAR + 1, 1, 1, 3, tzinfo=UTC)

    with at(NOW):
        await database.run(work)
    with at(NOW + timedelta(days=90)):
        old, new = [await database.read(read_year, year, threshold=5, zone=ZONE) for year in (YEAR, YEAR + 1)]
        assert (len(old.decisions), len(new.decisions)) == (1, 0)
        assert await database.read(list_years, ZONE) == [YEAR + 1, YEAR]


@pytest.mark.parametrize("year", [YEAR - 1, YEAR + 1])
async def test_there_is_no_account_of_years_in_which_nothing_was_done(database: Database, year: int) -> None:
    with at(NOW), pytest.raises(NoSuchYear):
        await database.read(read_year, year, threshold=5, zone=ZONE)


@pytest.mark.parametrize(
    ("counted", "shown", "of"),
    [
        ({"yes": 30, "partly": 12, "no": 8}, [30, 12, 8], 50),
        ({"yes": 30, "partly": 12, "no": 3}, [30, None, None], 45),
        ({"yes": 2, "partly": 0, "no": 1}, [None, None, None], None),
        ({"yes": 0, "partly": 0, "no": 0}, [0, 0, 0], 0),
    ],
)
def test_few_replies_are_not_shown(counted: dict[str, int], shown: list[int | None], of: int | None) -> None:
    found = protected(counted, 5)
    assert (list(found.counts.values()), found.of) == (shown, of)
    assert summed([found, found]).of == (2 * of if of and None not in shown else 0)
