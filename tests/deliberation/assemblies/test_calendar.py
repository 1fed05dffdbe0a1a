"""The calendar file: any calendar reads it, whatever is in it, and the same assembly stays the same event."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from icalendar import Calendar, Component

from core.clock import at
from deliberation.assemblies.calendar import calendar_file
from deliberation.assemblies.headlines import AssemblyHeadline

STARTS = datetime(2026, 12, 3, 15, 0, tzinfo=UTC)
ASSEMBLY = AssemblyHeadline(
    id=7,
    title={"es": "Asamblea de Otavalo", "qu": "Otavalo tantanakuy"},
    purpose={"es": "Hablar del trabajo", "qu": "Llamkaymanta rimankapak"},
    place="Casa de la Juventud",
    starts_at=STARTS,
    ends_at=STARTS + timedelta(hours=3),
    agenda={},
    covers={},
    map_link=None,
    call_link=None,
    languages=(),
    by_lottery=False,
    is_cancelled=False,
    sequence=0,
    answer_days=3,
)


def read(content: bytes) -> Component:
    """The one event of a file."""
    (event,) = Calendar.from_ical(content).walk("VEVENT")
    return event


@pytest.mark.parametrize(
    ("language", "title", "purpose"),
    [
        ("es", "Asamblea de Otavalo", "Hablar del trabajo"),
        ("qu", "Otavalo tantanakuy", "Llamkaymanta rimankapak"),
    ],
)
def test_it_says_what_where_and_when_in_the_readers_language(language: str, title: str, purpose: str) -> None:
    event = read(calendar_file(ASSEMBLY, language))

    assert (event["SUMMARY"], event["DESCRIPTION"]) == (title, purpose)
    assert event["LOCATION"] == "Casa de la Juventud"
    assert event.decoded("DTSTART") == STARTS
    assert event.decoded("DTEND") == STARTS + timedelta(hours=3)


def test_it_reminds_the_evening_before() -> None:
    (alarm,) = read(calendar_file(ASSEMBLY, "es")).walk("VALARM")

    assert STARTS + alarm.decoded("TRIGGER") == datetime(2026, 12, 3, 0, 0, tzinfo=UTC)  # 19:00 in Imbabura


def test_the_same_assembly_is_the_same_event_however_often_it_is_sent() -> None:
    with at(STARTS - timedelta(days=3)):
        first = read(calendar_file(ASSEMBLY, "es"))
    with at(STARTS - timedelta(days=2)):
        moved = read(calendar_file(replace(ASSEMBLY, place="Coliseo"), "qu"))

    assert first["UID"] == moved["UID"]
    assert first.decoded("DTSTAMP") < moved.decoded("DTSTAMP")
    assert read(calendar_file(replace(ASSEMBLY, id=8), "es"))["UID"] != first["UID"]


def test_it_leads_to_the_call_and_the_map() -> None:
    map_link, call_link = "https://mapa.ejemplo.ec/7", "https://sala.ejemplo.ec/7"
    event = read(calendar_file(replace(ASSEMBLY, map_link=map_link, call_link=call_link), "es"))

    assert event["DESCRIPTION"] == f"Hablar del trabajo\n{map_link}\n{call_link}"
    assert event["URL"] == call_link
    assert read(calendar_file(replace(ASSEMBLY, map_link=map_link), "es"))["URL"] == map_link
    assert "URL" not in read(calendar_file(ASSEMBLY, "es"))


def test_a_change_counts_up_and_a_cancelling_takes_it_out_of_the_calendar() -> None:
    files = [calendar_file(replace(ASSEMBLY, sequence=1), "es")]
    files.append(calendar_file(replace(ASSEMBLY, sequence=2, is_cancelled=True), "es"))

    assert [Calendar.from_ical(file)["METHOD"] for file in files] == ["PUBLISH", "CANCEL"]
    moved, cancelled = map(read, files)
    assert (moved["SEQUENCE"], moved["STATUS"]) == (1, "CONFIRMED")
    assert (cancelled["SEQUENCE"], cancelled["STATUS"]) == (2, "CANCELLED")
    assert moved["UID"] == cancelled["UID"]
    assert not cancelled.walk("VALARM"), "nobody is reminded of what does not take place"


def test_strange_signs_and_long_lines_come_through() -> None:
    place = "Calle Bolívar; 5-10, «La Ñ»\nsegundo piso \\ al fondo " + "ñ" * 200
    content = calendar_file(replace(ASSEMBLY, place=place), "es")

    assert read(content)["LOCATION"] == place
    assert content.endswith(b"\r\n")
    assert max(len(line) for line in content.split(b"\r\n")) <= 75
    assert b"\n" not in content.replace(b"\r\n", b"")


def test_it_names_no_person() -> None:
    content = calendar_file(ASSEMBLY, "es")

    assert b"ATTENDEE" not in content
    assert b"ORGANIZER" not in content
