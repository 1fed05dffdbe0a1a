"""A console on a port of its own for tablets: it can die and come back with all that it knew."""

import socket
import threading
from pathlib import Path
from typing import Any

import uvicorn
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.application import create_app
from api.services import Services
from core.accounts import add_account
from core.database import Database
from core.passwords import hash_password
from core.sealing import Vault
from core.settings import read_settings
from core.tables import Table
from i18n.translator import Translator
from surveys.consultations import draft_consultation, open_consultation
from surveys.questionnaire import Kind, Questionnaire
from surveys.questionnaires import store_questionnaire
from surveys.tables import Response
from tests.pages.conftest import PASSWORD
from tests.surveys.people import group, integer, question, several
from tests.surveys.people import select as select_one

ASKED = Questionnaire(
    "village",
    {"es": "Consulta en la comunidad", "qu": "Ayllullaktapi tapuy"},
    "1",
    ("es", "qu"),
    "es",
    (
        select_one("lives_here", "yes", "no", label={"es": "¿Vive aquí?", "qu": "Kaypi kawsankichu?"}),
        integer(
            "age",
            label={"es": "¿Cuántos años tiene?"},
            constraint=". < 120",
            constraint_message={"es": "Escriba menos de 120."},
            guidance={"es": "Si no lo sabe, estime."},
        ),
        select_one(
            "parish", "north", "south", label={"es": "¿Qué barrio?"}, relevant="/data/lives_here = 'yes'"
        ),
        several("needs", "work", "health", "papers", label={"es": "¿Qué necesita?"}, hint={"es": "Elija."}),
        group("home", question("home/name", label={"es": "Nombre"}), label={"es": "Persona"}, repeats=True),
        question("since", Kind.DATE, label={"es": "¿Desde cuándo?"}),
        question("more", label={"es": "¿Algo más?"}),
    ),
)


class Village:
    """A console that can die and come back at the same address, on the same database."""

    def __init__(self, home: Path) -> None:
        self.url = f"sqlite:///{home / 'rimay.db'}"
        self.settings = read_settings({"RIMAY_HOME": str(home)})
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.database = Database(self.url)
        Table.metadata.create_all(self.database.engine)
        with Session(self.database.engine) as db, db.begin():
            add_account(db, email="f@ejemplo.ec", role="facilitator", password_hash=hash_password(PASSWORD))
            stored = store_questionnaire(db, ASKED, content=b"", file_name="v.xlsx", account_id=None)
            draft_consultation(db, questionnaire_id=stored, account_id=None)
            open_consultation(db, 1, account_id=None)
        self.server: uvicorn.Server | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        async def deliver(broadcast_id: int) -> None:
            """Nothing leaves this test."""

        services = Services(self.database, Translator(), self.settings, Vault(bytes(32)), deliver)
        config = uvicorn.Config(
            create_app(services), port=self.port, log_level="error", timeout_graceful_shutdown=1
        )
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run, daemon=True)
        self.thread.start()
        while not self.server.started:
            self.thread.join(0.01)

    def stop(self) -> None:
        assert self.server is not None
        self.server.should_exit = True
        self.thread.join(10)

    def responses(self) -> list[tuple[str, Any]]:
        with Session(self.database.engine) as db:
            rows = db.execute(select(Response.state, Response.answers).order_by(Response.state))
            return [(state, answers) for state, answers in rows]

    def empty(self) -> None:
        with Session(self.database.engine) as db, db.begin():
            for row in db.scalars(select(Response)):
                db.delete(row)
