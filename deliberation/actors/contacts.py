"""Telephones, addresses on the web, points on the map, as the actor map keeps them. Pure.

Each gives None for what is none of these.
"""

import re
from urllib.parse import urlsplit

import phonenumbers

REGION = "EC"
_EMAIL = re.compile(r"[^@\s]{1,64}@[a-z0-9-]+(\.[a-z0-9-]+)+", re.IGNORECASE)
_LATITUDES, _LONGITUDES = (-5.1, 1.8), (-92.1, -75.1)
"""Ecuador with its islands: a place outside is one whose numbers were exchanged or mistyped."""


def phone_of(typed: str) -> str | None:
    """In the international form without spaces. A spreadsheet takes the plus sign away: it is put back."""
    text = typed.strip().removeprefix("'")
    digits = re.sub(r"\D", "", text)
    if digits.startswith("593") and len(digits) in (11, 12):
        text = "+" + digits
    try:
        number = phonenumbers.parse(text, REGION)
    except phonenumbers.NumberParseException:
        return None
    if number.extension or not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def written_phone(phone: str) -> str:
    """As people read it, and as telephones recognise it in a text."""
    try:
        number = phonenumbers.parse(phone, REGION)
    except phonenumbers.NumberParseException:
        return phone
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def website_of(typed: str) -> str | None:
    """With http or https, and a host; no other scheme."""
    text = typed.strip()
    if "://" not in text and not text.lower().startswith(("javascript:", "data:", "mailto:", "tel:")):
        text = "https://" + text
    try:
        parts = urlsplit(text)
        fits = parts.scheme in ("http", "https") and "." in (parts.hostname or "") and parts.username is None
    except ValueError:
        return None
    return text if fits and len(text) <= 512 and not re.search(r"\s", text) else None


def email_of(typed: str) -> str | None:
    """Of a body."""
    text = typed.strip()
    return text if len(text) <= 254 and _EMAIL.fullmatch(text) else None


def point_of(latitude: object, longitude: object) -> tuple[float, float] | None:
    """A point in Ecuador."""
    try:
        north, east = float(str(latitude).replace(",", ".")), float(str(longitude).replace(",", "."))
    except ValueError:
        return None
    inside = _LATITUDES[0] <= north <= _LATITUDES[1] and _LONGITUDES[0] <= east <= _LONGITUDES[1]
    return (north, east) if inside else None


def map_link(latitude: float, longitude: float) -> str:
    """Where a map shows the point."""
    return f"https://www.openstreetmap.org/?mlat={latitude:.5f}&mlon={longitude:.5f}#map=17/{latitude:.5f}/{longitude:.5f}"
