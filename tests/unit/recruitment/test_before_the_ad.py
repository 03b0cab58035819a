"""What is asked before an ad, what a leader may record, and what is missed."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from contracts.base import CallState
from contracts.recruitment import (
    MoreHoursDue,
    MoreHoursMissed,
    MoreHoursOffered,
    ReviewOutcome,
    VacancyArose,
    VacancyDuty,
    VacancyReviewDue,
    VacancyReviewed,
    VacancyReviewMissed,
    VacancyReviewPlanned,
)
from services.chassis.failures import NotFound, Refused
from services.recruitment.domain.asks import offer_more_hours, publish_ad, review_vacancy
from tests.kit.builders import an_id, closing_day, end_registered
from tests.kit.story import RULES, Story
from tests.unit.recruitment.test_vacancies import LAST_DAY, MONDAY, OFF, left

SAME, GIVEN_UP = ReviewOutcome.REFILL_SAME, ReviewOutcome.NOT_REFILLED


def the_vacancy(story: Story) -> UUID:
    (arose,) = story.said(VacancyArose)
    return arose.vacancy_id


def review(story: Story, outcome: ReviewOutcome = SAME, on: date = MONDAY, checked: bool = True) -> None:
    story.asks("vacancy", the_vacancy(story), review_vacancy(on, outcome, tasks_checked=checked, competences_checked=checked))


def offer(story: Story, asked: int = 3, accepted: int = 1, gained: str = "7.5", on: date = MONDAY) -> None:
    story.asks("vacancy", the_vacancy(story), offer_more_hours(on, asked, accepted, Decimal(gained)))


def publish(story: Story, on: date = MONDAY) -> None:
    story.asks("vacancy", the_vacancy(story), publish_ad(on))


def status(story: Story) -> str:
    (found,) = [row.status for row in story.rows() if hasattr(row, "status")]
    return str(found)


def test_an_ad_waits_for_the_review_and_for_the_offer_of_more_hours() -> None:
    story, _ = left()

    with pytest.raises(Refused, match="ad-before-review"):
        publish(story)
    review(story)
    with pytest.raises(Refused, match="ad-before-more-hours"):
        publish(story)
    offer(story)
    publish(story)

    assert status(story) == "advertised"
    with pytest.raises(Refused, match="ad-already-published"):
        publish(story)


def test_an_ad_needs_neither_where_the_municipality_asks_for_neither() -> None:
    story, _ = left(rules=OFF)

    publish(story)

    assert status(story) == "advertised"


def test_an_ad_after_both_were_missed_still_waits_for_them() -> None:
    story, _ = left()
    story.reaches(date(2026, 6, 1))

    with pytest.raises(Refused, match="ad-before-review"):
        publish(story)
    review(story)
    offer(story)
    publish(story)

    assert status(story) == "advertised"


def test_a_review_is_done_with_its_outcome() -> None:
    story, _ = left()

    review(story, ReviewOutcome.SPLIT)

    (done,) = story.said(VacancyReviewed)
    assert (done.reviewed_on, done.outcome, done.tasks_checked, done.competences_checked) == (MONDAY, ReviewOutcome.SPLIT, True, True)
    assert (done.call.state, done.call.state_on) == (CallState.DONE, MONDAY)


def test_an_offer_is_done_with_its_counts() -> None:
    story, _ = left()

    offer(story)

    (done,) = story.said(MoreHoursOffered)
    assert (done.offered_on, done.asked, done.accepted, done.hours_gained) == (MONDAY, 3, 1, "7.50")


def test_a_unit_without_part_timers_offers_to_nobody() -> None:
    story, _ = left()

    offer(story, 0, 0, "0")

    assert story.said(MoreHoursOffered)[0].asked == 0


@pytest.mark.parametrize(
    ("asked", "accepted", "gained", "reason"),
    [
        (1, 2, "5", "accepted-by-more-than-asked"),
        (2, 0, "5", "gained-by-those-who-accept"),
        (2, 1, "0", "gained-by-those-who-accept"),
    ],
)
def test_counts_that_contradict_each_other_are_refused(asked: int, accepted: int, gained: str, reason: str) -> None:
    story, _ = left()

    with pytest.raises(Refused, match=reason):
        offer(story, asked, accepted, gained)


@pytest.mark.parametrize("ask", [review, offer, publish])
def test_nothing_is_recorded_for_tomorrow(ask: object) -> None:
    story, _ = left(rules=OFF)
    assert callable(ask)

    with pytest.raises(Refused, match="day-in-future"):
        ask(story, on=MONDAY + timedelta(days=1))


def test_a_review_checks_tasks_and_competences_unless_the_post_is_given_up() -> None:
    story, _ = left()

    with pytest.raises(Refused, match="vacancy-review-unfinished"):
        review(story, checked=False)
    review(story, GIVEN_UP, checked=False)

    assert status(story) == "given-up"


def test_what_is_recorded_is_not_recorded_again() -> None:
    story, _ = left()
    review(story)
    offer(story)

    with pytest.raises(Refused, match="vacancy-already-reviewed"):
        review(story)
    with pytest.raises(Refused, match="more-hours-already-offered"):
        offer(story)


def test_a_post_given_up_is_asked_nothing_more() -> None:
    story, _ = left()

    review(story, GIVEN_UP)

    assert [duty.call.kind for duty in story.said(VacancyDuty)] == ["vacancy-review"]
    with pytest.raises(Refused, match="vacancy-given-up"):
        offer(story)


def test_a_post_may_be_given_up_after_the_review_and_the_first_day_of_it_counts() -> None:
    story, _ = left()
    review(story)
    story.reaches(MONDAY + timedelta(days=7))

    review(story, GIVEN_UP, on=MONDAY + timedelta(days=7))

    (done,) = story.said(VacancyReviewed)
    assert (done.outcome, done.reviewed_on) == (GIVEN_UP, MONDAY)


def test_a_duty_missed_before_the_post_was_given_up_stays_missed() -> None:
    story, _ = left()
    review(story)
    story.reaches(date(2026, 5, 4))

    review(story, GIVEN_UP, on=date(2026, 5, 4))

    assert len(story.said(MoreHoursMissed)) == 1


@pytest.mark.parametrize(("day", "missed"), [(date(2026, 3, 30), False), (date(2026, 3, 31), True)])
def test_a_duty_is_missed_the_day_after_the_last_late_day(day: date, missed: bool) -> None:
    story, _ = left()

    story.reaches(day)

    assert bool(story.said(VacancyReviewMissed)) is missed
    assert bool(story.said(MoreHoursMissed)) is missed


def test_a_duty_done_after_it_was_missed_is_done() -> None:
    story, _ = left()
    story.reaches(date(2026, 5, 4))

    review(story, on=date(2026, 5, 4))

    assert (len(story.said(VacancyReviewed)), story.said(VacancyReviewMissed)) == (1, [])


def test_an_end_known_on_a_saturday_is_asked_about_on_monday() -> None:
    story, _ = left(known=date(2026, 2, 28))
    assert len(story.said(VacancyReviewPlanned)) == 1

    story.reaches(MONDAY)

    assert (len(story.said(VacancyReviewDue)), len(story.said(MoreHoursDue))) == (1, 1)


def test_a_closing_day_told_late_moves_an_open_duty_and_no_closed_one() -> None:
    story, _ = left()
    review(story)
    story.reaches(MONDAY + timedelta(days=1))

    story.hears(closing_day(date(2026, 3, 4)))

    assert story.said(MoreHoursDue)[0].call.closes == date(2026, 3, 17)
    assert story.said(VacancyReviewed)[0].call.closes == date(2026, 3, 16)


def test_a_closing_day_told_after_a_duty_was_missed_moves_nothing() -> None:
    story, _ = left()
    story.reaches(MONDAY + timedelta(days=1))
    story.hears(closing_day(date(2026, 12, 28)))
    story.reaches(date(2026, 5, 4))
    before = story.said(VacancyDuty)

    story.hears(closing_day(date(2026, 3, 30)))

    assert story.said(VacancyDuty) == before


@pytest.mark.parametrize(("valid_from", "asked"), [(MONDAY, True), (MONDAY + timedelta(days=1), False)])
def test_a_rule_binds_what_opens_on_the_day_it_is_valid_from(valid_from: date, asked: bool) -> None:
    story, _ = left(rules=f"{RULES}\n[recruitment.vacancy_review]\nvalid_from = {valid_from}\n")

    assert bool(story.said(VacancyReviewDue)) is asked


def test_a_vacancy_that_is_gone_or_never_was_is_not_found() -> None:
    story, end = left()
    vacancy = the_vacancy(story)
    story.hears(end_registered(LAST_DAY), fact=end, number=2, stands=False)

    for unknown in (vacancy, an_id("another vacancy")):
        with pytest.raises(NotFound):
            story.asks("vacancy", unknown, publish_ad(MONDAY))
