"""A list of choices or data in a file of its own → its rows. CSV, XML and GeoJSON, as ODK has them."""

import csv
import io
import json
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from core.errors import Fault
from surveys.xlsform.archive import MOST_ROWS

LIST_TYPES = {".csv": "text/csv", ".xml": "application/xml", ".geojson": "application/geo+json"}
"""Endings of files that hold lists → their media type."""

Row = Mapping[str, str]


class UnreadableList(Exception):
    """The file is not the list that its name announces, or a trap."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.code)
        self.fault = fault


def is_list(file_name: str) -> bool:
    """Whether a name is that of a list."""
    return _suffix(file_name) in LIST_TYPES


def rows_of(file_name: str, content: bytes) -> list[Row]:
    """The rows of a list, by column. Raises UnreadableList."""
    try:
        rows = list(_READERS[_suffix(file_name)](content))
    except UnicodeDecodeError as error:
        raise UnreadableList(Fault("file_not_utf8", params={"file": file_name})) from error
    except (ParseError, DefusedXmlException, csv.Error, ValueError, LookupError, TypeError) as error:
        raise UnreadableList(Fault("file_not_a_list", params={"file": file_name})) from error
    except (AttributeError, RecursionError) as error:  # JSON of another shape than GeoJSON, or without end
        raise UnreadableList(Fault("file_not_a_list", params={"file": file_name})) from error
    if len(rows) > MOST_ROWS:
        raise UnreadableList(Fault("file_too_long", params={"file": file_name, "limit": MOST_ROWS}))
    return rows


def _suffix(file_name: str) -> str:
    return PurePosixPath(file_name).suffix.lower()


def _csv_rows(content: bytes) -> Iterable[Row]:
    """Spreadsheets of this country write semicolons; ODK takes them too where the first line has them."""
    text = content.decode("utf-8-sig")
    if "\0" in text:
        raise ValueError("not a text")
    first = text.partition("\n")[0]
    delimiter = ";" if ";" in first and "," not in first else ","
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    for row in reader:
        yield {key.strip(): value or "" for key, value in row.items() if isinstance(key, str)}


def _xml_rows(content: bytes) -> Iterable[Row]:
    for item in fromstring(content, forbid_dtd=True).iter("item"):
        yield {child.tag: (child.text or "").strip() for child in item}


def _geojson_rows(content: bytes) -> Iterable[Row]:
    for feature in json.loads(content.decode("utf-8-sig"))["features"]:
        columns = {"id": feature.get("id", "")} | (feature.get("properties") or {})
        yield {key: "" if value is None else str(value) for key, value in columns.items()} | _place(feature)


def _place(feature: Mapping[str, Any]) -> dict[str, str]:
    """The point of a feature as ODK writes it: latitude, longitude, altitude, accuracy."""
    geometry = feature.get("geometry") or {}
    if geometry.get("type") != "Point":
        return {}
    longitude, latitude, *_ = geometry["coordinates"]
    return {"geometry": f"{float(latitude)} {float(longitude)} 0 0"}


_READERS = {".csv": _csv_rows, ".xml": _xml_rows, ".geojson": _geojson_rows}
