"""Four first years in Randers in which something goes wrong beside the talks: as those of `lives`, and by the same windows."""

from datetime import date
from uuid import UUID

from services.notification.domain.task import Stage
from tests.journeys.lives import DUE, IN_TIME, KNOWN, MISSED, START, TALK, TALK_CLOSES, TALK_DUE
from tests.journeys.town import CHIEF, Life, Town
from tests.kit import whole as kit

AWAY = ("onboarding", "notification", "retention", "reporting")


def nobody_leads_on_the_due_date(town: Town) -> Life:
    """The leader stops, and there is no other: the next one up holds the talk."""
    who, unit, leader = "P06", "J06", "L06"
    yield KNOWN
    town.payroll(who, unit, start=START)
    yield date(2026, 6, 10)
    assert town.tasks(who)[TALK].holder == town.key(leader)
    town.ends_as_leader(unit, leader, town.today)

    yield TALK_DUE
    talk = town.tasks(who)[TALK]
    assert (talk.due, talk.holder, talk.why_holder) == (town.today, town.key(CHIEF), "vacant-post")
    assert f"Person {who}" in town.read(CHIEF, "/tasks")
    assert town.holds_talk(CHIEF, who, TALK, town.today)
    yield TALK_CLOSES
    assert TALK not in town.tasks(who)
    yield date(2026, 7, 20)
    assert town.counted(unit) == {(DUE, TALK): 1, (IN_TIME, TALK): 1}


def known_after_the_first_day(town: Town) -> Life:
    """Payroll tells of the hire when the talk is open already; what should have been before is not asked for."""
    who, unit, leader = "P07", "J07", "L07"
    yield date(2026, 6, 23)
    town.payroll(who, unit, start=START)
    yield town.today
    assert town.tasks(who)[TALK].holder == town.key(leader)
    plan = town.read(leader, f"/onboarding/plans/{town.plan(who)['plan_id']}")
    assert plan.count("Meldt for sent") == 7, "what should have been before is shown as that, and nobody is blamed for it"
    assert {"plan-before-start", "first-day"} & set(town.tasks(who)) == set()

    yield date(2026, 6, 25)
    assert town.holds_talk(leader, who, TALK, town.today)
    yield date(2026, 7, 20)
    assert town.counted(unit) == {(DUE, TALK): 1, (IN_TIME, TALK): 1}
    assert town.counted(unit, known_on=date(2026, 6, 22)) == {}


def the_hire_is_cancelled(town: Town) -> Life:
    """Before the first day: nothing is asked, nothing is counted."""
    who, unit, leader = "P08", "J08", "L08"
    yield KNOWN
    town.payroll(who, unit, start=START)
    yield KNOWN
    assert set(town.tasks(who)) == {"plan-before-start", "mentors-named"}
    yield date(2026, 5, 18)
    town.payroll(who, unit, start=START, cancelled="ja")
    yield town.today
    assert town.tasks(who, Stage.OPEN, Stage.PLANNED) == {}
    assert f"Person {who}" not in town.read(leader, "/tasks") + town.read(leader, "/onboarding")
    yield date(2026, 7, 20)
    assert town.tasks(who, Stage.OPEN, Stage.PLANNED) == {}
    assert town.counted(unit) == {}


def a_week_of_downtime(town: Town) -> Life:
    """The workers stand still from before the last day to after it; the leader holds the talk and records it meanwhile.

    With two others nobody talks: of one the talk climbs to the leader's leader in that week, of the other it is due in it.
    """
    who, unit, leader = "P09", "J09", "L09"
    late, due = "P10", "P11"
    yield KNOWN
    for number, start in ((who, START), (late, date(2026, 5, 27)), (due, date(2026, 6, 15))):
        town.payroll(number, unit, start=start)
    yield date(2026, 6, 24)
    assert TALK in town.tasks(who)

    yield date(2026, 6, 25)
    late_talk, due_talk = (town.tasks(number)[TALK] for number in (late, due))
    assert (late_talk.closes, due_talk.due) == (date(2026, 6, 23), date(2026, 6, 29))
    assert (town.climbed(late_talk.task_id), town.reminded_by_mail(due_talk.task_id)) == ([], [])
    with kit.away(town.stack, *AWAY):
        assert town.holds_talk(leader, who, TALK, town.today), "pages answer while workers stand still"
        town.today = date(2026, 7, 1)
        kit.reach_day(town.stack, town.today)
    yield town.today
    talk = town.tasks(who, *Stage)[TALK]
    assert talk.state is Stage.DONE
    assert (len(town.said("task-done", talk.task_id)), town.said("task-missed", talk.task_id)) == (1, [])

    yield date(2026, 7, 2)
    _what_the_week_passed_over_is_said_once(town, late_talk.task_id, due_talk.task_id)
    yield date(2026, 7, 20)
    assert town.counted(unit) == {(DUE, TALK): 3, (IN_TIME, TALK): 1, (MISSED, TALK): 1}


def _what_the_week_passed_over_is_said_once(town: Town, late: UUID, due: UUID) -> None:
    """On the first evening after it and by the mails of the next morning; the digest of that morning says no more of it."""
    assert "Skulle være gjort senest tirsdag 23. juni" in town.read("L09", "/tasks")
    assert town.climbed(late) == [(5, str(town.key(CHIEF)))]
    assert town.reminded_by_mail(due) == ["2026-07-01"]
    assert town.mails(late, since=date(2026, 7, 1)) == [("escalated", town.key(CHIEF), "sent")]
    assert town.mails(due) == [("reminded", town.key("L09"), "sent")]


MISHAPS = {life.__name__: life for life in (
    nobody_leads_on_the_due_date, known_after_the_first_day, the_hire_is_cancelled, a_week_of_downtime,
)}  # fmt: skip
