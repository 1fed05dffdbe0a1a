"""`rimay backup` and `rimay restore` as people and timers call them."""

import json
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core.clock import at
from core.database import Database
from core.settings import Settings
from rimay.backup.record import last_backup
from rimay.backup.refusals import NotABackup
from rimay.backup.shelf import path_for, remove_older
from tests.rimay.houses import NewHouse, rows_of, settle

ROOT = Path(__file__).parent.parent.parent


def rimay(settings: Settings, *words: str, **environment: str) -> "subprocess.Popen[str]":
    """The command, begun."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.Popen(
        [sys.executable, "-m", "rimay", *words],
        cwd=ROOT,
        env={**kept, "RIMAY_HOME": str(settings.home), **environment},
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def done(settings: Settings, *words: str, **environment: str) -> tuple[int, str, str]:
    """Exit status, stdout, stderr of a command that has ended."""
    process = rimay(settings, *words, **environment)
    out, err = process.communicate(timeout=60)
    return process.returncode, out, err


@pytest.fixture
def settled(new_house: NewHouse) -> Settings:
    settings = new_house("sqlite")
    settle(settings)
    return settings


def test_from_the_first_backup_to_a_new_machine(
    settled: Settings, tmp_path: Path, new_house: NewHouse
) -> None:
    path = tmp_path / "copy.age"
    status, out, err = done(settled, "backup", str(path))
    assert (status, "Copia guardada" in out) == (0, True)
    assert "Guarde otra copia de esta llave" in err
    assert path.stat().st_mode & 0o777 == 0o600

    status, out, err = done(settled, "backup", str(path), "--json")
    assert (status, err) == (0, "")
    assert json.loads(out)["rows"] == sum(map(len, rows_of(settled).values())) - 1, (
        "the note comes afterwards"
    )

    new = new_house("sqlite")
    status, out, _ = done(new, "restore", str(path), "--key", str(settled.home / "backup.key"))
    assert (status, "Todo está de nuevo" in out) == (0, True)
    assert rows_of(new)["participant"] == rows_of(settled)["participant"]
    assert sorted(file.name for file in new.home.iterdir()) == ["rimay.db", "secret.key"]


async def test_when_the_last_backup_was_made_is_known_to_every_machine(
    settled: Settings, tmp_path: Path
) -> None:
    assert done(settled, "backup", str(tmp_path / "copy.age"))[0] == 0

    database = Database(settled.database_url)
    made = await database.read(last_backup)
    await database.dispose()
    assert made is not None
    assert timedelta(0) <= datetime.now(UTC) - made < timedelta(minutes=1)


def test_what_is_no_backup_is_neither_read_nor_written_over(settled: Settings, tmp_path: Path) -> None:
    before = (settled.home / "rimay.db").read_bytes()
    for words in (("backup", "rimay.db"), ("restore", "rimay.db")):
        done(settled, "backup", str(tmp_path / "first.age"))
        status, _, err = done(settled, words[0], str(settled.home / words[1]))
        assert (status, err) == (1, "Este archivo no es una copia de Rimay. No se tocó.\n")
    assert (settled.home / "rimay.db").read_bytes()[:16] == before[:16]


def test_a_folder_that_is_not_there_is_a_sentence(settled: Settings, tmp_path: Path) -> None:
    status, _, err = done(settled, "backup", str(tmp_path / "nowhere" / "copy.age"))

    assert status == 1
    assert "No se pudo guardar copy.age" in err
    assert "Traceback" not in err


def test_a_database_that_is_away_is_a_sentence(settled: Settings, tmp_path: Path) -> None:
    away = "postgresql://nobody@127.0.0.1:9/nothing"
    status, _, err = done(settled, "backup", str(tmp_path / "copy.age"), RIMAY_DATABASE_URL=away)

    assert (status, err.partition(".")[0]) == (1, "La base de datos no responde")
    assert "Traceback" not in err


def test_keeping_days_needs_a_folder(settled: Settings, tmp_path: Path) -> None:
    assert done(settled, "backup", str(tmp_path / "copy.age"), "--keep", "30")[0] == 2


def test_what_is_interrupted_leaves_no_file(new_house: NewHouse, tmp_path: Path) -> None:
    settled = new_house("sqlite")
    settle(settled, copies=25)
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    process = rimay(settled, "backup", str(shelf / "copy.age"))
    while process.poll() is None and not any(shelf.iterdir()):
        pass
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)

    assert [file.name for file in shelf.iterdir()] in ([], ["copy.age"]), "half a backup stayed behind"


def test_backups_past_their_time_are_removed_and_nothing_else(tmp_path: Path) -> None:
    today = datetime(2026, 6, 1, 3, tzinfo=UTC)
    sealed = b"age-encryption.org/v1\n..."
    for name in (
        "rimay-20260101-030000.age",
        "rimay-20260501-030000.age",
        "rimay-20260520-030000.age",
        "other-20260101-030000.age",
        "rimay-20260101-030000.age.old",
        "rimay-20269999-030000.age",
    ):
        (tmp_path / name).write_bytes(sealed)
    (tmp_path / "rimay-20260102-030000.age").write_bytes(b"notes of somebody")
    (tmp_path / "rimay-20260103-030000.age").symlink_to(tmp_path / "other-20260101-030000.age")
    (tmp_path / "rimay-20260104-030000.age").mkdir()

    with at(today):
        assert remove_older(tmp_path, 30) == 2
    left = {file.name for file in tmp_path.iterdir()}
    assert "rimay-20260520-030000.age" in left
    assert len(left) == 7
    with at(today + timedelta(days=900)):
        remove_older(tmp_path, 30)
    assert any(file.name.startswith("rimay-2026") and file.is_file() for file in tmp_path.iterdir())


def test_the_newest_backup_is_never_removed(tmp_path: Path) -> None:
    for day in (1, 2):
        (tmp_path / f"rimay-2026010{day}-030000.age").write_bytes(b"age-encryption.org/v1\n")

    with at(datetime(2030, 1, 1, tzinfo=UTC)):
        assert remove_older(tmp_path, 1) == 1
    assert [file.name for file in tmp_path.iterdir()] == ["rimay-20260102-030000.age"]


def test_a_folder_gives_a_name_by_the_moment(tmp_path: Path) -> None:
    with at(datetime(2026, 6, 1, 3, 4, 5, tzinfo=UTC)):
        assert path_for(tmp_path).name == "rimay-20260601-030405.age"
        (tmp_path / "rimay-20260601-030405.age").write_text("notes")
        with pytest.raises(NotABackup):
            path_for(tmp_path)
