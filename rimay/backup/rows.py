"""Rows as a backup writes them: plain values, the same whichever database they come from or go to."""

import base64
import json
import math
from collections.abc import Callable
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    ColumnElement,
    Connection,
    Date,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    cast,
    event,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.sql.elements import BindParameter
from sqlalchemy.types import TypeDecorator, TypeEngine

from core.tables import Moment

_REVISION = "alembic_version"


class Kind(StrEnum):
    """What a column holds."""

    YES_NO = "yes_no"
    INTEGER = "integer"
    REAL = "real"
    JSON = "json"
    BYTES = "bytes"
    MOMENT = "moment"
    DATE = "date"
    TEXT = "text"


_KINDS: tuple[tuple[type[TypeEngine[Any]], Kind], ...] = (
    (Boolean, Kind.YES_NO),
    (Integer, Kind.INTEGER),
    (Float, Kind.REAL),
    (JSON, Kind.JSON),
    (LargeBinary, Kind.BYTES),
    (DateTime, Kind.MOMENT),
    (Date, Kind.DATE),
    (String, Kind.TEXT),
)


class JsonText(TypeDecorator[str]):
    """JSON as its text, so that an empty column and a JSON null stay two things."""

    impl = Text
    cache_ok = True

    def column_expression(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        """As text on its way out."""
        return cast(column, Text)

    def bind_expression(self, bindvalue: BindParameter[Any]) -> ColumnElement[Any]:
        """As JSON on its way in."""
        return cast(bindvalue, JSONB)


def tables_of(connection: Connection) -> list[Table]:
    """The tables as the database has them, whatever its revision, those that others point to first."""
    metadata = MetaData()
    on_sqlite = connection.dialect.name == "sqlite"

    @event.listens_for(metadata, "column_reflect")
    def name_the_kind(_inspector: object, _table: object, column: dict[str, Any]) -> None:
        kind = _kind_of(column["type"])
        column["info"] = {"kind": kind}
        if kind is Kind.JSON:
            column["type"] = Text() if on_sqlite else JsonText()
        elif kind is Kind.MOMENT:
            column["type"] = Moment()

    metadata.reflect(connection, only=lambda name, _metadata: name != _REVISION)
    return metadata.sorted_tables


def columns_of(table: Table) -> dict[str, Kind]:
    """The columns of a table and what they hold."""
    return {column.name: column.info["kind"] for column in table.columns}


def _kind_of(stored: TypeEngine[Any]) -> Kind:
    for kept, kind in _KINDS:
        if isinstance(stored, kept):
            return kind
    raise TypeError(f"a backup does not know how to keep {stored!r}")


def written(kind: Kind, value: Any) -> Any:
    """A value of the database as JSON has it."""
    match kind, value:
        case _, None:
            return None
        case Kind.BYTES, _:
            return base64.b64encode(value).decode()
        case Kind.MOMENT | Kind.DATE, _:
            return value.isoformat()
    return value


def read(kind: Kind, value: Any) -> Any:
    """The value of the database again. Raises ValueError for what no column of this kind could have held."""
    return None if value is None else _READERS[kind](value)


def _read_json(value: Any) -> str:
    text: str = _of(str)(value)
    json.loads(text, parse_constant=_refuse)
    return text


def _read_real(value: Any) -> float:
    number: float = _of(float)(value)
    if not math.isfinite(number):
        raise ValueError("not a number that JSON knows")
    return number


def _read_moment(value: Any) -> datetime:
    moment = datetime.fromisoformat(_of(str)(value))
    if moment.tzinfo is None:
        raise ValueError("a moment without a zone")
    return moment


def _of(kind: type[Any]) -> Callable[[Any], Any]:
    def same(value: Any) -> Any:
        if type(value) is not kind:
            raise ValueError("a value of another kind")
        return value

    return same


def _refuse(_constant: str) -> Any:
    raise ValueError("not a number that JSON knows")


_READERS: dict[Kind, Callable[[Any], Any]] = {
    Kind.YES_NO: _of(bool),
    Kind.INTEGER: _of(int),
    Kind.REAL: _read_real,
    Kind.JSON: _read_json,
    Kind.BYTES: lambda value: base64.b64decode(_of(str)(value), validate=True),
    Kind.MOMENT: _read_moment,
    Kind.DATE: lambda value: date.fromisoformat(_of(str)(value)),
    Kind.TEXT: _of(str),
}
