"""The calendar file of an assembly, for the phone of who comes."""

from datetime import timedelta

from icalendar import Alarm, Calendar, Event

from core.clock import now
from deliberation.assemblies.headlines import AssemblyHeadline
from i18n.localized import pick


def calendar_file(assembly: AssemblyHeadline, language: str) -> bytes:
    """An iCalendar file (RFC 5545) with a reminder the evening before.

    The same assembly keeps its identity: a calendar that holds it already moves it, or takes it out where it was
    cancelled.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Rimay//ES")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if assembly.is_cancelled else "PUBLISH")
    calendar.add_component(_event(assembly, language))
    return bytes(calendar.to_ical())


def _event(assembly: AssemblyHeadline, language: str) -> Event:
    title = pick(assembly.title, language).text
    links = [link for link in (assembly.map_link, assembly.call_link) if link]
    event = Event()
    event.add("uid", f"assembly-{assembly.id}@rimay")
    event.add("dtstamp", now())
    event.add("sequence", assembly.sequence)
    event.add("status", "CANCELLED" if assembly.is_cancelled else "CONFIRMED")
    event.add("dtstart", assembly.starts_at)
    event.add("dtend", assembly.ends_at)
    event.add("summary", title)
    event.add("description", "\n".join([pick(assembly.purpose, language).text, *links]))
    event.add("location", assembly.place)
    if link := assembly.call_link or assembly.map_link:
        event.add("url", link)
    if not assembly.is_cancelled:
        event.add_component(_evening_before(title))
    return event


def _evening_before(title: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", title)
    alarm.add("trigger", timedelta(hours=-15))
    return alarm
