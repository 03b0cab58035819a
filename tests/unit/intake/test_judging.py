"""What goes with what a source said before, without a database: ids, chains and numbers."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import NAMESPACE_OID, uuid5

import pytest

from services.intake.judging import Entry, Judge, own_chain
from services.intake.ours import Named, OurIds, record
from services.intake.told.event import Speaker, Told, hear
from services.intake.told.faults import Fault, Reason
from services.intake.told.message import Raw
from services.intake.told_store import FactRow
from tests.kit.speakers import MUNICIPALITY, SOURCE
from tests.kit.told import HIRED, hire, told

NOW = datetime(2030, 1, 1, tzinfo=UTC)
RESIGNED, BACK, CANCELLED = "hr.resigned.v1", "hr.resignation-withdrawn.v1", "hr.employment-cancelled.v1"
NOTICE = {"last_working_day": "2026-03-31", "effective_date": "2026-04-01", "reason_class": "own-request"}


def entry(event: Mapping[str, Any]) -> Entry:
    heard = hear(Raw({k: v for k, v in event.items() if k != "data"}, event["data"]), Speaker(SOURCE, MUNICIPALITY), NOW)
    assert isinstance(heard, Told), heard
    named = Named.by([heard])
    persons, jobs, facts = ({key: uuid5(NAMESPACE_OID, key) for key in keys} for keys in (named.persons, named.employments, named.facts))
    return Entry(0, heard, *record(heard, OurIds(persons, jobs, frozenset(), facts), MUNICIPALITY, "feed"))


def verdicts(*events: Mapping[str, Any]) -> list[bool | Reason]:
    """What is said of each, told one after the other."""
    entries = [entry(event) for event in events]
    facts = {e.seen.told_fact: FactRow(e.told.chain, e.seen.told_fact, None, None) for e in entries}
    judge = Judge(came={}, numbered={}, facts=facts, begun=set())
    found: list[bool | Reason] = []
    for each in entries:
        judge.begun = {row.chain for row in judge.facts.values() if row.subject is not None}
        verdict = judge.verdict(each)
        found.append(verdict.reason if isinstance(verdict, Fault) else verdict)
    return found


def test_the_same_id_tells_the_same_or_is_taken() -> None:
    assert verdicts(told("1", hire()), told("1", hire()), told("1", hire(degree="0.5000"))) == [True, False, Reason.ID_TAKEN]


def test_a_time_that_was_stamped_anew_is_no_other_content() -> None:
    assert verdicts(told("1", hire(), time="2026-01-01T00:00:00Z"), told("1", hire(), time="2026-01-02T00:00:00Z")) == [True, False]


def test_a_number_of_a_fact_is_one_content() -> None:
    first, same, other = (told(n, hire(degree=d), fact="f", revision=1) for n, d in (("1", "1.0000"), ("2", "1.0000"), ("3", "0.5000")))

    assert verdicts(first, same, other) == [True, True, Reason.REVISION_TAKEN]


def test_a_correction_names_the_first_of_its_chain() -> None:
    first, second = told("1", hire()), told("2", hire(), supersedes="1")

    assert verdicts(first, second, told("3", hire(), supersedes="1")) == [True, True, True]
    assert verdicts(first, second, told("3", hire(), supersedes="2")) == [True, True, Reason.NOT_THE_FIRST_ID]
    assert verdicts(told("3", hire(), supersedes="2"), second) == [True, Reason.NOT_THE_FIRST_ID], "whichever of the two came first"


def test_a_withdrawal_names_the_first_of_its_resignation() -> None:
    notice, moved = told("1", hire(**NOTICE), RESIGNED), told("2", hire(**NOTICE), RESIGNED, supersedes="1")

    assert verdicts(notice, moved, told("3", hire(resignation_fact="1"), BACK)) == [True, True, True]
    assert verdicts(notice, moved, told("3", hire(resignation_fact="2"), BACK)) == [True, True, Reason.NOT_THE_FIRST_ID]
    by_fact = [told(str(n), hire(**NOTICE), RESIGNED, fact="notice", revision=n) for n in (1, 2)]
    assert verdicts(*by_fact, told("3", hire(resignation_fact="notice"), BACK, fact="back", revision=1)) == [True, True, True]


@pytest.mark.parametrize(
    ("event", "verdict"),
    [
        (told("2", hire(person_key="P-2"), supersedes="1"), Reason.OTHER_THING),
        (told("2", hire(**NOTICE), RESIGNED, supersedes="1"), Reason.OTHER_THING),
        (told("2", hire(), CANCELLED, supersedes="1"), True),
        (told("2", hire(), HIRED, supersedes="1", cancelled=True), True),
    ],
)
def test_a_correction_is_about_the_same_thing_and_a_cancelled_employment_is_its_hire(event: Mapping[str, Any], verdict: object) -> None:
    assert verdicts(told("1", hire()), event) == [True, verdict]


def test_what_is_refused_leaves_its_chain_as_it_was() -> None:
    wrong, right = told("2", hire(person_key="P-2"), supersedes="1"), told("2", hire(), supersedes="1")

    assert verdicts(told("1", hire()), wrong, right) == [True, Reason.OTHER_THING, True]
    assert own_chain(entry(right).told) == "id 2"
