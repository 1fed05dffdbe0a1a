"""The ledger of what draws have told: read anew each time, out of the files as they were sealed."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from deliberation.assemblies.draw_releases import Features, Release, Releases
from deliberation.assemblies.tables import Draw
from deliberation.lottery.alike import names_nobody


def read_releases(db: Session, threshold: int) -> tuple[Releases, dict[int, Release]]:
    """What all draws have told, in the order in which they were sealed; and what each of them may tell, by id.

    Whether a file is open is told by what is in it, not by what was meant when it was sealed.
    """
    releases, found = Releases(threshold), {}
    for draw_id, file in db.execute(select(Draw.id, Draw.file).order_by(Draw.id)):
        if file is not None:
            alone = names_nobody(file["types"], file["households"], threshold)
            found[draw_id] = releases.add(people_by_type(file["types"]), names_nobody=alone)
    return releases, found


def people_by_type(types: Iterable[Mapping[str, Any]]) -> Counter[Features]:
    """How many people count for the same, of the types of a file."""
    people: Counter[Features] = Counter()
    for each in types:
        people[frozenset(each["features"].items())] += len(each["people"])
    return people
