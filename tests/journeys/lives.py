"""Five first years in Randers, each told from what payroll says over what people see and do to what is counted.

By Randers' own rules a first day of 1 June 2026 asks for talks in the windows 10 to 26 June, 15 July to 1 September, and 1 December
to 1 June 2027. Where a life is not the story of a talk, nobody holds it: it is counted as missed.
"""

from datetime import date

from services.notification.domain.task import Stage
from tests.journeys.town import Life, Town

KNOWN, START = date(2026, 5, 4), date(2026, 6, 1)
TALK_OPENS, TALK_DUE, TALK_CLOSES = date(2026, 6, 10), date(2026, 6, 15), date(2026, 6, 26)
TALK, LATER_TALK, LAST_TALK, RETURN = "talk-2-weeks", "talk-3-months", "talk-6-12-months", "return-from-leave"
DUE, IN_TIME, MISSED = "talks.due", "talks.in-time", "talks.missed"
YEAR_OVER = date(2027, 7, 1)
DAYS_OF_THE_YEAR = (
    *(START, date(2026, 6, 5), date(2026, 6, 8), date(2026, 6, 12), date(2026, 7, 1)),
    *(date(2026, 7, 15), date(2026, 12, 1), date(2027, 6, 1)),
)
"""On which something of an ordinary first year is to be done."""
OWN_REQUEST = "Egen opsigelse"
UNITS = {f"J0{n}": f"L0{n}" for n in range(1, 10)} | {"J10": "L10"}
COLLEAGUES = {"M01": "J01", "M02": "J01"}


def the_happy_year(town: Town) -> Life:
    """Everything is done on the day it is asked for."""
    who, unit, leader = "P01", "J01", "L01"
    yield KNOWN
    town.payroll(who, unit, start=START)
    yield KNOWN
    assert {kind: task.holder for kind, task in town.tasks(who).items()} == dict.fromkeys(
        ("plan-before-start", "mentors-named"), town.key(leader)
    )
    assert f"Person {who}" in town.read(leader, "/onboarding")
    assert town.read("L02", f"/onboarding/plans/{town.plan(who)['plan_id']}") == "404"

    yield date(2026, 5, 11)
    plan = f"/onboarding/plans/{town.plan(who)['plan_id']}"
    assert town.does_step(leader, who, "plan-before-start", town.today)
    for kind, mentor in (("professional", "M01"), ("social", "M02")):
        assert town.send(
            leader, f"{plan}/mentors?q=Person", f"{plan}/mentors?q=Person", kind=kind, mentor=str(town.key(mentor)), named_on=town.today
        )
    yield town.today
    assert town.tasks(who) == {}
    assert "Person M01" in town.read(leader, plan)

    for day in DAYS_OF_THE_YEAR:
        yield day
        for name in [name for name, step in town.steps(who).items() if step["state"] == "open"]:
            assert town.holds_talk(leader, who, name, day) if name.startswith("talk-") else town.does_step(leader, who, name, day), name

    yield YEAR_OVER
    assert {step["state"] for step in town.steps(who).values()} == {"done"}
    assert [(name, step["closes"], step["state_on"]) for name, step in town.steps(who).items() if not step["in_window"]] == []
    assert town.plan(who)["end_state"] == "done"
    assert set(town.tasks(who, *Stage).values()) != set()
    assert {task.state for task in town.tasks(who, *Stage).values()} == {Stage.DONE}
    assert town.counted(unit) == {(measure, kind): 1 for measure in (DUE, IN_TIME) for kind in (TALK, LATER_TALK, LAST_TALK)}


