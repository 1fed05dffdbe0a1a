"""Which column of a table of items is what, by its name and by what stands in it: organisers write it as they like."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from core.errors import Fault
from deliberation.csv_rows import Row

ITEM = ("id", "item", "item-id", "comment-id", "codigo", "code", "punto", "numero")
TITLE = ("title", "titulo", "name", "nombre", "tema", "texto", "item", "punto")
MINUTES = ("minutes", "minutos", "minutes-needed", "cost", "costo", "duration", "duracion", "tiempo", "min")
COUNT = ("votes", "votos", "approvals", "apoyos", "aprobaciones", "count", "cuantos")
PEOPLE = ("supporters", "voters", "approvers", "apoyan", "votantes", "quienes")
PERSON = ("voter-id", "voter", "person", "persona", "votante", "participant", "participante", "quien")
VOTE = ("vote", "voto")
TIME = ("timestamp",)
GROUP = ("group", "grupo")

_YES = frozenset({"1", "x", "si", "yes", "y", "s", "true", "v", "✓", "✔", "ari"})
_NO = frozenset({"", "0", "-", "-1", "no", "n", "false", "f", "mana"})
_APART = re.compile(r"[\s;|,]+")


def plain(name: str) -> str:
    """A name or a mark without accents, capitals and ways to join words."""
    bare = unicodedata.normalize("NFKD", name.strip().casefold())
    return re.sub(r"[\s_]+", "-", "".join(sign for sign in bare if not unicodedata.combining(sign)))


def column_of(names: Sequence[str], meanings: Collection[str]) -> str | None:
    """The first column with one of these names, the likeliest name first."""
    known = {plain(name): name for name in reversed(names)}
    return next((known[meaning] for meaning in meanings if meaning in known), None)


def repeated_columns(names: Sequence[str], file: str) -> list[Fault]:
    """A name that stands over two columns: nobody can say which of them counts."""
    said = [plain(name) for name in names]
    return [
        Fault("column_twice", file, 1, name)
        for place, name in enumerate(names)
        if said[place] and said[place] in said[:place]
    ]


def listed(cell: str) -> list[str]:
    """The ids in a cell, each once."""
    return list(dict.fromkeys(part for part in _APART.split(cell) if part))


def approves(cell: str) -> bool | None:
    """Whether a mark says yes; None where it is no mark."""
    mark = plain(cell)
    return True if mark in _YES else False if mark in _NO else None


def whole(cell: str) -> int | None:
    """How many; nothing written is nobody. None where it is no whole number."""
    if not cell:
        return 0
    return int(cell) if cell.isascii() and cell.isdigit() and len(cell) < 10 else None


@dataclass(frozen=True, slots=True)
class Support:
    """Who or how many approve of the items, as a table says it in its columns.

    listing: the column that lists who approves, or says how many
    people:  columns of one person each, with marks
    groups:  columns of several people each: how many of them
    ignored: columns that say nothing that is needed
    """

    listing: str | None
    people: tuple[str, ...]
    groups: tuple[str, ...]
    ignored: tuple[str, ...]


def find_support(rows: Sequence[Row], names: Sequence[str], taken: Collection[str]) -> Support:
    """What the columns say that are not taken by id, title and minutes."""
    free = [name for name in names if name not in taken]
    listing = column_of(free, PEOPLE) or column_of(free, COUNT)
    people, groups, ignored = [], [], []
    for name in free:
        cells = [row.cells[name] for row in rows]
        if name == listing:
            continue
        if not name or listing is not None or not any(cells):
            ignored.append(name)
        elif all(whole(cell) is not None for cell in cells) and any((whole(cell) or 0) > 1 for cell in cells):
            groups.append(name)
        elif _mostly_marks(cells):
            people.append(name)
        else:
            ignored.append(name)
    return Support(listing, tuple(people), tuple(groups), tuple(name for name in ignored if name))


def lists_people(name: str, cells: Iterable[str]) -> bool:
    """Whether a column lists who approves; else it says how many."""
    return plain(name) in PEOPLE or any(len(listed(cell)) > 1 for cell in cells)


def _mostly_marks(cells: Sequence[str]) -> bool:
    """Whether at least half of what is written are marks: the rest is then a mistake and no other column."""
    written = [cell for cell in cells if cell]
    return 2 * sum(approves(cell) is not None for cell in written) >= len(written)
