"""The calendar file of a sitting (RFC 5545)."""

from datetime import timedelta

from icalendar import Calendar, Event

from deliberation.council.sittings import SittingCard
from i18n.localized import pick


def sitting_calendar(sitting: SittingCard, language: str, address: str) -> bytes:
    """A calendar that holds it already takes it out where it was cancelled. address: of its public page."""
    cancelled = sitting.state == "cancelled"
    event = Event()
    event.add("uid", f"sitting-{sitting.id}@rimay")
    event.add("dtstamp", sitting.convened_at or sitting.starts_at)
    event.add("sequence", int(cancelled))
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    event.add("dtstart", sitting.starts_at)
    event.add("dtend", sitting.starts_at + timedelta(minutes=sitting.minutes))
    event.add("summary", pick(sitting.title, language).text)
    points = (f"{number}. {pick(item.title, language).text}" for number, item in enumerate(sitting.items, 1))
    event.add("description", "\n".join(points))
    event.add("location", sitting.place)
    event.add("url", address)
    calendar = Calendar()
    calendar.add("prodid", "-//Rimay//ES")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if cancelled else "PUBLISH")
    calendar.add_component(event)
    return bytes(calendar.to_ical())
