"""What one service owes becomes somebody's task in another: told through the real derives of both (catalogue, section 8)."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from contracts.base import Called, Event
from contracts.notification import TaskCancelled, TaskMoved, TaskOpened
from contracts.onboarding import MentorNamed
from contracts.onboarding.mentor import MentorKind
from contracts.words import ReasonClass
from services.chassis.service import Service
from services.notification.app import SERVICE as NOTIFICATION
from services.notification.domain.entry import Entry
from services.notification.domain.task import Stage, Task
from services.onboarding.app import SERVICE as ONBOARDING
from services.onboarding.domain.asks import Mentor, name_mentor
from services.recruitment.app import SERVICE as RECRUITMENT
from services.retention.app import SERVICE as RETENTION
from tests.kit.builders import an_id, end_registered, hired, leader_appointed, leader_ended, resigned, unit_changed, withdrawn
from tests.kit.story import TALKS_ALONE, Story, revision
from tests.unit.onboarding.whole import LEADER, ask, plan

MONDAY = date(2026, 3, 2)
RULES = f"""
municipality = "730"
name = "Prøvekommune"
live_from = 2020-01-01
[retention]
retention_talk = true
exit_levels = ["leader", "employee"]
{TALKS_ALONE}
"""


@dataclass
class Town:
    """Four services over time; what three of them say of their duties, the fourth hears."""

    now: date
    rules: str = RULES
    owners: list[Story] = field(default_factory=list)
    told: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.tasks = self._story(NOTIFICATION)
        self.owners = [self._story(service) for service in (ONBOARDING, RETENTION, RECRUITMENT)]
        self.hears(
            unit_changed("hall"), unit_changed("ward", "hall"), leader_appointed("hall", "chief"), leader_appointed("ward", "leader")
        )

    def _story(self, service: Service) -> Story:
        return Story(service, self.now, self.rules)

    def hears(self, *events: Event, **more: Any) -> None:
        for story in (*self.owners, self.tasks):
            story.hears(*events, **more)
        self._pass_on()

    def reaches(self, day: date) -> None:
        for story in (*self.owners, self.tasks):
            story.reaches(day)
        self._pass_on()

    def _pass_on(self) -> None:
        for at, story in enumerate(self.owners):
            new = [said for _, said in story.spoken[self.told.get(at, 0) :] if hasattr(said.body, "call") or type(said.body) is MentorNamed]
            self.told[at] = len(story.spoken)
            for said in new:
                is_duty = hasattr(said.body, "call")
                body = Called.model_validate_json(said.body.model_dump_json()) if is_duty else said.body
                heard = revision(body, said.known_at, fact=said.fact, number=said.revision, stands=said.stands)
                heard.type = said.type
                self.tasks.hears_revisions([heard])

    def open(self) -> dict[str, str]:
        """Kind and holder of the open tasks."""
        names = {an_id(name): name for name in ("leader", "chief", "new leader", "mentor")}
        return {said.kind: names[said.holder_key] if said.holder_key else "HR" for said in self.tasks.said(TaskOpened)}

    def spoken(self, kind: type[Event]) -> list[Event]:
        """Everything that was ever said of this type."""
        return [said.body for _, said in self.tasks.spoken if isinstance(said.body, kind)]


HIRED = an_id("the hire")


def test_a_hire_becomes_a_task_on_the_tenth_day_and_no_sooner() -> None:
    town = Town(MONDAY)
    town.hears(hired(MONDAY, unit="ward"), fact=HIRED)
    town.reaches(date(2026, 3, 10))
    assert town.open() == {}

    town.reaches(date(2026, 3, 11))

    assert town.open() == {"talk-2-weeks": "leader"}


def test_a_start_that_moves_by_three_weeks_moves_the_open_talk_once_and_opens_it_once() -> None:
    town = Town(MONDAY)
    town.hears(hired(MONDAY, unit="ward"), fact=HIRED)
    town.reaches(date(2026, 3, 12))
    assert town.open() == {"talk-2-weeks": "leader"}

    town.hears(hired(date(2026, 3, 23), unit="ward"), fact=HIRED, number=2)
    assert town.open() == {}
    town.reaches(date(2026, 4, 1))

    assert town.open() == {"talk-2-weeks": "leader"}
    assert len(town.spoken(TaskMoved)) == 1


def test_a_hire_that_is_cancelled_before_it_began_leaves_no_open_task() -> None:
    town = Town(MONDAY)
    coming = hired(date(2026, 3, 16), unit="ward")
    town.hears(coming, fact=HIRED)

    town.hears(coming, fact=HIRED, number=2, stands=False)
    town.reaches(date(2026, 6, 1))

    assert town.open() == {}
    assert not town.tasks.rows()


def test_a_resignation_asks_for_talks_on_both_levels_and_for_the_vacancy_and_its_withdrawal_takes_them_back() -> None:
    town = Town(MONDAY)
    town.hears(hired(date(2020, 1, 1), unit="ward"), fact=HIRED)
    last = date(2026, 3, 31)
    notice = resigned(last, unit="ward", registered=MONDAY, received_on=MONDAY)
    town.hears(notice, fact=an_id("notice"))
    end = end_registered(last, unit="ward", registered=MONDAY)
    town.hears(end, fact=an_id("end"))
    assert town.open()["retention-talk"] == "leader"
    assert {kind for kind in town.open() if kind not in {"retention-talk", "exit-talk-leader", "exit-talk-employee"}} == {
        "vacancy-review",
        "more-hours",
    }

    town.hears(end, fact=an_id("end"), number=2, stands=False)
    town.hears(withdrawn(an_id("notice"), MONDAY, unit="ward"))

    assert town.open() == {}
    assert town.spoken(TaskCancelled)


def test_after_a_death_nobody_is_asked_for_a_talk() -> None:
    town = Town(date(2026, 3, 12))
    town.hears(hired(MONDAY, unit="ward"), fact=HIRED)
    assert "talk-2-weeks" in town.open()

    town.hears(end_registered(date(2026, 3, 11), unit="ward", registered=date(2026, 3, 12), reason_class=ReasonClass.DEATH_OR_EMIGRATION))
    town.reaches(date(2026, 5, 1))

    assert not {"talk-2-weeks", "retention-talk", "exit-talk-leader", "exit-talk-employee"} & town.open().keys()


def test_a_leader_who_ends_without_a_successor_drops_no_task() -> None:
    town = Town(MONDAY)
    town.hears(hired(MONDAY, unit="ward"), fact=HIRED)
    town.reaches(date(2026, 3, 12))

    town.hears(leader_ended("ward", "leader", date(2026, 3, 12)))
    town.reaches(date(2026, 3, 13))

    assert town.open() == {"talk-2-weeks": "chief"}
    assert [said.why_holder for said in town.tasks.said(TaskOpened)] == ["vacant-post"]


def test_nobody_is_asked_after_downtime_for_what_was_withdrawn_meanwhile() -> None:
    town = Town(MONDAY)
    town.hears(hired(date(2026, 3, 3), unit="ward"), fact=HIRED)
    for owner in town.owners:
        owner.hears(hired(date(2026, 3, 3), unit="ward"), fact=HIRED, number=2, stands=False)

    town.reaches(date(2026, 3, 20))

    assert town.open() == {}
    assert not town.spoken(TaskOpened)


TOUR = 'buddy = { opens = "start", due = "day 30", role = "mentor", title = { da = "Rundtur med mentor", en = "Tour with the mentor" } }'


def test_a_mentors_step_is_the_leaders_until_somebody_is_mentor_and_after_the_mentor_has_left() -> None:
    town = Town(MONDAY, RULES.replace("talk-2-weeks = {}", f"{TOUR}, talk-2-weeks = {{}}"))
    town.hears(hired(MONDAY, unit="ward"), fact=HIRED)
    assert town.open() == {"local-step": "leader"}

    onboarding = town.owners[0]
    ask(onboarding, name_mentor(plan(onboarding).plan_id, MentorKind.SOCIAL, Mentor(an_id("mentor")), MONDAY, LEADER))
    town.reaches(date(2026, 3, 3))
    assert town.open() == {"local-step": "mentor"}

    town.hears(end_registered(date(2026, 3, 9), person="mentor", registered=MONDAY))
    town.reaches(date(2026, 3, 10))

    assert town.open() == {"local-step": "leader"}
    assert [said.why_holder for said in town.tasks.said(TaskOpened)] == ["no-mentor"]


OWN_STEPS = (
    *("talk-2-weeks = {}", "amr-contacted = {}", "tr-contacted = {}"),
    'keys = { due = "start", title = { da = "Nøgler er klar", en = "Keys are ready" } }',
    'locker = { due = "start", title = { da = "Skab er klar", en = "Locker is ready" } }',
    'medicine = { opens = "start", due = "day 30", course = "medicine-basics", title = { da = "Medicin", en = "Medicines" } }',
)


def test_own_steps_courses_and_the_duties_of_two_representatives_are_told_apart_by_code_and_role() -> None:
    town = Town(MONDAY, RULES.replace("talk-2-weeks = {}", ", ".join(OWN_STEPS)))

    town.hears(hired(MONDAY, unit="ward"), fact=HIRED)

    tasks = {(row.kind, row.role.value, row.code) for row in town.tasks.rows() if isinstance(row, Task) and row.state is Stage.OPEN}
    assert tasks == {
        ("local-step", "nearest-leader", "keys"),
        ("local-step", "nearest-leader", "locker"),
        ("course", "nearest-leader", "medicine-basics"),
        ("representatives-contacted", "amr", "amr-contacted"),
        ("representatives-contacted", "tr", "tr-contacted"),
    }
    entries = {row.code for row in town.tasks.rows() if isinstance(row, Entry)}
    assert entries == {"keys", "locker", "medicine-basics", None}, (
        "the talk needs no code; nobody is AMR or TR here: HR's queue is in nobody's calendar"
    )
