"""What the chassis relies on in what all subjects share: outbox, relay, reference, wake-ups, names, dead letters."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

from contracts.base import Event
from contracts.hr import PersonNamed
from services.chassis.envelope import Outgoing
from services.chassis.remains import Invalid
from services.chassis.service import Connection
from services.chassis.subject import E, Revision
from services.chassis.tables.wakes import ALWAYS
from tests.behaviour.store import DAY, Store, ids, person, saved, waits
from tests.kit.builders import an_id, closing_day, noon, unit_changed
from tests.kit.records import Sent
from tests.kit.story import revision

ANNA, BO = sorted((person("anna"), person("bo")))


def waiting(body: str) -> Outgoing:
    return Outgoing("onboarding.v1", "key", (("ce_id", body),), body)


def told(event: E, number: int = 1, fact: str = "fact", *, stands: bool = True) -> Revision[E]:
    return revision(event, noon(DAY), fact=an_id(fact), number=number, stands=stands)


def person_named(number: UUID, name: str = "Name") -> PersonNamed:
    return PersonNamed(municipality="730", person_key=number, display_name=name)


class SharedTablesBehaviour:
    """Run against every implementation of the seam; the fixture `store` is an empty database."""

    async def test_the_outbox_is_sent_in_the_order_in_which_it_was_said(self, store: Store) -> None:
        await store.do(lambda conn: store.tables.put_outbox(conn, [waiting("a"), waiting("b")]))
        await store.do(lambda conn: store.tables.put_outbox(conn, [waiting("c")]))

        rows = await store.do(lambda conn: store.tables.unsent(conn, 2))
        assert [(row.body, row.topic, row.key, row.headers) for row in rows] == [
            ("a", "onboarding.v1", "key", '[["ce_id","a"]]'),
            ("b", "onboarding.v1", "key", '[["ce_id","b"]]'),
        ]
        await store.do(lambda conn: store.tables.sent(conn, [rows[0].seq]))
        assert [row.body for row in await store.do(lambda conn: store.tables.unsent(conn, 9))] == ["b", "c"]

    async def test_a_lower_number_that_is_committed_later_is_sent_all_the_same(self, store: Store) -> None:
        async with store.pool.acquire() as slow:
            async with slow.transaction():
                await store.tables.put_outbox(slow, [waiting("slow")])
                await store.do(lambda conn: store.tables.put_outbox(conn, [waiting("quick")]))
                quick = await store.do(lambda conn: store.tables.unsent(conn, 9))
                assert [row.body for row in quick] == ["quick"]
            await store.do(lambda conn: store.tables.sent(conn, [row.seq for row in quick]))

        left = await store.do(lambda conn: store.tables.unsent(conn, 9))
        assert [row.body for row in left] == ["slow"]
        assert left[0].seq < quick[0].seq

    async def test_one_relays_until_it_leaves_or_its_connection_ends(self, store: Store) -> None:
        async with store.pool.acquire() as one, store.pool.acquire() as other:
            assert await store.tables.take_relay(one)
            assert not await store.tables.take_relay(other)
            await one.reset()
            assert await store.tables.take_relay(other)
            await other.close()
            assert await store.tables.take_relay(one)

    async def test_the_reference_changes_when_nobody_derives_with_it(self, store: Store) -> None:
        async with store.pool.acquire() as conn:
            async with conn.transaction():
                await store.tables.share_reference(conn, "730")
                assert await store.do(lambda other: store.tables.share_reference(other, "730")) == 0, "two may look at once"
                await store.do(lambda other: store.tables.hold_reference(other, "707"))
                change = asyncio.create_task(store.do(lambda other: store.tables.hold_reference(other, "730")))
                assert await waits(change)
            await change

    async def test_who_derives_waits_for_a_change_and_sees_it(self, store: Store) -> None:
        async with store.pool.acquire() as conn, conn.transaction():
            await store.tables.hold_reference(conn, "730")
            look = asyncio.create_task(store.do(lambda other: store.tables.share_reference(other, "730")))
            assert await waits(look)
            await store.tables.raise_version(conn, "730", ["calendar"])
        assert await look == 1

    async def test_only_new_revisions_are_new_to_the_reference(self, store: Store) -> None:
        first, second = told(closing_day(DAY)), told(unit_changed("unit"), fact="unit")

        async def add(*revisions: Revision[Event]) -> list[object]:
            return [*await store.do(lambda conn: store.tables.add_reference(conn, revisions))]

        assert await add(first) == [first.fact]
        assert await add(first, second) == [second.fact]
        assert await add(told(closing_day(DAY), 2, stands=False)) == [first.fact]
        rows = await store.do(lambda conn: store.tables.reference_rows(conn, "730"))
        assert sorted((r.type, r.revision, r.stands) for r in rows) == [
            ("hr.calendar-changed.v1", 1, True),
            ("hr.calendar-changed.v1", 2, False),
            ("hr.unit-changed.v1", 1, True),
        ]
        assert first in rows
        assert await store.do(lambda conn: store.tables.reference_rows(conn, "707")) == []

    async def test_a_change_waits_until_its_readers_are_woken(self, store: Store) -> None:
        await store.do(lambda conn: store.tables.raise_version(conn, "730", ["unit/b", "calendar", "calendar"]))
        await store.do(lambda conn: store.tables.raise_version(conn, "730", ["unit/c"]))

        rows = await store.do(store.tables.waiting_wakes)
        assert [(code, name) for _, code, name in rows] == [("730", "calendar"), ("730", "unit/b"), ("730", "unit/c")]
        await store.do(lambda conn: store.tables.wakes_done(conn, [rows[1][0]]))
        assert [name for _, _, name in await store.do(store.tables.waiting_wakes)] == ["calendar", "unit/c"]
        assert await store.do(lambda conn: store.tables.share_reference(conn, "730")) == 2

    async def test_who_read_what_changed_becomes_due_once_and_nobody_else(self, store: Store) -> None:
        reads = frozenset({"calendar", "unit/a"})
        readers = [saved(person(f"reader {n}"), reads=reads, wake_at=noon(DAY) if n else None) for n in range(3)]
        others = [saved(person("other"), reads=frozenset({"unit/a"})), saved(person("elsewhere", "707"), reads=reads)]
        await store.save(*readers, *others)

        async def wake(limit: int) -> int:
            return await store.do(lambda conn: store.tables.wake_readers(conn, "730", "calendar", ALWAYS, limit))

        assert [await wake(2), await wake(2), await wake(2)] == [2, 1, 0]
        due = await store.do(lambda conn: store.tables.due(conn, "person", ALWAYS, 1, 9))
        assert {number for number, _ in due} == {save.subject.id for save in readers}

    async def test_who_is_due_comes_in_the_order_of_waiting_and_newer_code_keeps_its_own(self, store: Store) -> None:
        days = {name: noon(DAY) + timedelta(days=n) for n, name in enumerate(("first", "second", "third"))}
        await store.save(*(saved(person(name), wake_at=day) for name, day in reversed(days.items())))
        await store.save(saved(person("newer"), derived_with=2, wake_at=ALWAYS), saved(person("nobody"), wake_at=None))

        async def due(day: int, code_version: int, limit: int) -> list[object]:
            moment = noon(DAY) + timedelta(days=day)
            return [*await store.do(lambda conn: store.tables.due(conn, "person", moment, code_version, limit))]

        names = {name: (person(name).id, "730") for name in (*days, "newer")}
        assert await due(1, 1, 9) == [names["first"], names["second"]], "the moment itself has come"
        assert await due(9, 1, 2) == [names["first"], names["second"]]
        assert await due(0, 2, 9) == [names["newer"], names["first"]]
        assert await store.do(lambda conn: store.tables.next_wake(conn, ["person", "unit"], 1)) == days["first"]
        assert await store.do(lambda conn: store.tables.next_wake(conn, ["person", "unit"], 2)) == ALWAYS
        assert await store.do(lambda conn: store.tables.next_wake(conn, ["person", "unit"], 0)) is None

    async def test_who_is_due_is_woken_by_one_of_two(self, store: Store) -> None:
        first, second = person("first"), person("second")
        await store.save(saved(first, wake_at=noon(DAY)), saved(second, wake_at=noon(DAY) + timedelta(hours=1)))
        later = noon(DAY) + timedelta(days=1)
        async with store.pool.acquire() as one, store.pool.acquire() as other, one.transaction(), other.transaction():
            assert await store.tables.due(one, "person", later, 1, 1) == [(first.id, "730")]
            assert await store.tables.due(other, "person", later, 1, 9) == [(second.id, "730")]
            assert await store.tables.due(one, "person", later, 1, 9) == [(first.id, "730")], "its own it sees"

    async def test_what_older_code_or_other_rules_derived_becomes_due(self, store: Store) -> None:
        await store.save(
            saved(person("older"), derived_with=1),
            saved(person("same"), derived_with=2),
            saved(person("newer"), derived_with=3, rules="old"),
            saved(person("other rules"), derived_with=2, rules="old"),
            saved(person("broken"), derived_with=2, broken="it raised", wake_at=noon(DAY)),
            saved(person("never derived"), derived_with=0, broken="it raised", wake_at=noon(DAY)),
            saved(person("elsewhere", "999"), derived_with=1),
        )

        await store.do(lambda conn: store.tables.insert_missing(conn, [person("never heard of")]))

        async def wake(*, with_broken: bool) -> set[object]:
            await store.do(lambda conn: store.tables.wake_underived(conn, 2, {"730": "rules"}, ALWAYS, with_broken=with_broken))
            return {number for number, _ in await store.do(lambda conn: store.tables.due(conn, "person", ALWAYS, 9, 9))}

        stale = {*ids(person("older"), person("other rules"))}
        assert await wake(with_broken=False) == stale, "what is broken waits for its own time"
        assert await wake(with_broken=True) == stale | {person("broken").id, person("never derived").id}
        assert await store.do(lambda conn: store.tables.wake_underived(conn, 2, {"730": "rules"}, ALWAYS, with_broken=True)) == 0

    async def test_each_time_a_subject_breaks_counts_until_it_is_saved_whole(self, store: Store) -> None:
        async def tries() -> tuple[int, int, str | None]:
            row = (await store.do(lambda conn: store.tables.lock(conn, "person", [ANNA.id])))[ANNA.id]
            return row.version, row.tries, row.broken

        async def breaks(conn: Connection) -> None:
            await store.tables.break_subject(conn, "person", ANNA.id, "refused", noon(DAY))

        await store.save(saved(ANNA, broken="raised", tries=1))
        await store.do(breaks)
        await store.do(breaks)
        assert await tries() == (3, 3, "refused")
        assert await store.do(lambda conn: store.tables.next_wake(conn, ["person"], 1)) == noon(DAY)

        await store.save(saved(ANNA))
        assert await tries() == (4, 0, None)

    async def test_the_highest_revision_of_a_name_holds_until_it_is_erased(self, store: Store) -> None:
        def named(number: int, *, stands: bool = True) -> Revision[PersonNamed]:
            return told(person_named(ANNA.id, f"Name {number}"), number, "name", stands=stands)

        async def name(*named: Revision[PersonNamed]) -> list[str]:
            assert await store.do(lambda conn: store.tables.save_names(conn, named)) in {0, len(named)}
            return list((await store.do(lambda conn: store.tables.names(conn, ids(ANNA, BO)))).values())

        assert await name(named(2)) == ["Name 2"]
        assert await name(named(1)) == ["Name 2"]
        assert await name(named(3, stands=False)) == []
        assert await name(named(4)) == ["Name 4"]
        await store.do(lambda conn: store.tables.erase_names(conn, ids(ANNA, BO)))
        assert await name() == []

    async def test_a_record_no_code_can_read_is_buried_once(self, store: Store) -> None:
        record = Sent("t", 0, 7, None, None, [("x", None), ("x", b"\xff")])
        why = Invalid("it is wrong", uuid4(), 3)
        for _ in range(2):
            await store.do(lambda conn: store.tables.bury(conn, [(record, why)], noon(DAY)))

        async def count(conn: Connection) -> int:
            return (await store.tables.counts(conn, noon(DAY))).dead_letters

        assert await store.do(count) == 1
        other = replace(record, headers=[("x", None)])
        await store.do(lambda conn: store.tables.bury(conn, [(other, why)], noon(DAY)))
        assert await store.do(count) == 2, "the same place of a topic that was made anew holds another record"

    async def test_a_letter_is_outrun_by_a_revision_of_its_fact_that_is_as_high(self, store: Store) -> None:
        fact = an_id("fact")
        numbers = {"lower": (0, 1), "same": (0, 2), "higher": (0, 3), "later epoch": (1, 1)}
        dead = [
            (Sent("t", 0, at, None, None, []), Invalid("it is wrong", fact, number, epoch))
            for at, (epoch, number) in enumerate(numbers.values())
        ]
        nameless = (Sent("t", 0, 9, None, None, []), Invalid("it is wrong"))
        await store.do(lambda conn: store.tables.bury(conn, [*dead, nameless], noon(DAY)))

        async def count() -> int:
            return (await store.do(lambda conn: store.tables.counts(conn, noon(DAY)))).dead_letters

        await store.do(lambda conn: store.tables.outrun(conn, [(an_id("other fact"), 9, 9)], noon(DAY)))
        assert await count() == 5
        await store.do(lambda conn: store.tables.outrun(conn, [(fact, 0, 2)], noon(DAY)))
        assert await count() == 3
        await store.do(lambda conn: store.tables.outrun(conn, [(fact, 1, 1)], noon(DAY)))
        assert await count() == 1
        assert await store.do(store.tables.any_open)
        await store.do(lambda conn: store.tables.bury(conn, dead, noon(DAY)))
        assert await count() == 1, "what was settled stays so when its topic is read once more"

    async def test_a_letter_is_outrun_by_what_reference_or_names_have_read_before(self, store: Store) -> None:
        unit, name = told(unit_changed("unit"), 2, "unit"), told(person_named(ANNA.id), 2, "name")
        await store.do(lambda conn: store.tables.add_reference(conn, [unit]))
        await store.do(lambda conn: store.tables.save_names(conn, [name]))
        dead = [
            (Sent(topic, 0, number, None, None, []), Invalid("it is wrong", fact, number, 0, ANNA.id))
            for topic, fact in (("hr.organisation.v1", unit.fact), (PersonNamed.topic, name.fact))
            for number in (1, 3)
        ]
        await store.do(lambda conn: store.tables.bury(conn, dead, noon(DAY)))
        await store.do(lambda conn: store.tables.outrun_by_reference(conn, [unit.fact, name.fact], noon(DAY)))

        assert (await store.do(lambda conn: store.tables.counts(conn, noon(DAY)))).dead_letters == 2, "the third revisions"

    async def test_a_tombstone_settles_the_letters_of_a_name_and_no_others(self, store: Store) -> None:
        places = ((PersonNamed.topic, ANNA), (PersonNamed.topic, BO), ("hr.employment.v1", ANNA))
        dead = [
            (Sent(topic, 0, at, b"key", b"Name", []), Invalid("it is wrong", an_id(f"fact {at}"), 1, 0, whose.id))
            for at, (topic, whose) in enumerate(places)
        ]
        await store.do(lambda conn: store.tables.bury(conn, dead, noon(DAY)))

        async def left(*persons: UUID) -> int:
            await store.do(lambda conn: store.tables.erase_letters(conn, persons, noon(DAY)))
            return (await store.do(lambda conn: store.tables.counts(conn, noon(DAY)))).dead_letters

        assert [await left(an_id("somebody else")), await left(ANNA.id), await left(ANNA.id, BO.id)] == [3, 2, 1]

    async def test_who_has_an_open_letter_under_its_key_or_is_its_fact_is_doubtful(self, store: Store) -> None:
        await store.save(saved(ANNA), saved(BO), saved(person("clara")))
        dead = [
            (Sent("t", 0, 1, None, None, []), Invalid("it is wrong", an_id("fact"), 1, 0, ANNA.id)),
            (Sent("t", 0, 2, None, None, []), Invalid("it is wrong", BO.id, 1, 0, uuid4())),
        ]
        await store.do(lambda conn: store.tables.bury(conn, dead, noon(DAY)))

        async def doubtful() -> int:
            return (await store.do(lambda conn: store.tables.counts(conn, noon(DAY), ["person"]))).doubtful

        assert await doubtful() == 2
        await store.do(lambda conn: store.tables.outrun(conn, [(an_id("fact"), 0, 1)], noon(DAY)))
        assert await doubtful() == 1
