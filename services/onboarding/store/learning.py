"""The texts of learning points: written by a page, kept in this one column, gone with the row that the history keeps for them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.chassis.service import Connection

MOST_LETTERS = 2_000


@dataclass(frozen=True, slots=True)
class LearningPoint:
    """What somebody wrote about a step."""

    fact: UUID
    step: UUID
    noted_on: date
    words: str


async def keep_words(conn: Connection, fact: UUID, words: str) -> None:
    """The text of a learning point, once `note_learning` is durable under this form id; written twice, the first stays."""
    await conn.execute("UPDATE learning_point SET words = $2 WHERE fact = $1 AND words IS NULL", fact, words[:MOST_LETTERS])


async def learning_points(conn: Connection, steps: Collection[UUID]) -> list[LearningPoint]:
    """The texts about steps the viewer was given, in the order of the days."""
    found = await conn.fetch(
        "SELECT fact, step, noted_on, words FROM learning_point WHERE step = ANY($1::uuid[]) AND words IS NOT NULL ORDER BY noted_on, fact",
        list(steps),
    )
    return [LearningPoint(**dict(row)) for row in found]
