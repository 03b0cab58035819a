"""Somebody is erased in intake: who it was is known to nobody any more, and the next payroll file does not bring the person back."""

from uuid import UUID

from services.chassis.calendar import day_of
from services.chassis.logs import Word, log
from services.chassis.runtime import Runtime
from services.chassis.subject import Subject
from services.chassis.tables import erasures
from services.intake import erasing_store, identity_store
from services.intake.domain.records import PERSON
from services.intake.identity_store import EMPLOYMENT_KEY, PERSON_KEY, text_of
from services.intake.vault import Vault


async def erase(runtime: Runtime, vault: Vault, person: UUID, ground: str) -> bool:
    """Erase who has this key, in intake alone; false where nobody has it. Raises `Unopened` where a key of the vault is missing.

    Both the source's numbers and our own ids go to the stop list, since a source may name somebody by either.
    """
    async with runtime.transaction() as (conn, moment):
        municipality = await erasing_store.municipality_of(conn, person)
        if municipality is None:
            return False
        prints = await identity_store.prints(conn, vault)
        employments = await erasing_store.own_employments(conn, person)
        hashes = await erasing_store.forget(conn, person, employments)
        ours = [text_of(PERSON_KEY, municipality, str(person)), *(text_of(EMPLOYMENT_KEY, municipality, str(e)) for e in employments)]
        await erasing_store.stop(conn, [*hashes, *map(prints.newest, ours)], day_of(moment.stamp))
        await erasures.erase(conn, Subject(PERSON, person, municipality))
    log(Word.PERSON_ERASED, municipality=municipality, reason=ground)
    return True
