"""`rimay migrate`."""

from migrations.schema import upgrade
from rimay.composition import open_installation
from rimay.reporting import LANGUAGE


def migrate() -> None:
    """Pone al día las tablas de la base de datos."""
    installation = open_installation()
    upgrade(installation.database.engine)
    print(installation.translator.text("cli.migrated", LANGUAGE))
