"""The actor map as JSON of Open Referral's HSDS 3: organisations with their services, or services with theirs.

Read are a list, one object, or a page of an interface with `contents`. Persons (`contacts` and the like) are left out.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from math import isfinite
from typing import Any

from core.errors import Fault
from deliberation.actors.hsds_places import PLACE
from deliberation.actors.hsds_values import ACTOR, SERVICE, Column, Raw, objects_of
from deliberation.actors.records import Blame, Record, is_uid
from deliberation.actors.spreadsheet import LARGEST

VERSION = "3.1"
_DEEPEST = 24
_MOST_PARTS = 200_000
_PERSONS = ("contact", "contacts", "attention", "assurer_email", "updated_by")
"""Who is to be called, to whose attention a letter goes, who assured a service, who changed an entry."""
_KINDS: dict[str, tuple[Mapping[str, Column], Raw]] = {
    "actor": (ACTOR, {"description": ""}),
    "service": (SERVICE, {"status": "active"}),
    "place": (PLACE, {}),
}
"""How each is read and written, and what HSDS requires of it that nobody here may have said."""
_PARTS = ("services", "service_at_locations", "organization")


def read_hsds(content: bytes, name: str) -> tuple[list[Record], list[Fault], int]:
    """The records of a file, all that is wrong with it, and how many contact persons were left out."""
    faults: list[Fault] = []
    whole = _parsed(content)
    objects = _objects(whole)
    if objects is None or not _is_tame(whole):
        return [], [Fault("actor_file_unreadable", name)], 0
    left_out = _leave_out_persons(whole)
    actors: dict[str, Record] = {}
    for number, raw in enumerate(objects, start=1):
        blame = Blame(faults, name, number)
        if "organization" in raw or "service_at_locations" in raw:
            _add_service(actors, raw, blame)
            continue
        actor = _record(raw, ACTOR, blame)
        known = actors.setdefault(actor.uid, actor)
        if known is not actor:
            blame.fault("actor_id_repeated", "id", actor.uid)
        known.parts += [_service(each, blame) for each in objects_of(raw, "services", blame)]
    if not objects:
        faults.append(Fault("actor_file_empty", name))
    return list(actors.values()), faults, left_out


def _add_service(actors: dict[str, Record], raw: Raw, blame: Blame) -> None:
    """A service that tells whose it is."""
    organization = raw.get("organization")
    if not isinstance(organization, dict):
        blame.fault("actor_cell_missing", "organization")
        return
    actor = _record(organization, ACTOR, blame)
    actors.setdefault(actor.uid, actor).parts.append(_service(raw, blame))


def _parsed(content: bytes) -> Any:
    if len(content) > LARGEST:
        return None
    try:
        return json.loads(content.decode("utf-8-sig"), parse_constant=_no_number)
    except (ValueError, RecursionError):
        return None


def _no_number(said: str) -> float:
    raise ValueError(said)


def _objects(whole: Any) -> list[Raw] | None:
    if isinstance(whole, dict):
        for name in ("contents", "organizations", "services"):
            if isinstance(whole.get(name), list) and "id" not in whole:
                return _objects(whole[name])
        return [whole] if "id" in whole else None
    if isinstance(whole, list) and all(isinstance(each, dict) for each in whole):
        return whole
    return None


def _is_tame(whole: Any) -> bool:
    """Neither too deep nor too much, and no sign or number in it that a database refuses."""
    waiting, parts = [(whole, 0)], 0
    while waiting:
        value, depth = waiting.pop()
        parts += 1
        if depth > _DEEPEST or parts > _MOST_PARTS:
            return False
        if isinstance(value, dict):
            waiting += [(each, depth + 1) for each in (*value, *value.values())]
        elif isinstance(value, list):
            waiting += [(each, depth + 1) for each in value]
        elif not _may_be_kept(value):
            return False
    return True


def _may_be_kept(value: object) -> bool:
    match value:
        case str():
            return "\0" not in value and _is_whole(value)
        case float():
            return isfinite(value)  # 1e999 is not
    return True


def _is_whole(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:  # half of a pair of surrogates
        return False
    return True


def _leave_out_persons(value: Any) -> int:
    """Take them out wherever they stand; how many there were."""
    count, waiting = 0, [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            for name in _PERSONS:
                gone = each.pop(name, None)
                count += len(gone) if isinstance(gone, list) else bool(gone)
            waiting += each.values()
        elif isinstance(each, list):
            waiting += each
    return count


def _record(raw: Raw, columns: Mapping[str, Column], blame: Blame) -> Record:
    uid = raw.get("id")
    if not isinstance(uid, str) or not is_uid(uid):
        blame.fault("actor_id_wrong", "id", uid)
        uid = f"?{id(raw)}"
    values = {column: each.read(raw, blame) for column, each in columns.items()}
    extra = {name: value for name, value in raw.items() if name not in _PARTS}
    return Record(uid, {**values, "extra": extra}, blame.sheet, blame.row)


def _service(raw: Raw, blame: Blame) -> Record:
    record = _record(raw, SERVICE, blame)
    for each in objects_of(raw, "service_at_locations", blame):
        # What is said of the service as a whole holds at each place that says nothing of it.
        place = _record({**_inherited(raw, each), **each}, PLACE, blame)
        place.values["extra"] = each
        record.parts.append(place)
    return record


def _inherited(service: Raw, place: Raw) -> Raw:
    location = place.get("location") if isinstance(place.get("location"), dict) else {}
    return {
        name: service[name]
        for name in ("phones", "schedules")
        if name in service and name not in place and not (location or {}).get(name)
    }


def write_hsds(actors: Iterable[Record]) -> bytes:
    """All organisations, each with its services and their places, as one page of an HSDS interface."""
    contents = list(_written_actors(actors))
    page = {
        "hsds_version": VERSION,
        "total_items": len(contents),
        "total_pages": 1,
        "page_number": 1,
        "size": len(contents),
        "first_page": True,
        "last_page": True,
        "empty": not contents,
        "contents": contents,
    }
    return json.dumps(page, ensure_ascii=False, indent=1, sort_keys=False).encode() + b"\n"


def _written_actors(actors: Iterable[Record]) -> Iterator[Raw]:
    for actor in actors:
        written = _written(actor, "actor", {})
        written["services"] = [_written_service(service) for service in actor.parts]
        yield written


def written_alone(what: str, record: Record) -> Raw:
    """How an actor, a service or a place is written, without what belongs to it."""
    return _written(record, what, {})


def _written_service(service: Record) -> Raw:
    written = _written(service, "service", {})
    written["service_at_locations"] = [_written(place, "place", written) for place in service.parts]
    return written


def _written(record: Record, what: str, service: Raw) -> Raw:
    """The object as it came, with what reads differently by now."""
    columns, required = _KINDS[what]
    extra: Raw = record.values["extra"] or required
    raw: Raw = {**deepcopy(extra), "id": record.uid}
    for column, each in columns.items():
        value, blame = record.values[column], Blame([])
        if each.read({**_inherited(service, raw), **raw}, blame) != value or blame.faults:
            each.write(raw, value)
    return raw
