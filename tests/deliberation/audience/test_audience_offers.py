"""What an audience can be chosen by: only what people were really asked and invited to."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from core.database import Database
from deliberation.assemblies.tables import Assembly
from deliberation.audience.offers import list_offers
from surveys.consultations import draft_consultation, open_consultation
from surveys.questionnaire import Choice, Keep, Kind, Question
from surveys.questionnaires import store_questionnaire
from tests.deliberation.asked import QUESTIONNAIRE


def ask(db: Session, name: str, keep: Keep | None, *choices: Choice, opened: bool = True) -> int:
    question = Question("band", Kind.SELECT_ONE, {"es": "¿Cuál?"}, choices=choices, keep=keep)
    asking = replace(QUESTIONNAIRE, name=name, title={"es": name}, nodes=(question,))
    stored = store_questionnaire(db, asking, content=b"", file_name="f.xlsx", account_id=None)
    drafted = draft_consultation(db, questionnaire_id=stored, account_id=None)
    if opened:
        open_consultation(db, drafted, account_id=None)
    return drafted


def meet(db: Session, title: str, invited_at: datetime | None) -> int:
    starts = datetime(2026, 12, 1, tzinfo=UTC)
    row = Assembly(
        title={"es": title},
        purpose={},
        place="x",
        starts_at=starts,
        ends_at=starts + timedelta(hours=1),
        seats=9,
        invited_at=invited_at,
    )
    db.add(row)
    db.flush()
    return row.id


async def test_the_choices_of_what_was_asked_by_their_newest_names(database: Database) -> None:
    def settle(db: Session) -> tuple[int, int, int]:
        old = ask(
            db, "old", Keep.CANTON, Choice("otavalo", {"es": "Otabalo"}), Choice("ibarra", {"es": "Ibarra"})
        )
        new = ask(db, "new", Keep.CANTON, Choice("otavalo", {"es": "Otavalo"}))
        ask(db, "for the results", None, Choice("woman", {"es": "Mujer"}))
        ask(db, "to invite", Keep.INVITE, Choice("yes", {"es": "Sí"}))
        ask(db, "not asked yet", Keep.AGE, Choice("18_29", {"es": "18 a 29"}), opened=False)
        meet(db, "nobody is invited yet", None)
        return old, new, meet(db, "salud", datetime(2026, 11, 20, tzinfo=UTC))

    old, new, assembly = await database.run(settle)
    offers = await database.read(list_offers)

    assert offers.bands[Keep.CANTON] == {"otavalo": {"es": "Otavalo"}, "ibarra": {"es": "Ibarra"}}
    assert [keep for keep, choices in offers.bands.items() if choices] == [Keep.CANTON]
    assert list(offers.consultations)[-2:] == [new, old]
    assert "not asked yet" not in {title["es"] for title in offers.consultations.values()}
    assert offers.assemblies == {assembly: {"es": "salud"}}
