"""Who is asked, by what people share and never by who they are. Pure: values in, values out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any

from core.errors import Fault, InvalidInput
from surveys.questionnaire import Keep

LANGUAGES = ("es", "qu")
MOST_VALUES = 200
"""Of one criterion: nobody chooses more, and a query has its limits."""
LONGEST_VALUE = 255


@dataclass(frozen=True, slots=True)
class Audience:
    """People who fit one of the values of each criterion that is set. None is set: everyone.

    finished    came to the end of one of these consultations
    silent      were asked in one of these, and did not begin
    unfinished  began one of these, and did not come to the end
    invited     were invited to one of these assemblies
    newcomers   were never asked anything yet
    """

    languages: tuple[str, ...] = ()
    cantons: tuple[str, ...] = ()
    ages: tuple[str, ...] = ()
    genders: tuple[str, ...] = ()
    situations: tuple[str, ...] = ()
    finished: tuple[int, ...] = ()
    silent: tuple[int, ...] = ()
    unfinished: tuple[int, ...] = ()
    invited: tuple[int, ...] = ()
    newcomers: bool = False

    @property
    def is_everyone(self) -> bool:
        """Nothing narrows it."""
        return self == Audience()

    def bands(self) -> Iterator[tuple[Keep, tuple[str, ...]]]:
        """The bands of the profile that are asked for, with their values."""
        for name, keep in BAND_CRITERIA.items():
            if values := getattr(self, name):
                yield keep, values


BAND_CRITERIA: Mapping[str, Keep] = {
    "cantons": Keep.CANTON,
    "ages": Keep.AGE,
    "genders": Keep.GENDER,
    "situations": Keep.SITUATION,
}
TEXT_CRITERIA = ("languages", *BAND_CRITERIA)
CONSULTATION_CRITERIA = ("finished", "silent", "unfinished")
NUMBER_CRITERIA = (*CONSULTATION_CRITERIA, "invited")


def to_json(audience: Audience) -> dict[str, Any]:
    """The criteria that are set, as plain JSON values; `read_audience` reads them again."""
    found = {each.name: getattr(audience, each.name) for each in fields(audience)}
    return {
        name: list(value) if isinstance(value, tuple) else value for name, value in found.items() if value
    }


def read_audience(given: object) -> Audience:
    """An audience out of JSON values, each criterion sorted and said once. Raises InvalidInput with every fault."""
    if not isinstance(given, Mapping):
        raise InvalidInput((Fault("audience_unreadable"),))
    known = {each.name for each in fields(Audience)}
    faults = [
        Fault("audience_criterion_unknown", column=str(name)[:40]) for name in given if name not in known
    ]
    values: dict[str, Any] = {}
    for name in (*TEXT_CRITERIA, *NUMBER_CRITERIA):
        kind = str if name in TEXT_CRITERIA else int
        values[name] = _listed(name, given.get(name, []), kind, faults)
    newcomers = given.get("newcomers", False)
    if not isinstance(newcomers, bool):
        faults.append(Fault("audience_values", column="newcomers"))
    faults += [
        Fault("audience_language", column="languages", params={"value": code[:20]})
        for code in values["languages"]
        if code not in LANGUAGES
    ]
    if faults:
        raise InvalidInput(tuple(faults))
    return Audience(**values, newcomers=newcomers)


def _listed(name: str, given: object, kind: type, faults: list[Fault]) -> tuple[Any, ...]:
    """The values of one criterion; none, and a fault, where they are not what they should be."""
    if not isinstance(given, list) or not all(_fits(value, kind) for value in given):
        faults.append(Fault("audience_values", column=name))
        return ()
    if len(given) > MOST_VALUES:
        faults.append(Fault("audience_too_many", column=name, params={"limit": MOST_VALUES}))
        return ()
    return tuple(sorted(set(given)))


def _fits(value: object, kind: type) -> bool:
    if isinstance(value, str):
        return kind is str and 0 < len(value) <= LONGEST_VALUE and value.isprintable()
    return kind is int and isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**31