def the_start_moves(town: Town) -> Life:
    """Earlier and later before it, while the talk is open, and after the talk was held."""
    who, unit, leader = "P02", "J02", "L02"

    yield KNOWN
    town.payroll(who, unit, start=START)
    yield KNOWN
    assert _window(town, who) == (TALK_OPENS, TALK_CLOSES, "planned")
    first = town.tasks(who, *Stage)[TALK].task_id

    yield date(2026, 5, 11)
    town.payroll(who, unit, start=date(2026, 5, 26), first_working_day=date(2026, 5, 26))
    yield town.today
    assert _window(town, who) == (date(2026, 6, 4), date(2026, 6, 22), "planned")

    yield date(2026, 5, 18)
    town.payroll(who, unit, start=date(2026, 6, 8), first_working_day=date(2026, 6, 8))
    yield town.today
    assert _window(town, who) == (date(2026, 6, 17), date(2026, 7, 3), "planned")

    yield from _it_moves_while_the_talk_is_open(town, who, unit, leader)
    assert town.tasks(who, *Stage)[TALK].task_id == first, "it was one task through it all"
    assert town.tasks(who, *Stage)[TALK].state is Stage.DONE

    yield date(2026, 7, 15)
    assert town.counted(unit) == {(DUE, TALK): 1, (IN_TIME, TALK): 1}


def _it_moves_while_the_talk_is_open(town: Town, who: str, unit: str, leader: str) -> Life:
    yield date(2026, 6, 17)
    assert town.tasks(who)[TALK].state is Stage.OPEN
    town.payroll(who, unit, start=date(2026, 6, 15), first_working_day=date(2026, 6, 15))
    yield town.today
    assert _window(town, who) == (date(2026, 6, 24), date(2026, 7, 10), "planned")
    assert TALK not in town.tasks(who)

    yield date(2026, 6, 23)
    town.payroll(who, unit, start=date(2026, 6, 9), first_working_day=date(2026, 6, 9))
    yield town.today
    assert _window(town, who) == (date(2026, 6, 18), date(2026, 7, 6), "open")
    assert town.holds_talk(leader, who, TALK, town.today)
    yield town.today

    yield date(2026, 7, 2)
    town.payroll(who, unit, start=date(2026, 6, 8), first_working_day=date(2026, 6, 8))
    yield town.today
    assert _window(town, who) == (date(2026, 6, 18), date(2026, 7, 6), "done"), "what was held stays as it was"


def _window(town: Town, who: str) -> tuple[date, date, str]:
    talk = town.steps(who)[TALK]
    return talk["opens"], talk["closes"], talk["state"]


def a_resignation_is_withdrawn(town: Town) -> Life:
    """In the second month; the leader talks, and it helps."""
    who, unit, leader = "P03", "J03", "L03"
    yield KNOWN
    town.payroll(who, unit, start=START)
    yield date(2026, 6, 12)
    assert town.holds_talk(leader, who, TALK, town.today)

    yield date(2026, 7, 15)
    assert LATER_TALK in town.tasks(who)
    town.payroll(who, unit, start=START, last_day=date(2026, 7, 31), reason=OWN_REQUEST, received_on=town.today)
    yield town.today
    assert "retention-talk" in town.tasks(who)
    assert {LATER_TALK, LAST_TALK} & set(town.tasks(who)) == set(), "nobody is asked for talks after the last day"
    page = f"/retention/talks/{town.tasks(who)['retention-talk'].task_id}"
    assert f"Person {who}" in town.read(leader, "/tasks")

    yield date(2026, 7, 17)
    assert town.send(leader, page, page, held_on=town.today, outcome="stays")
    yield date(2026, 7, 20)
    town.payroll(who, unit, start=START, withdrawn_on=town.today)
    yield town.today
    assert set(town.tasks(who)) & {LATER_TALK, "retention-talk", "exit-talk-leader", "exit-talk-employee"} == {LATER_TALK}

    yield date(2026, 8, 10)
    assert town.holds_talk(leader, who, LATER_TALK, town.today)
    yield YEAR_OVER
    assert {name: step["state"] for name, step in town.steps(who).items() if name.startswith("talk-")} == {
        TALK: "done", LATER_TALK: "done", LAST_TALK: "missed",
    }  # fmt: skip
    counted = town.counted(unit)
    assert counted[DUE, "retention"] == counted[IN_TIME, "retention"] == 1
    assert {key: counted[key] for key in counted if key[1] != "retention"} == {
        **{(DUE, kind): 1 for kind in (TALK, LATER_TALK, LAST_TALK)}, (IN_TIME, TALK): 1, (IN_TIME, LATER_TALK): 1, (MISSED, LAST_TALK): 1,
    }  # fmt: skip


