"""`rimay brief`: the council's brief of a closed consultation, as a tagged PDF."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from deliberation.council.brief_pdf import render_pdf
from deliberation.council.briefing import brief_of
from rimay.composition import open_installation
from rimay.reporting import LANGUAGE


def brief(
    consultation: int,
    out: Annotated[Path, typer.Option(help="PDF")],
    language: Annotated[str, typer.Option(help="es | qu")] = "es",
) -> None:
    """Escribe el informe de una consulta cerrada."""
    if language not in ("es", "qu"):
        raise typer.BadParameter("es | qu", param_hint="--language")
    installation = open_installation()
    settings = installation.settings
    facts = {"unit": settings.unit_name, "threshold": settings.disclosure_threshold, "zone": settings.zone}
    reading = installation.database.read(brief_of, consultation, language, **facts)  # type: ignore[arg-type]
    found = asyncio.run(reading)
    draft = out.with_name(out.name + ".part")
    draft.write_bytes(render_pdf(found, installation.translator))
    draft.replace(out)
    print(installation.translator.text("cli.brief_written", LANGUAGE, file=str(out)))
