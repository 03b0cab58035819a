"""A vacancy arises when an end is registered, and falls away when nobody leaves after all."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from contracts.base import Event, HolderRole
from contracts.hr import HoursChanged
from contracts.recruitment import MoreHoursDue, VacancyArose, VacancyCause, VacancyDuty, VacancyReviewDue
from contracts.words import OccupationGroup, ReasonClass
from services.recruitment.app import SERVICE
from services.recruitment.domain.asks import publish_ad
from tests.kit.builders import an_id, end_registered, hired, leader_appointed, moved
from tests.kit.story import RULES, Story

MONDAY = date(2026, 3, 2)
LAST_DAY = date(2026, 5, 31)
BEGUN = date(2023, 1, 1)
OFF = f"{RULES}\n[recruitment]\nvacancy_review.on = false\nmore_hours.on = false\n"


def left(*before: Event, rules: str = RULES, known: date = MONDAY, **more: object) -> tuple[Story, UUID]:
    """Somebody hired long ago leaves: known on Monday 2 March."""
    story = Story(SERVICE, known - timedelta(days=30), rules)
    story.hears(hired(BEGUN), *before)
    story.reaches(known)
    return story, story.hears(end_registered(LAST_DAY, **more))  # type: ignore[arg-type]  # builders take any field


def hours_changed(day: date, degree: str) -> HoursChanged:
    fields = hired(day).model_dump(include={"municipality", "employment_id", "person_key", "unit_id", "employment_form"})
    registered = {"effective_date": day, "registered_at": hired(day).registered_at}
    return HoursChanged.model_validate({**fields, **registered, "old_degree": "1.0000", "new_degree": degree})


def test_a_registered_end_leaves_a_vacancy_from_the_day_after_the_last_one() -> None:
    story, _ = left()

    (arose,) = story.said(VacancyArose)
    assert (arose.unit_id, arose.occupation_group, arose.degree) == (an_id("unit"), OccupationGroup.NURSE, "1.0000")
    assert (arose.cause, arose.leader_post, arose.needed_from) == (VacancyCause.END, False, date(2026, 6, 1))


def test_a_vacancy_names_no_person() -> None:
    story, _ = left()

    said = [revision.body.model_dump_json() for _, revision in story.spoken]
    assert len(said) == 3
    assert not any(str(an_id("person")) in text or str(an_id("job of person")) in text for text in said)


@pytest.mark.parametrize(("day", "unit", "degree"), [(LAST_DAY, "new", "0.8000"), (LAST_DAY + timedelta(days=1), "unit", "1.0000")])
def test_unit_and_degree_are_those_of_the_last_day(day: date, unit: str, degree: str) -> None:
    story, _ = left(moved(day, "unit", "new"), hours_changed(day, degree if degree != "1.0000" else "0.5000"))

    (arose,) = story.said(VacancyArose)
    assert (arose.unit_id, arose.degree) == (an_id(unit), degree)


def test_a_leader_leaves_a_leader_post_and_the_leaders_leader_is_asked() -> None:
    story = Story(SERVICE, MONDAY)
    story.hears(leader_appointed("unit", "person"))

    story.hears(hired(BEGUN), end_registered(LAST_DAY))

    assert story.said(VacancyArose)[0].leader_post
    assert {duty.call.role for duty in story.said(VacancyDuty)} == {HolderRole.LEADERS_LEADER}


def test_a_withdrawn_end_takes_the_vacancy_and_what_was_asked_away() -> None:
    story, end = left()

    story.hears(end_registered(LAST_DAY), fact=end, number=2, stands=False)

    assert (story.said(VacancyArose), story.said(VacancyDuty), len(story.withdrew(VacancyDuty))) == ([], [], 2)
    assert [row for row in story.rows() if hasattr(row, "status")] == []


def test_a_vacancy_with_an_ad_out_stays_until_the_leader_decides() -> None:
    story, end = left(rules=OFF)
    (vacancy,) = story.said(VacancyArose)
    story.asks("vacancy", vacancy.vacancy_id, publish_ad(MONDAY))

    story.hears(end_registered(LAST_DAY), fact=end, number=2, stands=False)

    assert len(story.said(VacancyArose)) == 1
    assert [(row.status, row.end_withdrawn) for row in story.rows() if hasattr(row, "end_withdrawn")] == [("advertised", True)]  # type: ignore[attr-defined]  # rows of vacancies


def test_a_second_resignation_leaves_a_vacancy_of_its_own() -> None:
    story, end = left()
    first = story.said(VacancyArose)[0].vacancy_id
    story.hears(end_registered(LAST_DAY), fact=end, number=2, stands=False)

    story.hears(end_registered(date(2026, 8, 31)))

    (second,) = story.said(VacancyArose)
    assert second.vacancy_id != first


def test_a_last_day_that_moves_moves_the_vacancy() -> None:
    story, end = left()

    story.hears(end_registered(date(2026, 6, 30)), fact=end, number=2)

    (arose,) = story.said(VacancyArose)
    assert arose.needed_from == date(2026, 7, 1)


def test_an_end_alone_is_no_vacancy_until_the_hire_is_known() -> None:
    story = Story(SERVICE, MONDAY)
    story.hears(end_registered(LAST_DAY))
    assert story.said(VacancyArose) == []

    story.hears(hired(BEGUN))

    assert len(story.said(VacancyArose)) == 1


def test_a_job_whose_hire_never_was_leaves_nothing() -> None:
    story = Story(SERVICE, MONDAY)
    hire = story.hears(hired(BEGUN))
    story.hears(end_registered(LAST_DAY))

    story.hears(hired(BEGUN), fact=hire, number=2, stands=False)

    assert story.said(VacancyArose) == []


@pytest.mark.parametrize(("last", "arises"), [(date(2019, 12, 30), False), (date(2020, 1, 1), True)])
def test_what_was_over_before_the_municipality_was_live_leaves_no_vacancy(last: date, arises: bool) -> None:
    story = Story(SERVICE, date(2019, 12, 1))

    story.hears(hired(date(2015, 1, 1)), end_registered(last))

    assert bool(story.said(VacancyArose)) is arises
    assert story.said(VacancyDuty) == []


def test_two_jobs_and_a_rehire_leave_what_each_of_them_was() -> None:
    story = Story(SERVICE, MONDAY)
    story.hears(hired(BEGUN), hired(BEGUN, employment="night job", unit="night", degree="0.2000"))
    story.hears(end_registered(LAST_DAY), hired(date(2026, 9, 1), rehire=True, unit="back", degree="0.9000"))

    story.hears(end_registered(date(2026, 12, 31)))

    assert {(arose.unit_id, arose.degree) for arose in story.said(VacancyArose)} == {(an_id("unit"), "1.0000"), (an_id("back"), "0.9000")}


def test_an_internal_move_by_end_and_start_frees_a_post_too() -> None:
    story, _ = left(reason_class=ReasonClass.INTERNAL_MOVE)

    assert len(story.said(VacancyArose)) == 1


def test_the_leader_is_asked_at_once_with_links_to_the_page() -> None:
    story, _ = left()

    (vacancy,) = story.said(VacancyArose)
    calls = {type(duty): duty.call for duty in story.said(VacancyDuty)}
    assert set(calls) == {VacancyReviewDue, MoreHoursDue}
    for call in calls.values():
        assert (call.opens, call.due, call.closes, call.missed_after) == (MONDAY, date(2026, 3, 9), date(2026, 3, 16), date(2026, 3, 30))
        assert (call.link, call.about_person) == (f"/recruitment/vacancies/{vacancy.vacancy_id}", None)


def test_norddjurs_asks_nothing_before_an_ad() -> None:
    story, _ = left(rules=OFF)

    assert (len(story.said(VacancyArose)), story.said(VacancyDuty)) == (1, [])
