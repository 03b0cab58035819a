"""What became of a delivery: whether it waits, and one statement per refused row, with line, reason and field, never the value."""

from datetime import datetime

from contracts.intake import RecordRefused
from services.chassis.reference import Reference
from services.chassis.subject import History, Situation, Statement
from services.intake.domain.records import RowRefused
from services.intake.domain.waiting import waits


def deliveries(history: History, reference: Reference, _now: datetime) -> Situation:
    """Say that HR must look, and each refused row once (catalogue: intake.record-refused); one put right was still refused then."""
    return Situation(statements=(*waits(history, reference), *_refusals(history)))


def _refusals(history: History) -> tuple[Statement, ...]:
    rows = sorted(history.standing(RowRefused), key=lambda r: (r.body.file_ref, r.body.row, r.fact))
    return tuple(
        Statement(
            ("record-refused", row.body.file_ref, str(row.body.row), row.body.reason),
            RecordRefused(
                municipality=row.body.municipality,
                feed=row.body.feed,
                file_ref=row.body.file_ref,
                row=row.body.row,
                reason=row.body.reason,
                field=row.body.field,
                retryable=row.body.retryable,
            ),
        )
        for row in rows
    )
