"""Every SQL statement of retention. What the viewer may not see is not found: never a case about the viewer, nor of other units."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import astuple
from datetime import date
from typing import Any
from uuid import UUID

import asyncpg

from contracts.base import CallState, HolderRole
from contracts.words import ExitReason
from services.chassis.service import Changed, Connection, with_rows
from services.retention.domain.duty import Window
from services.retention.domain.records import Answers, Recommends, TalkOutcome
from services.retention.domain.rows import AnswerRow, CaseRow, DutyKind, DutyRow

UPSERT_LEAVINGS = """
INSERT INTO leaving (case_id, person_key, municipality, employment_id, unit_id, resignation_fact, end_fact, received_on, known_on,
                     last_day, withdrawn_on, own_wish)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::uuid[], $6::uuid[], $7::uuid[], $8::date[], $9::date[],
                     $10::date[], $11::date[], $12::boolean[])
ON CONFLICT (case_id) DO UPDATE SET
    unit_id = excluded.unit_id, resignation_fact = excluded.resignation_fact, end_fact = excluded.end_fact,
    received_on = excluded.received_on, known_on = excluded.known_on, last_day = excluded.last_day,
    withdrawn_on = excluded.withdrawn_on, own_wish = excluded.own_wish
"""
UPSERT_DUTIES = """
INSERT INTO duty (fact, case_id, kind, role, state, owed, opens, due, closes, missed_after, state_on, offered_on, accepted_on, outcome)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::boolean[], $7::date[], $8::date[], $9::date[],
                     $10::date[], $11::date[], $12::date[], $13::date[], $14::text[])
ON CONFLICT (fact) DO UPDATE SET
    case_id = excluded.case_id, role = excluded.role, state = excluded.state, owed = excluded.owed, opens = excluded.opens,
    due = excluded.due, closes = excluded.closes, missed_after = excluded.missed_after, state_on = excluded.state_on,
    offered_on = excluded.offered_on, accepted_on = excluded.accepted_on, outcome = excluded.outcome
"""
UPSERT_ANSWERS = """
INSERT INTO answer (fact, reasons, main_reason, recommends)
SELECT fact, string_to_array(reasons, ','), main_reason, recommends
FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[]) AS told (fact, reasons, main_reason, recommends)
ON CONFLICT (fact) DO UPDATE SET reasons = excluded.reasons, main_reason = excluded.main_reason, recommends = excluded.recommends
"""
DELETE_OTHER_DUTIES = """
DELETE FROM duty USING leaving
WHERE duty.case_id = leaving.case_id AND leaving.person_key = ANY($1::uuid[]) AND NOT duty.fact = ANY($2::uuid[])
"""
DELETE_OTHER_LEAVINGS = "DELETE FROM leaving WHERE person_key = ANY($1::uuid[]) AND NOT case_id = ANY($2::uuid[])"
DELETE_OTHER_ANSWERS = """
DELETE FROM answer USING duty, leaving
WHERE answer.fact = duty.fact AND duty.case_id = leaving.case_id
    AND leaving.person_key = ANY($1::uuid[]) AND NOT answer.fact = ANY($2::uuid[])
"""

SEEN_CASES = """
SELECT case_id, person_key, municipality, employment_id, unit_id, resignation_fact, end_fact, received_on, known_on, last_day,
       withdrawn_on, own_wish
