"""Settings: the one place that reads the environment. Every name begins with RIMAY_."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from core.errors import Fault, InvalidInput


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that may differ between two installations."""

    home: Path
    database_url: str
    jobs_url: str
    secret_key: str | None
    telegram_token: str | None
    telegram_api: str
    public_url: str | None
    host: str
    port: int
    zone: ZoneInfo
    disclosure_threshold: int
    messages_per_second: int
    unit_name: str

    @property
    def key_file(self) -> Path:
        """Where the secret key is kept when no RIMAY_SECRET_KEY is given."""
        return self.home / "secret.key"

    @property
    def simulated(self) -> bool:
        """Without a Telegram token the chat is the simulator in the browser."""
        return self.telegram_token is None


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of this process. Raises InvalidInput with every fault at once."""
    given = {
        k: v.strip() for k, v in (os.environ if environment is None else environment).items() if v.strip()
    }
    faults: list[Fault] = []
    home = Path(given.get("RIMAY_HOME", "var")).absolute()
    settings = Settings(
        home=home,
        database_url=_database_url(given.get("RIMAY_DATABASE_URL", f"sqlite:///{home / 'rimay.db'}"), faults),
        jobs_url=_jobs_url(given, home),
        secret_key=given.get("RIMAY_SECRET_KEY"),
        telegram_token=given.get("RIMAY_TELEGRAM_TOKEN"),
        telegram_api=given.get("RIMAY_TELEGRAM_API", "https://api.telegram.org/bot"),
        public_url=_public_url(given.get("RIMAY_PUBLIC_URL"), faults),
        host=given.get("RIMAY_HOST", "127.0.0.1"),
        port=_number(given, "RIMAY_PORT", 8000, range(1, 65536), faults),
        zone=_zone(given.get("RIMAY_ZONE", "America/Guayaquil"), faults),
        disclosure_threshold=_number(given, "RIMAY_DISCLOSURE_THRESHOLD", 5, range(2, 101), faults),
        messages_per_second=_number(given, "RIMAY_MESSAGES_PER_SECOND", 25, range(1, 1001), faults),
        unit_name=given.get("RIMAY_UNIT_NAME", "la Unidad de Movilidad Humana de Imbabura"),
    )
    if faults:
        raise InvalidInput(tuple(faults))
    return settings


def _database_url(url: str, faults: list[Fault]) -> str:
    scheme, _, rest = url.partition("://")
    if scheme == "sqlite":
        return url
    if scheme in ("postgresql", "postgres", "postgresql+psycopg"):
        return f"postgresql+psycopg://{rest}"
    faults.append(Fault("setting_database", column="RIMAY_DATABASE_URL"))
    return url


def _jobs_url(given: Mapping[str, str], home: Path) -> str:
    """Durable jobs live beside the data: the same PostgreSQL, or a SQLite file of their own."""
    if "RIMAY_JOBS_URL" in given:
        return given["RIMAY_JOBS_URL"]
    url = given.get("RIMAY_DATABASE_URL", "")
    if url.startswith("postgres"):
        return "postgresql://" + url.partition("://")[2]
    return f"sqlite:///{home / 'jobs.db'}"


def _public_url(url: str | None, faults: list[Fault]) -> str | None:
    if url is not None and not url.startswith("https://"):
        faults.append(Fault("setting_public_url", column="RIMAY_PUBLIC_URL"))
    return url.rstrip("/") if url else None


def _number(
    given: Mapping[str, str],
    name: str,
    default: int,
    allowed: range,
    faults: list[Fault],
) -> int:
    text = given.get(name, str(default))
    if text.isascii() and text.isdigit() and int(text) in allowed:
        return int(text)
    faults.append(
        Fault(
            "setting_number",
            column=name,
            params={"low": allowed.start, "high": allowed.stop - 1},
        )
    )
    return default


def _zone(name: str, faults: list[Fault]) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: the name of a folder of zones
        faults.append(Fault("setting_zone", column="RIMAY_ZONE"))
        return ZoneInfo("UTC")
