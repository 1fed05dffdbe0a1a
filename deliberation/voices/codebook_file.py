"""A codebook as a CSV file: names, definitions, key words, and examples of those who allowed to be quoted."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from unicodedata import category

from sqlalchemy.orm import Session

from core.audit import note_act
from core.errors import Fault, InvalidInput
from deliberation.csv_rows import Row, read_header, read_rows
from deliberation.voices.codebooks import (
    MOST_THEMES,
    CodebookCard,
    TooManyThemes,
    card_of,
    change_codebook,
    next_position,
    same,
)
from deliberation.voices.codings import CodedVoice
from deliberation.voices.tables import Theme
from i18n.localized import Localized
from surveys.conversation.written_words import clean
from surveys.exporting.formulas import harmless

LANGUAGES = ("es", "qu")
LONGEST_NAME, LONGEST_DEFINITION, LONGEST_FILE = 80, 1000, 512 * 1024
EXAMPLES = 3
_COLUMNS = ("name_es", "name_qu", "definition_es", "definition_qu", "words")
_MOST_FAULTS = 100


@dataclass(frozen=True, slots=True)
class NewTheme:
    """A theme as a file has it."""

    name: Localized
    definition: Localized


def write_codebook(codebook: CodebookCard, voices: Sequence[CodedVoice]) -> bytes:
    """The accepted themes. An example is an answer whose author allowed it and that an organiser approved."""
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow([*_COLUMNS, *(f"example_{number}" for number in range(1, EXAMPLES + 1))])
    for theme in codebook.themes:
        if theme.state != "accepted":
            continue
        quotes = [
            voice.text
            for voice in voices
            if voice.theme_id == theme.id and voice.may_quote and voice.quote == "approved"
        ]
        cells = [theme.name.get(code, "") for code in LANGUAGES]
        cells += [theme.definition.get(code, "") for code in LANGUAGES]
        cells.append(", ".join(word for words in theme.words.values() for word in words))
        examples = (quotes + [""] * EXAMPLES)[:EXAMPLES]
        lines.writerow(harmless(cell) for cell in (*cells, *examples))
    return text.getvalue().encode("utf-8-sig")


def read_codebook_file(content: bytes, known: Sequence[Localized]) -> list[NewTheme]:
    """The themes of a file of which only name_es has to be there. Raises InvalidInput with all faults.

    known: names of the themes that are there: none comes a second time
    """
    faults: list[Fault] = []
    if len(content) > LONGEST_FILE:
        raise InvalidInput((Fault("codebook_too_large", params={"limit": LONGEST_FILE // 1024}),))
    with TemporaryDirectory() as folder:
        path = Path(folder) / "codebook.csv"
        path.write_bytes(content)
        header = read_header(path, _COLUMNS[:1], faults)
        rows = list(read_rows(path, header, faults)) if header else []
    themes = list(_judged(rows, known, faults))
    if not rows and not faults:
        faults.append(Fault("codebook_empty"))
    if len(rows) > MOST_THEMES:
        faults.append(Fault("codebook_too_long", params={"limit": MOST_THEMES}))
    if faults:
        raise InvalidInput(tuple(sorted(faults, key=lambda fault: fault.row or 0)[:_MOST_FAULTS]))
    return themes


def _judged(rows: Sequence[Row], known: Sequence[Localized], faults: list[Fault]) -> Iterator[NewTheme]:
    above: dict[tuple[str, str], int] = {}
    for row in rows:
        name, definition = _localized(row, "name"), _localized(row, "definition")
        faults += _faults_of(row, name, definition)
        for code, words in name.items():
            column, twin = f"name_{code}", (code, " ".join(words.casefold().split()))
            if any(same(words, other.get(code, "")) for other in known):
                faults.append(row.fault("codebook_known", column))
            elif twin in above:
                faults.append(Fault("codebook_twice", row.file, row.line, column, {"line": above[twin]}))
            above.setdefault(twin, row.line)
        yield NewTheme(name, definition)


def _localized(row: Row, column: str) -> dict[str, str]:
    cells = {code: _plain(row.cells.get(f"{column}_{code}", "")) for code in LANGUAGES}
    return {code: words for code, words in cells.items() if words}


def _plain(cell: str) -> str:
    """What was written: without the sign that keeps a spreadsheet from running it, nor what no reader sees."""
    written = cell.encode("utf-8", "replace").decode()
    cell = clean("".join(sign for sign in written if category(sign) != "Cf"))
    return cell[1:] if cell.startswith("'") and harmless(cell[1:]) == cell else cell


def _faults_of(row: Row, name: Localized, definition: Localized) -> Iterator[Fault]:
    if not any(sign.isalpha() for sign in name.get("es", "")):
        yield row.fault("codebook_nameless", "name_es")
    for code in LANGUAGES:
        for column, words, limit in (
            (f"name_{code}", name.get(code, ""), LONGEST_NAME),
            (f"definition_{code}", definition.get(code, ""), LONGEST_DEFINITION),
        ):
            if len(words) > limit:
                params: dict[str, str | int] = {"length": len(words), "limit": limit}
                yield Fault("codebook_cell_too_long", row.file, row.line, column, params)
            if any("\udc80" <= sign <= "\udcff" for sign in row.cells.get(column, "")):
                yield Fault("codebook_not_utf8", row.file, row.line, column)


def import_themes(
    db: Session, consultation_id: int, themes: Sequence[NewTheme], *, seen: int, account_id: int
) -> None:
    """Take the themes of a file: a person made them, so they are accepted. Raises TooManyThemes, ThemesChanged."""
    row = change_codebook(db, consultation_id, seen)
    if len(card_of(db, row).themes) + len(themes) > MOST_THEMES:
        raise TooManyThemes(limit=MOST_THEMES)
    position = next_position(db, row.id)
    for place, theme in enumerate(themes, position):
        db.add(
            Theme(
                codebook_id=row.id,
                position=place,
                name=dict(theme.name),
                definition=dict(theme.definition),
                words={},
                state="accepted",
            )
        )
    note_act(db, account_id, "import_themes", "consultation", consultation_id)
