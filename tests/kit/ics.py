"""A strict reader of calendars: what RFC 5545 asks of lines and components, and then the library's own parser."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date

from icalendar import Calendar, Event

MOST_OCTETS = 75
LINE = re.compile(r"[A-Z0-9-]+(;[A-Z0-9-]+=(\"[^\"\x00-\x08\x0a-\x1f]*\"|[^\";:,\x00-\x08\x0a-\x1f]*))*:[^\x00-\x08\x0a-\x1f\x7f]*")
TEXTS = {"SUMMARY", "DESCRIPTION", "NAME", "X-WR-CALNAME", "PRODID"}
BARE = re.compile(r"(?<!\\)(\\\\)*[,;]|(?<!\\)(\\\\)*\\[^\\,;nN]")
"""What a TEXT must write with a backslash (3.3.11), and a backslash before anything else."""
ONCE = {
    "VCALENDAR": {"PRODID", "VERSION"},
    "VEVENT": {"UID", "DTSTAMP", "DTSTART", "DTEND", "SEQUENCE", "STATUS", "SUMMARY", "LAST-MODIFIED", "CLASS", "TRANSP"},
    "VTIMEZONE": {"TZID"},
    "STANDARD": {"DTSTART", "TZOFFSETTO", "TZOFFSETFROM"},
    "DAYLIGHT": {"DTSTART", "TZOFFSETTO", "TZOFFSETFROM"},
}


def strict(body: bytes) -> Calendar:
    """The calendar of a body in which nothing is wrong. Raises `AssertionError` naming what is."""
    lines = list(unfolded(body))
    for line in lines:
        assert LINE.fullmatch(line), f"no content line: {line!r}"
        name, value = re.split("[;:]", line, maxsplit=1)[0], line.partition(":")[2]
        assert name not in TEXTS or not BARE.search(value), f"not escaped: {line!r}"
    _balanced(lines)
    calendar = Calendar.from_ical(body)
    assert isinstance(calendar, Calendar)
    calendar.validate()  # type: ignore[no-untyped-call]  # the library's
    assert [part.errors for part in calendar.walk() if part.errors] == []
    assert calendar.to_ical() == body, "the parser writes it as it was"
    return calendar


def unfolded(body: bytes) -> Iterator[str]:
    """The content lines (3.1): each ends with CRLF, none is longer than 75 octets, a fold cuts no letter in two."""
    assert body.endswith(b"\r\n"), "the last line ends too"
    held: str | None = None
    for octets in body.removesuffix(b"\r\n").split(b"\r\n"):
        assert octets, "an empty line"
        assert len(octets) <= MOST_OCTETS, f"too long: {octets!r}"
        assert not {0x0A, 0x0D} & set(octets), f"half a line end: {octets!r}"
        line = octets.decode("utf-8")
        if line[0] in " \t":
            assert held is not None, "the first line is folded"
            held += line[1:]
            continue
        if held is not None:
            yield held
        held = line
    assert held is not None
    yield held


def _balanced(lines: list[str]) -> None:
    """Components end in the order in which they begin, and each has what it must have once."""
    opened: list[tuple[str, Counter[str]]] = []
    for line in lines:
        name, value = re.split("[;:]", line, maxsplit=1)[0], line.partition(":")[2]
        match name:
            case "BEGIN":
                opened.append((value, Counter()))
            case "END":
                kind, has = opened.pop()
                assert kind == value
                assert {each: has[each] for each in ONCE[kind] if has[each] != 1} == {}, kind
            case _:
                opened[-1][1][name] += 1
    assert not opened
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-1] == "END:VCALENDAR"


def by_uid(body: bytes) -> dict[str, Event]:
    """The events of a calendar, strictly read. Raises `AssertionError`."""
    events = strict(body).events
    found = {str(event["UID"]): event for event in events}
    assert len(found) == len(events)
    return found


def told(event: Event) -> tuple[str, date, str, int]:
    """What an event says: SUMMARY, the day, STATUS, SEQUENCE."""
    day = event.DTSTART
    assert day is not None
    return str(event["SUMMARY"]), day, str(event["STATUS"]), event.sequence
