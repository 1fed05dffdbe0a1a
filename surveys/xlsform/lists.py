"""Lists of choices: those of the workbook, those of files that come with it, and the filters on them."""

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from surveys.questionnaire import Choice
from surveys.xlsform.list_files import UnreadableList, rows_of
from surveys.xlsform.xform import Element, XForm, local_name

ITEMSET = re.compile(
    r"^\s*(?P<randomize>randomize\()?\s*"
    r"(?P<source>instance\('(?P<list>[^']+)'\)/root/item|[^\[,]+)"
    r"(?:\[(?P<filter>.*)\])?\s*"
    r"(?:,\s*(?P<seed>.+?))?\s*(?(randomize)\))\s*$",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Itemset:
    """Where the choices of a question come from: a list by name, else the path of earlier answers."""

    list: str
    source: str
    filter: str
    randomize: bool
    seed: str
    value: str
    label: str


def itemset_of(control: Element, form: XForm) -> Itemset | None:
    """The itemset of a select, or None where its choices are written out."""
    element = control.find("{*}itemset")
    nodeset = element.get("nodeset", "") if element is not None else control.get("query", "")
    match = ITEMSET.match(form.expression(nodeset))
    if not match:
        return None
    value, label = (
        _reference(element, "value", "name"),
        _reference(element, "label", "label"),
    )
    parts = {name: (found or "").strip() for name, found in match.groupdict().items()}
    return Itemset(
        list=parts["list"],
        source="" if parts["list"] else parts["source"],
        filter=parts["filter"],
        randomize=bool(parts["randomize"]),
        seed=parts["seed"] if parts["randomize"] else "",
        value=value,
        label=label,
    )


def _reference(element: Element | None, tag: str, otherwise: str) -> str:
    found = element.find(f"{{*}}{tag}") if element is not None else None
    reference: str = found.get("ref", otherwise) if found is not None else otherwise
    return otherwise if reference.startswith("jr:itext") else reference


def written_choices(control: Element, form: XForm) -> tuple[Choice, ...]:
    """Choices that stand in the control itself."""
    return tuple(
        Choice(item.findtext("{*}value") or "", form.label(item), media=form.media(item))
        for item in control.iterfind("{*}item")
    )


def lists_of(
    form: XForm, files: Mapping[str, bytes], external_choices: str | None
) -> dict[str, tuple[Choice, ...]]:
    """Every list that expressions may look up, by name. A file that did not come along is an empty list."""
    lists: dict[str, tuple[Choice, ...]] = {}
    for instance in form.model.iterfind("{*}instance"):
        name, source = instance.get("id"), instance.get("src")
        if name and source:
            lists[name] = read_list(PurePosixPath(source).name, files, form.default_language)
        elif name:
            lists[name] = tuple(_choice(item, form) for item in instance.iterfind("{*}root/{*}item"))
    for row in csv.DictReader(io.StringIO(external_choices or "")):
        name = row.pop("list_name", None) or row.pop("list name", None) or ""
        lists[name] = (*lists.get(name, ()), _choice_of_row(row, form.default_language))
    return lists


def read_list(file_name: str, files: Mapping[str, bytes], language: str) -> tuple[Choice, ...]:
    """Choices of a CSV, XML or GeoJSON file; empty where the file is missing or cannot be read."""
    if file_name not in files:
        return ()
    try:
        return tuple(_choice_of_row(row, language) for row in rows_of(file_name, files[file_name]))
    except UnreadableList:
        return ()


def _choice(item: Element, form: XForm) -> Choice:
    columns = {local_name(child): (child.text or "") for child in item}
    text_id, value = columns.pop("itextId", None), columns.pop("name", "")
    plain = columns.pop("label", "")
    label = form.text_by_id(text_id) if text_id else {}
    if plain and not label:
        label = {form.default_language: plain}
    return Choice(value, label, columns, form.media_by_id(text_id) if text_id else {})


def _choice_of_row(row: Mapping[str, str], language: str) -> Choice:
    value = row.get("name") or row.get("id") or ""
    label = row.get("label") or row.get("title") or ""
    return Choice(value, {language: label} if label else {}, dict(row))
