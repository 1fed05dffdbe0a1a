"""The file of a pool: a row a person, a column a category of the quotas. Other columns are not read."""

from pathlib import Path

from core.errors import Fault, InvalidInput
from deliberation.csv_rows import Header, Row, read_header, read_rows
from deliberation.lottery.alike import UNCOUNTED
from deliberation.lottery.quotas import Quotas, read_quotas
from deliberation.maths.lottery.people import Person

IDS = ("id", "nationbuilder_id")


def read_draw(
    quotas: Path, pool: Path, household: str | None = None, *, alike: bool = False
) -> tuple[Quotas, tuple[Person, ...]]:
    """The quotas and the people they are about; `household` names the column by which people live together.

    alike: whether the draw counts people alike, so that no quota may have the name of what it does not count
    Raises InvalidInput with all faults of both files.
    """
    faults: list[Fault] = []
    wanted = read_quotas(quotas, faults)
    if alike and any(quota.feature == UNCOUNTED for quota in wanted.quotas):
        faults.append(Fault("quota_uncounted", quotas.name, params={"value": UNCOUNTED}))
    people = _read_people(pool, wanted, household, faults)
    if faults:
        raise InvalidInput(tuple(faults))
    return wanted, people


def _read_people(
    path: Path, quotas: Quotas, household: str | None, faults: list[Fault]
) -> tuple[Person, ...]:
    known = not faults  # a quota that could not be read would be missing for everybody it is about
    required = (*quotas.categories, *((household,) if household else ()))
    header = read_header(path, required, faults, optional=IDS)
    if header is None:
        return ()
    people: dict[str, Person] = {}
    column = _column_of_ids(header)
    for number, row in enumerate(read_rows(path, header, faults), start=1):
        id = row.cells[column] if column else str(number)
        if not id or not id.isprintable():
            faults.append(Fault("pool_id_missing", path.name, row.line, column))
        elif id in people:
            faults.append(Fault("pool_id_twice", path.name, row.line, column))
        if _counted(row, quotas, faults, known=known):
            people[id] = quotas.person(id, row.cells, row.cells[household] if household else "")
    if not people and not faults:
        faults.append(Fault("pool_none", path.name))
    return tuple(people.values())


def _column_of_ids(header: Header) -> str | None:
    """Without one, people are numbered by row."""
    return next((name for name in IDS if name in header.names), None)


def _counted(row: Row, quotas: Quotas, faults: list[Fault], *, known: bool) -> bool:
    """Whether there is a quota for every feature of the person. The fault does not say what the cell holds."""
    unknown = [
        category for category in quotas.categories if (category, row.cells[category]) not in quotas.place
    ]
    if known:
        faults += (Fault("pool_feature_unknown", row.file, row.line, category) for category in unknown)
    return not unknown
