"""What is recorded about plans, steps, mentors and observations, what each rule refuses, and what is said of it."""

from datetime import date, timedelta

import pytest

from contracts.base import CallState
from contracts.hr import CourseCompleted
from contracts.onboarding import (
    CourseDone,
    CourseDue,
    IntroMilestone,
    IntroPlanApproved,
    IntroPlanClosed,
    MentorNamed,
    ObservationDone,
    ObservationDue,
    ObservationMissed,
)
from contracts.onboarding.mentor import MentorKind
from contracts.onboarding.observation import ObservationOutcome
from contracts.words import MilestoneKind, PlanEnd, ReasonClass, TalkTheme
from services.chassis.failures import NotFound, Refused
from services.onboarding.domain.asks import (
    Mentor,
    add_step,
    answer_observation,
    approve_plan,
    decline_talk,
    do_step,
    hold_talk,
    move_step,
    name_mentor,
    note_learning,
    raise_observation,
    remove_step,
)
from services.onboarding.domain.rows import LearningRow, MentorRow
from tests.kit.builders import MUNICIPALITY, an_id, end_registered, hired, leader_appointed, noon
from tests.kit.story import RULES, Story
from tests.unit.onboarding.scene import MONDAY, day
from tests.unit.onboarding.whole import LEADER, ask, begun, milestone, names, plan, row, state

WORKS_ALONE = f"""
{RULES}
[onboarding.templates.first-year.steps]
safety-introduction.before = ["works-alone"]
works-alone = {{}}
e-learning = {{ due = "day 30", course = "gdpr", mandatory = true, title = {{ da = "Databeskyttelse", en = "Data protection" }} }}
"""


def approve(story: Story, on: date) -> None:
    ask(story, approve_plan(plan(story).plan_id, on, LEADER, newcomer_took_part=True))


def name(story: Story, kind: MentorKind, on: date, person: str | None = "mentor", team: str | None = None) -> None:
    mentor = Mentor(an_id(person) if person else None, team=an_id(team) if team else None)
    ask(story, name_mentor(plan(story).plan_id, kind, mentor, on, LEADER))


def done(story: Story, step: str, on: date) -> None:
    ask(story, do_step(row(story, step).fact, on, LEADER))


