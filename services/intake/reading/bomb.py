"""A packed file that is made to fill a disk or a day: it unpacks to many times what any text does."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from services.intake.reading.refused import DeliveryRefused

FREE = 64 << 20
"""Bytes that any file may have, however well it packs."""
TIMES = 200
"""Rows of a payroll system pack to a tenth or a fiftieth; gzip can reach a thousandth."""


def no_bomb(chunks: Iterable[bytes], path: Path) -> Iterator[bytes]:
    """The chunks of a file as long as they are in proportion to what lies on the disk. Raises `DeliveryRefused("too-large")`."""
    most = max(FREE, TIMES * path.stat().st_size)
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > most:
            raise DeliveryRefused("too-large", file=path.name)
        yield chunk
