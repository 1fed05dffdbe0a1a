"""The choices of a list, edited as one: their order, their values, what they are called in each language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from surveys.authoring.fields import Key, read, texts, write
from surveys.authoring.names import name_for, unused
from surveys.authoring.outline import lists, outline
from surveys.authoring.sheets import Sheets


@dataclass(frozen=True, slots=True)
class WrittenChoice:
    """One choice. `row` is where it stands in the sheet; None for one that is new."""

    row: int | None
    value: str
    labels: Mapping[str, str] = field(default_factory=dict)


def all_choices(sheets: Sheets) -> dict[str, tuple[WrittenChoice, ...]]:
    """The choices of every list."""
    return {
        name: tuple(
            WrittenChoice(row, read(sheets, "choices", row, "name"), texts(sheets, "choices", row, "label"))
            for row in rows
        )
        for name, rows in lists(sheets).items()
    }


def choices_of(sheets: Sheets, list_name: str) -> tuple[WrittenChoice, ...]:
    """The choices of a list in order."""
    return all_choices(sheets).get(list_name, ())


def shared_by(sheets: Sheets, list_name: str) -> int:
    """How many questions offer a list."""
    return sum(1 for entry in outline(sheets) if entry.list_name == list_name)


def write_choices(sheets: Sheets, list_name: str, wanted: Sequence[WrittenChoice]) -> Sheets:
    """The list as it shall be. What else a choice's row holds goes with it; a value left empty is made."""
    sheet = sheets.get("choices")
    rows = lists(sheets).get(list_name, [])
    kept = [
        sheet.cell_row(choice.row) if choice.row is not None and choice.row in rows else ()
        for choice in wanted
    ]
    first = rows[0] if rows else sheet.last + 1
    for row in reversed(rows):
        sheet = sheet.spliced(row, row, ())
    sheets = sheets.put("choices", sheet.spliced(first, first - 1, kept))
    taken = {choice.value for choice in wanted}
    for row, choice in enumerate(wanted, start=first):
        label = next((text for text in choice.labels.values() if text), "")
        value = choice.value or name_for(label, taken, "opcion")
        taken.add(value)
        cells: dict[Key, str] = {("list_name", ""): list_name, ("name", ""): value}
        labels = {("label", language): text for language, text in choice.labels.items()}
        sheets = write(sheets, "choices", row, {**cells, **labels})
    return sheets


def own_list(sheets: Sheets, list_name: str) -> tuple[Sheets, str]:
    """A copy of a list for one question alone, and its name."""
    name = unused(list_name, lists(sheets))
    copied = [replace(choice, row=None) for choice in choices_of(sheets, list_name)]
    return write_choices(sheets, name, copied), name
