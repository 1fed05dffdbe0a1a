"""`rimay brief`: the council's brief of a closed consultation, as a PDF, a Word document, a page, or open data."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from api.brief_files import FORMS, BriefFiles
from deliberation.council.briefing import facts_of
from rimay.composition import open_installation
from rimay.reporting import LANGUAGE, require_folder

LANGUAGES = {"es": "es", "qu": "qu", "es+qu": "both"}


def brief(
    consultation: Annotated[int, typer.Argument(help="El número de la consulta, como en su dirección web.")],
    out: Annotated[Path, typer.Option(dir_okay=False, help="El archivo: .pdf, .docx, .html o .zip.")],
    language: Annotated[str, typer.Option(help="es | qu | es+qu (lado a lado)")] = "es",
    form: Annotated[
        str | None, typer.Option("--format", help="pdf | docx | html | zip; sin él, lo dice el nombre.")
    ] = None,
) -> None:
    """Escribe el informe de una consulta cerrada, o sus datos abiertos (zip)."""
    if language not in LANGUAGES:
        raise typer.BadParameter(" | ".join(LANGUAGES), param_hint="--language")
    if form is not None and form not in FORMS:
        raise typer.BadParameter(" | ".join(FORMS), param_hint="--format")
    require_folder(out, "--out")
    ending = out.suffix.lower().removeprefix(".")
    installation = open_installation()
    settings = installation.settings
    around = {"unit": settings.unit_name, "threshold": settings.disclosure_threshold, "zone": settings.zone}
    facts = asyncio.run(installation.database.read(facts_of, consultation, **around))  # type: ignore[arg-type]
    files = BriefFiles(installation.translator)
    draft = out.with_name(out.name + ".part")
    draft.write_bytes(
        files.render(facts, form or (ending if ending in FORMS else "pdf"), LANGUAGES[language])
    )
    draft.replace(out)
    print(installation.translator.text("cli.brief_written", LANGUAGE, file=str(out)))
