"""The open data of a brief: protected counts with their dictionary, and the script that recomputes every number.

The description follows Tabular Data Package 1 (specs.frictionlessdata.io/tabular-data-package).
"""

import io
import json
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from deliberation.council.brief import Brief
from deliberation.council.brief_tables import Field, PackageTable, tables_of
from i18n.translator import Translator
from surveys.exporting.archive import Archive

SCRIPT = Path(__file__).with_name("recompute.py")
LANGUAGES = ("es", "qu")
LICENCE = {
    "name": "CC-BY-4.0",
    "path": "https://creativecommons.org/licenses/by/4.0/",
    "title": "Creative Commons Attribution 4.0",
}
README = ("what", "run", "withheld", "weighted", "order", "licence")
"""Its sentences, in this order."""


def render_package(briefs: Sequence[Brief], translator: Translator) -> bytes:
    """The package of a brief in Spanish and Kichwa. The same brief gives the same bytes."""
    spanish, kichwa = briefs
    tables = tables_of(spanish, kichwa)
    files = {f"data/{table.name}.csv": table.csv() for table in tables}
    files["data/dictionary.csv"] = _dictionary(tables, translator).csv()
    described = (*tables, _dictionary(tables, translator))
    content = io.BytesIO()
    with Archive(content) as archive:
        archive.add_bytes("README.md", _readme(briefs, translator).encode())
        archive.add_bytes("datapackage.json", _description(spanish, described, files, translator))
        archive.add_bytes("recompute.py", SCRIPT.read_bytes())
        for name, file in files.items():
            archive.add_bytes(name, file)
    return content.getvalue()


def _dictionary(tables: Sequence[PackageTable], translator: Translator) -> PackageTable:
    fields = (
        Field("table", needed=True),
        Field("field", needed=True),
        Field("type", needed=True),
        Field("meaning_es"),
        Field("meaning_qu"),
    )
    rows = tuple(
        (
            f"{table.name}.csv",
            field.name,
            field.type,
            *(_meaning(field.name, translator, language) for language in LANGUAGES),
        )
        for table in tables
        for field in table.fields
    )
    return PackageTable("dictionary", fields, ("table", "field"), rows)


def _description(
    brief: Brief, tables: Sequence[PackageTable], files: dict[str, bytes], translator: Translator
) -> bytes:
    described = {
        "profile": "tabular-data-package",
        "name": "rimay-brief",
        "title": brief.title,
        "description": translator.text("brief.readme_what", "es", title=brief.title),
        "version": brief.made.isoformat(),
        "created": f"{brief.made.isoformat()}T00:00:00Z",
        "licenses": [LICENCE],
        "contributors": [{"title": brief.unit, "role": "publisher"}],
        "resources": [_resource(table, files[f"data/{table.name}.csv"], translator) for table in tables],
    }
    return (json.dumps(described, ensure_ascii=False, indent=2) + "\n").encode()


def _resource(table: PackageTable, content: bytes, translator: Translator) -> dict[str, Any]:
    fields = [
        {
            "name": field.name,
            "type": field.type,
            "description": _meaning(field.name, translator, "es"),
            **({"constraints": {"required": True}} if field.needed else {}),
        }
        for field in table.fields
    ]
    return {
        "profile": "tabular-data-resource",
        "name": table.name,
        "path": f"data/{table.name}.csv",
        "description": translator.text("brief.table_" + table.name, "es"),
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": "sha256:" + sha256(content).hexdigest(),
        "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "quoteChar": '"', "doubleQuote": True},
        "schema": {"fields": fields, "primaryKey": list(table.key), "missingValues": [""]},
    }


def _meaning(field: str, translator: Translator, language: str) -> str:
    """What a column holds; one that ends in a language says in which."""
    name, _, ending = field.rpartition("_")
    if ending not in LANGUAGES or not name:
        return translator.text("brief.field_" + field, language)
    said = translator.text("brief.field_text_" + name, language)
    return f"{said} ({translator.text('brief.in_' + ending, language)})"


def _readme(briefs: Sequence[Brief], translator: Translator) -> str:
    parts = []
    for brief in briefs:
        say = translator.text
        lines = [f"# {brief.title}", say("brief.footer", brief.language, unit=brief.unit, title=brief.title,
                                        day=brief.made.isoformat())]  # fmt: skip
        lines += [say("brief.readme_" + name, brief.language, title=brief.title) for name in README]
        parts.append("\n\n".join(lines))
    return "\n\n---\n\n".join(parts) + "\n"
