"""Who is in an audience: criteria narrow one another, the values of one widen it, and nobody unreachable is in it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from core.database import Database
from core.errors import InvalidInput
from core.progress import State
from deliberation.assemblies.tables import Assembly, Invitation
from deliberation.audience.criteria import Audience, read_audience, to_json
from deliberation.audience.recipients import check_subjects, count_people, count_waiting, recipients
from surveys.questionnaire import Keep
from tests.deliberation.asked import MONTHS_AGO, draft, person, was_asked

NAMES = ("rosa", "luis", "sisa", "pedro", "ana", "gone")


def settle(db: Session) -> dict[str, int]:
    """Six people, of whom one left; two consultations before, and an assembly."""
    ids = {
        "rosa": person(db, canton="otavalo", age="18_29", situation="migrant"),
        "luis": person(db, canton="ibarra", age="18_29"),
        "sisa": person(db, "qu", canton="otavalo", age="65_up"),
        "pedro": person(db, "qu", canton="cotacachi"),
        "ana": person(db),
        "gone": person(db, canton="otavalo", reachable=False),
    }
    first, second = draft(db), draft(db)
    was_asked(db, ids["rosa"], first, "finished")
    was_asked(db, ids["luis"], first)
    was_asked(db, ids["sisa"], first, "started")
    was_asked(db, ids["rosa"], second)
    was_asked(db, ids["luis"], second, "finished")
    moment = datetime(2026, 12, 1, tzinfo=UTC)
    meeting = Assembly(
        title={}, purpose={}, place="x", starts_at=moment, ends_at=moment + timedelta(hours=1), seats=9
    )
    db.add(meeting)
    db.flush()
    db.add(Invitation(assembly_id=meeting.id, participant_id=ids["sisa"]))
    return ids


@pytest.mark.parametrize(
    ("audience", "expected"),
    [
        (Audience(), {"rosa", "luis", "sisa", "pedro", "ana"}),
        (Audience(languages=("qu",)), {"sisa", "pedro"}),
        (Audience(cantons=("otavalo",)), {"rosa", "sisa"}),
        (Audience(cantons=("cotacachi", "ibarra")), {"luis", "pedro"}),
        (Audience(cantons=("otavalo",), languages=("es",)), {"rosa"}),
        (Audience(cantons=("otavalo", "ibarra"), ages=("18_29",)), {"rosa", "luis"}),
        (Audience(situations=("migrant",)), {"rosa"}),
        (Audience(genders=("woman",)), set()),
        (Audience(finished=(1,)), {"rosa"}),
        (Audience(finished=(1, 2)), {"rosa", "luis"}),
        (Audience(silent=(1,)), {"luis"}),
        (Audience(unfinished=(1,)), {"sisa"}),
        (Audience(finished=(1,), silent=(2,)), {"rosa"}),
        (Audience(invited=(1,)), {"sisa"}),
        (Audience(newcomers=True), {"pedro", "ana"}),
        (Audience(newcomers=True, languages=("qu",)), {"pedro"}),
        (Audience(cantons=("' OR 1=1 --",)), set()),
    ],
)
async def test_who_is_asked(database: Database, audience: Audience, expected: set[str]) -> None:
    ids = await database.run(settle)
    found = await database.read(lambda db: set(db.scalars(recipients(audience))))
    counted = await database.read(count_people, audience)

    assert {name for name in NAMES if ids[name] in found} == expected
    assert counted.people == len(expected)


@pytest.mark.parametrize(
    ("told", "is_silent"), [(state, state in (State.SENT, State.LEFT)) for state in State]
)
async def test_who_has_not_received_a_consultation_is_not_silent_about_it(
    database: Database, told: State, is_silent: bool
) -> None:
    def settle_one(db: Session) -> None:
        was_asked(db, person(db), draft(db), told=told)

    await database.run(settle_one)
    counted = await database.read(count_people, Audience(silent=(1,)))
    assert counted.people == is_silent


async def test_of_an_audience_those_are_counted_who_have_had_enough_this_week(database: Database) -> None:
    moment = MONTHS_AGO + timedelta(days=6)

    def ask_twice(db: Session) -> None:
        twice = [person(db, canton="otavalo"), person(db, canton="ibarra")]
        for _ in range(2):
            for someone in twice:
                was_asked(db, someone, draft(db))
        was_asked(db, person(db, canton="otavalo"), draft(db))
        was_asked(db, person(db, canton="otavalo"), draft(db), told=State.FAILED)

    async def count(per_week: int, at: datetime = moment, **chosen: Any) -> int:
        return await database.read(count_waiting, Audience(**chosen), per_week, at)

    await database.run(ask_twice)
    assert (await count(2), await count(1), await count(3), await count(0)) == (2, 3, 0, 0)
    assert await count(2, cantons=("otavalo",)) == 1
    assert await count(2, at=moment + timedelta(days=2)) == 0, "their week is over"


async def test_who_left_and_who_has_not_said_it_are_counted_apart(database: Database) -> None:
    await database.run(settle)

    counted = await database.read(count_people, Audience(cantons=("otavalo",)))
    assert (counted.people, counted.away, counted.unsaid) == (2, 1, {Keep.CANTON: 1})

    # Ana has said neither: she is missing for both. Pedro lives elsewhere, whatever his age.
    both = await database.read(count_people, Audience(cantons=("otavalo",), ages=("18_29",)))
    assert (both.people, both.unsaid) == (1, {Keep.CANTON: 1, Keep.AGE: 1})


@pytest.mark.parametrize(
    ("written", "faults"),
    [
        ([], [("audience_unreadable", None)]),
        ({"names": ["Rosa"]}, [("audience_criterion_unknown", "names")]),
        ({"cantons": "otavalo"}, [("audience_values", "cantons")]),
        (
            {"cantons": [""], "finished": ["1"]},
            [("audience_values", "cantons"), ("audience_values", "finished")],
        ),
        (
            {"finished": [True], "invited": [0]},
            [("audience_values", "finished"), ("audience_values", "invited")],
        ),
        ({"newcomers": 1}, [("audience_values", "newcomers")]),
        ({"languages": ["es", "fr"]}, [("audience_language", "languages")]),
        ({"cantons": [f"c{n}" for n in range(201)]}, [("audience_too_many", "cantons")]),
        ({"ages": ["a\x00"], "x": 1}, [("audience_criterion_unknown", "x"), ("audience_values", "ages")]),
    ],
)
def test_what_is_no_audience_is_refused_with_all_its_faults(
    written: Any, faults: list[tuple[str, str | None]]
) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_audience(written)
    assert [(fault.code, fault.column) for fault in refused.value.faults] == faults


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "languages": st.lists(st.sampled_from(("es", "qu")), min_size=1),
            "cantons": st.lists(st.sampled_from(("otavalo", "ibarra", "1001")), min_size=1),
            "silent": st.lists(st.integers(1, 99), min_size=1),
            "newcomers": st.just(True),
        },
    )
)
def test_an_audience_is_the_same_after_it_was_stored(written: dict[str, Any]) -> None:
    audience = read_audience(written)
    assert read_audience(to_json(audience)) == audience
    assert to_json(audience).keys() == written.keys()


async def test_what_it_names_must_be_there(database: Database) -> None:
    await database.run(settle)
    await database.read(check_subjects, Audience(finished=(1,), invited=(1,)))
    with pytest.raises(InvalidInput) as refused:
        await database.read(check_subjects, Audience(finished=(1, 7), unfinished=(8,), invited=(3,)))
    assert [(fault.code, fault.params["number"]) for fault in refused.value.faults] == [
        ("audience_consultation", 7),
        ("audience_consultation", 8),
        ("audience_assembly", 3),
    ]
