"""Records no code can read, kept whole with the reason."""

import base64
import json
from collections.abc import Sequence
from datetime import datetime

from services.chassis.envelope import Invalid, Record
from services.chassis.service import Connection


async def bury(conn: Connection, dead: Sequence[tuple[Record, Invalid]], moment: datetime) -> None:
    """Keep the records no code can read, whole, with the reason."""
    await conn.executemany(
        'INSERT INTO dead_letter (topic, partition, "offset", key, headers, body, fact, revision, reason, died_at)'
        ' VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (topic, partition, "offset") DO NOTHING',
        [(r.topic, r.partition, r.offset, r.key, headers_text(r), r.value, why.fact, why.number, why.reason, moment) for r, why in dead],
    )


def headers_text(record: Record) -> str:
    """The raw headers, whatever bytes they hold, as JSON: name and base64 (or null)."""
    return json.dumps([[name, None if value is None else base64.b64encode(value).decode()] for name, value in record.headers])
