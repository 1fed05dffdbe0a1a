"""Files brought into the actor map and taken out of it. Looked at before anything is written; nothing half-written.

What a file does not speak of stays: a service that is not given any more is ended, not left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.audit import note_act
from core.clock import now
from core.errors import Fault, InvalidInput
from deliberation.actors.hsds import read_hsds, write_hsds, written_alone
from deliberation.actors.records import Record, find_repeated, merged
from deliberation.actors.spreadsheet import read_table, write_table
from deliberation.actors.tables import Actor, Service, ServicePlace

_IMPORTING = 7274338
"""PostgreSQL's lock for it."""
FORMATS = {"csv": "csv", "hsds": "json", "hxl": "hxl.csv"}
"""Each with the ending of its file."""
_COLUMNS: dict[type[Actor | Service | ServicePlace], tuple[str, ...]] = {
    Actor: ("name", "description", "kind", "website", "email", "extra"),
    Service: (
        "name",
        "description",
        "needs",
        "languages",
        "requirements",
        "cost",
        "status",
        "protection",
        "verified_on",
        "extra",
    ),
    ServicePlace: (
        "canton",
        "address",
        "latitude",
        "longitude",
        "phone",
        "hours",
        "hours_note",
        "extra",
    ),
}
_USUAL: dict[str, Any] = {
    "kind": "public",
    "status": "active",
    "canton": "all",
    "address": "",
    "protection": False,
    "needs": [],
    "languages": [],
    "hours": [],
    "website": None,
    "email": None,
    "phone": None,
    "latitude": None,
    "longitude": None,
    "verified_on": None,
}


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A file as it was read: its records, or all its faults; how many contact persons were left out of it."""

    records: list[Record]
    faults: tuple[Fault, ...]
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Change:
    """What a file would do to one thing: actor, service or place; new, changed or same; and in which columns."""

    what: str
    how: str
    name: dict[str, str]
    columns: tuple[str, ...] = ()


def read_file(content: bytes, name: str) -> ReadFile:
    """By its content, whatever it is called."""
    start = content.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    left_out = 0
    if not start:
        return ReadFile([], (Fault("actor_file_empty", name),))
    if start in (b"{", b"["):
        records, faults, left_out = read_hsds(content, name)
    else:
        records, faults = read_table(content, name)
    if not records and not faults:
        faults.append(Fault("actor_file_empty", name))
    return ReadFile(records, (*faults, *find_repeated(records)), left_out)


def preview(db: Session, read: ReadFile) -> list[Change]:
    """What applying it would change. Raises InvalidInput with all that is wrong."""
    return _Import(db, read, writing=False).changes


def apply(db: Session, read: ReadFile, *, account_id: int | None) -> list[Change]:
    """Write all of it; the second time nothing changes. Raises InvalidInput with all that is wrong, nothing written."""
    _take_turns(db)
    done = _Import(db, read, writing=True).changes
    if any(change.how != "same" for change in done):
        note_act(db, account_id, "import", "actor_map", None)
    return done


def _take_turns(db: Session) -> None:
    """Who imports the same file at the same moment waits, and then finds it there. SQLite has one writer."""
    if db.get_bind().dialect.name == "postgresql":
        db.execute(select(func.pg_advisory_xact_lock(_IMPORTING)))


class _Import:
    """Holds the records of a file against the rows that are there."""

    def __init__(self, db: Session, read: ReadFile, *, writing: bool) -> None:
        self._db, self._writing = db, writing
        self.changes: list[Change] = []
        faults = [*read.faults, *self._misplaced(read.records)]
        if faults:
            raise InvalidInput(tuple(faults))
        for actor in read.records:
            self._put(Actor, actor, {}, {"es": actor.values["name"]})

    def _misplaced(self, records: Sequence[Record]) -> list[Fault]:
        """An identifier that already stands for something of somebody else's."""
        parts = [(part, actor) for actor in records for part in actor.parts]
        places = [(place, service) for service, _ in parts for place in service.parts]
        own = self._owners(select(Service.uid, Actor.uid).join(Actor, Actor.id == Service.actor_id))
        located = self._owners(
            select(ServicePlace.uid, Service.uid).join(Service, Service.id == ServicePlace.service_id)
        )
        return [
            Fault("actor_service_of_two", record.sheet, record.row, "id", {"value": record.uid})
            for pairs, known in ((parts, own), (places, located))
            for record, owner in pairs
            if known.get(record.uid, owner.uid) != owner.uid
        ]

    def _owners(self, query: Any) -> dict[str, str]:
        rows: list[Any] = list(self._db.execute(query))
        return dict(rows)

    def _put(
        self,
        table: type[Actor | Service | ServicePlace],
        record: Record,
        owner: dict[str, int],
        name: dict[str, str],
    ) -> None:
        row: Any = self._db.scalar(select(table).where(table.uid == record.uid))
        how, columns = "same", self._differences(table, record, row)
        if row is None:
            how = "new"
        elif columns:
            how = "changed"
        self.changes.append(Change(_WHAT[table], how, name, columns if how == "changed" else ()))
        row_id = row.id if row is not None else 0
        if self._writing and how != "same":
            row_id = self._write(table, record, row, owner)
        for part in record.parts:
            if table is Actor:
                self._put(Service, part, {"actor_id": row_id}, part.values["name"])
            else:
                self._put(ServicePlace, part, {"service_id": row_id}, name)

    def _differences(
        self, table: type[Actor | Service | ServicePlace], record: Record, row: Any
    ) -> tuple[str, ...]:
        if row is None:
            return ()
        return tuple(
            column
            for column in _COLUMNS[table]
            if column in record.values
            and getattr(row, column) != (becomes := _becomes(record, row, column))
            and not (column == "extra" and becomes == self._as_others_read_it(table, record, row))
        )

    def _as_others_read_it(
        self, table: type[Actor | Service | ServicePlace], record: Record, row: Any
    ) -> dict[str, Any]:
        """How the row leaves once it says what the record says: where that came back, nothing is new in it."""
        columns = (column for column in _COLUMNS[table] if column != "extra")
        values = {column: getattr(row, column) for column in columns}
        values |= {column: _becomes(record, row, column) for column in values if column in record.values}
        return written_alone(_WHAT[table], Record(record.uid, {**values, "extra": row.extra}))

    def _write(
        self,
        table: type[Actor | Service | ServicePlace],
        record: Record,
        row: Any,
        owner: dict[str, int],
    ) -> int:
        new = row is None
        row = table(uid=record.uid, **owner) if new else row
        for column in _COLUMNS[table]:
            if new or column in record.values:
                setattr(row, column, _becomes(record, None if new else row, column))
        if table is not ServicePlace:
            row.changed_at = now()
        self._db.add(row)
        self._db.flush()
        return int(row.id)


