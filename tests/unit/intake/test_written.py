"""How a file is written: what parts cells, encodings, numbers, dates and what stands for none; a slip in the mapping names its key."""

from pathlib import Path

import pytest

from services.chassis.failures import Refused
from services.intake.reading.files import read
from services.intake.reading.mapping import Mapping
from services.intake.reading.result import Reading
from tests.unit.intake.jobs import HEADER, MAPPING, only, row


def delivered(folder: Path, content: str | bytes, **written: str) -> Reading:
    """What is read of a file of jobs under a format with these lines in place of its own."""
    lines = [line for line in MAPPING.splitlines() if line.partition(" = ")[0] not in written]
    lines[lines.index("[format]") + 1 : lines.index("[format]") + 1] = [f"{name} = {value}" for name, value in written.items()]
    path = folder / "jobs.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read(Mapping.parse("\n".join(lines)), path)


@pytest.mark.parametrize("delimiter", [",", "|", "\t", ":", "§", " "])
def test_any_one_character_parts_cells_and_a_quoted_cell_may_hold_it(tmp_path: Path, delimiter: str) -> None:
    told = row(name=f'"Dam{delimiter}Anne"' if delimiter != "\t" else "Dam Anne", degree="1", seen="2021-01-14").replace(";", delimiter)
    fields = only(delivered(tmp_path, HEADER.replace(";", delimiter) + told, delimiter=f'"{delimiter}"'))

    assert fields["display_name"] == (f"Dam{delimiter}Anne" if delimiter != "\t" else "Dam Anne")


def test_a_tab_may_be_named(tmp_path: Path) -> None:
    assert only(delivered(tmp_path, (HEADER + row()).replace(";", "\t"), delimiter='"tab"'))["display_name"] == "Anne Dam"


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "iso-8859-1", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_the_mapping_tells_the_encoding_and_a_byte_order_mark_is_no_matter(tmp_path: Path, encoding: str, mark: str) -> None:
    text = (mark if encoding in {"utf-8", "utf-16-le"} else "") + HEADER + row(name="Åse Sørensen")

    assert only(delivered(tmp_path, text.encode(encoding), encoding=f'"{encoding}"'))["display_name"] == "Åse Sørensen"


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        ((HEADER + row(name="Åse")).encode("cp1252"), "utf-8"),
        ((HEADER + row()).encode("utf-16-le"), "utf-16"),
        ((HEADER + row(name="\x81")).encode("latin-1"), "cp1252"),
        ((HEADER + row()).encode("utf-16")[:-1], "utf-16"),
    ],
)
def test_another_encoding_than_the_mapping_tells_refuses_the_file(tmp_path: Path, content: bytes, encoding: str) -> None:
    with pytest.raises(Refused, match="bad-encoding"):
        delivered(tmp_path, content, encoding=f'"{encoding}"')


def test_quotes_may_be_of_another_kind_or_none(tmp_path: Path) -> None:
    assert only(delivered(tmp_path, HEADER + row(name="'Dam; Anne'"), quote='"\'"'))["display_name"] == "Dam; Anne"
    assert only(delivered(tmp_path, HEADER + row(name='Anne "Ane" Dam'), quote='""'))["display_name"] == 'Anne "Ane" Dam'


@pytest.mark.parametrize(
    ("degree", "written", "text"),
    [
        ("37", {"full_time": "37"}, "1.0000"),
        ("18,5", {"full_time": "37"}, "0.5000"),
        ("1.000", {"full_time": "1000", "thousands": '"."'}, "1.0000"),
        ("1 924", {"full_time": "1924", "thousands": '" "'}, "1.0000"),
        ("86.49", {"full_time": "100", "decimal": '"."', "thousands": '","'}, "0.8649"),
    ],
)
def test_a_degree_may_be_hours_or_per_cent_with_any_signs(tmp_path: Path, degree: str, written: dict[str, str], text: str) -> None:
    assert only(delivered(tmp_path, HEADER + row(degree=degree), **written))["degree"] == text


