"""When the source made a delivery of CSV files, as its mapping says."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.intake.reading.files import read, survey
from services.intake.reading.mapping import Mapping
from services.intake.reading.refused import DeliveryRefused
from tests.kit.deliveries import MAPPINGS, samples
from tests.kit.staff_file import MAPPING, row, staff, written

BY_COLUMN = MAPPING.replace("file_name = 'staff-(\\d{8})\\.csv'\nwritten = \"%Y%m%d\"", 'column = "Seen"')


def test_a_file_tells_by_its_name(tmp_path: Path) -> None:
    mapping, path = Mapping.parse(MAPPING), written(tmp_path, staff(range(2)), "20260704")

    assert survey(mapping, path).made_at == read(mapping, path).made_at == datetime(2026, 7, 3, 22, tzinfo=UTC)


def test_a_column_tells_by_its_latest_value_and_a_row_without_one_is_left_to_its_own_reading(tmp_path: Path) -> None:
    mapping = Mapping.parse(BY_COLUMN)
    path = written(
        tmp_path, [row(1, seen="2026-03-02"), row(2, seen="2026-03-04"), row(3, seen="2026-03-03"), row(4, seen="never"), "short"]
    )

    assert survey(mapping, path).made_at == read(mapping, path).made_at == datetime(2026, 3, 3, 23, tzinfo=UTC)


@pytest.mark.parametrize(("mapping", "rows"), [(MAPPING.replace("(\\d{8})", "(.*)"), staff([1])), (BY_COLUMN, [row(1, seen="never")])])
def test_a_delivery_that_should_tell_and_does_not_is_refused(mapping: str, rows: list[str], tmp_path: Path) -> None:
    with pytest.raises(DeliveryRefused, match="no-export-time"):
        survey(Mapping.parse(mapping), written(tmp_path, rows, "today"))


def test_a_column_is_read_as_the_format_writes_where_nothing_else_is_said() -> None:
    """The sample writes moments and days in several ways; the row of the latest is written as 20-11-2026 14:20."""
    mapping = Mapping.load(MAPPINGS / "samples.toml")

    assert read(mapping, samples("employments.csv")).made_at == datetime(2026, 11, 20, 13, 20, tzinfo=UTC)


def test_a_delivery_without_rows_is_neither_older_nor_newer(tmp_path: Path) -> None:
    mapping, path = Mapping.parse(BY_COLUMN), written(tmp_path, [], "today")

    assert (survey(mapping, path).made_at, read(mapping, path).made_at) == (None, None)


@pytest.mark.parametrize("path", sorted(MAPPINGS.glob("*.toml")), ids=lambda path: path.stem)
def test_every_committed_mapping_tells_when_a_delivery_was_made(path: Path) -> None:
    mapping = Mapping.load(path)

    assert mapping.way_in != "csv" or mapping.made is not None


def test_a_mapping_without_it_tells_of_no_moment(tmp_path: Path) -> None:
    text = MAPPING.replace("[made]\nfile_name = 'staff-(\\d{8})\\.csv'\nwritten = \"%Y%m%d\"\n", "")

    assert survey(Mapping.parse(text), written(tmp_path, staff([1]))).made_at is None


@pytest.mark.parametrize("made", ["", "file_name = 'a'", "file_name = '(a)(b)'", "file_name = '('", "column = 'a'\nfile_name = '(a)'"])
def test_a_mapping_must_say_in_which_place(made: str) -> None:
    with pytest.raises(DeliveryRefused, match="bad-mapping"):
        Mapping.parse(MAPPING.replace("file_name = 'staff-(\\d{8})\\.csv'", made))


@pytest.mark.parametrize("name", ["mfg10", "municipality", "samples", "sd", "opus"])
def test_a_mapping_that_was_kept_is_the_one_that_was_used(name: str) -> None:
    mapping = Mapping.load(MAPPINGS / f"{name}.toml")

    assert Mapping.of_body(mapping.body) == mapping
    assert Mapping.of_body(mapping.body).digest == mapping.digest
