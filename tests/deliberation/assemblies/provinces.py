"""A small province that may be invited, and an assembly that seats some of it by lottery."""

from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from deliberation.assemblies.draw_pools import freeze_pool, prepare_draw
from deliberation.assemblies.draws import Announced, commit_draw
from deliberation.assemblies.tables import Assembly
from tests.deliberation.asked import person

NOON = datetime(2026, 12, 1, 17, tzinfo=UTC)
LOTTERY_AT = NOON + timedelta(days=2)
MEETING_AT = NOON + timedelta(days=20)
QUOTAS = [
    {"category": "gender", "value": "man", "min": 4, "max": 6},
    {"category": "gender", "value": "woman", "min": 4, "max": 6},
    {"category": "language", "value": "es", "min": 5, "max": 8},
    {"category": "language", "value": "qu", "min": 2, "max": 5},
]


def found_province(db: Session, *, men: int = 20, women: int = 12) -> None:
    """Men and women who may be invited, every third of whom speaks Kichwa."""
    for number in range(men + women):
        language = "qu" if number % 3 == 0 else "es"
        person(db, language, invite="yes", gender="man" if number < men else "woman")


def lottery_assembly(db: Session, seats: int = 10) -> int:
    """An assembly with quotas, to which nobody has been invited."""
    row = Assembly(
        title={"es": "Asamblea de vivienda"},
        purpose={"es": "Hablar de vivienda"},
        place="Otavalo",
        starts_at=MEETING_AT,
        ends_at=MEETING_AT + timedelta(hours=2),
        seats=seats,
        way="lottery",
        quotas=QUOTAS,
        reference={"gender": {"man": 50, "woman": 50}},
    )
    db.add(row)
    db.flush()
    return row.id


def commit(db: Session, assembly_id: int, reason: str = "", open_to: int | None = None) -> int:
    """A draw whose pool is committed, to be drawn in two days; open_to: for everybody, with this threshold."""
    pool = freeze_pool(db, assembly_id, open_to=open_to)
    announced = Announced("Lotería Nacional 6543", LOTTERY_AT)
    return commit_draw(db, pool, prepare_draw(pool), announced, reason=reason, account_id=None)
