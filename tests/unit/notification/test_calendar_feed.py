"""The bytes of a calendar: what a strict reader takes, and what a program needs to follow it."""

import dataclasses
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Timezone

from services.notification.calendar.feed import REFRESH, ZONE, Shown, written
from tests.kit import ics
from tests.kit.builders import an_id

CHANGED = datetime(2026, 3, 2, 11, 0, 0, 987_654, UTC)
EVENT = Shown(
    uid=an_id("duty"),
    due=date(2026, 3, 16),
    sequence=3,
    changed_at=CHANGED,
    summary="Opfølgningssamtale efter de første uger: Bo Lund",
    description="Senest mandag 16. marts\nHjemmepleje Nord\nSe opgaven i Forbliv: https://forbliv.example/onboarding/talks/1",
    link="https://forbliv.example/onboarding/talks/1",
    is_gone=False,
)
AWKWARD = (
    "Komma, semikolon; kolon: og \\ omvendt skråstreg",
    "Æ" * 200,
    "🙂" * 60,
    "x" * 74 + "ø",
    "a\nb\\nc\n",
    'Køkkenet "Søvej"; stue, 1. sal',
    "BEGIN:VEVENT\nEND:VCALENDAR",
)


def test_an_event_is_a_whole_day_with_all_that_a_program_follows_it_by() -> None:
    body = written("Mine opgaver", "da", [EVENT])

    (event,) = ics.by_uid(body).values()
    assert ics.told(event) == (EVENT.summary, date(2026, 3, 16), "CONFIRMED", 3)
    assert (type(event.DTSTART), event.DTEND) == (date, date(2026, 3, 17))
    assert event.LAST_MODIFIED == event.DTSTAMP == CHANGED.replace(microsecond=0)
    assert (str(event["UID"]), str(event["URL"])) == (str(an_id("duty")), EVENT.link)
    assert (str(event["CLASS"]), str(event["TRANSP"])) == ("PRIVATE", "TRANSPARENT")
    assert str(event["DESCRIPTION"]) == EVENT.description
    assert b"VTODO" not in body
    assert b"METHOD" not in body
    assert b"\r\nDTSTAMP:20260302T110000Z\r\n" in body


def test_what_has_gone_is_cancelled_and_leads_nowhere() -> None:
    (event,) = ics.by_uid(written("Mine opgaver", "da", [dataclasses.replace(EVENT, is_gone=True, link=None)])).values()

    assert str(event["STATUS"]) == "CANCELLED"
    assert "URL" not in event


def test_the_calendar_says_its_name_and_how_often_to_ask() -> None:
    calendar = ics.strict(written("Mine opgaver", "da", []))

    assert (str(calendar["NAME"]), str(calendar["X-WR-CALNAME"]), str(calendar["X-WR-TIMEZONE"])) == ("Mine opgaver", "Mine opgaver", ZONE)
    assert calendar.refresh_interval == REFRESH == timedelta(hours=4)
    lines = written("Mine opgaver", "da", []).split(b"\r\n")
    assert {b"REFRESH-INTERVAL;VALUE=DURATION:PT4H", b"X-PUBLISHED-TTL:PT4H", b"VERSION:2.0", b"CALSCALE:GREGORIAN"} <= set(lines)


@pytest.mark.parametrize("text", AWKWARD)
def test_whatever_stands_in_a_text_is_read_back_as_it_was(text: str) -> None:
    (event,) = ics.by_uid(written(text, "da", [dataclasses.replace(EVENT, summary=text, description=text)])).values()

    assert (str(event["SUMMARY"]), str(event["DESCRIPTION"])) == (text, text)


def test_the_same_events_are_the_same_bytes() -> None:
    assert written("Mine opgaver", "da", [EVENT]) == written("Mine opgaver", "da", [dataclasses.replace(EVENT)])


def test_the_zone_is_danish_time_and_does_not_end() -> None:
    (zone,) = ics.strict(written("Mine opgaver", "da", [])).timezones
    assert isinstance(zone, Timezone)
    ours, real = zone.to_tz(lookup_tzid=False), ZoneInfo(ZONE)

    hours = (datetime(2020, 1, 1, 12) + timedelta(days=n) for n in range(366 * 17))  # noqa: DTZ001 - local time
    assert [at for at in hours if at.replace(tzinfo=ours).utcoffset() != at.replace(tzinfo=real).utcoffset()] == []
    assert str(zone["TZID"]) == ZONE
    assert all("UNTIL" not in str(part["RRULE"]) for part in zone.subcomponents)


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (b"\n", "half a line end"),
        (b"X-A:" + b"x" * 80 + b"\r\n", "too long"),
        (b"SUMMARY:a, b\r\n", "not escaped"),
        (b"SUMMARY:a\\: b\r\n", "not escaped"),
        (b"nothing\r\n", "content line"),
        (b"\r\n", "empty line"),
        (b"BEGIN:VEVENT\r\nUID:1\r\nEND:VEVENT\r\n", "VEVENT"),
    ],
)
def test_the_strict_reader_is_strict(wrong: bytes, why: str) -> None:
    body = written("Mine opgaver", "da", [])

    with pytest.raises(AssertionError, match=why):
        ics.strict(body.replace(b"END:VCALENDAR", wrong + b"END:VCALENDAR"))
    with pytest.raises(AssertionError):
        ics.strict(body.replace(b"\r\n", b"\n"))
