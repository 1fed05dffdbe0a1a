"""You and others: after some votes a person is shown whom they are near to, and where most agree."""

import re
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot import deliberating_pictures
from bot.botapi_chat import Message
from bot.botapi_errors import bad_request
from bot.botapi_person import Person
from bot.callback_data import encode
from bot.deliberating import SEVERAL
from bot.voting_data import WhereIStand
from deliberation.opinions.analyses import begin_analysis, read_task, store_analysis
from deliberation.opinions.drawing import letter_of
from deliberation.opinions.findings import find
from deliberation.opinions.pictures import png_of
from deliberation.opinions.publication import name_group, publish_analysis
from deliberation.opinions.tables import Statement, Voter
from deliberation.opinions.votes import record_vote
from tests.bot.town import Town, label, labels
from tests.bot.voting import NO, PASS, YES, begins, opens_voting, voter_of
from tests.deliberation.opinions.ballot_box import camps, cast

STATEMENTS = 12
SEEDS = [label(f"Afirmación sobre el punto {n}", f"{n} yuyaymanta rimay") for n in range(1, STATEMENTS + 1)]
SHOW = "Ver dónde estoy"


@pytest.fixture
async def deliberation(town: Town) -> int:
    """Forty people in two camps have voted; Luis and Rosa have not."""
    await town.enters(town.luis)
    await town.enters(town.rosa, "qu")
    deliberation_id = await opens_voting(town, seeds=SEEDS)

    def others(db: Session) -> None:
        cast(db, deliberation_id, camps(40, STATEMENTS, share=0.95))

    await town.database.run(others)
    return deliberation_id


async def analyses(town: Town, deliberation_id: int, *, published: bool = True) -> None:
    """The worker has made an analysis, and an organiser has published it."""
    number = await town.database.run(begin_analysis, deliberation_id)
    begun = await town.database.read(read_task, deliberation_id, number, 5)
    assert await town.database.run(store_analysis, begun, find(begun.task))
    if published:
        await town.database.run(publish_analysis, deliberation_id, number, threshold=5, account_id=None)


async def vote_seven_times(town: Town, person: Person, language: str = "es") -> Message:
    await begins(town, person, language)
    ways = [town.text("vote_" + way, language) for way in ("agree", "disagree", "agree")]
    for number in range(SEVERAL):
        await town.taps(person, ways[number % len(ways)])
    return person.last


def pictures(person: Person) -> list[Message]:
    return [message for message in person.screen if "photo" in message.content]


def caption(message: Message) -> str:
    return message.text or str(message.content.get("caption", ""))


async def test_with_the_seventh_vote_comes_a_picture_once(town: Town, deliberation: int) -> None:
    await analyses(town, deliberation)
    last = await vote_seven_times(town, town.luis)

    (picture,) = pictures(town.luis)
    assert picture is town.luis.screen[-2] and f"Afirmación {SEVERAL + 1} de {STATEMENTS}" in last.text
    assert SHOW in labels(last)
    file = town.api.files.find(picture.content["photo"][-1]["file_id"])
    assert file is not None
    with Image.open(BytesIO(file.content)) as shown:
        assert shown.format == "PNG" and shown.width >= 600
    assert len(file.content) < 60_000
    assert town.text("nearness_unknown", "es") in caption(picture)
    assert town.text("nearness_picture", "es") in caption(picture)
    await town.taps(town.luis, "↩ Atrás", NO)
    assert len(pictures(town.luis)) == 1, "a vote that is changed is not the seventh"


async def test_who_is_placed_is_told_their_group_and_its_name(town: Town, deliberation: int) -> None:
    await vote_seven_times(town, town.luis)
    await analyses(town, deliberation)
    own = await voter_of(town, town.luis)
    voter = await town.database.read(lambda db: db.get_one(Voter, own))
    assert voter.opinion_group is not None and voter.placed_in == 1
    letter = letter_of(voter.opinion_group)
    await town.taps(town.luis, SHOW)
    (picture,) = pictures(town.luis)
    assert town.text("nearness_group", "es", group=letter) in caption(picture)
    assert town.text("nearness_picture_you", "es") in caption(picture)

    await town.database.run(
        name_group, deliberation, voter.opinion_group, label("Agua", "Yaku"), account_id=None
    )
    await town.receive(town.luis.forge_tap(encode(WhereIStand(deliberation))))
    assert town.text("nearness_group", "es", group=f"{letter}, «Agua»") in caption(pictures(town.luis)[-1])


