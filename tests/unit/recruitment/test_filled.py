"""Who filled a vacancy: a later hire in the same unit and occupation group, confirmed by the leader."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from contracts.recruitment import PositionFilled, VacancyArose, VacancyDuty
from contracts.words import HireChannel, OccupationGroup
from services.chassis.failures import NotFound, Refused
from services.recruitment.domain.asks import Opening, confirm_filled, publish_ad
from services.recruitment.domain.people import HireRow
from tests.kit.builders import an_id, hired, noon
from tests.kit.story import RULES, Story
from tests.unit.recruitment.test_vacancies import MONDAY, OFF, left

NEXT_WEEK = MONDAY + timedelta(days=7)
START = date(2026, 6, 1)


def opening(story: Story, vacancy: UUID | None = None) -> Opening:
    arose = next(a for a in story.said(VacancyArose) if vacancy in {None, a.vacancy_id})
    return Opening(arose.vacancy_id, arose.unit_id, arose.occupation_group.value, noon(MONDAY))


def confirm(story: Story, hire: UUID, on: date = NEXT_WEEK, person: str = "newcomer") -> None:
    decide = confirm_filled(opening(story), hire, on, agency_used=False, alignment_noted=True)
    story.asks("person", an_id(person), decide)


def newcomer(story: Story, **more: object) -> UUID:
    return story.hears(hired(START, person="newcomer", **more))  # type: ignore[arg-type]  # builders take any field


def followed(rules: str = OFF) -> tuple[Story, UUID]:
    story, _ = left(rules=rules)
    story.reaches(NEXT_WEEK)
    return story, newcomer(story, hire_channel=HireChannel.INTERNAL)


def statuses(story: Story) -> list[str]:
    return [str(row.status) for row in story.rows() if hasattr(row, "status")]


def test_the_position_is_filled_by_the_hire_the_leader_names() -> None:
    story, hire = followed()

    confirm(story, hire)

    (filled,) = story.said(PositionFilled)
    assert (filled.hired_fact, filled.employment_id, filled.person_key) == (hire, an_id("job of newcomer"), an_id("newcomer"))
    assert (filled.opened_on, filled.accepted_on, filled.internal, filled.channel) == (MONDAY, NEXT_WEEK, True, "internal")
    assert (filled.alignment_noted, filled.agency_used) == (True, False)
    assert statuses(story) == ["filled"]


def test_a_filled_vacancy_is_asked_nothing_more() -> None:
    story, hire = followed(rules=RULES)
    assert len(story.said(VacancyDuty)) == 2

    confirm(story, hire)

    assert story.said(VacancyDuty) == []
    with pytest.raises(Refused, match="vacancy-filled"):
        story.asks("vacancy", story.said(VacancyArose)[0].vacancy_id, publish_ad(NEXT_WEEK))


def test_a_hire_that_is_cancelled_leaves_the_post_vacant_again() -> None:
    story, hire = followed()
    confirm(story, hire)

    story.hears(hired(START, person="newcomer"), fact=hire, number=2, stands=False)

    assert (story.said(PositionFilled), statuses(story)) == ([], ["open"])


@pytest.mark.parametrize(("unit", "group"), [("another unit", OccupationGroup.NURSE), ("unit", OccupationGroup.TEACHER)])
def test_a_hire_in_another_unit_or_group_fills_another_post(unit: str, group: OccupationGroup) -> None:
    story, _ = left()
    story.reaches(NEXT_WEEK)
    hire = newcomer(story, unit=unit, occupation_group=group)

    with pytest.raises(Refused, match="hire-of-another-post"):
        confirm(story, hire)


def test_a_hire_known_before_the_vacancy_did_not_fill_it() -> None:
    story, _ = left(hired(START, person="somebody"))
    hire = story.hears(hired(START, person="newcomer"), known_at=noon(MONDAY) - timedelta(seconds=1))

    with pytest.raises(Refused, match="hire-before-vacancy"):
        confirm(story, hire)


def test_a_hire_fills_one_vacancy() -> None:
    story, hire = followed()
    confirm(story, hire)

    with pytest.raises(Refused, match="hire-already-linked"):
        confirm(story, hire)


def test_an_unknown_hire_is_not_found_and_an_offer_is_not_accepted_tomorrow() -> None:
    story, hire = followed()

    with pytest.raises(NotFound):
        confirm(story, an_id("nobody's hire"))
    with pytest.raises(Refused, match="day-in-future"):
        confirm(story, hire, on=NEXT_WEEK + timedelta(days=1))


def test_recent_hires_are_kept_for_the_page() -> None:
    story, hire = followed()
    assert link(story, hire) is None

    confirm(story, hire)

    assert link(story, hire) == story.said(VacancyArose)[0].vacancy_id


def link(story: Story, hire: UUID) -> UUID | None:
    (row,) = [row for row in story.rows() if isinstance(row, HireRow) and row.hired_fact == hire]
    return row.vacancy_id
