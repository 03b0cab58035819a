"""A delivery: one file, or a folder with the files its mapping names; `.gz` too."""

from dataclasses import replace
from fnmatch import fnmatch
from pathlib import Path

from services.intake.reading.answers import answer_files, read_answers
from services.intake.reading.made import Moments
from services.intake.reading.mapping import FileMapping, Kind, Mapping
from services.intake.reading.opus import read_opus
from services.intake.reading.refused import DeliveryRefused
from services.intake.reading.result import TICK, Accepted, Delivery, Progress, Reading
from services.intake.reading.sd import SdAnswers
from services.intake.reading.table import Table
from services.intake.reading.tables import Tables


def survey(mapping: Mapping, path: Path, municipality: str | None = None, progress: Progress = lambda _: None) -> Delivery:
    """A delivery to be taken, looked at to its end. Raises `DeliveryRefused`; then nothing of it is taken.

    CSV files are not held, however large they are; what has a format of its own is.
    """
    code = _municipality(mapping, path, municipality)
    if mapping.way_in != "csv":
        return _read_answers(mapping, path, code, progress)
    return _tables(mapping, path, code).survey(progress)


def read(mapping: Mapping, path: Path, municipality: str | None = None, progress: Progress = lambda _: None) -> Reading:
    """Every row of a delivery at once, in whatever format its mapping names. Raises `DeliveryRefused`; then nothing of it is taken."""
    code = _municipality(mapping, path, municipality)
    if mapping.way_in != "csv":
        return _read_answers(mapping, path, code, progress)
    tables = _tables(mapping, path, code)
    moments = Moments(mapping, tables.tables)
    reading = Reading(code, mapping.feed, tables.digest)
    for table in tables.tables:
        told = reading.rows
        for line, cells in table.lines():
            reading.rows += 1
            moments.see(table, cells)
            if reading.rows - told == TICK:
                progress(TICK)
                told = reading.rows
            row = table.read(line, cells)
            if isinstance(row, Accepted):
                reading.accepted.append(row)
            elif row is not None:
                reading.wrong.append(row)
        progress(reading.rows - told)
    reading.made_at = moments.latest(path.name)
    return reading


def files_of(mapping: Mapping, path: Path) -> list[Path]:
    """The files of a delivery, each once. Raises `DeliveryRefused("no-file")`."""
    if mapping.way_in == "csv":
        return list(dict.fromkeys(found for _, found in _files(mapping, path)))
    if mapping.sd is None and not path.is_file():
        raise DeliveryRefused("no-file", file=path.name)
    return answer_files(path)


def _municipality(mapping: Mapping, path: Path, given: str | None) -> str:
    code = given or mapping.municipality
    if code is None:
        raise DeliveryRefused("no-municipality", file=path.name)
    return code


def _read_answers(mapping: Mapping, path: Path, code: str, progress: Progress) -> Reading:
    if mapping.sd is not None:
        answers = SdAnswers(mapping.sd, mapping.format)
        reading = read_answers(mapping, answers, path, code, progress)
        return replace(reading, made_at=answers.made_at, call=" ".join(sorted(answers.calls)))
    assert mapping.opus is not None
    return read_opus(mapping, mapping.opus, path, code, progress)


def _tables(mapping: Mapping, path: Path, code: str) -> Tables:
    return Tables(mapping, [Table(file, mapping, found, code) for file, found in _files(mapping, path)], code)


def _files(mapping: Mapping, path: Path) -> list[tuple[FileMapping, Path]]:
    if path.is_dir():
        found = [(file, each) for file in mapping.files for each in sorted(path.iterdir()) if _is_named(file, each)]
    elif path.is_file():
        named = [file for file in mapping.files if _is_named(file, path)]
        found = [(file, path) for file in named[:1]]
    else:
        found = []
    if not found:
        raise DeliveryRefused("no-file", file=path.name)
    order = list(Kind)
    return sorted(found, key=lambda pair: (order.index(pair[0].kind), pair[1].name))


def _is_named(file: FileMapping, path: Path) -> bool:
    return path.is_file() and fnmatch(path.name.removesuffix(".gz"), file.name)