class TestPlans:
    def test_an_approved_plan_closes_its_step_and_says_whether_the_newcomer_took_part(self) -> None:
        story = begun()

        approve(story, story.now.date())

        (said,) = story.said(IntroPlanApproved)
        assert (said.approved_on, said.before_start, said.newcomer_took_part) == (date(2026, 2, 9), True, True)
        assert state(story, "plan-before-start") is CallState.DONE
        assert plan(story).approved_on == date(2026, 2, 9)

    @pytest.mark.parametrize(("on", "before"), [(MONDAY, True), (MONDAY + timedelta(days=1), False)])
    def test_a_plan_approved_on_the_first_day_is_there_at_the_start(self, on: date, before: bool) -> None:
        story = begun()
        story.reaches(on)

        approve(story, on)

        assert story.said(IntroPlanApproved)[0].before_start is before

    def test_it_is_approved_once_by_somebody_who_may_and_not_tomorrow(self) -> None:
        story = begun()
        with pytest.raises(Refused, match="day-in-future"):
            approve(story, date(2026, 2, 10))
        with pytest.raises(Refused, match="day-before-known"):
            approve(story, date(2026, 2, 8))
        with pytest.raises(NotFound, match="plan-unknown"):
            ask(story, approve_plan(an_id("another"), date(2026, 2, 9), LEADER, newcomer_took_part=False))
        approve(story, date(2026, 2, 9))
        with pytest.raises(Refused, match="plan-already-approved"):
            approve(story, date(2026, 2, 9))

    def test_a_plan_of_somebody_who_left_at_once_is_not_approved(self) -> None:
        story = begun()
        story.hears(end_registered(MONDAY - timedelta(days=10)))
        with pytest.raises(Refused, match="plan-not-owed"):
            approve(story, date(2026, 2, 9))

    def test_a_plan_is_closed_when_nothing_of_it_is_to_come(self) -> None:
        story = begun(
            rules=f"{RULES}\n[onboarding.templates.first-year]\nfrom_scratch = true\nsteps = {{ first-day = {{}}, first-week = {{}} }}"
        )
        story.reaches(date(2026, 3, 9))
        assert story.said(IntroPlanClosed) == []

        done(story, "first-day", MONDAY)
        story.reaches(date(2026, 4, 30))

        (said,) = story.said(IntroPlanClosed)
        assert (said.end_state, said.done, said.late, said.missed) == (PlanEnd.MISSED, 1, 0, 1)
        assert (plan(story).closed_on, plan(story).end_state) == (said.closed_on, "missed")

    @pytest.mark.parametrize(("declines", "end"), [(True, PlanEnd.DECLINED), (False, PlanEnd.DONE)])
    def test_how_a_plan_ends_when_its_talk_was_declined_or_held(self, declines: bool, end: PlanEnd) -> None:
        story = begun(rules=f"{RULES}\n[onboarding.templates.first-year]\nfrom_scratch = true\nsteps = {{ talk-2-weeks = {{}} }}")
        story.reaches(day(12))
        fact = row(story, "talk-2-weeks").fact

        ask(story, decline_talk(fact, day(12), LEADER) if declines else hold_talk(fact, day(12), LEADER))

        assert story.said(IntroPlanClosed)[0].end_state is end

    def test_a_plan_known_too_late_never_started(self) -> None:
        rules = f"{RULES}\n[onboarding.templates.first-year]\nfrom_scratch = true\nsteps = {{ first-day = {{}} }}"
        story = begun(rules=rules, weeks_before=-9)

        assert story.said(IntroPlanClosed)[0].end_state is PlanEnd.NEVER_STARTED


