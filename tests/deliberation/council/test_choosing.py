"""Which items fit, by each rule, and who is left with nothing: side by side, and nothing that tells of few."""

from sqlalchemy.orm import Session

from core.database import Database
from deliberation.council.agenda import cards_of, items_where
from deliberation.council.choosing import Choice, from_json, list_choices, to_json
from deliberation.council.items import add_item
from deliberation.council.proposing import propose_statements
from deliberation.council.sittings import (
    accept_choice,
    compare_rules,
    get_sitting,
    list_candidates,
    order_by_hand,
)
from deliberation.council.tables import AgendaItem
from deliberation.opinions.tables import Deliberation
from tests.deliberation.council.sessions import ZONE, named, proposed, sitting, wording
from tests.deliberation.opinions.analysed import COMMON, analysed

MANY = [(["work"], "ibarra")] * 20 + [(["health"], "ibarra")] * 9 + [(["work", "health"], "ibarra")] * 11
FEW_AT_HOME = [(["home"], "otavalo")] * 10


def _chosen(db: Session, minutes: int, minimum: int) -> dict[str, tuple[Choice, list[str]]]:
    consultation_id = named(db, MANY + FEW_AT_HOME)
    cards = [card for card in cards_of(db, items_where()) if card.consultation_id == consultation_id]
    ids = proposed(db, consultation_id)
    cards = cards_of(db, items_where(AgendaItem.id.in_(ids)).order_by(AgendaItem.id))
    title = {card.id: card.title["es"] for card in cards}
    choices = list_choices(db, cards, minutes, minimum, threshold=5)
    assert list_choices(db, cards[::-1], minutes, minimum, threshold=5) == choices
    assert from_json(to_json(choices, choices[0].rule)) == choices
    return {choice.rule: (choice, [title[item] for item in choice.order]) for choice in choices}


async def test_the_rules_stand_side_by_side(database: Database) -> None:
    found = await database.run(_chosen, 30, 0)
    assert {rule: order for rule, (_, order) in found.items()} == {
        "phragmen": ["Trabajo", "Salud"],
        "equal-shares": ["Trabajo", "Salud"],
        "approval": ["Trabajo", "Salud"],
    }
    choice, _ = found["phragmen"]
    assert choice.used == 30 and list(choice.outside.values()) == ["no_minutes"]
    assert (choice.people.left, choice.people.of) == (10, 50)


async def test_a_part_that_is_large_enough_is_owed_an_item(database: Database) -> None:
    found = await database.run(_chosen, 30, 20)
    choice, order = found["phragmen"]
    assert order == ["Trabajo", "Vivienda"] and len(choice.owed) == 1
    assert (choice.people.left, choice.unmet) == (10, 0)


async def test_what_the_council_puts_itself_has_nobody_behind_it(database: Database) -> None:
    def work(db: Session) -> Choice:
        add_item(db, wording("Cupos"), ZONE, account_id=None)
        return list_choices(db, cards_of(db, items_where()), 60, 10, threshold=5)[0]

    choice = await database.run(work)
    assert choice.order == () and list(choice.outside.values()) == ["nobody"]


async def test_who_voted_counts_with_their_opinion_group(database: Database) -> None:
    def work(db: Session) -> Choice:
        deliberation_id = analysed(db, published=True)
        propose_statements(db, deliberation_id, threshold=5, account_id=None)
        db.get_one(Deliberation, deliberation_id).state = "closed"
        return list_choices(db, cards_of(db, items_where()), 15, 10, threshold=5)[0]

    choice = await database.run(work)
    assert len(choice.order) == 1 and len(choice.outside) == len(COMMON) - 1
    assert [left.group.value for left in choice.groups] == ["1.1", "1.2", "1.3"]
    shown = [left.people.left for left in choice.groups]
    assert all(count is None or count % 5 == 0 for count in shown), "figures of rules cannot be subtracted"


async def test_an_accepted_choice_is_the_agenda_and_is_kept(database: Database) -> None:
    def work(db: Session) -> None:
        ids = proposed(db, named(db, MANY + FEW_AT_HOME))
        made = sitting(db, ids[:1])
        free = [card.id for card in list_candidates(db, made)]
        for _ in range(2):
            choices = compare_rules(db, made, free, 30, 0, threshold=5)
            accept_choice(db, made, choices, "phragmen", account_id=None)
        card = get_sitting(db, made)
        assert (card.rule, card.minutes, card.used) == ("phragmen", 30, 30)
        assert tuple(item.id for item in card.items) == card.choice[0].order
        assert {choice.rule for choice in card.choice[1:]} == {"equal-shares", "approval"}
        order_by_hand(db, made, [item.id for item in card.items][::-1], account_id=None)
        changed = get_sitting(db, made)
        assert (changed.rule, changed.choice) == ("hand", card.choice)

    await database.run(work)
