"""`rimay account`."""

import asyncio
import json
from typing import Annotated

import typer

from core.accounts import ROLES, add_account
from core.passwords import hash_password, new_password
from migrations.schema import upgrade
from rimay.composition import open_installation
from rimay.reporting import LANGUAGE

app = typer.Typer(help="Cuentas de la Unidad y del consejo.", no_args_is_help=True)


@app.callback()
def accounts() -> None:
    """Cuentas de organizadores, intérpretes, consejo y unidades."""


@app.command("add")
def add(
    email: str,
    role: Annotated[str, typer.Option(help=" | ".join(ROLES))],
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Crea una cuenta y escribe su contraseña, una sola vez."""
    if role not in ROLES:
        raise typer.BadParameter(" | ".join(ROLES), param_hint="--role")
    installation = open_installation()
    upgrade(installation.database.engine)
    password = new_password()
    added = installation.database.run(
        add_account, email=email, role=role, password_hash=hash_password(password)
    )
    account = asyncio.run(added)
    if as_json:
        print(json.dumps({"email": account.email, "role": account.role, "password": password}))
        return
    print(
        installation.translator.text(
            "cli.account_added",
            LANGUAGE,
            email=account.email,
            role=role,
            password=password,
        )
    )
