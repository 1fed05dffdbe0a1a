"""Settings come from the environment, and every fault is told at once."""

from datetime import time
from pathlib import Path

import pytest

from core.errors import InvalidInput
from core.quiet_hours import QuietHours
from core.settings import Settings, Upkeep, read_settings


def faults(**environment: str) -> list[tuple[str, str | None]]:
    """Code and name of each fault."""
    with pytest.raises(InvalidInput) as refused:
        read_settings(environment)
    return [(fault.code, fault.column) for fault in refused.value.faults]


def test_nothing_needs_to_be_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    settings = read_settings({})

    assert settings.home == tmp_path / "var"
    assert settings.database_url == f"sqlite:///{tmp_path}/var/rimay.db"
    assert settings.jobs_url == f"sqlite:///{tmp_path}/var/jobs.db"
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.zone.key == "America/Guayaquil"
    assert settings.disclosure_threshold == 5
    assert (settings.messages_per_second, settings.messages_per_week) == (25, 3)
    assert settings.replies_per_second == 30
    assert settings.quiet_hours == QuietHours(time(20), time(8), settings.zone)
    assert settings.simulated


def test_the_environment_of_the_process_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RIMAY_PORT", "8123")

    assert read_settings().port == 8123


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_the_jobs_live_beside_the_data(scheme: str) -> None:
    settings = read_settings({"RIMAY_DATABASE_URL": f"{scheme}://rimay@db/rimay"})

    assert settings.database_url == "postgresql+psycopg://rimay@db/rimay"
    assert settings.jobs_url == "postgresql://rimay@db/rimay"


def test_the_jobs_can_live_elsewhere() -> None:
    given = {"RIMAY_DATABASE_URL": "postgresql://db/rimay", "RIMAY_JOBS_URL": "sqlite:///jobs.db"}

    assert read_settings(given).jobs_url == "sqlite:///jobs.db"


def test_what_is_blank_is_not_set() -> None:
    settings = read_settings({"RIMAY_TELEGRAM_TOKEN": "  ", "RIMAY_PORT": ""})

    assert settings.simulated
    assert settings.port == 8000


def test_with_a_token_the_chat_is_telegram() -> None:
    assert not read_settings({"RIMAY_TELEGRAM_TOKEN": "1:x"}).simulated


def test_the_public_address_has_no_slash_at_its_end() -> None:
    assert read_settings({"RIMAY_PUBLIC_URL": "https://rimay.example/"}).public_url == "https://rimay.example"


@pytest.mark.parametrize("port", ["0", "65536", "-1", "8000.0", "ochenta", "٨٠٠٠"])
def test_a_port_is_a_number_between_1_and_65535(port: str) -> None:
    assert faults(RIMAY_PORT=port) == [("setting_number", "RIMAY_PORT")]


def test_the_threshold_cannot_be_switched_off() -> None:
    assert faults(RIMAY_DISCLOSURE_THRESHOLD="1") == [("setting_number", "RIMAY_DISCLOSURE_THRESHOLD")]


def test_all_faults_are_told_at_once() -> None:
    assert faults(
        RIMAY_DATABASE_URL="mysql://x",
        RIMAY_PUBLIC_URL="http://rimay.example",
        RIMAY_PORT="x",
        RIMAY_ZONE="Imbabura",
    ) == [
        ("setting_zone", "RIMAY_ZONE"),
        ("setting_database", "RIMAY_DATABASE_URL"),
        ("setting_public_url", "RIMAY_PUBLIC_URL"),
        ("setting_number", "RIMAY_PORT"),
    ]


@pytest.mark.parametrize("zone", ["", "../etc/passwd", "/etc/localtime", "America", "a\x00b"])
def test_a_zone_that_is_none_is_a_fault_and_not_a_crash(zone: str) -> None:
    if zone:
        assert faults(RIMAY_ZONE=zone) == [("setting_zone", "RIMAY_ZONE")]
    else:
        assert isinstance(read_settings({"RIMAY_ZONE": zone}), Settings)


@pytest.mark.parametrize("key", ["short", "ñ", "=" * 44, "A" * 44, "AAAA" * 5])
def test_a_key_that_is_none_is_told_with_all_the_rest(key: str) -> None:
    assert faults(RIMAY_SECRET_KEY=key, RIMAY_PORT="x") == [
        ("setting_secret", "RIMAY_SECRET_KEY"),
        ("setting_number", "RIMAY_PORT"),
    ]


def test_nobody_watches_unless_asked_to() -> None:
    upkeep = read_settings({}).upkeep

    assert upkeep == Upkeep(log_form="text", metrics_port=None, metrics_token=None, backup_recipients=())


def test_a_backup_may_be_sealed_for_several() -> None:
    keys = "age1" + "q" * 58, "age1" + "z" * 58

    assert read_settings({"RIMAY_BACKUP_RECIPIENT": ", ".join(keys)}).upkeep.backup_recipients == keys


def test_what_watches_over_the_house_is_checked_as_well() -> None:
    assert faults(
        RIMAY_LOG="xml",
        RIMAY_METRICS_TOKEN="short",
        RIMAY_BACKUP_RECIPIENT="AGE-SECRET-KEY-1EK4T",
        RIMAY_METRICS_PORT="0",
    ) == [
        ("setting_log", "RIMAY_LOG"),
        ("setting_token", "RIMAY_METRICS_TOKEN"),
        ("setting_recipient", "RIMAY_BACKUP_RECIPIENT"),
        ("setting_number", "RIMAY_METRICS_PORT"),
    ]


def test_who_pays_for_broadcasts_has_the_greater_pace_unless_another_is_asked_for() -> None:
    assert read_settings({"RIMAY_PAID_BROADCAST": "yes"}).messages_per_second == 950
    given = {"RIMAY_PAID_BROADCAST": "yes", "RIMAY_MESSAGES_PER_SECOND": "100"}
    assert read_settings(given).messages_per_second == 100


def test_quiet_hours_and_the_weekly_cap_can_be_off() -> None:
    settings = read_settings({"RIMAY_QUIET_HOURS": "off", "RIMAY_MESSAGES_PER_WEEK": "0"})

    assert (settings.quiet_hours, settings.messages_per_week) == (None, 0)


def test_what_is_wrong_about_sending_is_told_at_once() -> None:
    told = faults(RIMAY_QUIET_HOURS="night", RIMAY_PAID_BROADCAST="perhaps", RIMAY_MESSAGES_PER_WEEK="-1")

    assert told == [
        ("setting_switch", "RIMAY_PAID_BROADCAST"),
        ("setting_number", "RIMAY_MESSAGES_PER_WEEK"),
        ("setting_quiet_hours", "RIMAY_QUIET_HOURS"),
    ]
