"""Files into accepted and refused rows: each refusal with line, reason and field, and the rest goes on."""

import gzip
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from contracts.base import Precision
from contracts.words import LeaderLevel, LeaveKind, UnitChange
from services.chassis.failures import Refused
from services.intake.reading.files import read
from services.intake.reading.mapping import Kind, Mapping
from tests.kit.deliveries import MAPPINGS, samples
from tests.unit.intake.jobs import HEADER, MAPPING, delivered, only, row


def test_a_row_is_read_field_by_field(tmp_path: Path) -> None:
    reading = delivered(tmp_path, HEADER + row(away="2021-06-01", back="30-06-2021", leave="Barsel"))

    draft = reading.accepted[0].draft
    assert (draft.person, draft.employment, draft.unit, draft.line) == ("123", "007", "U1", 2)
    fields = only(reading)
    assert (fields["first_day"], fields["degree"], fields["employment_form"]) == (date(2021, 3, 1), "0.8649", "monthly")
    assert (fields["leave_from"], fields["leave_to"], fields["leave_kind"]) == (date(2021, 6, 1), date(2021, 6, 30), LeaveKind.PARENTAL)
    assert fields["registered_at"] == datetime(2021, 1, 14, 9, 30, tzinfo=UTC)
    assert fields["registered_precision"] is Precision.INSTANT


@pytest.mark.parametrize(
    ("seen", "moment", "precision"),
    [
        ("2021-07-14", datetime(2021, 7, 13, 22, tzinfo=UTC), Precision.DAY),
        ("2021-07-14T10:00:00+01:00", datetime(2021, 7, 14, 9, tzinfo=UTC), Precision.INSTANT),
        ("2021-07-14T10:00", datetime(2021, 7, 14, 8, tzinfo=UTC), Precision.INSTANT),
    ],
)
def test_a_moment_without_offset_is_copenhagen_and_a_day_is_its_midnight(
    tmp_path: Path, seen: str, moment: datetime, precision: Precision
) -> None:
    fields = only(delivered(tmp_path, HEADER + row(seen=seen)))

    assert (fields["registered_at"], fields["registered_precision"]) == (moment, precision)


@pytest.mark.parametrize(
    ("cells", "reason", "field"),
    [
        ({"person": ""}, "missing-key", "person"),
        ({"job": "x" * 81}, "bad-key", "employment"),
        ({"job": "a\x07b"}, "bad-key", "employment"),
        ({"first": "2021-02-30"}, "bad-date", "first_day"),
        ({"first": "2201-01-01"}, "bad-date", "first_day"),
        ({"first": ""}, "missing-value", "first_day"),
        ({"first": "1900-01-01"}, "sentinel-date", "first_day"),
        ({"last": "2021-02-28"}, "end-before-start", "last_day"),
        ({"away": "2021-06-01", "back": "2021-05-31"}, "end-before-start", "leave_to"),
        ({"status": "Bortkommet"}, "unknown-status-code", "status"),
        ({"status": "Gone"}, "missing-value", "last_day"),
        ({"why": "Sygemeldt med stress"}, "forbidden-content", "reason"),
        ({"leave": "Sygdom"}, "unknown-code", "leave_kind"),
        ({"degree": "0.8649"}, "bad-number", "degree"),
        ({"degree": "1.000,5"}, "bad-number", "degree"),
        ({"degree": "2,0001"}, "bad-number", "degree"),
        ({"degree": ""}, "missing-value", "degree"),
        ({"post": "SOSU hjælper!"}, "bad-code", "position"),
        ({"name": "x" * 121}, "bad-text", "name"),
        ({"seen": ""}, "missing-value", "registered_at"),
        ({"seen": "i går"}, "bad-date", "registered_at"),
        ({"seen": "1900-01-01"}, "bad-date", "registered_at"),
        ({"where": "707"}, "other-municipality", "municipality"),
        ({"name": "Anne; Dam"}, "wrong-column-count", "row"),
    ],
)
def test_a_wrong_row_is_refused_with_its_reason_and_the_next_is_taken(
    tmp_path: Path, cells: dict[str, str], reason: str, field: str
) -> None:
    reading = delivered(tmp_path, HEADER + row(**cells) + row())

    assert [(wrong.line, wrong.reason, wrong.field) for wrong in reading.wrong] == [(2, reason, field)]
    assert [accepted.draft.line for accepted in reading.accepted] == [3]
    assert reading.rows == 2


def test_a_refused_row_names_its_column_and_keeps_its_cells_out_of_sight(tmp_path: Path) -> None:
    (wrong,) = delivered(tmp_path, HEADER + row(degree="a lot")).wrong

    assert (wrong.file, wrong.column) == ("jobs.csv", "degree")
    assert "jobs" not in wrong.file_ref
    assert wrong.file_ref.startswith("employments-")
    assert "a lot" in wrong.cells


@pytest.mark.parametrize(("degree", "text"), [("0", "0.0000"), ("1", "1.0000"), ("2,0000", "2.0000"), ("0,86486", "0.8649")])
def test_degrees_have_four_places(tmp_path: Path, degree: str, text: str) -> None:
    assert only(delivered(tmp_path, HEADER + row(degree=degree)))["degree"] == text


def test_any_other_word_and_a_reason_that_tells_of_no_end(tmp_path: Path) -> None:
    fields = only(delivered(tmp_path, HEADER + row(form="Vikar", why="Andet", last="2022-05-31")))

    assert fields["employment_form"] == "hourly"
    assert fields["reason_class"] is None


