"""The messages of a deliberation are watched like any others, and lead back to it."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.broadcasts import Kind, open_broadcast
from core.tables import Participant
from tests.api.conftest import ANA, Browse, Console
from tests.deliberation.asked import person
from tests.deliberation.opinions.ballots import opened


@pytest.mark.parametrize(
    ("kind", "name"),
    [(Kind.VOTING, "La invitación a votar"), (Kind.STATEMENTS, "La respuesta a quienes propusieron")],
)
async def test_a_message_of_a_deliberation_says_what_it_is(
    browse: Browse, console: Console, kind: Kind, name: str
) -> None:
    def prepare(db: Session) -> int:
        person(db, "es")
        deliberation_id = opened(db)
        return open_broadcast(db, kind, deliberation_id, select(Participant.id), 2)

    broadcast_id = await console.database.run(prepare)
    ana = await browse(ANA)
    page = await ana.look(f"/deliveries/{broadcast_id}")
    assert page.status_code == 200
    assert name in page.text and 'href="/deliberations/1"' in page.text
    assert "None" not in page.text
    assert name in (await ana.look("/deliveries")).text
