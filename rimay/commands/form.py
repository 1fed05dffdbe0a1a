"""`rimay form`."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from core.errors import Fault, InvalidInput
from i18n.translator import Translator
from rimay.reporting import LANGUAGE, fault_sentence, print_json, report_faults
from surveys.questionnaire import Questionnaire
from surveys.xlsform.accompanying import ENDINGS
from surveys.xlsform.notices import missing_translations
from surveys.xlsform.reading import read_questionnaire

app = typer.Typer(help="Cuestionarios en XLSForm.", no_args_is_help=True)


@app.callback()
def forms() -> None:
    """Cuestionarios escritos en una hoja de cálculo."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found. There is no questionnaire where there are faults."""

    questionnaire: Questionnaire | None
    faults: tuple[Fault, ...]
    notices: tuple[Fault, ...]

    @property
    def types(self) -> dict[str, int]:
        """How many questions there are of each kind, the most frequent first."""
        questions = self.questionnaire.questions() if self.questionnaire else ()
        return dict(Counter(question.kind.value for question in questions).most_common())

    @property
    def questions(self) -> int:
        """How many a person is asked or told; what fills itself is among the types only."""
        return sum(1 for _ in self.questionnaire.asked()) if self.questionnaire else 0

    @property
    def missing_translations(self) -> dict[str, dict[str, int]]:
        """How many labels, hints, messages, pictures and recordings each language lacks."""
        return missing_translations(self.notices, self.questionnaire.languages) if self.questionnaire else {}


@app.command("check")
def check(
    form: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)],
    as_json: Annotated[bool, typer.Option("--json", help="Para programas.")] = False,
) -> None:
    """Revisa un XLSForm: idiomas, tipos de pregunta, errores con su hoja y fila, traducciones que faltan."""
    checked = check_form(form.read_bytes(), form.name, files_beside(form))
    translator = Translator()
    if as_json:
        print_json(_as_json(checked, translator))
    else:
        for line in _lines(checked, translator):
            print(line)
        report_faults(checked.faults, translator)
    raise typer.Exit(1 if checked.faults else 0)


def check_form(content: bytes, file_name: str, files: Mapping[str, bytes]) -> Checked:
    """Read a workbook and tell what it holds, or what is wrong with it."""
    try:
        imported = read_questionnaire(content, file_name, files)
    except InvalidInput as error:
        return Checked(None, error.faults, ())
    return Checked(imported.questionnaire, (), imported.notices)


def files_beside(form: Path) -> Mapping[str, bytes]:
    """The files next to a workbook, or in a folder that is named for it as ODK does, by name."""
    return _FilesBeside(form)


class _FilesBeside(Mapping[str, bytes]):
    """Reads a file when it is asked for: a folder may hold much that the workbook does not name."""

    def __init__(self, form: Path) -> None:
        folders = (form.with_name(f"{form.stem}-media"), form.parent)
        beside = (path for folder in folders if folder.is_dir() for path in folder.iterdir())
        self._paths = {path.name: path for path in beside if path.suffix.lower() in ENDINGS and path != form}

    def __getitem__(self, name: str) -> bytes:
        return self._paths[name].read_bytes()

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)


def _lines(checked: Checked, translator: Translator) -> Iterator[str]:
    """The report for people."""

    def say(key: str, **params: object) -> str:
        return translator.text("cli.form_" + key, LANGUAGE, **params)

    if questionnaire := checked.questionnaire:
        title = questionnaire.title[questionnaire.default_language]
        yield say("title", title=title, name=questionnaire.name, version=questionnaire.version or "—")
        yield say("languages", languages=", ".join(questionnaire.languages))
        yield say("questions", count=checked.questions)
        yield from (f"  {count:4}  {kind}" for kind, count in checked.types.items())
        for language, lacking in checked.missing_translations.items():
            yield say("missing", locale=language, count=sum(lacking.values()))
            yield from (f"  {count:4}  {text}" for text, count in lacking.items())
        yield say("notices", count=len(checked.notices)) if checked.notices else say("no_notices")
    yield from (f"  {fault_sentence(notice, translator)}" for notice in checked.notices)
    yield say("faults", count=len(checked.faults)) if checked.faults else say("no_faults")


def _as_json(checked: Checked, translator: Translator) -> dict[str, Any]:
    """The report for programs."""
    questionnaire = checked.questionnaire
    return {
        "title": questionnaire.title[questionnaire.default_language] if questionnaire else "",
        "name": questionnaire.name if questionnaire else "",
        "version": questionnaire.version if questionnaire else "",
        "languages": list(questionnaire.languages) if questionnaire else [],
        "questions": checked.questions,
        "types": checked.types,
        "missing_translations": {
            language: sum(lacking.values()) for language, lacking in checked.missing_translations.items()
        },
        "missing_by_text": checked.missing_translations,
        "faults": [fault_as_json(fault, translator) for fault in checked.faults],
        "notices": [fault_as_json(notice, translator) for notice in checked.notices],
    }


def fault_as_json(fault: Fault, translator: Translator) -> dict[str, Any]:
    """A fault for programs, with its sentence."""
    return {
        "code": fault.code,
        "sheet": fault.sheet,
        "row": fault.row,
        "column": fault.column,
        "message": translator.text("faults." + fault.code, LANGUAGE, **fault.params),
    }
