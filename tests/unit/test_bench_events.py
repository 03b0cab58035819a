"""What the benches are fed with is what intake would write, and the service they measure counts each fact once."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import islice

from bench.events import COPIED, KINDS, invent
from bench.fold import COUNTING, count
from contracts.hr import Hired
from deploy.local.paths import ROOT
from services.chassis import rules
from services.chassis.envelope import Ear, Heard, outgoing, parse
from services.chassis.reference import Reference, Snapshot
from services.chassis.subject import History, Revision, Subject
from tests.kit.builders import an_id, hired, noon

MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
RECORDS = 2_000


@dataclass(frozen=True)
class Sent:
    topic: str
    partition: int
    offset: int
    key: bytes
    value: bytes
    headers: list[tuple[str, bytes]]


def test_an_invented_record_is_byte_for_byte_what_intake_writes_for_its_event() -> None:
    ear = Ear.of(COUNTING, rules.load(ROOT / "deploy" / "rules"))
    kinds = Counter[str]()
    for key, value, headers in islice(invent(RECORDS), RECORDS):
        heard = parse(Sent("hr.employment.v1", 0, 0, key, value, headers), ear, MOMENT)
        assert isinstance(heard, Heard)
        written = outgoing("intake", heard.revision)
        assert (written.key.encode(), written.body.encode()) == (key, value)
        assert [(name, text.encode()) for name, text in written.headers] == headers
        kinds[heard.revision.type] += 1
    assert kinds.keys() == {kind.wire for kind in KINDS}


def test_the_same_seed_invents_the_same_records_with_some_of_them_twice() -> None:
    first, second = list(invent(RECORDS, 7)), list(invent(RECORDS, 7))

    assert first == second
    assert first != list(invent(RECORDS, 8))
    copies = RECORDS - len({value for _, value, _ in first})
    assert 0 < copies < 2 * COPIED * RECORDS


def test_a_fact_is_booked_on_the_day_it_became_known_and_again_on_the_day_it_was_corrected() -> None:
    fact, unit, other = an_id("fact"), str(an_id("unit")), str(an_id("other"))
    told = [(1, date(2026, 3, 2), True, "unit"), (2, date(2026, 3, 9), True, "other"), (3, date(2026, 3, 16), False, "other")]
    revisions = [
        Revision(fact, 0, number, stands, noon(known), hired(date(2026, 4, 1), unit=where), Hired.wire)
        for number, known, stands, where in told
    ]
    reference = Reference(
        Snapshot(History(Subject("reference", an_id("x"), "730")), rules.load(ROOT / "deploy" / "rules")["730"]), date(2026, 4, 1)
    )

    booked = count(History(Subject("person", an_id("person"), "730"), reversed(revisions)), reference, MOMENT).booked

    def cell(day: str, where: str) -> tuple[str, ...]:
        return (day, "hr.hired.v1", where, "", "2026-04", "monthly")

    assert booked == {
        cell("2026-03-02", unit): 1,
        cell("2026-03-09", unit): -1,
        cell("2026-03-09", other): 1,
        cell("2026-03-16", other): -1,
    }
