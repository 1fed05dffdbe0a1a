"""What a brief is gathered from: protected, decided for good, and the same bytes wherever the data lie."""

from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from sqlalchemy.orm import Session

from api.brief_files import FORMS, BriefFiles
from core.clock import at
from core.database import Database
from deliberation.council.agenda import list_items
from deliberation.council.brief import Facts
from deliberation.council.brief_cache import find_facts
from deliberation.council.briefing import facts_of
from deliberation.council.decisions import Verdict
from deliberation.council.holding import close_sitting, decide_in_sitting, write_record
from deliberation.council.items import save_item
from deliberation.council.sittings import convene
from deliberation.council.tables import AgendaItem
from i18n.translator import Translator
from surveys.tables import Consultation, Response, Voice
from tests.deliberation.council.sessions import (
    NOW,
    QUORUM,
    SITS_AT,
    TWENTY,
    YES,
    ZONE,
    named,
    proposed,
    sitting,
    took_part,
    wording,
)

AROUND: dict[str, Any] = {"unit": "la Unidad", "threshold": 5, "zone": ZONE}
QUOTE = "v" * 32


def closed(db: Session) -> int:
    """A consultation of twenty people, one of whom may be quoted; its points are confirmed."""
    consultation_id = named(db, TWENTY)
    row = db.get_one(Consultation, consultation_id)
    row.opened_at, row.closed_at = NOW - timedelta(days=9), NOW
    took_part(db, consultation_id, 20)
    response = db.query(Response).filter_by(consultation_id=consultation_id).order_by(Response.id).first()
    assert response is not None
    response.may_quote = True
    voice = Voice(
        id=QUOTE, response_id=response.id, consultation_id=consultation_id, path="more", language="es",
        text="No hay turnos.", original=b"x", quote="approved",
    )  # fmt: skip
    db.add(voice)
    db.flush()
    first, *_ = proposed(db, consultation_id)
    dissent = {"es": "Hay quien prefiere otra cosa.", "qu": "Wakinkunaka shuktakta munan."}
    save_item(
        db, first, wording("Trabajo", dissent=dissent, voices=((QUOTE, "typical"),)), ZONE, account_id=None
    )
    return consultation_id


async def test_a_point_is_counted_as_its_table_is(database: Database) -> None:
    consultation_id = await database.run(closed)
    facts = await database.read(facts_of, consultation_id, **AROUND)
    assert [(point.count, point.of) for point in facts.points] == [(12, 20), (12, 20), (8, 20)]
    assert facts.points[0].dossier.quotes[0].text == "No hay turnos."
    assert facts.points[0].dossier.dissent["qu"].startswith("Wakinkuna")
    assert facts.needs is not None and facts.needs.path == "needs"


async def test_what_the_threshold_of_today_withholds_is_withheld_in_every_point(database: Database) -> None:
    def propose_statement(db: Session, consultation_id: int) -> None:
        evidence = {"statement": 3, "count": 14, "against": 9, "passed": 7, "of": 30,
                    "groups": [{"number": 1, "name": {}, "agree": 9, "of": 16}]}  # fmt: skip
        db.add(
            AgendaItem(
                consultation_id=consultation_id, source="statement", position=9, title=YES, evidence=evidence
            )
        )

    consultation_id = await database.run(closed)
    await database.run(propose_statement, consultation_id)
    facts = await database.read(facts_of, consultation_id, **{**AROUND, "threshold": 10})
    answers, statement = facts.points[0], facts.points[-1]
    assert answers.count is None
    assert (statement.count, statement.dossier.against, statement.dossier.passed) == (14, None, None)
    assert statement.dossier.groups[0].agree is None


async def test_points_that_only_the_results_propose_wait_until_none_is_confirmed(database: Database) -> None:
    def unconfirm(db: Session, consultation_id: int) -> None:
        _, second, third = list_items(db, consultation_id)
        for item in (second, third):
            db.get_one(AgendaItem, item.id).state = "proposed"

    consultation_id = await database.run(closed)
    await database.run(unconfirm, consultation_id)
    assert len((await database.read(facts_of, consultation_id, **AROUND)).points) == 1


async def test_a_decision_is_told_when_its_sitting_is_closed_and_to_the_public_only_what_is_published(
    database: Database,
) -> None:
    def decide(db: Session, consultation_id: int) -> int:
        first = list_items(db, consultation_id)[0].id
        sitting_id = sitting(db, [first])
        convene(db, sitting_id, letter_number="1", account_id=None)
        return sitting_id

    def sit(db: Session, consultation_id: int, sitting_id: int) -> None:
        decide_in_sitting(
            db, list_items(db, consultation_id)[0].id, Verdict("accepted", YES), account_id=None
        )
        write_record(db, sitting_id, QUORUM, account_id=None)

    async def told(published: bool) -> Facts:
        return await database.read(facts_of, consultation_id, published=published, **AROUND)

    with at(NOW):
        consultation_id = await database.run(closed)
        sitting_id = await database.run(decide, consultation_id)
        assert [len((await told(published)).points) for published in (False, True)] == [3, 1]
    with at(SITS_AT + timedelta(hours=1)):
        await database.run(sit, consultation_id, sitting_id)
        assert (await told(False)).points[0].decision is None
        await database.run(close_sitting, sitting_id, account_id=None)
        decision = (await told(False)).points[0].decision
        assert decision is not None and decision.outcome == "accepted"


async def test_every_form_is_the_same_on_both_databases(
    sqlite_url: str, postgresql_url: str, translator: Translator
) -> None:
    digests = []
    for url in (sqlite_url, postgresql_url):
        database, files = Database(url), BriefFiles(translator)
        consultation_id = await database.run(closed)
        facts = await database.read(facts_of, consultation_id, **AROUND)
        digests.append([sha256(files.render(facts, form, "both")).hexdigest() for form in FORMS])
        await database.dispose()
    assert digests[0] == digests[1]


@pytest.mark.parametrize("languages", ["es", "qu", "both"])
async def test_the_page_stands_on_its_own(sqlite_url: str, translator: Translator, languages: str) -> None:
    database = Database(sqlite_url)
    consultation_id = await database.run(closed)
    facts = await database.read(facts_of, consultation_id, **AROUND)
    page = BriefFiles(translator).render(facts, "html", languages).decode()
    await database.dispose()
    assert len(page.encode()) < 100_000
    assert "<script" not in page and "url(" not in page and " src=" not in page
    assert page.count("<h1") == 1


async def test_what_was_worked_out_is_kept_until_something_changes(database: Database) -> None:
    def reword(db: Session, consultation_id: int) -> None:
        first = list_items(db, consultation_id)[0]
        save_item(db, first.id, wording("Empleo"), ZONE, account_id=None)

    def redact(db: Session) -> None:
        db.get_one(Voice, QUOTE).quote = "rejected"

    async def told() -> Facts:
        return await database.read(find_facts, consultation_id, **AROUND)

    consultation_id = await database.run(closed)
    kept = await told()
    assert await told() is kept
    await database.run(redact)
    assert (await told()).points[0].dossier.quotes == ()
    await database.run(reword, consultation_id)
    assert (await told()).points[0].request["es"] == "Empleo"
