"""What was said, so that it can be corrected and withdrawn."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from services.chassis.advance import Said
from services.chassis.packing import event_class, key_of, key_text
from services.chassis.service import Connection
from services.chassis.subject import Key, Revision, Subject

COLUMNS = ("kind", "id", "key", "fact", "epoch", "revision", "stands", "known_at", "type", "body", "to_kind", "to_id")


async def statements(conn: Connection, kind: str, ids: Mapping[UUID, str]) -> dict[UUID, dict[Key, Said]]:
    """What was last said about each subject; `ids` with the municipality of each."""
    rows = await conn.fetch(
        "SELECT id, key, fact, epoch, revision, stands, known_at, type, body, to_kind, to_id FROM statement"
        " WHERE kind = $1 AND id = ANY($2::uuid[])",
        kind,
        list(ids),
    )
    said: dict[UUID, dict[Key, Said]] = {}
    for row in rows:
        body = event_class(row["type"]).model_validate_json(row["body"])
        revision = Revision(row["fact"], row["epoch"], row["revision"], row["stands"], row["known_at"], body, row["type"])
        to = Subject(row["to_kind"], row["to_id"], ids[row["id"]]) if row["to_kind"] else None
        key = key_of(row["key"])
        said.setdefault(row["id"], {})[key] = Said(key, revision, to)
    return said


async def save_statements(conn: Connection, said: Sequence[tuple[Subject, Said, str]]) -> None:
    """Remember what is said now, with the text of its body."""
    if not said:
        return
    await conn.execute(
        f"INSERT INTO statement AS s ({', '.join(COLUMNS)})"  # noqa: S608 - our own words
        " SELECT * FROM unnest($1::text[], $2::uuid[], $3::text[], $4::uuid[], $5::int[], $6::int[], $7::bool[], $8::timestamptz[],"
        " $9::text[], $10::text[], $11::text[], $12::uuid[]) ON CONFLICT (kind, id, key) DO UPDATE SET fact = EXCLUDED.fact,"
        " epoch = EXCLUDED.epoch, revision = EXCLUDED.revision, stands = EXCLUDED.stands, known_at = EXCLUDED.known_at,"
        " type = EXCLUDED.type, body = EXCLUDED.body, to_kind = EXCLUDED.to_kind, to_id = EXCLUDED.to_id",
        *zip(*_rows(said), strict=True),
    )


async def add_statements(conn: Connection, said: Sequence[tuple[Subject, Said, str]]) -> None:
    """As `save_statements`, of subjects that never said anything: copied in, which costs both sides half as much."""
    if said:
        await conn.copy_records_to_table("statement", records=_rows(said), columns=COLUMNS)


def _rows(said: Sequence[tuple[Subject, Said, str]]) -> list[tuple[object, ...]]:
    """A row of `COLUMNS` each."""
    return [
        (subject.kind, subject.id, key_text(s.key), r.fact, r.epoch, r.revision, r.stands, r.known_at, r.type, text, *_to(s))
        for subject, s, text in said
        for r in (s.revision,)
    ]


def _to(said: Said) -> tuple[str | None, UUID | None]:
    return (said.to.kind, said.to.id) if said.to else (None, None)