def test_a_word_that_a_file_must_hold_itself_is_refused_where_the_catalogue_has_it_not(tmp_path: Path) -> None:
    header = "unit;name;level;parent;from;change;seen\n"
    text = (
        header
        + "U1;Alle;root;;2020-01-01;created;2020-01-01\nU2;En;unit;U1;2020-01-01;burnt;2020-01-01\nU3;;unit;U1;2020-01-01;;2020-01-01\n"
    )
    reading = delivered(tmp_path, text, "units.csv")

    assert [(wrong.line, wrong.reason, wrong.field) for wrong in reading.wrong] == [
        (3, "unknown-code", "change"),
        (4, "missing-value", "name"),
    ]
    assert reading.accepted[0].draft.fields["change"] is UnitChange.CREATED


def test_a_line_break_inside_a_cell_keeps_the_line_on_which_the_row_begins(tmp_path: Path) -> None:
    text = HEADER + row(name='"Anne\nDam"') + "\n" + row(degree="x")

    assert [(wrong.line, wrong.reason) for wrong in delivered(tmp_path, text).wrong] == [(2, "bad-text"), (5, "bad-number")]


@pytest.mark.parametrize("header", ["", "person;job\n", HEADER.replace("job;", "job;person;")])
def test_a_broken_header_refuses_the_file_whole(tmp_path: Path, header: str) -> None:
    with pytest.raises(Refused, match="bad-header") as refused:
        delivered(tmp_path, header + row())
    assert refused.value.fields["file"] == "jobs.csv"


def test_another_encoding_refuses_the_file_whole(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="bad-encoding"):
        delivered(tmp_path, (HEADER + row(name="Åse Dam")).encode("windows-1252"))


def test_a_byte_order_mark_and_windows_line_ends_are_no_matter(tmp_path: Path) -> None:
    assert only(delivered(tmp_path, ("\ufeff" + HEADER + row()).replace("\n", "\r\n").encode()))["display_name"] == "Anne Dam"


def test_a_packed_file_is_the_same_delivery(tmp_path: Path) -> None:
    plain = delivered(tmp_path, HEADER + row())
    packed = delivered(tmp_path, gzip.compress((HEADER + row()).encode()), "jobs.csv.gz")

    assert packed.digest == plain.digest
    with pytest.raises(Refused, match="bad-file"):
        delivered(tmp_path, b"no gzip", "jobs.csv.gz")


def test_a_cell_without_end_refuses_the_file_whole(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="bad-file"):
        delivered(tmp_path, HEADER + '"' + "x" * 200_000)


def test_a_folder_is_read_in_the_order_of_its_kinds_and_other_files_are_left(tmp_path: Path) -> None:
    (tmp_path / "leaders.csv").write_text("unit;person;job;level;from;to;seen\nU1;9;99;team;2021-01-01;;2021-01-01\n")
    (tmp_path / "deputies.csv").write_text("unit;person;job;for;from;to;what;seen\nU1;8;88;9;2021-01-01;;exit-talk;2021-01-01\n")
    (tmp_path / "jobs-2021.csv").write_text(HEADER + row())
    (tmp_path / "units.csv").write_text("unit;name;level;parent;from;change;seen\nU1;Alle;root;;2020-01-01;;2020-01-01\n")
    (tmp_path / "notes.txt").write_text("nothing")
    ticks: list[int] = []
    reading = read(Mapping.parse(MAPPING), tmp_path, progress=ticks.append)

    assert [accepted.draft.kind for accepted in reading.accepted] == [Kind.UNITS, Kind.EMPLOYMENTS, Kind.LEADERS, Kind.DEPUTIES]
    assert reading.accepted[2].draft.fields["leader_level"] is LeaderLevel.TEAM
    assert reading.accepted[3].draft.fields["subjects"] == ("exit-talk",)
    assert sum(ticks) == 4


def test_progress_is_told_while_a_long_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "jobs.csv").write_text(HEADER + row() * 2_100)
    ticks: list[int] = []
    read(Mapping.parse(MAPPING), tmp_path / "jobs.csv", progress=ticks.append)

    assert ticks == [1000, 1000, 100]


def test_a_task_kind_that_is_no_code_refuses_a_deputy(tmp_path: Path) -> None:
    text = "unit;person;job;for;from;to;what;seen\nU1;8;88;9;2021-01-01;;Exit Talk!;2021-01-01\n"

    assert [(wrong.reason, wrong.field) for wrong in delivered(tmp_path, text, "deputies.csv").wrong] == [("bad-code", "subjects")]


def test_a_delivery_must_be_there_and_belong_to_somebody(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "no.csv"):
        with pytest.raises(Refused, match="no-file"):
            read(Mapping.parse(MAPPING), path)
    with pytest.raises(Refused, match="no-municipality"):
        read(Mapping.parse(MAPPING.replace('municipality = "730"', "")), tmp_path)


def test_the_bad_sample_is_refused_row_by_row() -> None:
    reading = read(Mapping.load(MAPPINGS / "samples.toml"), samples("employments-bad.csv"))

    assert [(wrong.line, wrong.reason, wrong.column) for wrong in reading.wrong] == [
        (2, "missing-key", "Tjenestenummer"),
        (3, "bad-date", "Ansættelsesdato"),
        (4, "sentinel-date", "Ansættelsesdato"),
        (5, "end-before-start", "Sidste ansættelsesdag"),
        (6, "unknown-status-code", "Status"),
        (7, "bad-number", "Beskæftigelsesgrad"),
        (9, "wrong-column-count", "row"),
        (10, "forbidden-content", "Ændringsårsag"),
    ]
    assert [accepted.draft.unit for accepted in reading.accepted] == ["X999"]


def test_the_good_sample_is_taken_whole() -> None:
    reading = read(Mapping.load(MAPPINGS / "samples.toml"), samples("employments.csv"))

    assert (len(reading.accepted), reading.wrong) == (9, [])
    assert len({accepted.draft.person for accepted in reading.accepted}) == 7
