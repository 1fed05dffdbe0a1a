"""`rimay form paper`: the same questionnaire on paper."""

from pathlib import Path
from typing import Annotated

import typer

from core.settings import read_settings
from i18n.translator import LOCALES, Translator
from rimay.commands.form import files_beside
from rimay.reporting import LANGUAGE, print_json, require_folder
from surveys.entry.form_codes import make_code
from surveys.paper.printing import print_sheet
from surveys.paper.sheet import lay_out
from surveys.xlsform.reading import read_questionnaire

MOST_COPIES = 100
"""Each takes some 7 MB of memory while the PDF is made."""


def paper(
    form: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)],
    out: Annotated[Path, typer.Option(dir_okay=False, help="PDF")],
    language: Annotated[str, typer.Option(help="es | qu")] = "es",
    both: Annotated[bool, typer.Option("--both", help="El otro idioma debajo, más pequeño.")] = False,
    copies: Annotated[int, typer.Option(min=1, max=MOST_COPIES, help="Hojas, cada una con su código.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Para programas.")] = False,
) -> None:
    """Escribe el cuestionario en papel: un PDF listo para imprimir, con un código en cada ejemplar."""
    if language not in LOCALES:
        raise typer.BadParameter(" | ".join(LOCALES), param_hint="--language")
    if out.suffix.lower() != ".pdf":
        raise typer.BadParameter(f"{out.name}: .pdf", param_hint="--out")
    require_folder(out, "--out")
    files = files_beside(form)
    questionnaire = read_questionnaire(form.read_bytes(), form.name, files).questionnaire
    languages = [language, *(other for other in LOCALES if both and other != language)]
    translator = Translator()
    sheet = lay_out(questionnaire, languages, read_settings().unit_name, translator)
    codes = [make_code() for _ in range(copies)]
    draft = out.with_name(out.name + ".part")
    try:
        draft.write_bytes(print_sheet(sheet, codes, files))
        draft.replace(out)
    finally:
        draft.unlink(missing_ok=True)
    if as_json:
        print_json({"file": str(out), "codes": codes})
    else:
        print(translator.text("cli.paper_written", LANGUAGE, file=str(out), copies=copies))
