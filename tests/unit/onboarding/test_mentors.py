"""Who is named to stand by a newcomer, who cannot be, and what is said of it."""

from datetime import date

import pytest

from contracts.base import CallState
from contracts.onboarding import (
    MentorNamed,
)
from contracts.onboarding.mentor import MentorKind
from services.chassis.failures import Refused
from services.onboarding.domain.asks import (
    Mentor,
    name_mentor,
)
from services.onboarding.domain.rows import MentorRow
from tests.kit.builders import an_id, leader_appointed
from tests.kit.story import RULES, Story
from tests.unit.onboarding.scene import MONDAY
from tests.unit.onboarding.whole import LEADER, ask, begun, plan, row, state


def name(story: Story, kind: MentorKind, on: date, person: str | None = "mentor", team: str | None = None) -> None:
    mentor = Mentor(an_id(person) if person else None, team=an_id(team) if team else None)
    ask(story, name_mentor(plan(story).plan_id, kind, mentor, on, LEADER))


def test_both_are_named_when_the_second_is() -> None:
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


def test_a_fixed_team_is_enough() -> None:
    story = begun()

    name(story, MentorKind.TEAM, date(2026, 2, 9), None, "team")

    assert state(story, "mentors-named") is CallState.DONE


def test_norddjurs_offers_one_mentor() -> None:
    story = begun(rules=f"{RULES}\n[onboarding.templates.first-year.steps]\nmentors-named.mentors = 'any'")

    name(story, MentorKind.SOCIAL, date(2026, 2, 9))

    assert state(story, "mentors-named") is CallState.DONE


def test_another_mentor_of_the_kind_replaces_the_first() -> None:
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
def test_who_cannot_be_named(kind: MentorKind, person: str | None, team: str | None, reason: str) -> None:
    story = begun()
    name(story, MentorKind.PROFESSIONAL, date(2026, 2, 9))

    with pytest.raises(Refused, match=reason):
        name(story, kind, date(2026, 2, 9), person, team)


def test_one_person_may_be_both_where_the_rules_say_so() -> None:
    story = begun(rules=f"{RULES}\n[onboarding]\none_mentor_may_be_both = true")
    name(story, MentorKind.PROFESSIONAL, date(2026, 2, 9))

    name(story, MentorKind.SOCIAL, date(2026, 2, 9))

    assert state(story, "mentors-named") is CallState.DONE


def test_the_mentor_of_a_new_leader_is_one_for_six_months() -> None:
    story = begun(date(2020, 3, 1))
    story.reaches(date(2026, 2, 9))
    story.hears(leader_appointed("unit", "person", MONDAY))
    of_leader = plan(story, "new-leader").plan_id

    ask(story, name_mentor(of_leader, MentorKind.LEADER, Mentor(an_id("mentor")), date(2026, 2, 9), LEADER))

    assert state(story, "leader-mentor-6-months", "new-leader") is CallState.DONE
    assert story.said(MentorNamed)[0].until == date(2026, 9, 1)