FROM leaving
WHERE unit_id = ANY($1::uuid[]) AND person_key <> $2
"""
DUTIES = """
SELECT fact, case_id, kind, role, state, owed, opens, due, closes, missed_after, state_on, offered_on, accepted_on, outcome
FROM duty
WHERE case_id = ANY($1::uuid[])
ORDER BY array_position(ARRAY['retention-talk', 'exit-talk-leader', 'exit-talk-employee'], kind), fact
"""


async def save_cases(conn: Connection, changed: Sequence[Changed]) -> None:
    """Cases, duties and answers of these persons, in place of all they had."""
    rows = [row for change in changed for row in change.situation.rows]
    cases = [row for row in rows if isinstance(row, CaseRow)]
    duties = [row for row in rows if isinstance(row, DutyRow)]
    answers = [row for row in rows if isinstance(row, AnswerRow)]
    before = with_rows(changed)
    await _upsert(conn, UPSERT_LEAVINGS, (astuple(case) for case in cases))
    await _upsert(conn, UPSERT_DUTIES, (_duty_columns(duty) for duty in duties))
    if before:
        await conn.execute(DELETE_OTHER_DUTIES, before, [duty.fact for duty in duties])
        await conn.execute(DELETE_OTHER_LEAVINGS, before, [case.case for case in cases])
    await _upsert(conn, UPSERT_ANSWERS, (_answer_columns(answer) for answer in answers))
    if before:
        await conn.execute(DELETE_OTHER_ANSWERS, before, [answer.duty for answer in answers])


async def case(conn: Connection, fact: UUID, units: Collection[UUID], viewer: UUID) -> CaseRow | None:
    """The case of a resignation or an end, if the viewer may see it."""
    which = "AND (case_id = $3 OR end_fact = $3) ORDER BY withdrawn_on NULLS FIRST, known_on DESC, case_id LIMIT 1"
    found = await conn.fetchrow(f"{SEEN_CASES} {which}", list(units), viewer, fact)
    return CaseRow(*found) if found else None


async def case_of_duty(conn: Connection, duty: UUID, units: Collection[UUID], viewer: UUID) -> CaseRow | None:
    """The case a duty belongs to, if the viewer may see it."""
    which = "AND case_id = (SELECT case_id FROM duty WHERE fact = $3)"
    found = await conn.fetchrow(f"{SEEN_CASES} {which}", list(units), viewer, duty)
    return CaseRow(*found) if found else None


async def cases_of_units(conn: Connection, units: Collection[UUID], viewer: UUID, since: date, most: int) -> list[CaseRow]:
    """The cases of the viewer's units whose last day is `since` or later, or with something open; the next to leave first."""
    which = """
        AND (last_day >= $3 OR EXISTS (SELECT 1 FROM duty WHERE duty.case_id = leaving.case_id AND owed AND state = 'open'))
        ORDER BY withdrawn_on IS NOT NULL, last_day, case_id LIMIT $4
    """
    return [CaseRow(*row) for row in await conn.fetch(f"{SEEN_CASES} {which}", list(units), viewer, since, most)]


async def duties(conn: Connection, cases: Iterable[UUID]) -> list[DutyRow]:
    """The duties of cases the viewer was given, in the order in which they are due."""
    return [_duty(row) for row in await conn.fetch(DUTIES, list(cases))]


async def answers(conn: Connection, duty: UUID) -> Answers | None:
    """The coded answers of an exit talk whose answers the viewer may read."""
    found = await conn.fetchrow("SELECT reasons, main_reason, recommends FROM answer WHERE fact = $1", duty)
    if found is None:
        return None
    main = ExitReason(found["main_reason"]) if found["main_reason"] else None
    return Answers(reasons=tuple(ExitReason(r) for r in found["reasons"]), main_reason=main, recommends=Recommends(found["recommends"]))


async def _upsert(conn: Connection, statement: str, rows: Iterable[tuple[Any, ...]]) -> None:
    columns = [list(column) for column in zip(*rows, strict=True)]
    if columns:
        await conn.execute(statement, *columns)


def _duty_columns(row: DutyRow) -> tuple[Any, ...]:
    head = (row.fact, row.case, row.kind, row.role, row.state, row.owed)
    return (*head, *astuple(row.window), row.state_on, row.offered_on, row.accepted_on, row.outcome)


def _answer_columns(row: AnswerRow) -> tuple[Any, ...]:
    answers = row.answers
    return row.duty, ",".join(answers.reasons), answers.main_reason, answers.recommends


def _duty(row: asyncpg.Record) -> DutyRow:
    return DutyRow(
        fact=row["fact"],
        case=row["case_id"],
        kind=DutyKind(row["kind"]),
        role=HolderRole(row["role"]),
        state=CallState(row["state"]),
        owed=row["owed"],
        window=Window(row["opens"], row["due"], row["closes"], row["missed_after"]),
        state_on=row["state_on"],
        offered_on=row["offered_on"],
        accepted_on=row["accepted_on"],
        outcome=TalkOutcome(row["outcome"]) if row["outcome"] else None,
    )
