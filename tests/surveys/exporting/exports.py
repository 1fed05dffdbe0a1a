"""A consultation that is exported, and the file that comes out."""

import csv
import io
from collections.abc import Sequence
from typing import Any
from zipfile import ZipFile

from sqlalchemy.orm import Session

from core.database import Database
from i18n.translator import Translator
from surveys.exporting.formats import Format, dictionary_for, write_export
from surveys.exporting.plan import Options, Plan, plan_of
from surveys.questionnaire import Node
from surveys.versioning.change_sentences import change_sentence
from tests.surveys.consulting import Sent, hold_consultation
from tests.surveys.people import questionnaire

_TRANSLATOR = Translator()


async def exported(
    database: Database, form: Format, people: Sequence[Sent], *nodes: Node, **options: Any
) -> bytes:
    """What the answers of some people to a new questionnaire are as a file."""
    consultation = await database.run(hold_consultation, questionnaire(*nodes), people)
    return await export(database, form, consultation, **options)


async def export(database: Database, form: Format, consultation: int, **options: Any) -> bytes:
    """A consultation as a file."""

    def write(db: Session) -> bytes:
        file = io.BytesIO()
        write_export(db, planned(db, consultation, **options), form, file)
        return file.getvalue()

    return await database.read(write)


async def dictionary(
    database: Database, consultation: int, form: Format = Format.CSV, **options: Any
) -> list[dict[str, str]]:
    """The dictionary beside a file."""
    content = await database.read(lambda db: dictionary_for(planned(db, consultation, **options), form))
    return read_csv(content)


def planned(db: Session, consultation: int, **options: Any) -> Plan:
    """An export in Spanish."""
    say = lambda change: change_sentence(change, _TRANSLATOR, "es")  # noqa: E731
    return plan_of(db, consultation, Options(**options), say=say)


def read_csv(content: bytes) -> list[dict[str, str]]:
    """The rows of a CSV file by the names of its header."""
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def unpacked(content: bytes) -> dict[str, bytes]:
    """The files of an archive."""
    with ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
