"""How a delivery stands in the list before any of it is taken: who brought it and in which files, or why it is refused whole."""

from datetime import datetime
from uuid import UUID

from services.chassis.service import Connection
from services.intake import delivery_store, identity_store, store
from services.intake.bringing import Bringing
from services.intake.reading.mapping import Mapping
from services.intake.reading.refused import DeliveryRefused
from services.intake.reading.result import Delivery
from services.intake.store import DeliveryRow, Opened
from services.intake.vault import Vault

MOST_NAMES = 10
"""File names that are shown of one delivery."""


async def note(conn: Connection, vault: Vault, row: DeliveryRow, mapping: Mapping, bringing: Bringing) -> Opened:
    """Note a delivery with the names of its files, sealed with the newest key. The same one again is the one there is, and came again."""
    opened = await store.open_delivery(conn, row, again=bringing.id is None)
    read_as = (mapping.digest, mapping.body)
    await delivery_store.bring(conn, row.id, mapping.way_in, bringing.by, read_as, bringing.corrects)
    newest = (await identity_store.prints(conn, vault)).keys[0]
    names = [vault.seal(piece.name.encode(), place_of(row.id, place), newest) for place, piece in enumerate(bringing.pieces)]
    await delivery_store.keep_files(conn, row.id, names)
    return opened


def row_of(number: UUID, delivery: Delivery, at: datetime) -> DeliveryRow:
    """A delivery as it is noted."""
    d = delivery
    return DeliveryRow(number, d.municipality, d.feed, d.digest, at, False, False, d.rows, 0, d.made_at, d.call)


async def turn_down(conn: Connection, delivery: UUID, why: DeliveryRefused) -> None:
    """Note why it is refused whole. The names of files stay out of it: they are kept sealed."""
    told = {name: text for name, text in why.fields.items() if name != "file"}
    await delivery_store.turn_down(conn, delivery, why.reason, told)


async def files(conn: Connection, vault: Vault, delivery: UUID) -> tuple[list[str], int]:
    """The names of the first files of a delivery, and how many it has in all. Raises `Unopened`."""
    sealed, count = await delivery_store.files(conn, delivery, MOST_NAMES)
    return [vault.open(each, place_of(delivery, place)).decode() for place, each in enumerate(sealed)], count


def place_of(delivery: UUID, place: int) -> bytes:
    """What a name is sealed for: none can be shown as another's."""
    return f"file\x1f{delivery}\x1f{place}".encode()
