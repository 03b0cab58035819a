"""Learning points: written about a step, kept in this service alone, read by who leads. The text joins no history and no event."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated
from uuid import UUID, uuid5

from pydantic import Field

from services.chassis.web import Desk
from services.onboarding import store
from services.onboarding.domain.asks import note_learning
from services.onboarding.pages.access import Seen

Words = Annotated[str, Field(max_length=store.MOST_LETTERS)]


async def learnt(desk: Desk, seen: Seen) -> Sequence[store.LearningPoint]:
    """What was written about a step, for who sees the plan; who was only asked for one step writes and does not read."""
    if not seen.is_in_charge:
        return ()
    async with desk.runtime.pool.acquire() as conn:
        return await store.learning_points(conn, [seen.row.fact])


async def keep_learning(desk: Desk, seen: Seen, form: UUID, noted_on: date, words: str) -> None:
    """Keep what was written in a form, if anything was; the same form again keeps it once."""
    if not words:
        return
    record = uuid5(form, "learning")
    await desk.runtime.ask(seen.subject, record, note_learning(seen.row.fact, noted_on, seen.role))
    async with desk.runtime.pool.acquire() as conn:
        await store.keep_words(conn, record, words)
