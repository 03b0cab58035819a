"""A mapping file is read strictly: a typing error is told, never guessed."""

from pathlib import Path

import pytest

from services.chassis.failures import Refused
from services.intake.reading.mapping import Kind, Mapping, Told
from tests.kit.deliveries import MAPPINGS

SMALLEST = """
feed = "test"
municipality = "730"
[[files]]
kind = "units"
columns = { unit = "code", name = "name", valid_from = "from", registered_at = "registered" }
"""
EMPLOYMENTS = """
feed = "test"
[[files]]
kind = "employments"
[files.columns]
person = "p"
employment = "e"
unit = "u"
first_day = "f"
registered_at = "r"
[files.constants]
form = "monthly"
degree = "1.0000"
"""


@pytest.mark.parametrize("path", sorted(MAPPINGS.glob("*.toml")), ids=lambda path: path.stem)
def test_the_committed_mappings_can_be_read(path: Path) -> None:
    mapping = Mapping.load(path)

    assert bool(mapping.files) == (mapping.way_in == "csv")


def test_what_is_not_told_has_a_default() -> None:
    mapping = Mapping.parse(SMALLEST)

    assert (mapping.format.delimiter, mapping.format.encoding, mapping.files[0].kind) == (";", "utf-8", Kind.UNITS)
    assert mapping.files[0].end_told_by is Told.EVERY_ROW
    assert mapping.units_told


def test_units_are_told_apart_by_a_file_or_by_known_codes_only() -> None:
    assert not Mapping.parse(EMPLOYMENTS).units_told
    assert Mapping.parse('known_units = ["P410"]' + EMPLOYMENTS).units_told
    assert not Mapping.parse(EMPLOYMENTS + '\n[units]\nroot_name = "Alle"\nvalid_from = 2000-01-01').units_told


def test_another_mapping_has_another_digest() -> None:
    assert Mapping.parse(SMALLEST).digest == Mapping.parse(SMALLEST).digest
    assert Mapping.parse(SMALLEST).digest != Mapping.parse(SMALLEST.replace('"code"', '"no"')).digest


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("feed = ", "Invalid value"),
        (SMALLEST.replace("kind", "knd"), "knd"),
        (SMALLEST.replace('"units"', '"facts"'), "no table tells of facts"),
        (SMALLEST + '[format]\ndelimeter = ","', "delimeter"),
        (SMALLEST.replace('unit = "code", ', ""), "neither column nor constant for units: unit"),
        (SMALLEST.replace("unit =", "colour ="), "unknown fields for units: colour"),
        (SMALLEST + '[files.words.degree]\na = "b"', "unknown fields for units: degree"),
        (SMALLEST + '[files.constants]\nunit = "x"', "both column and constant: unit"),
        (EMPLOYMENTS + '[files.words.reason]\nVek = "gone"', "words of reason outside the catalogue: gone"),
        (EMPLOYMENTS.replace('"monthly"', '"mostly"'), "words of form outside the catalogue: mostly"),
        (EMPLOYMENTS + "[format]\ndecimal = ';'", "decimal"),
    ],
)
def test_what_is_wrong_is_named(text: str, why: str) -> None:
    with pytest.raises(Refused, match="bad-mapping") as refused:
        Mapping.parse(text)
    assert why in refused.value.fields["why"]


def test_a_word_without_a_closed_list_is_free() -> None:
    assert Mapping.parse(EMPLOYMENTS + '[files.words.unit]\na = "b"').files[0].words == {"unit": {"a": "b"}}


def test_a_mapping_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="bad-mapping"):
        Mapping.load(tmp_path / "none.toml")
