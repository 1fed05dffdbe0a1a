"""What docs/operations.md and the files for containers say is what the house has: settings, figures, commands."""

import re
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]
from prometheus_client.parser import text_string_to_metric_families

from core.database import Database
from rimay.backup.record import note_backup
from rimay.command_line import COMMANDS
from rimay.metrics import Metrics

ROOT = Path(__file__).parent.parent
OPERATIONS = (ROOT / "docs/operations.md").read_text("utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
_SETTING = re.compile(r"RIMAY_[A-Z_]+[A-Z]")


def read_by_the_code() -> set[str]:
    """The settings that the code asks for."""
    return set(re.findall(r'"(RIMAY_[A-Z_]+)"', (ROOT / "core/settings.py").read_text("utf-8")))


def test_every_setting_is_explained_and_none_that_is_not_there() -> None:
    rows = [line.split("|")[1] for line in OPERATIONS.splitlines() if line.startswith("| `RIMAY_")]
    explained = [name for row in rows for name in _SETTING.findall(row)]

    assert sorted(explained) == sorted(read_by_the_code())
    assert set(_SETTING.findall(OPERATIONS)) <= read_by_the_code()


def test_the_files_for_containers_set_only_what_is_read() -> None:
    for name in ("compose.yaml", "Dockerfile", "settings.example.env"):
        named = set(_SETTING.findall((ROOT / name).read_text("utf-8")))
        assert named, name
        assert named <= read_by_the_code(), name


def test_containers_run_commands_that_are_there() -> None:
    commands = set(COMMANDS)
    ours = {name: service for name, service in COMPOSE["services"].items() if service.get("image") == "rimay"}

    assert set(ours) == {"migrate", "web", "worker"}
    for service in ours.values():
        assert service["command"][0] in commands
        assert set(service["depends_on"]) <= set(COMPOSE["services"])
    assert set(COMPOSE["volumes"]) == {
        mount.partition(":")[0]
        for service in COMPOSE["services"].values()
        for mount in service.get("volumes", ())
    }


def test_whatever_a_unit_starts_is_there() -> None:
    started = re.findall(r"ExecStart=\S+/rimay (\w+)", OPERATIONS)

    assert set(started) == {"serve", "web", "worker", "backup"}
    assert set(started) <= set(COMMANDS)


async def test_every_figure_is_explained_and_none_that_is_not_there(database: Database) -> None:
    await database.run(note_backup)
    metrics = Metrics(database, role="web")
    shown = (await metrics.exposition()).decode()
    families = (family.name for family in text_string_to_metric_families(shown))
    names = {name for name in families if re.match(r"rimay_(?!.*_created$)", name)}
    figures = OPERATIONS.partition("## Figures")[2].partition("## Logs")[0]
    table = "".join(line.split("|")[1] for line in figures.splitlines() if line.startswith("| `"))
    explained = set(re.findall(r"rimay_[a-z_]+[a-z]", table))
    explained |= {"rimay_database" + ending for ending in re.findall(r"`(_[a-z]+)", table)}

    assert {name.removesuffix("_total") for name in explained} == names
