"""Many seeds at once: pasted lines "Spanish | Kichwa", or a table. Judged whole, with every fault in its line."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from core.errors import Fault, InvalidInput
from deliberation.csv_rows import Row, read_header, read_rows
from deliberation.opinions.statements import LONGEST, Seed
from deliberation.voices.folding import fold
from i18n.localized import SOURCE, Localized

MOST_SEEDS = 500
_LANGUAGES = ("es", "qu")
_YES = frozenset({"si", "sí", "ari", "yes", "true", "1", "x"})
_NO = frozenset({"", "no", "mana", "false", "0"})


@dataclass(frozen=True, slots=True)
class _Line:
    """A seed, and the line of it that its faults name."""

    number: int
    seed: Seed


def read_lines(pasted: str, known: Mapping[int, Localized]) -> list[Seed]:
    """The seeds of pasted lines; blank lines are none. Raises InvalidInput.

    known: the statements that are there, by number: none comes a second time
    """
    faults: list[Fault] = []
    lines = []
    for number, written in enumerate(pasted.splitlines(), 1):
        parts = [" ".join(part.split()) for part in written.split("|")]
        if len(parts) > len(_LANGUAGES):
            faults.append(Fault("seed_parts", row=number, params={"parts": len(parts)}))
        elif any(parts):
            lines.append(_Line(number, Seed(_spoken(dict(zip(_LANGUAGES, parts, strict=False))))))
    return _judged(lines, known, faults)


def read_table(content: bytes, known: Mapping[int, Localized]) -> list[Seed]:
    """The seeds of a table with the columns es, qu and about_person, of which the last two may be missing.

    Raises InvalidInput.
    """
    faults: list[Fault] = []
    with TemporaryDirectory() as folder:
        path = Path(folder) / "statements.csv"
        path.write_bytes(content)
        header = read_header(path, (SOURCE,), faults)
        rows = list(read_rows(path, header, faults)) if header else []
    return _judged(list(_lines_of(rows, faults)), known, faults)


def _lines_of(rows: list[Row], faults: list[Fault]) -> Iterator[_Line]:
    for row in rows:
        said = row.cells.get("about_person", "").casefold()
        if said not in _YES | _NO:
            faults.append(row.fault("seed_flag_unknown", "about_person"))
        text = {code: " ".join(row.cells.get(code, "").split()) for code in _LANGUAGES}
        yield _Line(row.line, Seed(_spoken(text), said in _YES))


def _spoken(text: Mapping[str, str]) -> dict[str, str]:
    return {code: words for code, words in text.items() if words}


def _judged(lines: list[_Line], known: Mapping[int, Localized], faults: list[Fault]) -> list[Seed]:
    """The seeds, where nothing is wrong with any of them."""
    where = {_same(words): number for number, text in known.items() for words in text.values()}
    above: dict[str, int] = {}
    for line in lines:
        faults += _faults_of(line, where, above)
    if not lines and not faults:
        faults.append(Fault("seeds_none"))
    if len(lines) > MOST_SEEDS:
        faults.append(Fault("seeds_too_many", params={"limit": MOST_SEEDS}))
    if faults:
        raise InvalidInput(tuple(sorted(faults, key=lambda fault: fault.row or 0)))
    return [line.seed for line in lines]


def _faults_of(line: _Line, known: Mapping[str, int], above: dict[str, int]) -> Iterator[Fault]:
    text = line.seed.text
    if not any(each.isalpha() for words in text.values() for each in words):
        yield Fault("seed_empty", row=line.number)
        return
    for code, words in text.items():
        if len(words) > LONGEST:
            params: dict[str, str | int] = {"length": len(words), "limit": LONGEST}
            yield Fault("seed_too_long", row=line.number, column=code, params=params)
        same = _same(words)
        if same in known:
            yield Fault("seed_known", row=line.number, column=code, params={"number": known[same]})
        elif same in above:
            yield Fault("seed_twice", row=line.number, column=code, params={"line": above[same]})
        above.setdefault(same, line.number)


def _same(words: str) -> str:
    """What two texts have in common that differ in capitals, accents and signs only."""
    return " ".join("".join(each if each.isalnum() else " " for each in fold(words)).split())
