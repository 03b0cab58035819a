"""What the chassis relies on in its tables: subjects, histories, statements, fence, locks. PostgreSQL and its twin pass the same."""

import asyncio
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from services.chassis.inlet import TRANSIENT
from services.chassis.packing import Growth, growth
from services.chassis.service import Connection
from services.chassis.subject import Subject
from services.chassis.tables.consumed import NEVER
from services.chassis.tables.subjects import NOTHING_YET, Added, Held, SubjectRow
from tests.behaviour.store import DAY, READERS, Store, ids, person, said, saved, waits
from tests.kit.builders import an_id, noon

ANNA, BO = sorted((person("anna"), person("bo")))


class TablesBehaviour:
    """Run against every implementation of the seam; the fixture `store` is an empty database."""

    async def test_a_missing_subject_is_made_once_and_never_overwritten(self, store: Store) -> None:
        await store.save(saved(ANNA))

        async def again(conn: Connection) -> tuple[dict[UUID, SubjectRow], dict[UUID, SubjectRow]]:
            made = await store.tables.insert_missing(conn, [ANNA, BO])
            return made, await store.tables.lock(conn, "person", ids(ANNA, BO))

        made, rows = await store.do(again)
        assert {number: row.version for number, row in rows.items()} == {ANNA.id: 1, BO.id: 0}
        assert made == {BO.id: rows[BO.id]}, "who was made is known as the lock would tell it"

    async def test_what_is_saved_of_a_subject_is_read_back(self, store: Store) -> None:
        read = frozenset({"b", "a"})
        later = noon(DAY) + timedelta(hours=1)
        await store.save(
            saved(
                ANNA,
                grows=growth(0, [b"one\n"]),
                derived_with=4,
                reads=read,
                wake_at=later,
                reached=noon(DAY),
                booked=b"x",
                latest=noon(DAY),
            ),
            saved(BO, broken="raised", tries=3),
        )

        rows = await store.do(lambda conn: store.tables.lock(conn, "person", ids(ANNA, BO)))
        assert rows == {
            ANNA.id: SubjectRow(ANNA.id, 1, 0, 4, 4, "rules", False, 1, None, 0, noon(DAY)),
            BO.id: SubjectRow(BO.id, 1, 0, 0, 1, "rules", False, 0, "raised", 3, NOTHING_YET),
        }
        held = await store.do(lambda conn: store.tables.held(conn, "person", [ANNA.id]))
        assert held == {ANNA.id: Held(b"one\n", read, later, b"x", noon(DAY))}

    async def test_what_is_booked_goes_on_or_begins_anew(self, store: Store) -> None:
        for booked, anew in ((b"a", False), (b"b", False), (b"", False)):
            await store.save(saved(ANNA, booked=booked, books_anew=anew))
        held = await store.do(lambda conn: store.tables.held(conn, "person", [ANNA.id]))
        await store.save(saved(ANNA, booked=b"c", books_anew=True))

        assert held[ANNA.id].booked == b"ab"
        assert (await store.do(lambda conn: store.tables.held(conn, "person", [ANNA.id])))[ANNA.id].booked == b"c"

    async def test_a_history_grows_at_its_end_and_its_tail_rolls_into_chunks(self, store: Store) -> None:
        steps = [
            (0, Growth(False, (), b"one\n")),
            (0, Growth(False, (), b"two\n")),
            (0, Growth(True, (), b"three\n")),
            (1, Growth(False, (), b"")),
            (1, Growth(True, (b"four\n", b"five\n"), b"")),
            (4, Growth(False, (b"six\n",), b"seven\n")),
        ]
        for chunk, grows in steps:
            await store.save(saved(ANNA, chunk=chunk, grows=grows), saved(BO, grows=Growth(False, (), b"bo\n")))

        found = await store.do(lambda conn: store.tables.histories(conn, "person", ids(ANNA, person("unheard"))))
        assert found == {ANNA.id: b"one\ntwo\nthree\nfour\nfive\nsix\nseven\n"}
        row = (await store.do(lambda conn: store.tables.lock(conn, "person", [ANNA.id])))[ANNA.id]
        assert (row.chunk, row.tail_size, row.version) == (5, 6, 6)

    async def test_who_gets_new_lines_is_due_then_unless_it_is_due_before(self, store: Store) -> None:
        await store.save(saved(ANNA, grows=growth(0, [b"one\n"])), saved(BO, wake_at=noon(DAY)))
        later = noon(DAY) + timedelta(hours=1)
        added = [Added(ANNA, 0, Growth(True, (), b"two\n"), noon(DAY)), Added(BO, 0, Growth(False, (), b"bo\n"), later)]
        await store.do(lambda conn: store.tables.add_lines(conn, "person", added, later))

        held = await store.do(lambda conn: store.tables.held(conn, "person", ids(ANNA, BO)))
        assert {number: (h.history, h.wake_at) for number, h in held.items()} == {
            ANNA.id: (b"one\ntwo\n", later),
            BO.id: (b"bo\n", noon(DAY)),
        }
        rows = await store.do(lambda conn: store.tables.lock(conn, "person", ids(ANNA, BO)))
        assert [(row.version, row.chunk) for row in rows.values()] == [(2, 1), (2, 0)]

    async def test_the_newest_of_a_history_is_noted_whatever_comes_after_it(self, store: Store) -> None:
        earlier, later = noon(DAY) - timedelta(hours=1), noon(DAY) + timedelta(hours=1)
        await store.save(saved(ANNA, latest=noon(DAY)), saved(BO, latest=noon(DAY)))
        await store.save(saved(ANNA, latest=earlier), saved(BO))
        added = [Added(ANNA, 0, Growth(False, (), b"one\n"), later)]
        await store.do(lambda conn: store.tables.add_lines(conn, "person", added, noon(DAY)))

        rows = await store.do(lambda conn: store.tables.lock(conn, "person", ids(ANNA, BO)))
        assert [row.latest for row in rows.values()] == [later, noon(DAY)]

    async def test_the_last_word_on_a_key_is_remembered_with_whom_it_was_told(self, store: Store) -> None:
        unit = Subject("unit", an_id("unit"), "730")
        await store.do(
            lambda conn: store.tables.save_statements(conn, [said(ANNA, ("a", "1")), said(ANNA, ("b",), to=unit), said(BO, ("a",))])
        )
        await store.do(lambda conn: store.tables.save_statements(conn, [said(ANNA, ("a", "1"), 2, stands=False)]))

        found = await store.do(lambda conn: store.tables.statements(conn, "person", {ANNA.id: "730"}))
        assert found == {ANNA.id: {("a", "1"): said(ANNA, ("a", "1"), 2, stands=False)[1], ("b",): said(ANNA, ("b",), to=unit)[1]}}

    async def test_the_first_words_of_a_subject_are_remembered_as_later_ones_are(self, store: Store) -> None:
        unit = Subject("unit", an_id("unit"), "730")
        first = [said(ANNA, ("a", "1")), said(ANNA, ("b",), to=unit)]
        await store.do(lambda conn: store.tables.add_statements(conn, []))
        await store.do(lambda conn: store.tables.add_statements(conn, first))
        await store.do(lambda conn: store.tables.save_statements(conn, [said(ANNA, ("a", "1"), 2, stands=False)]))

        found = await store.do(lambda conn: store.tables.statements(conn, "person", {ANNA.id: "730"}))
        assert found == {ANNA.id: {("a", "1"): said(ANNA, ("a", "1"), 2, stands=False)[1], ("b",): first[1][1]}}

    async def test_a_transaction_that_fails_leaves_nothing(self, store: Store) -> None:
        async def fails(conn: Connection) -> None:
            await store.tables.insert_missing(conn, [ANNA])
            await store.tables.save_statements(conn, [said(ANNA, ("a",))])
            await store.tables.expect(conn, READERS, [("t", 0)])
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            await store.do(fails)
        assert await store.do(lambda conn: store.tables.lock(conn, "person", [ANNA.id])) == {}
        assert await store.do(lambda conn: store.tables.statements(conn, "person", {ANNA.id: "730"})) == {}
        assert await store.do(lambda conn: store.tables.positions(conn, READERS)) == {}

    async def test_nobody_sees_what_is_not_committed(self, store: Store) -> None:
        async with store.pool.acquire() as one, store.pool.acquire() as other, one.transaction():
            await store.tables.save_statements(one, [said(ANNA, ("a",))])
            assert await store.tables.statements(other, "person", {ANNA.id: "730"}) == {}
            assert list(await store.tables.statements(one, "person", {ANNA.id: "730"})) == [ANNA.id]

    async def test_who_locks_a_subject_waits_and_then_sees_what_the_other_wrote(self, store: Store) -> None:
        await store.save(saved(ANNA))
        async with store.pool.acquire() as conn, conn.transaction():
            await store.tables.lock(conn, "person", [ANNA.id])
            other = asyncio.create_task(store.do(lambda conn: store.tables.lock(conn, "person", [ANNA.id])))
            assert await waits(other)
            await store.tables.save_subjects(conn, "person", [saved(ANNA)])

        assert (await other)[ANNA.id].version == 2

    async def test_who_makes_a_subject_that_another_makes_waits_for_what_becomes_of_it(self, store: Store) -> None:
        async def makes(conn: Connection) -> int:
            assert await store.tables.insert_missing(conn, [ANNA]) == {}, "it is the other's"
            return (await store.tables.lock(conn, "person", [ANNA.id]))[ANNA.id].version

        async with store.pool.acquire() as conn, conn.transaction():
            await store.tables.insert_missing(conn, [ANNA])
            other = asyncio.create_task(store.do(makes))
            assert await waits(other)
            await store.tables.save_subjects(conn, "person", [saved(ANNA)])

        assert await other == 1

    async def test_two_who_wait_for_each_other_are_parted_and_one_goes_on(self, store: Store) -> None:
        await store.save(saved(ANNA), saved(BO))
        both = asyncio.Barrier(2)

        async def locks(first: Subject, second: Subject) -> None:
            async with store.pool.acquire() as conn, conn.transaction():
                await store.tables.lock(conn, "person", [first.id])
                await both.wait()
                await store.tables.lock(conn, "person", [second.id])

        outcomes = await asyncio.gather(locks(ANNA, BO), locks(BO, ANNA), return_exceptions=True)
        assert sorted(isinstance(outcome, TRANSIENT) for outcome in outcomes) == [False, True]

    async def test_the_fence_begins_at_nothing_and_moves_with_its_transaction(self, store: Store) -> None:
        here, there = ("t", 0), ("t", 1)

        async def moves(conn: Connection) -> dict[tuple[str, int], int]:
            before = await store.tables.fence(conn, READERS, [there, here, here])
            await store.tables.move_fence(conn, READERS, {here: (5, "last")})
            return before

        assert await store.do(moves) == {here: 0, there: 0}
        assert await store.do(lambda conn: store.tables.fence(conn, READERS, [here])) == {here: 5}
        assert await store.do(lambda conn: store.tables.fence(conn, {"t": "another"}, [here])) == {here: 0}

    async def test_two_who_read_the_same_partition_pass_its_fence_one_after_the_other(self, store: Store) -> None:
        here = ("t", 0)
        async with store.pool.acquire() as conn, conn.transaction():
            await store.tables.fence(conn, READERS, [here])
            other = asyncio.create_task(store.do(lambda conn: store.tables.fence(conn, READERS, [here])))
            assert await waits(other)
            await store.tables.move_fence(conn, READERS, {here: (9, "last")})

        assert await other == {here: 9}

    async def test_a_topic_is_read_until_the_earliest_of_its_partitions_and_never_back(self, store: Store) -> None:
        tables, later = store.tables, noon(DAY) + timedelta(hours=1)

        async def until(*topics: str) -> object:
            return (await store.do(lambda conn: tables.begin(conn, dict.fromkeys(topics, READERS["t"]))))[1]

        assert await until("t") == NEVER
        await store.do(lambda conn: tables.expect(conn, READERS, [("t", 0), ("t", 1)]))
        await store.do(lambda conn: tables.save_read_until(conn, READERS, {("t", 0): later}))
        assert await until("t") == NEVER, "nobody answered for the other partition yet"

        await store.do(lambda conn: tables.save_read_until(conn, READERS, {("t", 1): noon(DAY), ("u", 0): later}))
        assert (await until("t"), await until("t", "u"), await until("u")) == (noon(DAY), noon(DAY), later)
        assert await until("t", "unheard") == NEVER

        await store.do(lambda conn: tables.save_read_until(conn, READERS, {("t", 0): noon(DAY) - timedelta(days=1)}))
        assert await until("t") == noon(DAY)
        assert (await store.do(lambda conn: tables.positions(conn, READERS)))["t", 0] == (0, later)

    async def test_a_partition_that_is_forgotten_is_read_from_its_start(self, store: Store) -> None:
        here, there = ("t", 0), ("t", 1)

        async def until() -> datetime:
            return (await store.do(lambda conn: store.tables.begin(conn, {"t": READERS["t"]})))[1]

        async def moves(conn: Connection) -> None:
            await store.tables.fence(conn, READERS, [here, there])
            await store.tables.move_fence(conn, READERS, {here: (5, "a"), there: (6, "b")})
            assert await store.tables.marks(conn, READERS) == {here: (5, "a"), there: (6, "b")}
            await store.tables.save_read_until(conn, READERS, dict.fromkeys((here, there), noon(DAY)))
            await store.tables.forget_partition(conn, READERS, *here, beyond=4)
            await store.tables.forget_partition(conn, READERS, *there, beyond=6, last_id="seen by nobody")

        await store.do(moves)
        assert await store.do(lambda conn: store.tables.marks(conn, READERS)) == {there: (6, "b")}
        assert await store.do(lambda conn: store.tables.fence(conn, READERS, [here, there])) == {here: 0, there: 6}
        assert await until() == NEVER, "what was read until then is gone: nobody is woken before it is read anew"

        await store.do(lambda conn: store.tables.forget_partition(conn, READERS, *there, beyond=9, last_id="b"))
        assert await store.do(lambda conn: store.tables.fence(conn, READERS, [there])) == {there: 0}

    async def test_the_clock_goes_on_inside_a_transaction_and_between(self, store: Store) -> None:
        async with store.pool.acquire() as conn:
            async with conn.transaction():
                first, second = await store.tables.moment(conn), await store.tables.moment(conn)
            third = await store.tables.moment(conn)
        assert first <= second <= third
        assert first.utcoffset() == timedelta(0)
