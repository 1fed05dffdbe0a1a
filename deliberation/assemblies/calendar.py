"""The calendar file of an assembly, for the phone of who comes."""

from datetime import timedelta

from icalendar import Alarm, Calendar, Event

from core.clock import now
from deliberation.assemblies.assembly import AssemblyCard
from i18n.localized import pick


def calendar_file(assembly: AssemblyCard, language: str) -> bytes:
    """An iCalendar file (RFC 5545) with a reminder the evening before. The same assembly keeps its identity."""
    event = Event()
    event.add("uid", f"assembly-{assembly.id}@rimay")
    event.add("dtstamp", now())
    event.add("dtstart", assembly.starts_at)
    event.add("dtend", assembly.ends_at)
    event.add("summary", pick(assembly.title, language).text)
    event.add("description", pick(assembly.purpose, language).text)
    event.add("location", assembly.place)
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", pick(assembly.title, language).text)
    alarm.add("trigger", timedelta(hours=-15))
    event.add_component(alarm)
    calendar = Calendar()
    calendar.add("prodid", "-//Rimay//ES")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    return bytes(calendar.to_ical())
