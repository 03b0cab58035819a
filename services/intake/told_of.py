"""Which units and persons a delivery and those before it told of: a row of any other is refused, where the mapping tells them apart."""

from collections.abc import Iterable, Sequence

from services.chassis.service import Connection
from services.intake import identity_store, listed_rows, store
from services.intake.reading.mapping import Mapping
from services.intake.reading.result import Accepted, Delivery, ReadRow, Wrong
from services.intake.vault import Vault


class ToldOf:
    """Grows with what is asked for: beside the units of the municipality it holds the keys of a directory's persons, and no rows."""

    def __init__(self, units: set[str] | None, persons: set[str] | None) -> None:
        """`units`: all that were told of, by code; `persons`: those this delivery tells of. None given: they are not told apart."""
        self._units = units
        self._persons = persons

    @classmethod
    async def open(cls, conn: Connection, mapping: Mapping, delivery: Delivery) -> "ToldOf":
        """What is told of before any row is taken; what a delivery tells of itself may stand behind the row that needs it."""
        units = persons = None
        if mapping.units_told:
            units = {*await store.known_units(conn, delivery.municipality), *mapping.known_units, *delivery.units}
        if mapping.persons_told:
            persons = set(delivery.persons)
        return cls(units, persons)

    def unasked(self, rows: Iterable[ReadRow]) -> set[str]:
        """Whom these rows name that the delivery did not tell of; whether another did, `ask` finds out."""
        return set() if self._persons is None else listed_rows.holders(row for row in rows if isinstance(row, Accepted)) - self._persons

    async def ask(self, conn: Connection, vault: Vault, municipality: str, persons: set[str]) -> None:
        """Find who of these was told of before. Who was erased since counts as told of, so that the row is passed over with its person,
        not kept as refused. Raises `Unopened` where a key of the vault is missing.
        """
        prints = await identity_store.prints(conn, vault)
        known = await identity_store.known(conn, prints, municipality, persons, ())
        if self._persons is not None:
            self._persons |= known.persons.keys() | known.stopped_persons.keys()

    def judged(self, rows: Iterable[ReadRow]) -> tuple[Sequence[Accepted], Sequence[Wrong]]:
        """The rows that can be taken, and the refused ones (samples: unknown-unit)."""
        fit: list[Accepted] = []
        wrong: list[Wrong] = []
        for row in rows:
            if isinstance(row, Wrong):
                wrong.append(row)
            elif unfit := listed_rows.unfit(row.draft, self._units, self._persons):
                wrong.append(row.refused(unfit))
            else:
                fit.append(row)
        return fit, wrong
