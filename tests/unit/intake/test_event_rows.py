"""Rows of which each is one event: read under the contract's own names, corrected and cancelled by their keys."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from contracts.words import ReasonClass
from services.chassis.failures import Refused
from services.intake.reading.files import read, survey
from services.intake.reading.mapping import Kind, Mapping
from services.intake.reading.result import Reading
from services.intake.reading.tables import Tables
from services.intake.told.event import Told

MAPPING = """
feed = "roll"
municipality = "730"
[format]
delimiter = "tab"
decimal = ","
thousands = "."
full_time = 37
dates = ["%d.%m.%Y"]
instants = ["%d.%m.%Y %H.%M"]
none_dates = ["00.00.0000", 9999-12-31]
[[files]]
kind = "events"
[files.columns]
event = "Hændelse"
key = "Nr"
corrects = "Retter"
cancels = "Slettet"
registered_at = "Oprettet"
effective_date = "Dato"
person_key = "CPR"
employment_id = "Tjeneste"
unit_id = "Afdeling"
old_unit_id = "Fra"
degree = "Timer"
old_degree = "Før"
new_degree = "Timer"
reason_class = "Årsag"
leave_to = "Til"
leave_kind = "Orlov"
[files.constants]
employment_form = "monthly"
occupation_group = "other"
internal_move = "true"
[files.remove]
person_key = "-"
[files.words.event]
Ansat = "hr.hired.v1"
Timer = "hr.hours-changed.v1"
Flyttet = "hr.placement-changed.v1"
Slut = "hr.employment-end-registered.v1"
Orlov = "hr.leave-registered.v1"
Annulleret = "hr.employment-cancelled.v1"
"*" = "none"
[files.words.cancels]
"" = "false"
J = "true"
[files.words.reason_class]
Selv = "own-request"
[files.words.leave_kind]
Barsel = "parental"
"""
COLUMNS = (
    "Hændelse",
    "Nr",
    "Retter",
    "Slettet",
    "Oprettet",
    "Dato",
    "CPR",
    "Tjeneste",
    "Afdeling",
    "Fra",
    "Timer",
    "Før",
    "Årsag",
    "Til",
    "Orlov",
)
GOOD = {"Hændelse": "Ansat", "Nr": "1", "Oprettet": "05.01.2026 09.30", "Dato": "01.02.2026", "CPR": "010190-0001", "Tjeneste": "77",
        "Afdeling": "B2", "Timer": "18,5"}  # fmt: skip


def line(**cells: str) -> str:
    return "\t".join({**dict.fromkeys(COLUMNS, ""), **GOOD, **cells}.values()) + "\n"


def taken(folder: Path, *lines: str) -> Reading:
    (folder / "events.tsv").write_text("\t".join(COLUMNS) + "\n" + "".join(lines), "utf-8")
    return read(Mapping.parse(MAPPING), folder / "events.tsv")


def told(folder: Path, **cells: str) -> Told:
    reading = taken(folder, line(**cells))
    assert not reading.wrong
    (row,) = reading.accepted
    assert row.draft.kind is Kind.EVENTS
    found: Told = row.draft.fields["told"]
    return found


def test_a_hire_is_told_with_the_sources_own_keys_words_and_hours(tmp_path: Path) -> None:
    event = told(tmp_path)

    assert (event.attributes.type, event.attributes.id, event.is_first) == ("hr.hired.v1", "1", True)
    body = event.body.model_dump()
    assert (body["person_key"], body["employment_id"], body["unit_id"], body["degree"]) == ("0101900001", "77", "B2", "0.5000")
    assert body["effective_date"] == date(2026, 2, 1)
    assert event.moment.isoformat() == "2026-01-05T08:30:00+00:00"


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"Hændelse": "Slut", "Årsag": "Selv"}, {"last_working_day": date(2026, 1, 31), "reason_class": ReasonClass.OWN_REQUEST}),
        ({"Hændelse": "Orlov", "Orlov": "Barsel", "Til": "00.00.0000"}, {"leave_from": date(2026, 2, 1), "leave_to": None}),
        ({"Hændelse": "Flyttet", "Fra": "A1"}, {"new_unit_id": "B2", "old_unit_id": "A1", "internal_move": True}),
        ({"Hændelse": "Timer", "Før": "37"}, {"old_degree": "1.0000", "new_degree": "0.5000"}),
    ],
)
def test_each_event_has_its_own_fields_and_what_one_tells_of_another_is_filled_in(
    tmp_path: Path, cells: dict[str, str], expected: dict[str, Any]
) -> None:
    body = told(tmp_path, **cells).body.model_dump()

    assert {name: body[name] for name in expected} == expected


def test_a_row_corrects_or_cancels_an_earlier_one_by_its_key(tmp_path: Path) -> None:
    corrected, cancelled = told(tmp_path, Nr="2", Retter="1"), told(tmp_path, Nr="3", Retter="1", Slettet="J")

    assert corrected.chain == cancelled.chain == told(tmp_path).chain
    assert (corrected.attributes.cancelled, cancelled.attributes.cancelled) == (False, True)


def test_rows_without_a_key_are_named_by_what_they_tell(tmp_path: Path) -> None:
    first, again, other = told(tmp_path, Nr=""), told(tmp_path, Nr=""), told(tmp_path, Nr="", Timer="37")

    assert first.attributes.id == again.attributes.id != other.attributes.id


def test_events_that_are_none_of_ours_are_passed_over_and_counted_as_rows(tmp_path: Path) -> None:
    reading = taken(tmp_path, line(), line(Hændelse="Lønudbetaling"))
    surveyed = survey(Mapping.parse(MAPPING), tmp_path / "events.tsv")
    assert isinstance(surveyed, Tables)

    assert (reading.rows, len(reading.accepted), reading.wrong) == (2, 1, [])
    assert [len(batch) for batch in surveyed.batches(10)] == [1]


@pytest.mark.parametrize(
    ("cells", "reason", "field"),
    [
        ({"Hændelse": ""}, "missing-value", "event"),
        ({"Oprettet": "i går"}, "bad-date", "registered_at"),
        ({"Oprettet": ""}, "missing-value", "registered_at"),
        ({"Dato": ""}, "missing-value", "effective_date"),
        ({"Dato": "31.02.2026"}, "bad-date", "effective_date"),
        ({"CPR": ""}, "missing-value", "person_key"),
        ({"Tjeneste": "x" * 81}, "bad-text", "employment_id"),
        ({"Timer": "1.200,5"}, "bad-number", "degree"),
        ({"Slettet": "N"}, "unknown-code", "cancels"),
        ({"Retter": "1"}, "bad-attribute", "corrects"),
        ({"Hændelse": "Slut", "Årsag": "Syg"}, "unknown-code", "reason_class"),
        ({"Hændelse": "Orlov", "Orlov": "Barsel", "Til": "01.01.2026"}, "end-before-start", "leave_to"),
        ({"Hændelse": "Annulleret"}, "needs-hire", "corrects"),
        ({"Hændelse": "Flyttet"}, "missing-value", "old_unit_id"),
    ],
)
def test_a_wrong_row_is_refused_with_its_reason_and_field(tmp_path: Path, cells: dict[str, str], reason: str, field: str) -> None:
    reading = taken(tmp_path, line(**cells))

    assert [(wrong.reason, wrong.field) for wrong in reading.wrong] == [(reason, field)]
    assert not reading.accepted


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (('Ansat = "hr.hired.v1"', 'Ansat = "hired"'), "files[1]: words of event outside the catalogue: hired"),
        (('Slut = "hr.employment-end-registered.v1"', 'Slut = "hr.employment-ended.v1"'), "words of event outside the catalogue"),
        (('J = "true"', 'J = "ja"'), "words of cancels outside the catalogue: ja"),
        (('Selv = "own-request"', 'Selv = "selv"'), "words of reason_class outside the catalogue: selv"),
        (('event = "Hændelse"', ""), "neither column nor constant for events: event"),
        (('unit_id = "Afdeling"', 'unit = "Afdeling"'), "unknown fields for events: unit"),
    ],
)
def test_a_mapping_of_events_that_does_not_fit_is_refused_with_the_key(change: tuple[str, str], why: str) -> None:
    with pytest.raises(Refused, match="bad-mapping") as refused:
        Mapping.parse(MAPPING.replace(*change))
    assert why in refused.value.fields["why"]
