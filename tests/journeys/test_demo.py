"""The invented municipality, played through commands, clock and real forms: every figure equals the independent oracle's."""

from decimal import Decimal

import pytest

from contracts.reporting import IndicatorValuePublished
from deploy.local.clockwork import read_clock
from deploy.local.municipality import steps
from deploy.local.play import live
from deploy.local.play.compare import Comparison
from deploy.local.play.deliver import evening
from deploy.local.play.fjordby import MUNICIPALITY, Fjordby
from deploy.local.stack import Stack
from deploy.local.waiting import run_async
from services.reporting.indicators.definition import DEFINITIONS
from tests.kit.whole import records, rows

pytestmark = pytest.mark.stack

EMPLOYEES = 500
SEED = 1


@pytest.fixture(scope="module")
def played(whole: Stack, tmp_path_factory: pytest.TempPathFactory) -> tuple[Fjordby, Comparison]:
    """Five years of life: an import, twelve months with talks, and the live story."""
    assert run_async(read_clock(whole)) < evening(steps()[0][0]), "the clock goes forward only: this story is played first"
    fjordby = Fjordby(whole, tmp_path_factory.mktemp("fjordby"), SEED, EMPLOYEES, lambda _line: None)
    return fjordby, run_async(fjordby.play())


def test_every_figure_equals_the_oracles(played: tuple[Fjordby, Comparison]) -> None:
    _, found = played

    assert found.differences == ()
    assert found.too_few == {}
    assert set(found.at_least) == set(DEFINITIONS)
    assert found.is_good


def test_leaders_recorded_talks_of_every_kind_by_the_pages(played: tuple[Fjordby, Comparison]) -> None:
    entries = played[0].log.entries

    kinds = {"talk-2-weeks", "talk-3-months", "talk-6-12-months", "retention", "exit-leader", "exit-employee"}
    assert {entry.kind for entry in entries} == kinds
    assert {entry.action for entry in entries} >= {"held", "declined", "offered", "accepted"}


def test_what_the_bus_says_of_the_figures_is_what_was_printed(whole: Stack, played: tuple[Fjordby, Comparison]) -> None:
    """The last record of each key, against the values that stood at the end of the last day that is over."""
    over = max(day for day in played[0].imported_on.values() if day < live.WITHDRAWN_DAY)
    query = "SELECT definition_id, unit, split, period, status, value FROM published WHERE municipality = $1 AND known_from <= $2"
    query += " AND (known_to IS NULL OR known_to > $2)"
    printed = {
        (row["definition_id"], row["unit"], row["split"], row["period"]): (row["status"], row["value"])
        for row in rows(whole, "reporting", query, MUNICIPALITY, over)
    }
    said: dict[bytes | None, IndicatorValuePublished | None] = {}
    for record in records(whole, IndicatorValuePublished.topic):
        if record.header("ce_municipality") == MUNICIPALITY:
            said[record.key] = IndicatorValuePublished.model_validate_json(record.value or b"") if record.stands else None
    standing = [event for event in said.values() if event is not None]

    assert {_of(event): (event.status, event.value and Decimal(event.value)) for event in standing} == printed
    assert len(standing) > 10_000


def _of(event: IndicatorValuePublished) -> tuple[str, str, str, str]:
    split = ",".join(f"{part.name}={part.value}" for part in event.split)
    return event.definition_id, str(event.unit_id or ""), split, event.period