async def test_it_is_said_in_kichwa_too(town: Town, deliberation: int) -> None:
    await analyses(town, deliberation)
    await vote_seven_times(town, town.rosa, "qu")
    (picture,) = pictures(town.rosa)
    assert town.text("nearness_picture", "qu") in caption(picture)
    assert "Afirmación" not in caption(picture)


async def test_a_newer_analysis_that_is_not_published_changes_nothing_of_what_one_is_shown(
    town: Town, deliberation: int
) -> None:
    await vote_seven_times(town, town.luis)
    await analyses(town, deliberation)
    await town.taps(town.luis, SHOW)
    before = pictures(town.luis)[-1]
    own, elsewhere = (
        await voter_of(town, town.luis),
        {"placed_in": 2, "x": 9.0, "y": 9.0, "opinion_group": None},
    )
    await town.database.run(lambda db: db.execute(update(Voter).where(Voter.id == own).values(elsewhere)))
    await town.receive(town.luis.forge_tap(encode(WhereIStand(deliberation))))
    after = pictures(town.luis)[-1]
    assert after is not before and caption(after) == caption(before)
    assert town.text("nearness_picture_you", "es") in caption(after)


async def test_a_place_in_another_analysis_is_not_drawn_into_this_one(town: Town, deliberation: int) -> None:
    await vote_seven_times(town, town.luis)
    await analyses(town, deliberation)
    own = await voter_of(town, town.luis)
    await town.database.run(lambda db: db.execute(update(Voter).where(Voter.id == own).values(shown_in=2)))
    await town.taps(town.luis, SHOW)
    told = caption(pictures(town.luis)[-1])
    assert town.text("nearness_picture", "es") in told and town.text("nearness_unknown", "es") in told


async def test_while_nothing_is_published_no_group_is_spoken_of(town: Town, deliberation: int) -> None:
    def agree(db: Session) -> None:
        first = db.scalars(select(Statement.id).where(Statement.number == 1)).one()
        for number, voter in enumerate(db.scalars(select(Voter).order_by(Voter.id)).all()):
            record_vote(db, voter.id, first, -1 if number < 6 else 1)

    await town.database.run(agree)
    await analyses(town, deliberation, published=False)
    await vote_seven_times(town, town.luis)

    assert pictures(town.luis) == []
    told = next(m.text for m in town.luis.screen if m.text.startswith(town.text("nearness_so_far", "es")))
    assert f"«{SEEDS[0]['es']}»" in told and "Grupo" not in told
    counts = re.findall(r"De unas (\d+) personas, (\d+) o más", told)
    assert counts and all(int(number) % 5 == 0 for pair in counts for number in pair)


async def test_where_few_have_voted_nothing_is_said(town: Town) -> None:
    await town.enters(town.luis)
    deliberation_id = await opens_voting(town, seeds=SEEDS)
    last = await vote_seven_times(town, town.luis)
    assert f"Afirmación {SEVERAL + 1} de" in last.text and pictures(town.luis) == []
    await town.taps(town.luis, SHOW)
    assert town.luis.last.text == town.text("nearness_nothing", "es")
    await town.taps(town.luis, "Seguir votando", PASS)
    assert deliberation_id


async def test_without_a_picture_the_words_say_it(town: Town, deliberation: int) -> None:
    await analyses(town, deliberation)
    town.api.fail(bad_request("PHOTO_INVALID_DIMENSIONS"), method="sendPhoto", times=1)
    last = await vote_seven_times(town, town.luis)
    assert pictures(town.luis) == []
    assert town.text("nearness_unknown", "es") in town.luis.screen[-2].text
    assert f"Afirmación {SEVERAL + 1} de" in last.text


async def test_the_same_picture_is_painted_once(
    town: Town, deliberation: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    painted = []

    def watched(svg: str) -> bytes:
        painted.append(svg)
        return png_of(svg)

    deliberating_pictures._drawn.cache_clear()
    monkeypatch.setattr("bot.deliberating_pictures.png_of", watched)
    await analyses(town, deliberation)
    await vote_seven_times(town, town.luis)
    for _ in range(2):
        await town.receive(town.luis.forge_tap(encode(WhereIStand(deliberation))))
    assert len(pictures(town.luis)) == 3 and len(painted) == 1


async def test_somebody_else_sees_no_place_of_mine(town: Town, deliberation: int) -> None:
    await vote_seven_times(town, town.luis)
    await analyses(town, deliberation)
    await begins(town, town.rosa, "qu")
    await town.receive(town.rosa.forge_tap(encode(WhereIStand(deliberation))))
    (picture,) = pictures(town.rosa)
    assert town.text("nearness_unknown", "qu") in caption(picture)
    assert town.text("nearness_picture", "qu") in caption(picture)
    assert YES not in caption(picture)
