"""A calendar as it is written (RFC 5545, with RFC 7986 for its name and pace): the same events give the same bytes, whenever asked."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard, vDuration, vText

MEDIA_TYPE = "text/calendar"
ZONE = "Europe/Copenhagen"
REFRESH = timedelta(hours=4)
"""How often a program should ask. A working day has several such spans, and tasks are due on days."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One event of the calendar in words: a whole day, `due`. `link`: the page of the task; none where it has gone from here."""

    uid: UUID
    due: date
    sequence: int
    changed_at: datetime
    summary: str
    description: str
    link: str | None
    is_gone: bool


def written(name: str, language: str, events: Iterable[Shown]) -> bytes:
    """The calendar of this name. It has no METHOD: it is read, and nobody is invited."""
    calendar = Calendar()
    calendar.add("PRODID", f"-//Forbliv//Forbliv//{language.upper()}")
    calendar.add("VERSION", "2.0")
    calendar.add("CALSCALE", "GREGORIAN")
    calendar.add("NAME", vText(name))  # unknown to the library, which would write them as they are
    calendar.add("X-WR-CALNAME", vText(name))
    calendar.add("X-WR-TIMEZONE", ZONE)
    calendar.add("REFRESH-INTERVAL", REFRESH, {"VALUE": "DURATION"})
    calendar.add("X-PUBLISHED-TTL", vDuration(REFRESH))
    calendar.add_component(_zone())
    for event in events:
        calendar.add_component(_event(event))
    return bytes(calendar.to_ical())


def _event(shown: Shown) -> Event:
    """A whole day that takes none of one's time. Free for others to see only as such (CLASS); its UID tells nothing (RFC 7986, 5.3)."""
    event = Event()
    event.add("UID", str(shown.uid))
    event.add("DTSTAMP", shown.changed_at)  # without a METHOD it is the same as LAST-MODIFIED (RFC 5545, 3.8.7.2)
    event.add("LAST-MODIFIED", shown.changed_at)
    event.add("SEQUENCE", shown.sequence)
    event.add("DTSTART", shown.due)
    event.add("DTEND", shown.due + timedelta(days=1))
    event.add("SUMMARY", shown.summary)
    event.add("DESCRIPTION", shown.description)
    event.add("STATUS", "CANCELLED" if shown.is_gone else "CONFIRMED")
    event.add("CLASS", "PRIVATE")
    event.add("TRANSP", "TRANSPARENT")
    event.add("X-MICROSOFT-CDO-BUSYSTATUS", "FREE")
    if shown.link:
        event.add("URL", shown.link)
    return event


def _zone() -> Timezone:
    """Danish time by the rule of the EU, in force since 1996: without an end, so that no calendar runs out of it."""
    zone = Timezone()
    zone.add("TZID", ZONE)
    summer, winter = timedelta(hours=2), timedelta(hours=1)
    for part, name, before, after, first, month in (
        (TimezoneDaylight(), "CEST", winter, summer, datetime(1996, 3, 31, 2), 3),  # noqa: DTZ001 - local time, as the format wants it
        (TimezoneStandard(), "CET", summer, winter, datetime(1996, 10, 27, 3), 10),  # noqa: DTZ001 - as above
    ):
        part.add("DTSTART", first)
        part.add("RRULE", {"FREQ": "YEARLY", "BYMONTH": month, "BYDAY": "-1SU"})
        part.add("TZNAME", name)
        part.add("TZOFFSETFROM", before)
        part.add("TZOFFSETTO", after)
        zone.add_component(part)
    return zone