@pytest.mark.parametrize("degree", ["1.00", "10.00", "1000.0", "1,0,0", ".5", "-1"])
def test_a_number_whose_signs_stand_elsewhere_is_refused(tmp_path: Path, degree: str) -> None:
    (wrong,) = delivered(tmp_path, HEADER + row(degree=degree), full_time="1000", thousands='"."').wrong

    assert (wrong.reason, wrong.field) == ("bad-number", "degree")


@pytest.mark.parametrize("last", ["0000-00-00", "1900-01-01", "9999-12-31", "31-12-9999", ""])
def test_a_day_that_means_none_is_none(tmp_path: Path, last: str) -> None:
    assert only(delivered(tmp_path, HEADER + row(last=last)))["last_day"] is None


@pytest.mark.parametrize("none", ["0000-00-00", "uendelig"])
def test_a_text_may_mean_none_and_is_refused_where_a_day_must_be_there(tmp_path: Path, none: str) -> None:
    text = HEADER + row(last=none) + row(first=none) + row(seen=none)
    reading = delivered(tmp_path, text, none_dates='["0000-00-00", "uendelig"]')

    assert len(reading.accepted) == 1
    assert [(wrong.reason, wrong.field) for wrong in reading.wrong] == [("sentinel-date", "first_day"), ("bad-date", "registered_at")]


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("delimiter", '"||"', 'format.delimiter: must be one character, or "tab"; files whose cells are parted by several characters'),
        ("delimiter", '""', "format.delimiter: must be one character"),
        ("delimiter", r'"\n"', "format.delimiter: must be one character"),
        ("delimiter", "'\"'", "format: delimiter and quote must be two different characters"),
        ("quote", '"ab"', "format.quote: must be one character"),
        ("encoding", '"utf-99"', "format.encoding: utf-99 is no encoding that is known here"),
        ("encoding", '"rot13"', "format.encoding: rot13 is no encoding that is known here"),
        ("decimal", '";"', 'format.decimal: must be "." or ","'),
        ("thousands", '"x"', "format.thousands: must be a point, a comma, an apostrophe, a space, or nothing"),
        ("thousands", '","', "format: thousands and decimal must be two different signs"),
        ("full_time", "0", "format.full_time: must be a number above 0"),
        ("full_time", "true", "format.full_time: must be a number above 0"),
        ("dates", '["%Y"]', 'format.dates[1]: %Y is neither "iso" nor a pattern'),
        ("dates", '["iso", "%d-%m-%Q"]', "format.dates[2]: %d-%m-%Q is neither"),
        ("dates", "[]", "format: dates must name at least one way to write a day"),
        ("instants", '["%d-%m-%Y"]', 'format.instants[1]: %d-%m-%Y is neither "iso" nor a pattern'),
        ("none_dates", "[3]", "format.none_dates[1]: must be a day"),
        ("colour", '"red"', "format.colour: is no key that is known here"),
    ],
)
def test_a_format_that_does_not_fit_is_refused_with_a_sentence_that_names_the_key(tmp_path: Path, name: str, value: str, why: str) -> None:
    with pytest.raises(Refused, match="bad-mapping") as refused:
        delivered(tmp_path, HEADER, **{name: value})
    assert refused.value.fields["why"].startswith(why)


def test_a_zone_may_stand_in_the_pattern_of_a_moment(tmp_path: Path) -> None:
    seen = only(delivered(tmp_path, HEADER + row(seen="14/01/2021 09:30 +0100"), instants='["%d/%m/%Y %H:%M %z"]'))["registered_at"]

    assert str(seen) == "2021-01-14 08:30:00+00:00"


def test_a_day_that_means_none_is_one_day_however_the_mapping_writes_it(tmp_path: Path) -> None:
    for written in ("[2099-01-01]", '["2099-01-01"]'):
        assert only(delivered(tmp_path, HEADER + row(last="01-01-2099"), none_dates=written))["last_day"] is None
