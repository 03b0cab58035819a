"""Who is asked in which survey and when, in which period it counts, and that few answers are told with others or not at all."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from contracts.onboarding.counts import IntroSurvey, IntroSurveyClosed
from services.chassis.calendar import Calendar
from services.chassis.subject import History, Situation
from services.onboarding.app import SERVICE
from services.onboarding.domain.counted import SurveyCounted, mean, notes, subject_of, surveys_closed
from services.onboarding.domain.rows import MentorRow, PlanRow
from services.onboarding.domain.survey import (
    SHEETS,
    Offer,
    Tally,
    added,
    first_day,
    last_day,
    offers,
    period_of,
    pooled,
    unanswered,
)
from services.onboarding.rules import OnboardingRules, Rhythm
from tests.kit.builders import MUNICIPALITY, an_id, noon
from tests.kit.story import Story

START = date(2026, 3, 2)
RULES = OnboardingRules().surveys
TREE = {"top": (), "area": ("top",), "ward": ("top", "area"), "kitchen": ("top", "area"), "school": ("top", "other")}
PATHS = {an_id(unit): (*map(an_id, above), an_id(unit)) for unit, above in TREE.items()}


def path(unit: UUID) -> tuple[UUID, ...]:
    return PATHS.get(unit, (unit,))


def plan(occasion: str = "hire", starts_on: date = START, last: date | None = None) -> PlanRow:
    return PlanRow(
        plan_id=an_id("plan"),
        municipality=MUNICIPALITY,
        person_key=an_id("new"),
        employment_id=an_id("job"),
        unit_id=an_id("ward"),
        occasion=occasion,
        template="first-year",
        starts_on=starts_on,
        last_day=last,
        steps=1,
        done=0,
        late=0,
        missed=0,
        approved_on=None,
        newcomer_took_part=False,
        plan_approved=None,
        mentors_named=None,
        closed_on=None,
        end_state=None,
    )


def mentor(kind: str, until: date) -> MentorRow:
    people = {"person_key": an_id("new"), "unit_id": an_id("ward"), "mentor_key": an_id("mentor"), "team_unit_id": None}
    return MentorRow(an_id("plan"), kind, MUNICIPALITY, **people, named_on=START, named_from=START, until=until)  # type: ignore[arg-type]


def asked(row: PlanRow) -> tuple[Offer, ...]:
    return offers([row], [], RULES, Calendar())


def test_a_newcomer_is_asked_near_the_end_of_the_third_month_and_a_month_long() -> None:
    (offer,) = asked(plan())

    assert (offer.survey, offer.opens, offer.closes) == (IntroSurvey.NEW_HIRE, date(2026, 5, 15), date(2026, 7, 2))
    days = (offer.opens - timedelta(days=1), offer.opens, offer.closes, offer.closes + timedelta(days=1))
    assert [offer.is_open(day) for day in days] == [False, True, True, False]
    assert offer.known_until == date(2027, 7, 2)


@pytest.mark.parametrize(
    ("occasion", "last", "expected"),
    [
        ("new-leader", None, [("new-leader", date(2026, 8, 2), date(2026, 10, 2))]),
        ("pupil-or-student", date(2026, 4, 30), [("placement-student", date(2026, 4, 16), date(2026, 5, 14))]),
        ("pupil-or-student", date(2026, 3, 6), [("placement-student", START, date(2026, 3, 20))]),
        ("pupil-or-student", None, []),
        ("return-from-leave", None, []),
        ("hire", date(2026, 5, 14), []),
        ("hire", date(2026, 5, 15), [("new-hire", date(2026, 5, 15), date(2026, 5, 15))]),
    ],
)
def test_others_are_asked_when_it_fits_them_and_who_has_left_is_not(
    occasion: str, last: date | None, expected: list[tuple[str, date, date]]
) -> None:
    assert [(offer.survey.value, offer.opens, offer.closes) for offer in asked(plan(occasion, last=last))] == expected


def test_a_mentor_of_two_kinds_is_asked_once_about_one_newcomer() -> None:
    found = offers([], [mentor("professional", date(2026, 8, 31)), mentor("social", date(2027, 3, 1))], RULES, Calendar())

    assert [(o.survey.value, o.person_key, o.closes) for o in found] == [("mentor-programme", an_id("mentor"), date(2027, 3, 29))]


def test_an_answer_counts_where_its_window_closes_so_that_no_answer_is_late() -> None:
    (offer,) = asked(plan())
    assert period_of(offer.closes, Rhythm.QUARTER) == "2026-Q3"
    assert period_of(offer.closes, Rhythm.YEAR) == "2026"


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("2026-Q1", date(2026, 1, 1), date(2026, 3, 31)),
        ("2026-Q4", date(2026, 10, 1), date(2026, 12, 31)),
        ("2028", date(2028, 1, 1), date(2028, 12, 31)),
    ],
)
def test_a_period_has_a_first_and_a_last_day(period: str, first: date, last: date) -> None:
    assert (first_day(period), last_day(period)) == (first, last)


def sheets(**units: tuple[int, int]) -> dict[tuple[UUID, str], Tally]:
    return {(an_id(unit), SHEETS): Tally(*told) for unit, told in units.items()}


@pytest.mark.parametrize(
    ("amounts", "told", "left"),
    [
        (sheets(ward=(9, 5), kitchen=(6, 6)), sheets(ward=(9, 5), kitchen=(6, 6)), {}),
        (sheets(ward=(9, 4), kitchen=(6, 6)), sheets(kitchen=(6, 6)), sheets(top=(9, 4))),
        (sheets(ward=(9, 4), kitchen=(6, 1)), sheets(area=(15, 5)), {}),
        (sheets(ward=(9, 2), school=(3, 3)), sheets(top=(12, 5)), {}),
        (sheets(ward=(9, 2), unheard=(3, 3)), {}, sheets(top=(9, 2), unheard=(3, 3))),
        ({}, {}, {}),
    ],
)
def test_fewer_than_five_answers_go_up_the_tree_until_they_are_five_and_wait_where_they_are_not(
    amounts: dict[tuple[UUID, str], Tally], told: dict[tuple[UUID, str], Tally], left: dict[tuple[UUID, str], Tally]
) -> None:
    assert pooled(amounts, path, 5) == (told, left)


def test_a_question_that_few_have_answered_is_told_further_up_than_its_survey() -> None:
    ward = an_id("ward")
    told, left = pooled({(ward, SHEETS): Tally(7, 6), (ward, "a"): Tally(20, 6), (ward, "b"): Tally(9, 3)}, path, 5)

    assert told == {(ward, SHEETS): Tally(7, 6), (ward, "a"): Tally(20, 6)}
    assert left == {(an_id("top"), "b"): Tally(9, 3)}


PLACES = st.tuples(st.sampled_from(sorted(PATHS)), st.sampled_from([SHEETS, "a", "b"]))
TALLIES = st.builds(lambda n, more: Tally(n + more, n), st.integers(0, 12), st.integers(0, 9))


@given(st.dictionaries(PLACES, TALLIES, max_size=15), st.integers(5, 9))
def test_whatever_was_answered_nothing_is_lost_and_nothing_is_told_in_a_smaller_number(
    amounts: dict[tuple[UUID, str], Tally], least: int
) -> None:
    told, left = pooled(amounts, path, least)

    assert all(tally.n >= least for tally in told.values())
    assert all(tally.n < least for tally in left.values())
    for question in (SHEETS, "a", "b"):
        before, after = (
            added(*({(an_id("all"), q): t} for (_, q), t in each if q == question))
            for each in (amounts.items(), [*told.items(), *left.items()])
        )
        assert before == after


def test_units_that_lie_in_each_other_come_to_an_end() -> None:
    circle = {an_id("a"): (an_id("b"), an_id("a")), an_id("b"): (an_id("a"), an_id("b"))}
    amounts = {(an_id("a"), SHEETS): Tally(3, 3), (an_id("b"), SHEETS): Tally(3, 2)}
    told, left = pooled(amounts, circle.__getitem__, 5)

    assert (told, sum(tally.n for tally in left.values())) == ({}, 5)


def test_who_has_not_answered_was_asked_at_their_unit_and_who_has_is_not_looked_up() -> None:
    (offer,) = asked(plan())
    assert unanswered([offer], frozenset()) == sheets(ward=(1, 0))
    assert unanswered([offer], frozenset([offer.key])) == {}


@pytest.mark.parametrize(("total", "n", "text"), [(22, 5, "4.4"), (25, 5, "5"), (20, 6, "3.333333"), (10, 16, "0.625"), (7, 6, "1.166667")])
def test_a_mean_is_rounded_once_and_written_as_a_number(total: int, n: int, text: str) -> None:
    assert mean(Tally(total, n)) == text


def counted(*batches: dict[tuple[UUID, str], Tally], period: str = "2026-Q2") -> Situation:
    subject, moments = subject_of(MUNICIPALITY), (noon(date(2026, 7, 1) + timedelta(days=at)) for at in range(9))
    made = [notes(IntroSurvey.NEW_HIRE, period, each, subject, next(moments)) for each in batches]
    story = Story(SERVICE, START)
    return surveys_closed(History(subject, [r for batch in made for r in batch]), story.snapshot, noon(START))  # type: ignore[arg-type]


def closed(situation: Situation) -> list[IntroSurveyClosed]:
    return [statement.event for statement in situation.statements if isinstance(statement.event, IntroSurveyClosed)]


def test_what_was_counted_is_said_by_unit_and_period() -> None:
    ward, area = an_id("ward"), an_id("area")
    situation = counted({(ward, SHEETS): Tally(9, 5), (ward, "well-received"): Tally(22, 5), (area, "help-at-hand"): Tally(20, 6)})
    by_unit = {event.unit_id: event for event in closed(situation)}

    ours, above = by_unit[ward], by_unit[area]
    assert (ours.sent, ours.answered, [(s.question, s.mean, s.n) for s in ours.scores]) == (9, 5, [("well-received", "4.4", 5)])
    assert (above.sent, above.answered, [(s.question, s.mean, s.n) for s in above.scores]) == (0, 0, [("help-at-hand", "3.333333", 6)])
    assert ours.survey_id == above.survey_id


def test_a_second_batch_of_one_period_is_added_to_the_first_in_any_order() -> None:
    first, second = sheets(ward=(9, 5)), sheets(ward=(7, 7))
    one, other = counted(first, second), counted(second, first)

    assert closed(one) == closed(other)
    assert [(event.sent, event.answered) for event in closed(one)] == [(16, 12)]


def test_a_record_holds_sums_and_nobody() -> None:
    assert set(SurveyCounted.model_fields) == {"municipality", "survey", "period", "unit_id", "sent", "answered", "sums"}


def test_fewer_than_five_can_never_be_asked_for() -> None:
    with pytest.raises(ValidationError):
        OnboardingRules.model_validate({"surveys": {"least_answers": 4}})


@pytest.mark.parametrize(
    "wrong",
    [
        {"new-hires": {"on": False}},
        {"new-hire": {"opens": "known"}},
        {"new-hire": {"closes": "5 working days after close"}},
        {"new-hire": {"questions": []}},
        {"new-hire": {"questions": ["help-at-hand", "help-at-hand"]}},
        {"new-hire": {"questions": ["salary"]}},
        {"new-hire": {"occasions": ["hiring"]}},
    ],
    ids=str,
)
def test_a_typing_error_in_the_rules_of_surveys_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        OnboardingRules.model_validate({"surveys": {"asked": wrong}})


def test_surveys_are_a_table() -> None:
    with pytest.raises(ValidationError):
        OnboardingRules.model_validate({"surveys": {"asked": "new-hire"}})


def test_a_file_says_only_what_differs() -> None:
    rules = OnboardingRules.model_validate(
        {"surveys": {"asked": {"new-hire": {"on": False}, "new-leader": {"closes": "8 months"}}}}
    ).surveys

    assert offers([plan()], [], rules, Calendar()) == ()
    assert [o.closes for o in offers([plan("new-leader")], [], rules, Calendar())] == [date(2026, 11, 2)]