_WHAT: dict[type[Actor | Service | ServicePlace], str] = {
    Actor: "actor",
    Service: "service",
    ServicePlace: "place",
}


def _becomes(record: Record, row: Any, column: str) -> Any:
    """What a column is after the import. A text in a language that the file does not know, stays."""
    said = record.values.get(column, _USUAL.get(column, {}))
    if isinstance(said, dict) and column != "extra":
        return merged({} if row is None else getattr(row, column), said)
    return said


def take_out(db: Session) -> list[Record]:
    """All that is there, as records."""
    places = _grouped(db, ServicePlace, "service_id")
    services = _grouped(db, Service, "actor_id")
    found = []
    for row in db.scalars(select(Actor).order_by(Actor.name, Actor.uid)):
        actor = _record(Actor, row)
        for service_row in services.get(row.id, ()):
            service = _record(Service, service_row)
            service.parts = [_record(ServicePlace, each) for each in places.get(service_row.id, ())]
            actor.parts.append(service)
        found.append(actor)
    return found


def _grouped(db: Session, table: Any, column: str) -> dict[int, list[Any]]:
    grouped: dict[int, list[Any]] = {}
    for row in db.scalars(select(table).order_by(table.id)):
        grouped.setdefault(getattr(row, column), []).append(row)
    return grouped


def _record(table: type[Actor | Service | ServicePlace], row: Any) -> Record:
    return Record(row.uid, {column: getattr(row, column) for column in _COLUMNS[table]})


def write_file(records: Sequence[Record], form: str) -> bytes:
    """In one of FORMATS."""
    return write_hsds(records) if form == "hsds" else write_table(records, tagged=form == "hxl")
