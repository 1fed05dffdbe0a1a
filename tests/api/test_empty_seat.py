"""The empty seat in the console and in public: rules, register, decisions, the door, the lot, the report."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from core.clock import at
from core.errors import NotFound
from deliberation.empty_seat.accrediting import accredit, take_seat
from deliberation.empty_seat.asking import say_purpose
from deliberation.empty_seat.credentials import make_credential
from deliberation.empty_seat.register import get_case
from deliberation.empty_seat.rule_book import find_rules
from deliberation.empty_seat.rules import Rules
from tests.api.conftest import ANA, BELEN, CARLOS, NOBODY, Browse, Console
from tests.deliberation.assemblies.meetings import ZONE
from tests.deliberation.empty_seat.chairs import (
    BASIS,
    NOON,
    REASON,
    STARTS,
    asks,
    assembly,
    hear,
    rules,
    sitting,
    somebody,
)

ROSA, LUIS = b"r" * 32, b"l" * 32
FORM = {
    "least_age": "18",
    "foreigners": "no",
    "residence": "yes",
    "by_person": "yes",
    "notice_days": "3",
    "most_people": "2",
    "agree": "yes",
    "legal_basis_es": BASIS["es"],
    "legal_basis_qu": BASIS["qu"],
}
PAGES = (
    "/empty-seat",
    "/empty-seat.csv",
    "/empty-seat/requests/1",
    "/empty-seat/rules",
    "/empty-seat/ballots/1",
)


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with at(NOON):
        yield


@pytest.fixture
async def asked(console: Console) -> int:
    """Rosa meets every rule, Luis does not live in the province."""

    def work(db: Session) -> int:
        rules(db)
        item = sitting(db)
        for index, unmet in ((ROSA, ()), (LUIS, ("residence",))):
            somebody(db, index)
            asks(db, index, item, *unmet)
        say_purpose(db, ROSA, 1, "Queremos la ventanilla", hear)
        return item

    return await console.database.run(work)


@pytest.mark.parametrize(
    ("role", "statuses"),
    [
        (NOBODY, (303, 303, 303, 303, 303)),
        (CARLOS, (403, 403, 403, 403, 403)),
        (BELEN, (200, 200, 200, 403, 403)),
        (ANA, (200, 200, 200, 200, 404)),
    ],
)
async def test_who_sees_what(browse: Browse, asked: int, role: str | None, statuses: tuple[int, ...]) -> None:
    browser = await browse(role)
    assert tuple([(await browser.look(page)).status_code for page in PAGES]) == statuses
    assert (await browser.look("/empty-seat/register")).status_code == 200


@pytest.mark.parametrize("act", ["accredit", "deny", "seat", "report", "lot"])
async def test_nobody_else_decides(console: Console, browse: Browse, asked: int, act: str) -> None:
    browser = await browse(CARLOS)
    answer = await browser.fill("/empty-seat/register", f"/empty-seat/requests/1/{act}", rules="age")
    assert answer.status_code == 403
    assert (await console.database.read(get_case, 1)).line.state == "asked"


async def test_the_rules_are_set_with_their_basis_or_come_back_as_they_were_typed(
    console: Console, browse: Browse
) -> None:
    browser = await browse(ANA)
    wrong = {**FORM, "least_age": "x", "legal_basis_qu": "", "foreigners": ""}
    del wrong["by_person"]
    answer = await browser.fill("/empty-seat/rules", "/empty-seat/rules", **wrong)
    assert answer.status_code == 400
    for name in ("least_age", "legal_basis_qu", "foreigners", "by_person"):
        assert f'href="#field-{name}"' in answer.text
    assert BASIS["es"] in answer.text
    assert await console.database.read(find_rules) is None
    assert (await browser.fill("/empty-seat/rules", "/empty-seat/rules", **FORM)).status_code == 303
    book = await console.database.read(find_rules)
    assert book is not None
    assert book.rules == Rules(18, False, True, False, False, False, True, False, 3, 2, True)
    assert BASIS["es"] in (await browser.look("/empty-seat/rules")).text


async def test_accredited_and_denied_are_told(console: Console, browse: Browse, asked: int) -> None:
    browser = await browse(BELEN)
    shown = await browser.look("/empty-seat/requests/1")
    assert "Aceptar: la persona se sienta" in shown.text and "Queremos la ventanilla" in shown.text
    assert (
        await browser.fill("/empty-seat/requests/1", "/empty-seat/requests/1/accredit")
    ).status_code == 303
    assert len(console.delivered) == 1
    shown = await browser.look("/empty-seat/requests/2")
    assert "no se cumplen todas las reglas" in shown.text
    answer = await browser.fill("/empty-seat/requests/2", "/empty-seat/requests/2/accredit")
    assert answer.status_code == 400
    answer = await browser.fill(
        "/empty-seat/requests/2", "/empty-seat/requests/2/deny", reason_es="Porque sí"
    )
    assert answer.status_code == 400 and "Porque sí" in answer.text
    named = {f"reason_{code}": "Llame al 0991234567" for code in ("es", "qu")}
    answer = await browser.fill("/empty-seat/requests/2", "/empty-seat/requests/2/deny", **named)
    assert answer.status_code == 400 and 'name="seen"' in answer.text, "everybody reads the register"
    answer = await browser.fill("/empty-seat/requests/2", "/empty-seat/requests/2/deny", rules="residence")
    assert answer.status_code == 303 and len(console.delivered) == 2
    listed = await (await browse(ANA)).look("/deliveries")
    assert "Un pedido de silla vacía" in listed.text and "Ventanilla de documentos" in listed.text
    sending = await (await browse(ANA)).look(f"/deliveries/{console.delivered[0]}")
    assert 'href="/empty-seat/requests/1"' in sending.text


async def test_the_public_register_does_not_say_which_rule_about_the_person_was_not_met(
    console: Console, browse: Browse, asked: int
) -> None:
    staff, public = await browse(ANA), await browse(NOBODY)
    fields = {"rules": "residence", "reason_es": REASON["es"], "reason_qu": REASON["qu"]}
    await staff.fill("/empty-seat/requests/2", "/empty-seat/requests/2/deny", **fields)
    inside = (await staff.look("/empty-seat")).text
    outside = (await public.look("/empty-seat/register")).text.split("<h2>")[0]
    assert "Vivir en la provincia" in inside and "Vivir en la provincia" not in outside
    assert "Una condición de la persona" in outside and REASON["es"] in outside
    assert "Queremos la ventanilla" not in outside and "Queremos la ventanilla" not in inside
    kichwa = await public.client.get("/empty-seat/register", headers={"accept-language": "qu"})
    assert "Chushak tiyaripak killka" in kichwa.text and REASON["qu"] in kichwa.text


async def test_the_register_is_filtered_and_leaves_as_a_table(browse: Browse, asked: int) -> None:
    browser = await browse(ANA)
    await browser.fill("/empty-seat/requests/2", "/empty-seat/requests/2/deny", rules="residence")
    table = (await browser.look("/empty-seat.csv?state=denied")).text.splitlines()
    assert len(table) == 2 and table[1].startswith("2,1,Ventanilla de documentos,Consejo Provincial,")
    assert ",denied,residence," in table[1]
    shown = await browser.look("/empty-seat?state=asked")
    assert "/empty-seat/requests/1" in shown.text and "/empty-seat/requests/2" not in shown.text
    assert "No hay pedidos en este estado" in (await browser.look("/empty-seat?state=heard")).text


async def test_the_code_leads_to_the_request_and_the_seat_is_marked(
    console: Console, browse: Browse, asked: int
) -> None:
    await console.database.run(accredit, 1, account_id=None)
    vault = console.app.state.services.vault
    code = await console.database.run(make_credential, ROSA, 1, vault)
    browser = await browse(BELEN)
    wrong = await browser.fill("/empty-seat", "/empty-seat/door", code="ZZZZ-ZZZZ")
    assert wrong.status_code == 400 and "ZZZZ-ZZZZ" in wrong.text
    right = await browser.fill("/empty-seat", "/empty-seat/door", code=code.lower())
    assert right.headers["location"] == "/empty-seat/requests/1#seat"
    for came in ("yes", "no", "yes"):
        await browser.fill("/empty-seat/requests/1", "/empty-seat/requests/1/seat", came=came)
        assert (await console.database.read(get_case, 1)).line.came is (came == "yes")


async def test_an_assembly_asks_and_somebody_is_drawn(console: Console, browse: Browse, asked: int) -> None:
    ballot = await console.database.run(lambda db: assembly(db, asked, 1))
    browser = await browse(ANA)
    page = f"/empty-seat/ballots/{ballot}"
    assert page in (await browser.look("/empty-seat")).text
    answer = await browser.fill(page, page, source_es="La lotería")
    assert answer.status_code == 400 and "La lotería" in answer.text
    await browser.fill(page, page, source_es="La lotería", source_qu="Lotería")
    assert len(console.delivered) == 1
    shown = await browser.look("/empty-seat/requests/3")
    assert "0 personas dijeron que irían" in shown.text
    with at(NOON + timedelta(hours=2)):
        drawn = {"seed": "4711", "published_at": "2031-12-01T13:00"}
        answer = await browser.fill("/empty-seat/requests/3", "/empty-seat/requests/3/lot", **drawn)
        assert answer.status_code == 400 and "Todavía no llega la hora" in answer.text
        moment = (NOON + timedelta(hours=1)).astimezone(ZONE)
        drawn["published_at"] = moment.strftime("%Y-%m-%dT%H:%M")
        answer = await browser.fill("/empty-seat/requests/3", "/empty-seat/requests/3/lot", **drawn)
    assert answer.status_code == 400 and "Todavía nadie dijo que iría" in answer.text


async def test_a_report_is_told_in_both_languages(console: Console, browse: Browse, asked: int) -> None:
    def sat(db: Session) -> None:
        accredit(db, 1, account_id=None)
        take_seat(db, 1, came=True, account_id=None)

    await console.database.run(sat)
    with at(STARTS + timedelta(hours=2)):
        browser = await browse(ANA)
        page = "/empty-seat/requests/1"
        answer = await browser.fill(page, f"{page}/report", report_es="Votamos por la ventanilla")
        assert answer.status_code == 400 and "Votamos por la ventanilla" in answer.text
        named = {"report_es": "Llame al 0991234567", "report_qu": "0991234567"}
        answer = await browser.fill(page, f"{page}/report", **named)
        assert answer.status_code == 400 and 'name="seen"' in answer.text
        told = {"report_es": "Votamos por la ventanilla", "report_qu": "Akllarkanchik"}
        assert (await browser.fill(page, f"{page}/report", **told)).status_code == 303
        assert "Ya se envió" in (await browser.look(page)).text
    assert len(console.delivered) == 1
    with pytest.raises(NotFound):
        await console.database.read(get_case, 9)
