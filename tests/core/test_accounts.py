"""Accounts: one an e-mail, a role each, signed in for half a day; what they do is noted."""

from datetime import UTC, datetime, timedelta

import pytest

from core.accounts import (
    ROLES,
    AccountExists,
    SignedIn,
    UnknownRole,
    UnusableEmail,
    add_account,
    end_sign_in,
    find_account,
    find_sign_in,
    open_sign_in,
)
from core.audit import list_acts, note_act
from core.clock import at
from core.database import Database
from core.passwords import hash_password, new_password, password_matches

MOMENT = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
ANA = "ana@imbabura.example"


async def test_an_account_is_found_whatever_the_case_of_its_email(database: Database) -> None:
    await database.run(add_account, email=" Ana@Imbabura.example ", role="organiser", password_hash="h")

    for written in (ANA, "ANA@IMBABURA.EXAMPLE", f" {ANA} "):
        account = await database.read(find_account, written)
        assert account is not None
        assert (account.email, account.role) == (ANA, "organiser")
    assert await database.read(find_account, "belen@imbabura.example") is None


async def test_an_email_has_one_account(database: Database) -> None:
    await database.run(add_account, email=ANA, role="organiser", password_hash="h")

    with pytest.raises(AccountExists):
        await database.run(add_account, email=ANA.upper(), role="admin", password_hash="h")


@pytest.mark.parametrize("role", ROLES)
async def test_every_role_can_be_given(database: Database, role: str) -> None:
    account = await database.run(add_account, email=ANA, role=role, password_hash="h")

    assert account.role == role


async def test_what_is_no_role_or_no_email_is_refused(database: Database) -> None:
    with pytest.raises(UnknownRole):
        await database.run(add_account, email=ANA, role="king", password_hash="h")
    for email in (
        "",
        "ana",
        "@",
        "ana@",
        "@imbabura",
        "a na@x.example",
        "a\n@x.example",
        "a" * 250 + "@x.ec",
    ):
        with pytest.raises(UnusableEmail):
            await database.run(add_account, email=email, role="admin", password_hash="h")


async def test_a_browser_stays_signed_in_for_twelve_hours(database: Database) -> None:
    account = await database.run(add_account, email=ANA, role="organiser", password_hash="h")
    digest = b"d" * 32
    with at(MOMENT):
        await database.run(open_sign_in, account.id, digest, "token")
    with at(MOMENT + timedelta(hours=11, minutes=59)):
        found = await database.read(find_sign_in, digest)
        assert found == SignedIn(account.id, ANA, "organiser", "token")
        assert await database.read(find_sign_in, b"e" * 32) is None
    with at(MOMENT + timedelta(hours=12, seconds=1)):
        assert await database.read(find_sign_in, digest) is None


async def test_who_signs_out_is_out_in_this_browser_only(database: Database) -> None:
    account = await database.run(add_account, email=ANA, role="organiser", password_hash="h")
    for digest in (b"1" * 32, b"2" * 32):
        await database.run(open_sign_in, account.id, digest, "token")

    await database.run(end_sign_in, b"1" * 32)

    assert await database.read(find_sign_in, b"1" * 32) is None
    assert await database.read(find_sign_in, b"2" * 32) is not None


async def test_what_was_done_is_noted_with_who_and_when_the_newest_first(database: Database) -> None:
    account = await database.run(add_account, email=ANA, role="organiser", password_hash="h")
    with at(MOMENT):
        await database.run(note_act, account.id, "open", "consultation", 1)
        await database.run(note_act, None, "propose", "agenda", 2)

    acts = await database.read(list_acts)

    assert [(act.at, act.email, act.act, act.subject, act.subject_id) for act in acts] == [
        (MOMENT, None, "propose", "agenda", 2),
        (MOMENT, ANA, "open", "consultation", 1),
    ]
    assert len(await database.read(list_acts, 1)) == 1


def test_a_password_is_kept_as_a_digest_that_only_it_matches() -> None:
    digest = hash_password("cuatro palabras bien largas")

    assert "cuatro" not in digest
    assert password_matches("cuatro palabras bien largas", digest)
    assert not password_matches("cuatro palabras bien largos", digest)


def test_new_passwords_differ_and_can_be_read_out() -> None:
    passwords = {new_password() for _ in range(100)}

    assert len(passwords) == 100
    assert all(len(one) == 27 and one.replace("-", "").isalnum() for one in passwords)
