"""A backup that is damaged, or that somebody made up, is refused before anything is touched."""

import hashlib
import json
import shutil
from pathlib import Path

import pytest

from core.settings import Settings
from migrations.schema import heads
from rimay.backup.envelope import opened, seal
from rimay.backup.keys import identities_in, key_file
from rimay.backup.manifest import line_of
from rimay.backup.refusals import Damaged, Newer, NotABackup, WrongKey
from tests.rimay.copies import keep, put_back
from tests.rimay.houses import house_in, rows_of, settle

SCHEMA = f'"schema":"{heads()[0]}"'.encode()


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The home of an installation on SQLite, and a backup of it."""
    folder = tmp_path_factory.mktemp("kept")
    settings = house_in(folder / "house")
    settle(settings)
    return settings.home, keep(settings, folder / "copy.age")


@pytest.fixture
def sqlite_copy(kept: tuple[Path, Path], tmp_path: Path) -> tuple[Settings, Path]:
    """The same for a test of its own: for what is found before any database is asked."""
    home, copy = kept
    settings = house_in(Path(shutil.copytree(home, tmp_path / "house")))
    return settings, Path(shutil.copyfile(copy, tmp_path / "copy.age"))


@pytest.mark.parametrize("share", [0.0, 0.2, 0.5, 0.9, 0.999])
def test_a_file_that_is_cut_off_changes_nothing(sqlite_copy: tuple[Settings, Path], share: float) -> None:
    settled, copy = sqlite_copy
    content = copy.read_bytes()
    copy.write_bytes(content[: int(len(content) * share)])
    before = rows_of(settled)

    with pytest.raises((Damaged, NotABackup)):
        put_back(settled, copy, key_file(settled), over=True)
    assert rows_of(settled) == before


@pytest.mark.parametrize("place", [30, 250, 1500, -1])
def test_a_file_in_which_one_byte_was_changed_changes_nothing(
    sqlite_copy: tuple[Settings, Path], place: int
) -> None:
    settled, copy = sqlite_copy
    content = bytearray(copy.read_bytes())
    content[place] ^= 1
    copy.write_bytes(bytes(content))
    before = rows_of(settled)

    with pytest.raises((Damaged, WrongKey)):
        put_back(settled, copy, key_file(settled), over=True)
    assert rows_of(settled) == before


def resealed(settings: Settings, path: Path, change: dict[bytes, bytes]) -> Path:
    """A file that somebody who knows the public key wrote: like a backup, but for what is changed in it."""
    identities = identities_in(key_file(settings))
    lines: list[bytes] = []
    digests: dict[str, str] = {}
    table, digest = "", hashlib.sha256()
    with opened(path, identities) as found:
        while line := found.take():
            for old, new in change.items():
                line = line.replace(old, new)
            if line.startswith(b'{"table"'):
                table, digest = json.loads(line)["table"], hashlib.sha256()
            elif line.startswith(b"["):
                digest.update(line)
                digests[table] = digest.hexdigest()
            elif line.startswith(b'{"digests"'):
                line = line_of({"digests": digests})
            lines.append(line)
    hostile = path.with_name("hostile.age")
    with hostile.open("wb") as out:
        seal(lines, out, [identity.to_public() for identity in identities])
    return hostile


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({b'"rimay_backup":1': b'"rimay_backup":2'}, Newer),
        ({b'"rimay_backup":1': b'"another":1'}, NotABackup),
        ({SCHEMA: b'"schema":"9999"'}, Newer),
        ({b'"rows":3': b'"rows":2'}, Damaged),
        ({b'"rows":3': b'"rows":-1'}, Damaged),
        ({b'"rows":3': b'"rows":99999999999'}, Damaged),
        ({b'"digests"': b'"digest"'}, Damaged),
        ({b'"participant"': b'"sqlite_master"'}, Damaged),
        ({b'"name":"participant"': b'"name":"account"'}, Damaged),
        ({b'"language":"text"': b'"nonsense":"text"'}, Damaged),
        ({b'"language":"text"': b'"language":"bytes"'}, Damaged),
        ({b"[1,": b'["one",'}, Damaged),
        ({b"[1,": b"[true,"}, Damaged),
        ({b"[1,": b"[1.5,"}, Damaged),
        ({b"[1,": b"[1,null,"}, Damaged),
        ({b"[2,": b"[1,"}, Damaged),
        ({b"[2,": b"[null,"}, Damaged),
        ({b"2026-": b"26-"}, Damaged),
        ({b"+00:00": b""}, Damaged),
        ({b'"{}"': b'"{"'}, Damaged),
        ({b'"secret":"': b'"secret":"AAAA'}, Damaged),
        ({b"[1,": b"[" * 100_000 + b"1,"}, Damaged),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_a_hostile_file_changes_nothing(
    sqlite_copy: tuple[Settings, Path], change: dict[bytes, bytes], refusal: type[Exception]
) -> None:
    settled, copy = sqlite_copy
    before = rows_of(settled)
    hostile = resealed(settled, copy, change)

    with pytest.raises(refusal):
        put_back(settled, hostile, key_file(settled), over=True)
    assert rows_of(settled) == before
