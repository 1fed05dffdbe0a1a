"""The commands of docs/operations.md work on the house that the services run, whoever reads its settings."""

import os
import re
import subprocess
import sys
from pathlib import Path

from dotenv import dotenv_values

from core.settings import read_settings
from tests.test_operations import COMPOSE, OPERATIONS, ROOT

EXAMPLE = ROOT / "settings.example.env"
GIVEN = {"RIMAY_TELEGRAM_TOKEN": "123456:AAE-x_y", "RIMAY_UNIT_NAME": "la Unidad $HOME & Cía; #1"}


def read_by_a_shell(file: Path) -> dict[str, str]:
    """What is exported by who sources the file."""
    run = subprocess.run(
        ["sh", "-euc", 'set -a; . "$1"; env -0', "sh", file],
        env={},
        capture_output=True,
        check=True,
        text=True,
    )
    assert run.stderr == ""
    pairs = dict(pair.split("=", 1) for pair in run.stdout.rstrip("\0").split("\0"))
    return {name: value for name, value in pairs.items() if name.startswith("RIMAY_")}


def read_by_systemd(file: Path) -> dict[str, str]:
    """What EnvironmentFile= takes from it, as systemd.exec(5) says, without escapes: there are none in the file."""
    read = {}
    for line in file.read_text("utf-8").splitlines():
        if line.strip() and line.strip()[0] not in "#;":
            name, _, value = line.partition("=")
            assert "\\" not in value and '"' not in value
            quoted = re.fullmatch(r"'([^']*)'", value.strip())
            read[name.strip()] = quoted[1] if quoted else value.strip()
    return read


def write_settings(folder: Path, **given: str) -> Path:
    """The example with some values written into it, as a person would."""
    file, lines = folder / "settings.env", EXAMPLE.read_text("utf-8").splitlines()
    kept = [line for line in lines if line.partition("=")[0] not in given]
    file.write_text(
        "\n".join([*kept, *(f"{name}='{value}'" for name, value in given.items())]) + "\n", "utf-8"
    )
    return file


def test_a_shell_and_systemd_and_compose_read_the_same_settings(tmp_path: Path) -> None:
    written = write_settings(tmp_path, **GIVEN)

    for file in (EXAMPLE, written):
        assert read_by_a_shell(file) == read_by_systemd(file) == dotenv_values(file)
    assert GIVEN.items() <= read_by_a_shell(written).items()


def test_the_example_changes_nothing_that_is_not_written_into_it(tmp_path: Path) -> None:
    home = {"RIMAY_HOME": str(tmp_path)}

    assert read_settings(read_by_a_shell(EXAMPLE) | home).unit_name == read_settings(home).unit_name


def test_a_command_works_on_the_house_of_the_services(tmp_path: Path) -> None:
    [script] = re.findall(r"```sh\n(#!/bin/sh\n# /usr/local/bin/rimay.*?)```", OPERATIONS, re.DOTALL)
    house, current = tmp_path / "home", tmp_path / "current"
    (current / ".venv/bin").mkdir(parents=True)
    program = current / ".venv/bin/rimay"
    program.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m rimay "$@"\n')
    program.chmod(0o755)
    write_settings(tmp_path, **GIVEN, RIMAY_HOME=str(house))
    ours = script.replace("/srv/rimay", str(tmp_path)).replace("sudo -u rimay ", "")
    assert ours.count(str(tmp_path)) == 3
    bare = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}

    subprocess.run(["sh", "-c", ours, "rimay", "migrate"], env=bare, cwd="/", check=True, capture_output=True)

    assert (house / "rimay.db").stat().st_mode & 0o077 == 0
    assert not (current / "var").exists()


def test_a_password_with_signs_in_it_is_not_part_of_an_address() -> None:
    ours = [service for service in COMPOSE["services"].values() if service.get("image") == "rimay"]

    assert ours
    for service in ours:
        environment = service["environment"]
        assert "PASSWORD" not in environment["RIMAY_DATABASE_URL"]
        assert environment["PGPASSWORD"] == "${POSTGRES_PASSWORD:?}"
