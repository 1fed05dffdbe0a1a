"""`rimay restore`: what a backup holds, put back."""

from pathlib import Path
from typing import Annotated

import typer

from core.settings import read_settings
from i18n.dates import format_number
from i18n.translator import Translator
from rimay.backup.keys import identities_in, key_file
from rimay.backup.restoring import Restored, restore
from rimay.long_work import interruptible, rows_counted
from rimay.reporting import LANGUAGE, print_json


def restore_command(
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="El archivo de la copia.")
    ],
    key: Annotated[
        Path | None, typer.Option("--key", help="El archivo con la llave. Si no se da: backup.key.")
    ] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Reemplaza lo que hay ahora en la base de datos.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Para programas.")] = False,
) -> None:
    """Pone de nuevo todo lo que guarda una copia. Antes hay que parar Rimay."""
    settings = read_settings()
    settings.home.mkdir(parents=True, exist_ok=True)
    identities = identities_in(key or key_file(settings))
    with interruptible(), rows_counted() as note:
        restored = restore(settings, file, identities, replace=replace, note=note)
    if as_json:
        print_json(
            {
                "made_at": restored.made_at.isoformat(),
                "rows": restored.rows,
                "paused": restored.paused,
                "unscheduled": restored.overtaken.openings,
                "reminders_passed": restored.overtaken.reminders,
                "news_passed": restored.overtaken.news,
                "former_key": restored.former_key and str(restored.former_key),
            }
        )
    else:
        _tell(Translator(), restored)


def _tell(translator: Translator, restored: Restored) -> None:
    made_at = f"{restored.made_at:%Y-%m-%d %H:%M} UTC"
    print(translator.text("upkeep.restored", LANGUAGE, made_at=made_at, rows=format_number(restored.rows)))
    if restored.paused:
        print(translator.plural("upkeep.restored_paused", LANGUAGE, restored.paused))
    if restored.overtaken.openings:
        print(translator.plural("upkeep.restored_unscheduled", LANGUAGE, restored.overtaken.openings))
    if restored.overtaken.reminders:
        print(translator.plural("upkeep.restored_reminders", LANGUAGE, restored.overtaken.reminders))
    if restored.overtaken.news:
        print(translator.plural("upkeep.restored_news", LANGUAGE, restored.overtaken.news))
    if restored.former_key is not None:
        print(translator.text("upkeep.restored_key", LANGUAGE, file=restored.former_key))
