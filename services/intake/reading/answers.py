"""Answers of a payroll system in XML, from files: each part into rows; the same reading serves an answer that came over the wire."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Protocol

from services.intake.reading.mapping import Kind, Mapping
from services.intake.reading.refused import DeliveryRefused
from services.intake.reading.result import TICK, Accepted, Place, Progress, Reading, Wrong
from services.intake.reading.xml import CHUNK, Element, bytes_of, digest_of, parts_of, texts_of

Row = Accepted | Wrong


class Answers(Protocol):
    """How one system writes its answers: which elements are of use, and the rows they tell of."""

    roots: re.Pattern[str]
    parts: frozenset[str]
    columns: dict[str, str]

    def rows(self, root: Element, part: Element, place: Place) -> Iterator[Row]:
        """The rows of one part; what only the whole answer tells is kept until its end."""

    def rest(self, place: Place) -> Iterator[Row]:
        """The rows that only the whole answer tells, at its end."""


def read_answers(mapping: Mapping, answers: Answers, path: Path, municipality: str, progress: Progress) -> Reading:
    """Read a file, or every XML file of a folder. Raises `DeliveryRefused`; then nothing is taken."""
    found = {each: digest_of(each) for each in _files(path)}
    content = "\n".join(sorted(found.values()))
    reading = Reading(municipality, mapping.feed, hashlib.sha256(content.encode()).hexdigest())
    for each, digest in found.items():
        place = Place(each.name, f"{mapping.way_in}-{digest[:12]}", answers.columns)
        texts = texts_of(bytes_of(each), mapping.format.encoding, each.name)
        _gather(reading, read_answer(texts, answers, place), progress)
    reading.feed = _feed_of(reading, mapping.feed)
    return reading


def read_content(mapping: Mapping, answers: Answers, content: bytes, name: str, reading: Reading) -> Reading:
    """Read an answer that came over the wire into a reading that tells whose it is. Raises `DeliveryRefused`."""
    place = Place(name, f"{mapping.way_in}-{reading.digest[:12]}", answers.columns)
    chunks = (content[start : start + CHUNK] for start in range(0, len(content), CHUNK))
    texts = texts_of(chunks, mapping.format.encoding, name)
    _gather(reading, read_answer(texts, answers, place), lambda _: None)
    return reading


def read_answer(texts: Iterable[str], answers: Answers, place: Place) -> Iterator[Row]:
    """The rows of one answer, wherever its text comes from. Raises `DeliveryRefused`, also after the first rows."""
    for root, part in parts_of(texts, place.name, answers.roots, answers.parts):
        yield from answers.rows(root, part, place)
    yield from answers.rest(place)


def _gather(reading: Reading, rows: Iterator[Row], progress: Progress) -> None:
    told = reading.rows
    for row in rows:
        reading.rows += 1
        if isinstance(row, Wrong):
            reading.wrong.append(row)
        else:
            reading.accepted.append(row)
        if reading.rows - told == TICK:
            progress(TICK)
            told = reading.rows
    progress(reading.rows - told)


def _feed_of(reading: Reading, feed: str) -> str:
    """Employments, units and names come in answers of their own: each is a stream with a first load of its own."""
    kinds = {row.draft.kind for row in reading.accepted}
    if kinds and kinds <= {Kind.UNIT_FACTS}:
        return f"{feed}.units"
    return f"{feed}.persons" if kinds and kinds <= {Kind.PERSONS} else feed


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        found = [each for each in sorted(path.iterdir()) if each.is_file() and each.name.removesuffix(".gz").endswith(".xml")]
    else:
        found = [path] if path.is_file() else []
    if not found:
        raise DeliveryRefused("no-file", file=path.name)
    return found