class TestSteps:
    def test_a_step_of_the_checklist_is_done_once(self) -> None:
        story = begun()
        story.reaches(day(4))

        done(story, "first-day", MONDAY)

        assert milestone(story, row(story, "first-day").fact).call.by_role == LEADER
        with pytest.raises(Refused, match="step-already-done"):
            done(story, "first-day", MONDAY)

    @pytest.mark.parametrize("step", ["plan-before-start", "mentors-named", "talk-2-weeks"])
    def test_what_is_closed_by_something_else_is_not_ticked(self, step: str) -> None:
        with pytest.raises(Refused, match="step-closed-otherwise"):
            done(begun(), step, date(2026, 2, 9))

    def test_nobody_works_alone_before_the_safety_introduction(self) -> None:
        story = begun(rules=WORKS_ALONE)
        story.reaches(day(6))
        assert row(story, "works-alone").waits_for == "safety-introduction"
        with pytest.raises(Refused, match="step-waits"):
            done(story, "works-alone", day(6))

        done(story, "safety-introduction", day(5))
        done(story, "works-alone", day(6))

        assert (row(story, "works-alone").waits_for, state(story, "works-alone")) == ("", CallState.DONE)

    def test_a_course_is_a_duty_of_its_own_that_the_hr_system_or_the_leader_closes(self) -> None:
        told, ticked = begun(rules=WORKS_ALONE), begun(rules=WORKS_ALONE)
        for story in (told, ticked):
            story.reaches(date(2026, 3, 31))
            assert [(said.course_code, said.mandatory) for said in story.said(CourseDue)] == [("gdpr", True)]

        hire = hired(MONDAY)
        block = hire.model_dump(include={"municipality", "employment_id", "person_key", "unit_id", "employment_form", "registered_at"})
        told.hears(CourseCompleted.model_validate({**block, "effective_date": date(2026, 3, 30), "course_code": "gdpr"}))
        done(ticked, "e-learning", date(2026, 3, 31))

        for story, day_done in ((told, date(2026, 3, 30)), (ticked, date(2026, 3, 31))):
            (said,) = story.said(CourseDone)
            assert (said.done_on, said.in_window) == (day_done, day_done == date(2026, 3, 31))

    def test_a_local_step_is_said_with_its_name(self) -> None:
        rules = f"{RULES}\n[onboarding.templates.first-year.steps]\nkeys = {{ due = 'start', title = {{ da = 'Nøgler', en = 'Keys' }} }}"
        story = begun(rules=rules)

        said = milestone(story, row(story, "keys").fact)

        assert (said.milestone_kind, said.step_code, said.call.kind) == (MilestoneKind.LOCAL_STEP, "keys", "local-step")
        assert milestone(story, row(story, "first-day").fact).step_code is None

    def test_an_agreed_day_is_when_a_talk_is_due_until_the_window_leaves_it(self) -> None:
        story = begun()
        talk = row(story, "talk-2-weeks").fact
        ask(story, move_step(talk, date(2026, 3, 20), LEADER))
        assert milestone(story, talk).call.due == date(2026, 3, 20)

        hire = next(r for r in next(iter(story.states.values())).history.revisions if r.type == "hr.hired.v1")
        story.hears(hired(date(2026, 4, 6)), fact=hire.fact, number=2)

        assert milestone(story, talk).call.due == date(2026, 4, 20)

    @pytest.mark.parametrize(
        ("to", "reason"),
        [
            (date(2026, 3, 10), "move-outside-window"),
            (date(2026, 3, 30), "move-outside-window"),
            (date(2026, 3, 14), "move-to-day-off"),
            (date(2026, 2, 1), "move-to-past"),
        ],
    )
    def test_a_day_that_cannot_be_agreed_on(self, to: date, reason: str) -> None:
        story = begun()
        with pytest.raises(Refused, match=reason):
            ask(story, move_step(row(story, "talk-2-weeks").fact, to, LEADER))

    def test_a_step_is_taken_out_of_one_plan_unless_everybody_must_have_it(self) -> None:
        story = begun()
        with pytest.raises(Refused, match="step-required"):
            ask(story, remove_step(row(story, "safety-introduction").fact, LEADER))

        fact = row(story, "first-week").fact
        ask(story, remove_step(fact, LEADER))

        assert "first-week" not in names(story)
        with pytest.raises(Refused, match="step-not-ahead"):
            ask(story, remove_step(fact, LEADER))
        with pytest.raises(Refused, match="step-not-ahead"):
            ask(story, move_step(fact, date(2026, 3, 9), LEADER))

    def test_what_was_missed_before_it_could_have_been_taken_out_stays_missed(self) -> None:
        story = begun()
        story.reaches(date(2026, 4, 30))
        with pytest.raises(Refused, match="step-not-ahead"):
            ask(story, remove_step(row(story, "first-week").fact, LEADER))

    def test_a_step_of_the_rules_is_added_to_one_plan(self) -> None:
        story = begun()
        with pytest.raises(NotFound, match="step-unknown"):
            ask(story, add_step(plan(story).plan_id, "a-walk", LEADER))
        with pytest.raises(Refused, match="step-already-in-plan"):
            ask(story, add_step(plan(story).plan_id, "first-week", LEADER))

        ask(story, add_step(plan(story).plan_id, "hand-over", LEADER))

        assert row(story, "hand-over").due == date(2026, 2, 27)
        assert plan(story).steps == 12

    def test_a_step_whose_date_has_passed_is_not_added(self) -> None:
        story = begun()
        story.reaches(date(2026, 4, 30))
        with pytest.raises(Refused, match="step-date-passed"):
            ask(story, add_step(plan(story).plan_id, "hand-over", LEADER))

    def test_a_step_nobody_knows_is_not_found(self) -> None:
        with pytest.raises(NotFound, match="step-unknown"):
            ask(begun(), do_step(an_id("another"), MONDAY, LEADER))

    def test_nothing_is_done_after_the_last_day(self) -> None:
        story = begun()
        story.hears(end_registered(day(20)))
        story.reaches(day(30))
        with pytest.raises(Refused, match="day-after-last-day"):
            done(story, "first-day", day(21))


