"""A hall where an assembly begins in half an hour: people with codes, a door, and a console of its own."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from api.application import create_app
from api.services import Services
from core.accounts import add_account
from core.clock import at, now
from core.database import Database
from core.passwords import hash_password
from core.sealing import Vault
from core.settings import read_settings
from core.tables import Participant, Table
from deliberation.assemblies.tables import Assembly, Invitation
from deliberation.assembly_day.codes import answer_with_code, get_own_code
from deliberation.assembly_day.doors import get_door, make_door, secret_of
from deliberation.assembly_day.tables import Door
from i18n.translator import Translator
from tests.deliberation.assemblies.meetings import invited, meeting
from tests.pages.conftest import PASSWORD, _serve

PEOPLE = 12


class Hall:
    """Its people, its door, and what is stored of who came."""

    def __init__(self, home: Path) -> None:
        self.settings = read_settings({"RIMAY_HOME": str(home)})
        self.vault = Vault(bytes(32))
        self.database = Database(f"sqlite:///{home / 'rimay.db'}")
        Table.metadata.create_all(self.database.engine)
        with Session(self.database.engine) as db, db.begin():
            add_account(db, email="o@ejemplo.ec", role="organiser", password_hash=hash_password(PASSWORD))
            self.codes = self._fill(db)
            door = get_door(db, 1, make_door(db, 1, "Entrada principal", self.vault, None))
            self.secret = secret_of(door, self.vault)

    def _fill(self, db: Session) -> list[str]:
        starts_at = now() + timedelta(minutes=30)
        assembly_id = meeting(db, seats=40)
        db.execute(update(Assembly).values(starts_at=starts_at, ends_at=starts_at + timedelta(hours=2)))
        codes = []
        for number, each in enumerate(invited(db, assembly_id, *["none"] * PEOPLE)):
            row = db.get_one(Participant, each)
            row.chat_index, row.profile = number.to_bytes(32), {"gender": ("woman", "man")[number % 2]}
            with at(starts_at - timedelta(days=3)):
                answer_with_code(db, number.to_bytes(32), assembly_id, self.vault, comes=True)
            codes.append(get_own_code(db, number.to_bytes(32), assembly_id, self.vault).code)
        return codes

    def serve(self) -> Iterator[str]:
        """Where it is served, until the test is over."""

        async def deliver(broadcast_id: int) -> None:
            """Nothing leaves this test."""

        async def entry_address(code: str) -> str:
            return f"https://t.me/rimay_bot?start={code}"

        parts = self.database, Translator(), self.settings, self.vault, deliver
        yield from _serve(create_app(Services(*parts, entry_address=entry_address)))

    def inside(self) -> tuple[int, int]:
        """How many have come by a code, and how many the door has counted."""
        with Session(self.database.engine) as db:
            came = db.scalar(select(func.count()).where(Invitation.came)) or 0
            return came, db.scalar(select(func.sum(Door.others))) or 0
