"""A delivery that would end too many employments is held back, with its content, until a person lets it go or drops it."""

import json
import zlib
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from uuid import UUID

from services.chassis.service import Connection
from services.intake import hold_store, identity_store
from services.intake.bringing import Bringing
from services.intake.delivery_store import Hold, State
from services.intake.ending import Ending, is_ended_by
from services.intake.identity_store import Prints
from services.intake.reading.refused import DeliveryRefused
from services.intake.rules import IntakeRules
from services.intake.vault import Vault


async def ending(conn: Connection, prints: Prints, municipality: str, told: Mapping[str | UUID, Ending], today: date) -> int:
    """How many who are employed now these rows would end."""
    numbers = {name for name in told if isinstance(name, str)}
    people = {each.draft.person for each in told.values() if each.draft.person}
    known = await identity_store.known(conn, prints, municipality, people, numbers)
    holders = {person for held in known.holders.values() for person in held.values()}
    gone = {UUID(str(p)) for each in told.values() if (p := each.draft.fields.get("person_key"))}
    running = await hold_store.running(conn, {*known.persons.values(), *holders, *gone})
    ours = {name: known.employments.get(name, UUID(int=0)) if isinstance(name, str) else name for name in told}
    return sum(is_ended_by(running.get(ours[name]), each.last_day, today) for name, each in told.items())


async def hold_of(conn: Connection, municipality: str, ends: int, rules: IntakeRules, today: date) -> Hold | None:
    """Why a delivery with so many ends must wait; none where it need not."""
    if ends < rules.held_from:
        return None
    employed = await hold_store.employed(conn, municipality, today)
    return Hold(ends, employed, rules.held_over_percent) if rules.is_too_many(ends, employed) else None


async def is_released(conn: Connection, delivery: UUID, held: Hold, bringing: Bringing, at: datetime) -> bool:
    """Whether a person let it go, before or with this; where not, it is noted that it waits."""
    if await hold_store.decision(conn, delivery) == State.RELEASED:
        return True
    await hold_store.hold(conn, delivery, held, at)
    return bringing.release is not None and await hold_store.decide(conn, delivery, State.RELEASED, bringing.by, at, bringing.release)


def place_of(delivery: UUID, file: int, part: int) -> bytes:
    """What a part is sealed for: none can stand for another."""
    return f"held\x1f{delivery}\x1f{file}\x1f{part}".encode()


async def keep(conn: Connection, vault: Vault, delivery: UUID, bringing: Bringing) -> None:
    """Keep the content of a delivery, packed and encrypted under the newest key; part 0 of a file is its name. Raises `Unopened`."""
    newest = (await identity_store.prints(conn, vault)).keys[0]
    await hold_store.forget_parts(conn, delivery)
    for number, piece in enumerate(bringing.pieces):
        name = json.dumps([piece.name, bringing.in_folder]).encode()
        await hold_store.keep_part(conn, delivery, number, 0, vault.seal(name, place_of(delivery, number, 0), newest))
        for part, chunk in enumerate(piece.chunks(), 1):
            sealed = vault.seal(zlib.compress(chunk, 1), place_of(delivery, number, part), newest)
            await hold_store.keep_part(conn, delivery, number, part, sealed)


async def put_back(conn: Connection, vault: Vault, delivery: UUID, folder: Path) -> Path:
    """Write the content of a delivery into a folder; gives what to read. Raises `DeliveryRefused("no-file")`, `Unopened`."""
    path = folder
    for file, part in await hold_store.parts(conn, delivery):
        sealed = await hold_store.part(conn, delivery, file, part)
        assert sealed is not None
        plain = vault.open(sealed, place_of(delivery, file, part))
        if part == 0:
            name, in_folder = json.loads(plain)
            path = folder / Path(name).name
            path.touch(mode=0o600)
            found = folder if in_folder else path
        else:
            with path.open("ab") as written:
                written.write(zlib.decompress(plain))
    if path == folder:
        raise DeliveryRefused("no-file", file="")
    return found