class TestMentors:
    def test_both_are_named_when_the_second_is(self) -> None:
        story = begun()
        name(story, MentorKind.PROFESSIONAL, date(2026, 2, 9))
        assert (state(story, "mentors-named"), plan(story).mentors_named) == (CallState.OPEN, False)
        story.reaches(date(2026, 2, 12))

        name(story, MentorKind.SOCIAL, date(2026, 2, 12), "another")

        assert (row(story, "mentors-named").state_on, plan(story).mentors_named) == (date(2026, 2, 12), True)
        assert {(said.mentor_kind, said.named_from, said.until) for said in story.said(MentorNamed)} == {
            (MentorKind.PROFESSIONAL, MONDAY, date(2027, 3, 1)),
            (MentorKind.SOCIAL, MONDAY, date(2027, 3, 1)),
        }

    def test_a_fixed_team_is_enough(self) -> None:
        story = begun()

        name(story, MentorKind.TEAM, date(2026, 2, 9), None, "team")

        assert state(story, "mentors-named") is CallState.DONE

    def test_norddjurs_offers_one_mentor(self) -> None:
        story = begun(rules=f"{RULES}\n[onboarding.templates.first-year.steps]\nmentors-named.mentors = 'any'")

        name(story, MentorKind.SOCIAL, date(2026, 2, 9))

        assert state(story, "mentors-named") is CallState.DONE

    def test_another_mentor_of_the_kind_replaces_the_first(self) -> None:
        story = begun()
        name(story, MentorKind.SOCIAL, date(2026, 2, 9))
        fact = next(revision.fact for _, revision in story.spoken if isinstance(revision.body, MentorNamed))
        story.reaches(date(2026, 3, 9))

        name(story, MentorKind.SOCIAL, date(2026, 3, 9), "another")

        assert [(said.mentor_key, said.named_from) for said in story.said(MentorNamed)] == [(an_id("another"), date(2026, 3, 9))]
        assert [r.fact for _, r in story.spoken if isinstance(r.body, MentorNamed)] == [fact, fact]
        assert [r.mentor_key for r in story.rows() if isinstance(r, MentorRow)] == [an_id("another")]

    @pytest.mark.parametrize(
        ("kind", "person", "team", "reason"),
        [
            (MentorKind.SOCIAL, "person", None, "mentor-is-newcomer"),
            (MentorKind.SOCIAL, None, None, "mentor-missing"),
            (MentorKind.SOCIAL, "x", "team", "mentor-missing"),
            (MentorKind.TEAM, "x", None, "mentor-missing"),
            (MentorKind.LEADER, "x", None, "mentor-wrong-kind"),
            (MentorKind.SOCIAL, "mentor", None, "mentor-same-person"),
            (MentorKind.PROFESSIONAL, "mentor", None, "mentor-already-named"),
        ],
    )
    def test_who_cannot_be_named(self, kind: MentorKind, person: str | None, team: str | None, reason: str) -> None:
        story = begun()
        name(story, MentorKind.PROFESSIONAL, date(2026, 2, 9))

        with pytest.raises(Refused, match=reason):
            name(story, kind, date(2026, 2, 9), person, team)

    def test_one_person_may_be_both_where_the_rules_say_so(self) -> None:
        story = begun(rules=f"{RULES}\n[onboarding]\none_mentor_may_be_both = true")
        name(story, MentorKind.PROFESSIONAL, date(2026, 2, 9))

        name(story, MentorKind.SOCIAL, date(2026, 2, 9))

        assert state(story, "mentors-named") is CallState.DONE

    def test_the_mentor_of_a_new_leader_is_one_for_six_months(self) -> None:
        story = begun(date(2020, 3, 1))
        story.reaches(date(2026, 2, 9))
        story.hears(leader_appointed("unit", "person", MONDAY))
        of_leader = plan(story, "new-leader").plan_id

        ask(story, name_mentor(of_leader, MentorKind.LEADER, Mentor(an_id("mentor")), date(2026, 2, 9), LEADER))

        assert state(story, "leader-mentor-6-months", "new-leader") is CallState.DONE
        assert story.said(MentorNamed)[0].until == date(2026, 9, 1)


