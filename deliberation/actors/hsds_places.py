"""What HSDS says of a service at a location: where, when, by which telephone. Column by column, as in `hsds_values`."""

import re
from typing import Any

from deliberation.actors.contacts import phone_of, point_of
from deliberation.actors.hours import Hours, read_days, tidy
from deliberation.actors.hsds_values import Column, Raw, objects_of, own_of, put, text_of, write_own
from deliberation.actors.needs import EVERYWHERE, canton_name, canton_of
from deliberation.actors.records import Blame, uid_from

_HOUR = re.compile(r"((?:[01]\d|2[0-3]):[0-5]\d|24:00)(?::\d\d)?(?:-05:00)?")


def _location(raw: Raw) -> Raw:
    value = raw.get("location")
    return value if isinstance(value, dict) else {}


def _address(raw: Raw, blame: Blame) -> Raw:
    return next(iter(objects_of(_location(raw), "addresses", blame)), {})


def _for_writing(raw: Raw) -> tuple[Raw, Raw]:
    """The location and its address, there if they were not."""
    new: Raw = {"id": uid_from("location", str(raw.get("id"))), "location_type": "physical"}
    location: Raw = raw.get("location") or new
    raw["location"] = location
    addresses = location["addresses"] = location.get("addresses") or []
    if not addresses:
        addresses.append(
            {
                "id": uid_from("address", str(raw.get("id"))),
                "address_1": "",
                "city": "",
                "state_province": "Imbabura",
                "postal_code": "",
                "country": "EC",
                "address_type": "physical",
            }
        )
    return location, addresses[0]


def _read_canton(raw: Raw, blame: Blame) -> str:
    if not isinstance(raw.get("location") or {}, dict):
        blame.fault("actor_cell_missing", "location")
    own = own_of(raw).get("canton")
    if isinstance(own, str) and canton_of(own):
        return canton_of(own) or EVERYWHERE
    if _location(raw).get("location_type") == "virtual":
        return EVERYWHERE
    address = _address(raw, blame)
    said = [str(address.get(name) or "") for name in ("city", "region", "state_province")]
    found = next(filter(None, map(canton_of, said)), None)
    if found is None:
        blame.fault("actor_canton_unknown", "location.addresses.city", said[0])
    return found or EVERYWHERE


def _write_canton(raw: Raw, canton: str) -> None:
    _, address = _for_writing(raw)
    address["city"] = canton_name(canton)
    if canton != EVERYWHERE and _location(raw).get("location_type") == "virtual":
        _location(raw)["location_type"] = "physical"
    write_own(raw, "canton", canton if canton == EVERYWHERE else "")


def _read_address(raw: Raw, blame: Blame) -> str:
    address = _address(raw, blame)
    parts = [text_of(address, name, blame, 255) for name in ("address_1", "address_2")]
    return blame.line("address_1", ", ".join(filter(None, parts)))


def _write_address(raw: Raw, value: str) -> None:
    _, address = _for_writing(raw)
    address["address_1"] = value
    address.pop("address_2", None)


def _read_coordinate(name: str, which: int) -> Column:
    def read(raw: Raw, blame: Blame) -> float | None:
        location = _location(raw)
        north, east = location.get("latitude"), location.get("longitude")
        if north is None and east is None:
            return None
        point = point_of(north, east)
        if point is None and which == 0:
            blame.fault("actor_point_wrong", "location.latitude", f"{north} {east}")
        return point[which] if point else None

    def write(raw: Raw, value: float | None) -> None:
        location, _ = _for_writing(raw)
        if value is None:
            location.pop(name, None)
        else:
            location[name] = value

    return Column(read, write)


def _nearest(raw: Raw, name: str, blame: Blame) -> list[Raw]:
    """Of the service there, else of the place."""
    return objects_of(raw, name, blame) or objects_of(_location(raw), name, blame)


def _read_phone(raw: Raw, blame: Blame) -> str | None:
    first = next(iter(_nearest(raw, "phones", blame)), None)
    if first is None:
        return None
    number = str(first.get("number") or "")
    found: str | None = blame.or_fault("actor_phone_wrong", phone_of, "phones.number", number)
    return found


def _write_phone(raw: Raw, value: str | None) -> None:
    holder = raw if raw.get("phones") or not _location(raw).get("phones") else _location(raw)
    others = (holder.get("phones") or [])[1:]
    first = (holder.get("phones") or [{"id": uid_from("phone", str(raw.get("id")))}])[0]
    put(holder, "phones", [{**first, "number": value}, *others] if value else others)


def _read_schedules(raw: Raw, blame: Blame) -> Hours:
    return tidy([span for each in _nearest(raw, "schedules", blame) if (span := _span_of(each))])


def _span_of(schedule: Raw) -> dict[str, Any] | None:
    """Hours of every week. None for others, which leave as they came: said in words, by the month, by other clocks."""
    opens, closes = (_hour(str(schedule.get(name) or "")) for name in ("opens_at", "closes_at"))
    weekly = schedule.get("freq", "WEEKLY") == "WEEKLY" and schedule.get("interval", 1) == 1
    if not weekly or not opens or not closes or closes <= opens:
        return None
    try:
        days = list(read_days(str(schedule.get("byday") or "").upper()))
    except ValueError:
        return None
    return {"days": days, "opens": opens, "closes": closes} if days else None


def _hour(said: str) -> str:
    """From "08:00", "08:00:00" or "08:00-05:00", which is how Ecuador's clocks go; empty for anything else."""
    match = _HOUR.fullmatch(said)
    return match[1] if match else ""


def _write_schedules(raw: Raw, hours: Hours) -> None:
    location = _location(raw)
    holder = raw if raw.get("schedules") or not location.get("schedules") else location
    kept = [each for each in holder.get("schedules") or [] if _span_of(each) is None]
    ours = [
        {
            "id": uid_from("schedule", str(raw.get("id")), str(number)),
            "freq": "WEEKLY",
            "byday": ",".join(each["days"]),
            "opens_at": each["opens"],
            "closes_at": each["closes"],
        }
        for number, each in enumerate(hours)
    ]
    put(holder, "schedules", kept + ours)


def _read_note(raw: Raw, blame: Blame) -> dict[str, str]:
    said = {code: text_of(own_of(raw), "hours_note_" + code, blame) for code in ("es", "qu")}
    return {code: text for code, text in said.items() if text}


def _write_note(raw: Raw, value: dict[str, str]) -> None:
    for code in ("es", "qu"):
        write_own(raw, "hours_note_" + code, value.get(code, ""))


PLACE = {
    "canton": Column(_read_canton, _write_canton),
    "address": Column(_read_address, _write_address),
    "latitude": _read_coordinate("latitude", 0),
    "longitude": _read_coordinate("longitude", 1),
    "phone": Column(_read_phone, _write_phone),
    "hours": Column(_read_schedules, _write_schedules),
    "hours_note": Column(_read_note, _write_note),
}