def a_leave_and_the_return(town: Town) -> Life:
    """From the fifth month to the end of the ninth: nobody is asked meanwhile, and the return has an introduction of its own."""
    who, unit, leader = "P04", "J04", "L04"
    leave: dict[str, str | date] = {"start": START, "leave_from": date(2026, 10, 15), "leave_to": date(2027, 2, 28), "leave_kind": "Barsel"}
    yield KNOWN
    town.payroll(who, unit, start=START)
    yield date(2026, 10, 5)
    town.payroll(who, unit, **leave)
    yield town.today
    assert town.steps(who, RETURN)["reintroduction-talk"]["state"] == "planned"

    yield date(2026, 12, 15)
    assert town.tasks(who) == {}, "who is away is not asked to a talk"
    assert "1. marts 2027" in town.read(leader, f"/onboarding/plans/{town.plan(who)['plan_id']}"), (
        "the plan shows that it waits for the return"
    )
    yield date(2027, 1, 18)
    assert set(town.tasks(who)) == {"reintroduction-plan"}
    assert town.does_step(leader, who, "reintroduction-plan", town.today, RETURN)

    yield date(2027, 3, 8)
    assert town.holds_talk(leader, who, "reintroduction-talk", town.today, RETURN)
    yield town.today
    assert town.holds_talk(leader, who, LAST_TALK, town.today)
    yield town.today
    last = town.steps(who)[LAST_TALK]
    assert (last["closes"], last["in_window"]) == (date(2027, 8, 30), True), "the leave is not part of the half year in which it may be"
    yield YEAR_OVER
    assert town.counted(unit) == {
        (DUE, TALK): 1, (MISSED, TALK): 1, (DUE, LATER_TALK): 1, (MISSED, LATER_TALK): 1, (DUE, RETURN): 1, (IN_TIME, RETURN): 1,
    }  # fmt: skip


def a_move_in_the_third_week(town: Town) -> Life:
    """To another unit under another leader, while the talk is open: it goes along, and the new unit introduces anew."""
    who, unit, leader, new_unit, new_leader = "P05", "J05", "L05", "J10", "L10"
    move = date(2026, 6, 17)
    yield KNOWN
    town.payroll(who, unit, start=START)
    yield date(2026, 6, 15)
    assert town.tasks(who)[TALK].holder == town.key(leader)
    town.payroll(who, new_unit, start=START, valid_from=move)
    yield town.today
    assert town.tasks(who)["hand-over"].holder == town.key(leader), "who is left hands over"
    assert town.tasks(who)[TALK].holder == town.key(leader), "until the day of the move"

    yield move
    assert town.tasks(who)[TALK].holder == town.key(new_leader)
    assert f"Person {who}" in town.read(new_leader, "/tasks")
    assert f"Person {who}" not in town.read(leader, "/onboarding")
    assert town.holds_talk(new_leader, who, TALK, town.today)
    assert not town.holds_talk(leader, who, TALK, town.today), "it is the other leader's"

    assert set(town.steps(who, "internal-move")) == {"plan-before-start", "safety-introduction", "hand-over"}, "one first talk is enough"
    yield date(2026, 7, 20)
    assert town.counted(unit) == {}
    assert town.counted(new_unit) == {(DUE, TALK): 1, (IN_TIME, TALK): 1}


LIVES = {life.__name__: life for life in (
    the_happy_year, the_start_moves, a_resignation_is_withdrawn, a_leave_and_the_return, a_move_in_the_third_week,
)}  # fmt: skip
