"""A municipality's policy as data: validated, and a typing error never turns a duty off."""

from datetime import date
from pathlib import Path
from typing import ClassVar

import pytest
from pydantic import ValidationError

from services.chassis.rules import CalendarRules, Section, load, parse

TEXT = 'municipality = "730"\nname = "Randers"\nlive_from = 2026-01-01\n[talks]\nopens = 10\n'
RULES = Path(__file__).parents[3] / "deploy" / "rules"


class Talks(Section):
    table: ClassVar[str] = "talks"

    opens: int = 1


class Silent(Section):
    table: ClassVar[str] = "silent"

    on: bool = True


def test_a_service_reads_its_own_table_once_and_defaults_where_the_file_is_silent() -> None:
    rules = parse(TEXT)

    assert rules.live_from == date(2026, 1, 1)
    assert rules.read(Talks).opens == 10
    assert rules.read(Talks) is rules.read(Talks)
    assert rules.read(Silent).on


def test_a_word_nobody_knows_is_refused() -> None:
    with pytest.raises(ValidationError, match="opnes"):
        parse(TEXT.replace("opens", "opnes")).read(Talks)


def test_other_rules_have_another_digest() -> None:
    assert parse(TEXT).digest != parse(TEXT.replace("10", "11")).digest


def test_days_closed_every_year_are_no_working_days() -> None:
    open_on_new_years_eve = parse(TEXT + '[calendar]\nclosed_every_year = ["12-24"]\n')

    assert open_on_new_years_eve.calendar.is_working_day(date(2026, 12, 31))
    assert not parse(TEXT).calendar.is_working_day(date(2026, 12, 31))
    assert parse(TEXT).read(CalendarRules).closed_every_year == ("12-24", "12-31")


def test_days_that_close_from_noon_every_year_are_those_of_the_file() -> None:
    first_of_may = parse(TEXT + '[calendar]\nclosed_every_year = ["05-01"]\nfrom_noon_every_year = ["12-23"]\n').calendar

    assert [first_of_may.is_working_day(date(2026, *day)) for day in ((5, 1), (6, 5), (12, 23))] == [False, True, True]
    assert [first_of_may.is_meeting_day(date(2026, *day)) for day in ((5, 1), (6, 5), (12, 23))] == [False, True, False]


def test_the_rules_of_both_first_users_are_there_and_the_invented_ones() -> None:
    assert set(load(RULES)) >= {"730", "707", "998", "999"}
    assert load(RULES)["730"].name.startswith("Randers")
