"""When a row became known, what its id is, and what is told of a refused one."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from contracts.intake import RecordRefused
from services.intake.domain.keys import delivery_id, known_at, unit_id
from services.intake.domain.records import RowRefused
from tests.kit.builders import MUNICIPALITY, noon
from tests.unit.intake.source import Source, shown

LIVE = date(2025, 1, 1)
NOW = datetime(2025, 1, 2, 8, tzinfo=UTC)
BEFORE, ON = datetime(2024, 12, 31, 22, 59, tzinfo=UTC), datetime(2024, 12, 31, 23, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("registered", "first_load", "known"),
    [(BEFORE, True, BEFORE), (ON, True, NOW), (BEFORE, False, NOW), (ON, False, NOW)],
)
def test_only_the_first_load_tells_history_as_of_its_registration(registered: datetime, first_load: bool, known: datetime) -> None:
    assert known_at(registered, NOW, LIVE, first_load=first_load) == known


def test_ids_depend_on_what_they_name_and_nothing_else() -> None:
    assert unit_id("730", "P1") == unit_id("730", "P1") != unit_id("707", "P1")
    assert delivery_id("730", "a", "x") == delivery_id("730", "a", "x") != delivery_id("730", "b", "x")
    assert shown(LIVE).fact() == shown(LIVE).fact() != shown(LIVE, degree="0.5000").fact()


def refused(line: int, reason: str) -> RowRefused:
    return RowRefused(
        municipality=MUNICIPALITY, feed="test", registered_at=noon(LIVE), file_ref="employments-1", row=line, reason=reason, field="degree"
    )


def test_each_refused_row_is_said_once_with_its_place_and_reason() -> None:
    source = Source("delivery").shows(refused(3, "bad-number"), refused(2, "bad-number"), refused(3, "bad-number"))

    told = source.stands(RecordRefused)
    assert [(event.row, event.reason, event.field, event.retryable) for event in told] == [
        (2, "bad-number", "degree", True),
        (3, "bad-number", "degree", True),
    ]
    assert told[0].record_key() == "test"


def test_a_record_tells_its_feed_alone() -> None:
    row = shown(LIVE)

    assert (row.ce_subject(), row.record_key(), row.topic) == ("feed/test", "test", "")
    assert isinstance(replace(Source().shows(row).spoken[0]).fact, UUID)
