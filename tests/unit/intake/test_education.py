"""The education of a pupil or student, as rows show it: when it began, when it is to end, and that it is over."""

from datetime import date
from typing import Any

import pytest

from contracts.hr import EducationEnded, EducationStarted, Hired
from tests.kit.builders import an_id, noon
from tests.kit.story import RULES
from tests.unit.intake.source import FIRST, KNOWN, Source, leaving, shown
from tests.unit.intake.teller import event

UNTIL, OVER = date(2022, 6, 30), date(2022, 7, 1)
LATER = date(2021, 10, 1)
PUPIL = {"employment_form": "pupil", "occupation_group": "sosu-assistant"}
TAUGHT: dict[str, Any] = {**PUPIL, "last": UNTIL, "reason": "education-end"}


def test_a_pupil_whose_education_is_to_end_has_begun_one_and_it_ends_the_day_after() -> None:
    source = Source(now=KNOWN).shows(leaving(KNOWN, **TAUGHT))

    (started,) = source.stands(EducationStarted)
    assert (started.effective_date, started.planned_end, started.ladder_step) == (FIRST, UNTIL, "assistant")
    assert (started.unit_id, started.employment_form, started.registered_at) == (an_id("unit"), "pupil", noon(KNOWN))
    assert source.reaches(UNTIL).said(EducationEnded) == []
    (ended,) = source.reaches(OVER).stands(EducationEnded)
    assert (ended.effective_date, ended.outcome, ended.ladder_step) == (OVER, "unknown", "assistant"), "who passed is not told"


@pytest.mark.parametrize(
    "told",
    [
        {**TAUGHT, "employment_form": "monthly"},
        {**TAUGHT, "employment_form": "hourly"},
        {**TAUGHT, "reason": "fixed-term-end"},
        {**TAUGHT, "reason": "unknown"},
    ],
)
def test_who_is_no_pupil_and_whose_end_is_of_no_education_has_none(told: dict[str, Any]) -> None:
    source = Source().shows(leaving(KNOWN, **told))

    assert source.stands(Hired)
    assert source.said(EducationStarted) + source.said(EducationEnded) == []


def test_a_pupil_without_an_end_has_none_yet_since_no_day_is_guessed() -> None:
    source = Source().shows(shown(KNOWN, **PUPIL))
    assert source.said(EducationStarted) == []

    assert source.shows(leaving(LATER, **TAUGHT)).stands(EducationStarted)[0].registered_at == noon(LATER)


@pytest.mark.parametrize(
    ("group", "step"), [("sosu-helper", "helper"), ("pedagogue", "professional"), ("administration", "other"), ("unknown", "unknown")]
)
def test_the_group_of_the_post_tells_where_it_leads(group: str, step: str) -> None:
    source = Source().shows(leaving(KNOWN, **{**TAUGHT, "employment_form": "student", "occupation_group": group}))

    assert (source.stands(EducationStarted)[0].ladder_step, source.stands(EducationEnded)[0].ladder_step) == (step, step)


def test_another_planned_end_is_the_next_revision() -> None:
    source = Source(now=KNOWN).shows(leaving(KNOWN, **TAUGHT), leaving(LATER, **{**TAUGHT, "last": date(2022, 8, 31)}))

    assert [(r.revision, r.body.planned_end) for r in source.said(EducationStarted)] == [(1, UNTIL), (2, date(2022, 8, 31))]
    assert [r.body.effective_date for r in source.reaches(date(2022, 9, 1)).said(EducationEnded)] == [date(2022, 9, 1)]


def test_who_leaves_before_it_has_left_it_and_it_was_still_begun_as_it_was_planned() -> None:
    source = Source().shows(leaving(KNOWN, **TAUGHT), leaving(LATER, **{**TAUGHT, "last": date(2021, 11, 30), "reason": "own-request"}))

    assert [(r.revision, r.body.planned_end) for r in source.said(EducationStarted)] == [(1, UNTIL)]
    (ended,) = source.stands(EducationEnded)
    assert (ended.effective_date, ended.outcome, ended.registered_at) == (date(2021, 12, 1), "left", noon(LATER))


def test_who_goes_on_in_another_form_under_the_same_number_is_taught_until_then() -> None:
    source = Source().shows(leaving(KNOWN, **TAUGHT), shown(LATER, **{**PUPIL, "employment_form": "monthly"}, valid_from=OVER))

    assert [r.stands for r in source.said(EducationStarted)] == [True]
    (ended,) = source.stands(EducationEnded)
    assert (ended.effective_date, ended.outcome, ended.employment_form, ended.registered_at) == (OVER, "unknown", "pupil", noon(LATER))


def test_a_pupil_of_whom_no_end_is_shown_any_more_goes_on() -> None:
    source = Source(now=LATER).shows(leaving(KNOWN, **TAUGHT), shown(LATER, **PUPIL)).reaches(date(2023, 1, 1))

    assert [r.stands for r in source.said(EducationStarted)] == [True]
    assert source.said(EducationEnded) == []


def test_it_begins_with_the_form_and_of_two_it_is_the_one_whose_end_was_told() -> None:
    source = Source().shows(
        shown(KNOWN),
        leaving(date(2021, 2, 1), **TAUGHT, valid_from=LATER),
        shown(date(2021, 2, 2), valid_from=OVER),
        shown(date(2021, 2, 3), **PUPIL, valid_from=date(2023, 1, 1)),
        shown(date(2021, 2, 4), valid_from=date(2023, 7, 1)),
    )

    assert [(told.effective_date, told.planned_end) for told in source.stands(EducationStarted)] == [(LATER, UNTIL)]
    assert [told.effective_date for told in source.stands(EducationEnded)] == [OVER]


def test_who_was_told_as_pupil_only_after_that_day_has_none() -> None:
    source = Source().shows(leaving(KNOWN, last=UNTIL, reason="education-end"), shown(LATER, **PUPIL, valid_from=date(2023, 1, 1)))

    assert source.said(EducationStarted) == []


def test_an_employment_that_never_was_has_none() -> None:
    source = Source().shows(leaving(KNOWN, **TAUGHT), shown(date(2021, 2, 1), cancelled=True))

    assert [r.stands for r in source.said(EducationStarted)] == [True, False]
    assert source.stands(EducationEnded) == []


def test_what_was_over_before_the_feed_was_live_was_begun_and_its_end_is_history() -> None:
    source = Source(rules=RULES.replace("2020-01-01", "2023-01-01")).shows(leaving(KNOWN, **TAUGHT))

    assert (len(source.stands(EducationStarted)), source.said(EducationEnded)) == (1, [])


def test_where_rows_show_an_education_what_is_told_of_one_says_nothing_and_else_it_is_said() -> None:
    body = {"effective_date": "2021-03-01", "ladder_step": "leader-education", "planned_end": "2021-12-31"}
    told = event("education-started", 1, "course", **body)
    taught, other = Source().shows(leaving(KNOWN, **TAUGHT)).records([told]), Source().shows(shown(KNOWN)).records([told])

    assert [each.ladder_step for each in taught.stands(EducationStarted)] == ["assistant"]
    assert [each.ladder_step for each in other.stands(EducationStarted)] == ["leader-education"]
