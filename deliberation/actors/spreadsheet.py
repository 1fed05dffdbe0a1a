"""The actor map as a table: a row for each place of a service. Columns may be missing, but for the first three needed.

The same columns with humanitarian tags below the header are the map of who does what, where (3W).
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from core.errors import Fault
from deliberation.actors.contacts import email_of, phone_of, point_of, website_of
from deliberation.actors.hours import read_hours, write_hours
from deliberation.actors.needs import (
    CANTONS,
    EVERYWHERE,
    KINDS,
    LANGUAGES,
    SECTORS,
    STATUSES,
    canton_name,
    canton_of,
    need_of,
)
from deliberation.actors.records import LONGEST_TEXT, Blame, Record, is_uid, uid_from
from surveys.exporting.formulas import harmless, may_run

LARGEST = 2_000_000
MOST_ROWS = 10_000
NEEDED = ("actor_name", "service_name_es", "canton")
COLUMNS = {
    "actor_id": "#org+id",
    "actor_name": "#org+name",
    "actor_kind": "#org+type",
    "actor_description_es": "#org+description+i_es",
    "actor_description_qu": "#org+description+i_qu",
    "website": "#org+contact+url",
    "email": "#org+contact+email",
    "service_id": "#activity+id",
    "service_name_es": "#activity+name+i_es",
    "service_name_qu": "#activity+name+i_qu",
    "service_description_es": "#activity+description+i_es",
    "service_description_qu": "#activity+description+i_qu",
    "needs": "#need+type",
    "languages": "#service+languages",
    "requirements_es": "#access+requirements+i_es",
    "requirements_qu": "#access+requirements+i_qu",
    "cost_es": "#access+cost+i_es",
    "cost_qu": "#access+cost+i_qu",
    "status": "#status",
    "protection": "#service+protection",
    "verified_on": "#date+verified",
    "place_id": "#loc+id",
    "canton": "#adm2+key",
    "address": "#loc+address",
    "latitude": "#geo+lat",
    "longitude": "#geo+lon",
    "phone": "#contact+phone",
    "hours": "#access+hours",
    "hours_note_es": "#access+hours+note+i_es",
    "hours_note_qu": "#access+hours+note+i_qu",
}
"""Each with its humanitarian tag."""
WHERE = {
    "sector": "#sector+name",
    "province": "#adm1+name",
    "canton_name": "#adm2+name",
    "canton_code": "#adm2+code",
}
"""What 3W asks besides, worked out of the others."""

Cells = Mapping[str, str]


# Reading


def read_table(content: bytes, name: str) -> tuple[list[Record], list[Fault]]:
    """The records of a file, and all that is wrong with it."""
    faults: list[Fault] = []
    rows = _rows(content, name, faults)
    actors: dict[str, Record] = {}
    services: dict[str, Record] = {}
    for number, cells in rows:
        blame = Blame(faults, name, number)
        for column in _needed(cells):
            if not cells.get(column):
                blame.fault("actor_cell_missing", column)
        actor = _once(actors, _actor(cells, blame), blame)
        service = _service(cells, actor.uid, blame)
        known = services.get(service.uid)
        if known is None:
            actor.parts.append(service)
        elif known not in actor.parts:
            blame.fault("actor_service_of_two", "service_id", service.uid)
        service = _once(services, service, blame)
        if "canton" in _needed(cells):
            service.parts.append(_place(cells, service.uid, blame))
    return list(actors.values()), faults


def _needed(cells: Cells) -> tuple[str, ...]:
    """A service may have no place yet; then nothing is said of one."""
    speaks = any(cells.get(column) for column in ("canton", "place_id", "address", "phone", "hours"))
    return NEEDED if speaks else NEEDED[:2]


def _once(known: dict[str, Record], found: Record, blame: Blame) -> Record:
    """Rows that speak of the same thing say the same of it: the first row counts, and who differs is told so."""
    first = known.setdefault(found.uid, found)
    for column, value in found.values.items():
        if value != first.values[column]:
            blame.fault("actor_rows_differ", column, found.uid)
    return first


def _rows(content: bytes, name: str, faults: list[Fault]) -> list[tuple[int, Cells]]:
    text = _text(content)
    if text is None:
        faults.append(Fault("actor_file_unreadable", name))
        return []
    separator = max(",;\t", key=text.partition("\n")[0].count)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        table = [(lines.line_num, [_plain(cell) for cell in row]) for row in lines]
    except csv.Error:
        faults.append(Fault("table_row_unreadable", name, lines.line_num))
        return []
    if len(table) > MOST_ROWS:
        faults.append(Fault("actor_file_too_long", name, params={"most": MOST_ROWS}))
        return []
    header = [cell.casefold() for cell in table[0][1]] if table else []
    body = table[1:]
    if body and any(cell.startswith("#") for cell in body[0][1]):
        header = _untagged(header, body[0][1])
        body = body[1:]
    missing = [column for column in NEEDED if column not in header]
    faults += (Fault("table_column_missing", name, 1, each, {"name": each}) for each in missing)
    if missing:
        return []
    return [
        (number, dict(zip(header, row, strict=False))) for number, row in body if any(cell for cell in row)
    ]


def _text(content: bytes) -> str | None:
    if len(content) > LARGEST or content.startswith((b"PK", b"\xd0\xcf")):
        return None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode(
            "cp1252", errors="replace"
        )  # as a spreadsheet saves it where it is told nothing
    return None if "\0" in text or "\ufffd" in text else text


def _plain(cell: str) -> str:
    """Without the apostrophe that keeps a spreadsheet from running it."""
    text = cell.strip()
    return text[1:] if text.startswith("'") and may_run(text[1:]) else text


def _untagged(header: list[str], tags: list[str]) -> list[str]:
    """The names of columns by their tags, whoever wrote the file."""
    known = {tag: column for column, tag in COLUMNS.items()} | {
        "#org": "actor_name",
        "#activity": "service_name_es",
        "#adm2": "canton",
        "#adm2+name": "canton",
        "#adm2+code": "canton",
        "#sector": "needs",
        "#contact": "phone",
    }
    found = [known.get(tag.replace(" ", "").casefold(), "") for tag in tags]
    given = [column or name for column, name in zip(found, header, strict=False)]
    taken: set[str] = set()
    for place, column in enumerate(given):  # of two columns that say the same, the first counts
        given[place] = "" if column in taken else column
        taken.add(column)
    return given


def _actor(cells: Cells, blame: Blame) -> Record:
    name = blame.line("actor_name", cells.get("actor_name", ""))
    values: dict[str, Any] = {"name": name}
    if "actor_kind" in cells:
        values["kind"] = _among("actor_kind", KINDS, cells, blame) or "public"
    _localized(values, "description", "actor_description", cells, blame)
    if "website" in cells:
        values["website"] = blame.or_fault("actor_website_wrong", website_of, "website", cells["website"])
    if "email" in cells:
        values["email"] = blame.or_fault("actor_email_wrong", email_of, "email", cells["email"])
    return Record(_uid("actor_id", cells, blame, name), values, blame.sheet, blame.row)


def _service(cells: Cells, actor: str, blame: Blame) -> Record:
    values: dict[str, Any] = {}
    for column, start in (
        ("name", "service_name"),
        ("description", "service_description"),
        ("requirements", "requirements"),
        ("cost", "cost"),
    ):
        _localized(values, column, start, cells, blame)
    if "needs" in cells:
        values["needs"] = _several("needs", need_of, cells, blame)
    if "languages" in cells:
        values["languages"] = _several("languages", language_of, cells, blame)
    if "status" in cells:
        values["status"] = _among("status", STATUSES, cells, blame) or "active"
    if "protection" in cells:
        values["protection"] = bool(
            blame.or_fault("actor_not_yes_no", _yes, "protection", cells["protection"]) == "yes"
        )
    if "verified_on" in cells:
        values["verified_on"] = blame.or_fault(
            "actor_date_wrong", day_of, "verified_on", cells["verified_on"]
        )
    uid = _uid("service_id", cells, blame, actor, cells.get("service_name_es", ""))
    return Record(uid, values, blame.sheet, blame.row)


def _place(cells: Cells, service: str, blame: Blame) -> Record:
    canton = blame.or_fault("actor_canton_unknown", canton_of, "canton", cells.get("canton", ""))
    values: dict[str, Any] = {"canton": canton or EVERYWHERE}
    if "address" in cells:
        values["address"] = blame.line("address", cells["address"])
    if "latitude" in cells and "longitude" in cells:
        point = None
        if cells["latitude"] or cells["longitude"]:
            point = point_of(cells["latitude"], cells["longitude"])
            if point is None:
                blame.fault("actor_point_wrong", "latitude", f"{cells['latitude']} {cells['longitude']}")
        values["latitude"], values["longitude"] = point or (None, None)
    if "phone" in cells:
        values["phone"] = blame.or_fault("actor_phone_wrong", phone_of, "phone", cells["phone"])
    if "hours" in cells:
        values["hours"] = blame.or_fault("actor_hours_wrong", hours_of, "hours", cells["hours"]) or []
    _localized(values, "hours_note", "hours_note", cells, blame)
    uid = _uid("place_id", cells, blame, service, cells.get("canton", ""), cells.get("address", ""))
    return Record(uid, values, blame.sheet, blame.row)


def _uid(column: str, cells: Cells, blame: Blame, *names: str) -> str:
    given = cells.get(column, "")
    if given and not is_uid(given):
        blame.fault("actor_id_wrong", column, given)
    return given or uid_from(column, *names)


def _localized(values: dict[str, Any], column: str, start: str, cells: Cells, blame: Blame) -> None:
    said = {
        code: blame.line(f"{start}_{code}", cells[f"{start}_{code}"], LONGEST_TEXT)
        for code in ("es", "qu")
        if f"{start}_{code}" in cells
    }
    if said:
        values[column] = said


def _among(column: str, allowed: Sequence[str], cells: Cells, blame: Blame) -> str:
    typed = cells[column].casefold()
    if typed and typed not in allowed:
        blame.fault("actor_not_among", column, typed)
    return typed if typed in allowed else ""


def _several(column: str, reader: Callable[[str], str | None], cells: Cells, blame: Blame) -> list[str]:
    typed = [each.strip() for each in cells[column].replace("|", ";").replace(",", ";").split(";")]
    found = [blame.or_fault("actor_not_among", reader, column, each) for each in typed if each]
    return list(dict.fromkeys(filter(None, found)))


def language_of(said: str) -> str | None:
    """A language of service."""
    plain = said.strip().casefold()
    usual = {
        "spa": "es",
        "que": "qu",
        "qug": "qu",
        "qu-ec": "qu",
        "es-ec": "es",
        "kichwa": "qu",
        "eng": "en",
        "hat": "ht",
    }
    found = usual.get(plain, plain)
    return found if found in LANGUAGES else None


def day_of(said: str) -> date | None:
    """A day, as computers write it."""
    try:
        return date.fromisoformat(said.strip()[:10])
    except ValueError:
        return None


def hours_of(said: str) -> list[dict[str, Any]] | None:
    """Hours of opening."""
    try:
        return read_hours(said)
    except ValueError:
        return None


def _yes(said: str) -> str | None:
    plain = said.casefold()
    if plain in ("yes", "true", "1", "si", "sí", "x"):
        return "yes"
    return "no" if plain in ("no", "false", "0") else None


# Writing


def write_table(actors: Iterable[Record], *, tagged: bool = False) -> bytes:
    """A row for each place; of a service without a place, one without it. Nothing in it runs in a spreadsheet."""
    file = io.StringIO()
    lines = csv.writer(file, lineterminator="\n")
    tags = COLUMNS | (WHERE if tagged else {})
    lines.writerow(tags)
    if tagged:
        lines.writerow(tags.values())
    for cells in _cells(actors):
        lines.writerow([harmless(cells.get(column, "")) for column in tags])
    return file.getvalue().encode()


def _cells(actors: Iterable[Record]) -> Iterator[dict[str, str]]:
    for actor in actors:
        of_actor = {
            "actor_id": actor.uid,
            "actor_name": actor.values["name"],
            "actor_kind": actor.values["kind"],
            **_written("actor_description", actor.values["description"]),
            "website": actor.values["website"] or "",
            "email": actor.values["email"] or "",
        }
        for service in actor.parts:
            of_service = of_actor | _cells_of_service(service)
            for place in service.parts:
                yield of_service | _cells_of_place(place)
            if not service.parts:
                yield of_service


def _cells_of_service(service: Record) -> dict[str, str]:
    values = service.values
    verified = values["verified_on"]
    return {
        "service_id": service.uid,
        **_written("service_name", values["name"]),
        **_written("service_description", values["description"]),
        "needs": "; ".join(values["needs"]),
        "languages": "; ".join(values["languages"]),
        **_written("requirements", values["requirements"]),
        **_written("cost", values["cost"]),
        "status": values["status"],
        "protection": "yes" if values["protection"] else "no",
        "verified_on": verified.isoformat() if verified else "",
        "sector": "; ".join(dict.fromkeys(SECTORS[need] for need in values["needs"] if need in SECTORS)),
        "province": "Imbabura",
    }


def _cells_of_place(place: Record) -> dict[str, str]:
    values, canton = place.values, place.values["canton"]
    return {
        "place_id": place.uid,
        "canton": canton,
        "canton_name": canton_name(canton),
        "canton_code": f"EC{CANTONS[canton][1]}" if canton in CANTONS else "",
        "address": values["address"],
        "latitude": "" if values["latitude"] is None else f"{values['latitude']:.6f}",
        "longitude": "" if values["longitude"] is None else f"{values['longitude']:.6f}",
        "phone": values["phone"] or "",
        "hours": write_hours(values["hours"]),
        **_written("hours_note", values["hours_note"]),
    }


def _written(start: str, localized: Mapping[str, str]) -> dict[str, str]:
    return {f"{start}_{code}": localized.get(code, "") for code in ("es", "qu")}
