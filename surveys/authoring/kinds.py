"""The types of questions as an author picks them ⇄ as the workbook writes them."""

from dataclasses import dataclass

from pyxform import aliases

CHOOSING = ("select_one", "select_multiple", "rank")
KINDS = (
    "select_one",
    "select_multiple",
    "integer",
    "text",
    "date",
    "note",
    "decimal",
    "range",
    "rank",
    "time",
    "datetime",
    "geopoint",
    "image",
    "audio",
    "video",
    "file",
    "barcode",
    "acknowledge",
    "calculate",
    "hidden",
    "today",
    "start",
    "end",
)
"""What can be picked, the most usual first."""
NUMBERS = frozenset({"integer", "decimal", "range"})
UNASKED = frozenset({"calculate", "hidden", "today", "start", "end"})

_ALSO = {"int": "integer", "string": "text", "photo": "image", "gps": "geopoint", "location": "geopoint"}
_LEFT_ALONE = frozenset({"rank", "select_one_external", *aliases.select_from_file})
_SELECTS = sorted(
    [
        (alias, "select_one" if "one" in alias or alias == "select1" else "select_multiple")
        for alias in aliases.select
        if alias not in _LEFT_ALONE and "cascading" not in alias
    ]
    + [("rank", "rank")],
    key=lambda pair: -len(pair[0]),
)
"""What begins a type with a list; the longest first, as some begin with others."""


@dataclass(frozen=True, slots=True)
class WrittenType:
    """A type as written: `kind` is "" where the editor has no word for it and leaves it as it is."""

    kind: str
    list_name: str = ""
    other: bool = False


def read_type(cell: str) -> WrittenType:
    """What a cell of the column `type` says."""
    words = " ".join(cell.split())
    for alias, kind in _SELECTS:
        rest = words.removeprefix(alias + " ").split(" ") if words.startswith(alias + " ") else []
        if rest and rest[0] and rest[1:] in ([], ["or_other"]):
            return WrittenType(kind, rest[0], other=len(rest) == 2)
    plain = words.lower()
    kind = _ALSO.get(plain, plain)
    return WrittenType(kind if kind in KINDS and kind not in CHOOSING else "")


def write_type(written: WrittenType) -> str:
    """What the cell says."""
    if written.kind in CHOOSING:
        return " ".join([written.kind, written.list_name, *(["or_other"] if written.other else [])])
    return "dateTime" if written.kind == "datetime" else written.kind
