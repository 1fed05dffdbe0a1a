"""Settings: the one place that reads the environment. Every name begins with RIMAY_."""

import base64
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from core.errors import Fault, InvalidInput
from core.quiet_hours import QuietHours, read_quiet_hours

_RECIPIENT = re.compile(r"age1[02-9ac-hj-np-z]{58}")
_WORDING_URL = re.compile(r"https://[^\s/@]+(?:/\S*)?|http://(?:localhost|127\.0\.0\.1)(?::\d+)?(?:/\S*)?")
"""Encrypted, or on this machine."""
_SHORTEST_TOKEN = 16
SECRET_BYTES = 32
_FREE_PACE, _PAID_PACE = 25, 950
"""Messages a second, a little below the 30 and the 1,000 that Telegram allows."""


@dataclass(frozen=True, slots=True)
class Upkeep:
    """How the installation is watched over.

    log_form:          text for people, json for programs
    metrics_port:      where a worker, which has no web, shows its figures; None: nowhere
    metrics_token:     who shows it reads the figures from elsewhere too; None: only who asks from this machine
    backup_recipients: the public keys that backups are sealed for; none: a key is made and kept in the home
    """

    log_form: str
    metrics_port: int | None
    metrics_token: str | None
    backup_recipients: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WordingAddress:
    """Where a language model suggests wording: an endpoint in the manner of OpenAI's, of the organiser's choosing.

    key: None, where it asks for none
    """

    url: str
    key: str | None
    model: str


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
    """Of all broadcasts together. What the bot answers has a budget of its own."""
    replies_per_second: int
    """New messages of one process in answer to people; 0: nobody limits them."""
    messages_per_week: int
    """The most that broadcasts send to one person in seven days; 0: as many as there are."""
    paid_broadcast: bool
    """Telegram may charge for what goes beyond the 30 messages a second that are free."""
    quiet_hours: QuietHours | None
    unit_name: str
    upkeep: Upkeep
    wording: WordingAddress | None
    """None, as long as nobody connects one: then nothing is ever sent."""

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
    zone = _zone(given.get("RIMAY_ZONE", "America/Guayaquil"), faults)
    paid = _switch(given, "RIMAY_PAID_BROADCAST", faults)
    pace = _PAID_PACE if paid else _FREE_PACE
    settings = Settings(
        home=home,
        database_url=_database_url(given.get("RIMAY_DATABASE_URL", f"sqlite:///{home / 'rimay.db'}"), faults),
        jobs_url=_jobs_url(given, home),
        secret_key=_secret_key(given.get("RIMAY_SECRET_KEY"), faults),
        telegram_token=given.get("RIMAY_TELEGRAM_TOKEN"),
        telegram_api=given.get("RIMAY_TELEGRAM_API", "https://api.telegram.org/bot"),
        public_url=_public_url(given.get("RIMAY_PUBLIC_URL"), faults),
        host=given.get("RIMAY_HOST", "127.0.0.1"),
        port=_number(given, "RIMAY_PORT", 8000, range(1, 65536), faults),
        zone=zone,
        disclosure_threshold=_number(given, "RIMAY_DISCLOSURE_THRESHOLD", 5, range(2, 101), faults),
        messages_per_second=_number(given, "RIMAY_MESSAGES_PER_SECOND", pace, range(1, 1001), faults),
        replies_per_second=_number(given, "RIMAY_REPLIES_PER_SECOND", 30, range(1001), faults),
        messages_per_week=_number(given, "RIMAY_MESSAGES_PER_WEEK", 3, range(101), faults),
        paid_broadcast=paid,
        quiet_hours=_quiet_hours(given.get("RIMAY_QUIET_HOURS", "20:00-08:00"), zone, faults),
        unit_name=given.get("RIMAY_UNIT_NAME", "la Unidad de Movilidad Humana de Imbabura"),
        upkeep=_upkeep(given, faults),
        wording=_wording(given, faults),
    )
    if faults:
        raise InvalidInput(tuple(faults))
    return settings


def _upkeep(given: Mapping[str, str], faults: list[Fault]) -> Upkeep:
    log_form = given.get("RIMAY_LOG", "text")
    if log_form not in ("text", "json"):
        faults.append(Fault("setting_log", column="RIMAY_LOG"))
    token = given.get("RIMAY_METRICS_TOKEN")
    if token is not None and len(token) < _SHORTEST_TOKEN:
        faults.append(Fault("setting_token", column="RIMAY_METRICS_TOKEN", params={"least": _SHORTEST_TOKEN}))
    recipients = tuple(given.get("RIMAY_BACKUP_RECIPIENT", "").replace(",", " ").split())
    if not all(_RECIPIENT.fullmatch(recipient) for recipient in recipients):
        faults.append(Fault("setting_recipient", column="RIMAY_BACKUP_RECIPIENT"))
    port = None
    if "RIMAY_METRICS_PORT" in given:
        port = _number(given, "RIMAY_METRICS_PORT", 0, range(1, 65536), faults)
    return Upkeep(log_form, port, token, recipients)


def _wording(given: Mapping[str, str], faults: list[Fault]) -> WordingAddress | None:
    url, model = given.get("RIMAY_WORDING_URL"), given.get("RIMAY_WORDING_MODEL", "")
    if url is None:
        return None
    if not _WORDING_URL.fullmatch(url):
        faults.append(Fault("setting_wording_url", column="RIMAY_WORDING_URL"))
    if not model:
        faults.append(Fault("setting_wording_model", column="RIMAY_WORDING_MODEL"))
    return WordingAddress(url.rstrip("/"), given.get("RIMAY_WORDING_KEY"), model)


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


def _secret_key(text: str | None, faults: list[Fault]) -> str | None:
    try:
        usable = text is None or len(base64.b64decode(text, validate=True)) == SECRET_BYTES
    except ValueError:
        usable = False
    if not usable:
        faults.append(Fault("setting_secret", column="RIMAY_SECRET_KEY", params={"bytes": SECRET_BYTES}))
    return text


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


def _switch(given: Mapping[str, str], name: str, faults: list[Fault]) -> bool:
    text = given.get(name, "no")
    if text not in ("yes", "no"):
        faults.append(Fault("setting_switch", column=name))
    return text == "yes"


def _quiet_hours(text: str, zone: ZoneInfo, faults: list[Fault]) -> QuietHours | None:
    try:
        return read_quiet_hours(text, zone)
    except ValueError:
        faults.append(Fault("setting_quiet_hours", column="RIMAY_QUIET_HOURS"))
        return None