class TestObservations:
    def test_what_was_wondered_about_in_a_talk_is_a_duty_of_the_unit_that_names_nobody(self) -> None:
        story = begun()
        story.reaches(day(12))

        ask(story, hold_talk(row(story, "talk-2-weeks").fact, day(12), LEADER, (), (TalkTheme.TASKS, TalkTheme.RULES, TalkTheme.TASKS)))

        found = story.said(ObservationDue)
        assert {said.theme for said in found} == {TalkTheme.TASKS, TalkTheme.RULES}
        assert {(said.raised_in, said.call.about_person, said.record_key()) for said in found} == {
            (MilestoneKind.TALK_2_WEEKS, None, str(an_id("unit")))
        }

    def test_it_is_answered_once_or_missed(self) -> None:
        story = begun()
        story.reaches(day(12))
        ask(story, raise_observation(plan(story).plan_id, TalkTheme.TECHNOLOGY, MilestoneKind.FIRST_WEEK, day(12), LEADER))
        fact = story.said(ObservationDue)[0].observation_id
        used = ObservationOutcome.USED
        with pytest.raises(Refused, match="observation-before-raised"):
            ask(story, answer_observation(fact, used, day(11), LEADER))
        with pytest.raises(Refused, match="day-in-future"):
            ask(story, answer_observation(fact, used, day(13), LEADER))
        with pytest.raises(NotFound, match="observation-unknown"):
            ask(story, answer_observation(an_id("another"), used, day(12), LEADER))
        story.reaches(day(90))
        assert len(story.said(ObservationMissed)) == 1

        ask(story, answer_observation(fact, used, day(90), LEADER))

        assert [said.outcome for said in story.said(ObservationDone)] == [used]
        with pytest.raises(Refused, match="observation-already-answered"):
            ask(story, answer_observation(fact, used, day(90), LEADER))

    def test_it_stays_with_the_unit_when_the_newcomer_leaves_but_a_death_ends_it(self) -> None:
        story = begun()
        story.reaches(day(12))
        ask(story, raise_observation(plan(story).plan_id, TalkTheme.TASKS, MilestoneKind.FIRST_WEEK, day(12), LEADER))

        end = story.hears(end_registered(day(20)))
        assert len(story.said(ObservationDue)) == 1
        story.hears(end_registered(day(20), reason_class=ReasonClass.DEATH_OR_EMIGRATION), fact=end, number=2)

        assert story.said(ObservationDue) == []


def test_learning_points_are_kept_beside_the_history_until_they_are_too_old() -> None:
    story = begun()
    story.reaches(day(12))

    ask(story, note_learning(row(story, "first-week").fact, day(12), LEADER))

    (kept,) = [r for r in story.rows() if isinstance(r, LearningRow)]
    assert kept.until == date(2028, 3, 13)
    story.hears(end_registered(date(2026, 8, 31)))
    (kept,) = [r for r in story.rows() if isinstance(r, LearningRow)]
    assert kept.until == date(2027, 8, 31)
    story.reaches(noon(date(2027, 9, 1)))
    assert [r for r in story.rows() if isinstance(r, LearningRow)] == []


def test_everything_said_belongs_to_the_municipality() -> None:
    assert {said.municipality for said in begun().said(IntroMilestone)} == {MUNICIPALITY}
