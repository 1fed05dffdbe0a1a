"""What every command works with. What is put together of it: `rimay/web.py`, `rimay/chat.py`, `rimay/worker.py`."""

from dataclasses import dataclass

from core.database import Database
from core.sealing import Vault, open_vault
from core.settings import Settings, read_settings
from i18n.translator import Translator


@dataclass(frozen=True, slots=True)
class Installation:
    """Settings, database, key and catalogues of an installation."""

    settings: Settings
    database: Database
    vault: Vault
    translator: Translator


def open_installation(settings: Settings | None = None) -> Installation:
    """Open the installation that the environment describes. The database is not touched yet."""
    settings = settings or read_settings()
    settings.home.mkdir(parents=True, exist_ok=True)
    return Installation(
        settings=settings,
        database=Database(settings.database_url),
        vault=open_vault(settings),
        translator=Translator(),
    )
