"""What names a person is sealed, and found again only by who holds the key."""

import base64
import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.sealing import UnusableKey, Vault, open_vault
from core.settings import read_settings

KEY, OTHER = bytes(range(32)), bytes(reversed(range(32)))
ENCODED = base64.b64encode(KEY).decode()


@given(st.text())
def test_what_is_sealed_opens_again(text: str) -> None:
    assert Vault(KEY).open(Vault(KEY).seal(text)) == text


@given(st.binary())
def test_a_file_that_is_sealed_opens_again(content: bytes) -> None:
    assert Vault(KEY).open_bytes(Vault(KEY).seal_bytes(content)) == content


def test_the_same_text_never_looks_the_same_and_its_index_always_does() -> None:
    vault = Vault(KEY)

    assert vault.seal("1700000001") != vault.seal("1700000001")
    assert vault.index("1700000001") == vault.index("1700000001")
    assert len(vault.index("x")) == 32


def test_neither_shows_the_text() -> None:
    vault = Vault(KEY)

    assert b"1700000001" not in vault.seal("1700000001")
    assert b"1700000001" not in vault.index("1700000001")


def test_another_key_opens_nothing_and_finds_nobody() -> None:
    sealed = Vault(KEY).seal("1700000001")

    with pytest.raises(UnusableKey):
        Vault(OTHER).open(sealed)
    assert Vault(KEY).index("1700000001") != Vault(OTHER).index("1700000001")


@pytest.mark.parametrize("place", [0, 1, 13, -1])
def test_changed_bytes_are_noticed(place: int) -> None:
    sealed = bytearray(Vault(KEY).seal("1700000001"))
    sealed[place] ^= 1

    with pytest.raises(UnusableKey):
        Vault(KEY).open(bytes(sealed))


@pytest.mark.parametrize("sealed", [b"", b"\x01", b"\x01" + b"0" * 12, b"\x01" + b"0" * 20])
def test_what_was_never_sealed_does_not_open(sealed: bytes) -> None:
    with pytest.raises(UnusableKey):
        Vault(KEY).open(sealed)


def test_every_purpose_has_a_secret_of_its_own() -> None:
    vault = Vault(KEY)

    assert vault.token("webhook") == Vault(KEY).token("webhook")
    assert vault.token("webhook") not in (vault.token("other"), Vault(OTHER).token("webhook"))
    assert vault.token("webhook").isascii()


@pytest.mark.parametrize("length", [0, 16, 31, 33])
def test_a_key_has_32_bytes(length: int) -> None:
    with pytest.raises(UnusableKey):
        Vault(bytes(length))


def test_the_key_of_the_settings_is_used(tmp_path: Path) -> None:
    settings = read_settings({"RIMAY_HOME": str(tmp_path), "RIMAY_SECRET_KEY": ENCODED})

    assert open_vault(settings).open(Vault(KEY).seal("x")) == "x"
    assert not settings.key_file.exists()


@pytest.mark.parametrize("key", ["short", "ñ", "=" * 44, base64.b64encode(bytes(16)).decode()])
def test_a_key_that_is_none_is_refused(tmp_path: Path, key: str) -> None:
    settings = read_settings({"RIMAY_HOME": str(tmp_path)})
    settings.key_file.write_text(key)

    with pytest.raises(UnusableKey):
        open_vault(settings)


def test_without_a_key_one_is_made_kept_for_its_owner_and_used_again(tmp_path: Path) -> None:
    settings = read_settings({"RIMAY_HOME": str(tmp_path / "new")})
    sealed = open_vault(settings).seal("x")

    assert stat.S_IMODE(os.stat(settings.key_file).st_mode) == 0o600
    assert open_vault(settings).open(sealed) == "x"
    assert [path.name for path in settings.home.iterdir()] == [settings.key_file.name], "no draft is left"
