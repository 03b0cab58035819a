"""When the post of a unit's leader is vacant: from a file of leaders, and from the rows of their employments."""

from datetime import date
from pathlib import Path

import pytest

from contracts.hr import PostVacant
from services.chassis.subject import Revision
from services.intake.domain.event_seen import EventSeen
from services.intake.domain.keys import leader_post
from services.intake.domain.records import LeaderSeen
from tests.kit.builders import an_id, noon
from tests.unit.intake.directory.rows import vacant
from tests.unit.intake.payroll import Payroll
from tests.unit.intake.sd_answer import answer, fact, hired, job, status, unit, written
from tests.unit.intake.source import Source, leader_shown, unit_shown
from tests.unit.intake.teller import event, moment

LAST = date(2022, 1, 31)
FIRST_OUT = date(2022, 2, 1)
FOREVER = "9999-12-31"


def second(registered: date, **more: object) -> LeaderSeen:
    return leader_shown(registered, person_key=an_id("second"), employment_id=an_id("job of second"), **more)


def test_a_leader_who_ends_without_a_successor_leaves_the_post_vacant() -> None:
    source = Source("unit").shows(leader_shown(date(2020, 12, 1)), leader_shown(date(2022, 1, 5), last_day=LAST))

    (vacant,) = source.stands(PostVacant)
    assert (vacant.effective_date, vacant.unit_id, vacant.post_id) == (FIRST_OUT, an_id("unit"), leader_post(an_id("unit")))
    assert (vacant.leader_post, vacant.leader_level, vacant.registered_at) == (True, "department", noon(date(2022, 1, 5)))


@pytest.mark.parametrize(("first", "is_vacant"), [(LAST, False), (FIRST_OUT, False), (date(2022, 2, 2), True)])
def test_a_successor_fills_it_from_the_first_day_without_a_leader_or_it_was_vacant(first: date, is_vacant: bool) -> None:
    source = Source("unit").shows(
        leader_shown(date(2020, 12, 1)), leader_shown(date(2022, 1, 5), last_day=LAST), second(date(2022, 1, 20), first_day=first)
    )

    assert [r.stands for r in source.said(PostVacant)] == ([True] if is_vacant else [True, False])


def test_who_shares_it_goes_on_and_it_is_vacant_only_when_both_have_ended() -> None:
    source = Source("unit").shows(leader_shown(date(2020, 12, 1), last_day=LAST), second(date(2020, 12, 1)))
    assert source.stands(PostVacant) == []

    source.shows(second(date(2022, 1, 9), last_day=LAST))

    assert [vacant.effective_date for vacant in source.stands(PostVacant)] == [FIRST_OUT]


def test_an_end_that_moves_moves_the_vacancy_and_one_that_is_taken_back_takes_it_back() -> None:
    source = Source("unit").shows(
        leader_shown(date(2020, 12, 1)),
        leader_shown(date(2022, 1, 5), last_day=LAST),
        leader_shown(date(2022, 1, 9), last_day=date(2022, 2, 28)),
        leader_shown(date(2022, 1, 12)),
    )

    said = source.said(PostVacant)
    assert [(r.revision, r.stands, r.body.effective_date) for r in said] == [
        (1, True, FIRST_OUT),
        (2, True, date(2022, 3, 1)),
        (3, False, date(2022, 3, 1)),
    ]
    assert len({r.fact for r in said}) == 1


def test_a_successor_who_was_a_mistake_leaves_it_vacant_again() -> None:
    source = Source("unit").shows(
        leader_shown(date(2020, 12, 1), last_day=LAST),
        second(date(2022, 1, 5), first_day=FIRST_OUT),
        second(date(2022, 1, 6), first_day=FIRST_OUT, cancelled=True),
    )

    assert [vacant.effective_date for vacant in source.stands(PostVacant)] == [FIRST_OUT]


@pytest.mark.parametrize(("closes", "is_vacant"), [(FIRST_OUT, False), (date(2022, 2, 2), True)])
def test_a_unit_that_is_no_more_has_no_post(closes: date, is_vacant: bool) -> None:
    source = Source("unit").shows(
        unit_shown(date(2020, 1, 1)),
        leader_shown(date(2020, 12, 1), last_day=LAST),
        unit_shown(date(2021, 5, 1), valid_from=closes, change="closed"),
    )

    assert bool(source.stands(PostVacant)) is is_vacant


def leader(changed: str, *facts: str, number: str = "70001", person: str = "9901700001") -> str:
    return job(*facts, fact("Profession", changed, "2026-01-01", FOREVER, "1040"), number=number, person=person)


def test_a_payroll_that_shows_the_successor_in_another_person_says_nothing_of_a_vacancy(tmp_path: Path) -> None:
    ends = status("2026-03-01", "2026-05-01", FOREVER, "8")
    follows = job(
        *hired("2026-03-02", "2026-05-01"), fact("Profession", "2026-03-02", "2026-05-01", FOREVER, "1040"),
        number="70002", start="2026-05-01", person="9902700002",
    )  # fmt: skip
    payroll = Payroll()
    payroll.loads(written(tmp_path, answer(leader("2025-12-01", *hired()))), date(2026, 2, 1))

    payroll.loads(written(tmp_path, answer(job(ends), follows)), date(2026, 3, 3))

    assert payroll.of_post("A120") == []
    payroll.loads(
        written(tmp_path, answer(job(status("2026-03-10", "2026-05-01", FOREVER, "S"), number="70002", person="9902700002"))),
        date(2026, 3, 11),
    )
    assert [line.short for line in payroll.of_post("A120")] == [("post-vacant", 1, True, date(2026, 5, 1))]


def test_a_leader_who_moves_leaves_one_post_and_takes_another(tmp_path: Path) -> None:
    payroll = Payroll()
    payroll.loads(written(tmp_path, answer(leader("2025-12-01", *hired()))), date(2026, 2, 1))

    payroll.loads(written(tmp_path, answer(job(unit("2026-03-01", "2026-05-01", FOREVER, "A130")))), date(2026, 3, 3))
    payroll.loads(written(tmp_path, answer(job(unit("2026-03-05", "2026-05-01", FOREVER, "A120")))), date(2026, 3, 6))

    assert [line.short for line in payroll.of_post("A120")] == [
        ("post-vacant", 1, True, date(2026, 5, 1)),
        ("post-vacant", 2, False, date(2026, 5, 1)),
    ]
    assert payroll.of_post("A130") == []


LEADER = {"person_key": an_id("leader"), "employment_id": an_id("job of leader")}


def appointed(day: int = 1) -> Revision[EventSeen]:
    return event("leader-appointed", day, "leader", effective_date="2021-01-01", leader_level="department", **LEADER)


def ended(day: int = 5, **more: object) -> Revision[EventSeen]:
    return event("leader-ended", day, "leader's end", effective_date="2022-02-01", last_day="2022-01-31", **LEADER, **more)


def test_a_leader_who_was_told_to_end_leaves_the_same_vacancy_as_one_whom_rows_show() -> None:
    rows = Source("unit").shows(leader_shown(date(2021, 1, 1)), leader_shown(date(2021, 1, 5), last_day=LAST))
    events = Source("unit").records([appointed(), ended()])

    (one,), (other,) = rows.stands(PostVacant), events.stands(PostVacant)
    registered = {"registered_at", "source_system"}
    assert one.model_dump(exclude=registered) == other.model_dump(exclude=registered)
    assert other.registered_at == moment(5)


def test_an_end_of_a_leader_that_was_told_and_cancelled_leaves_nobody_out() -> None:
    source = Source("unit").records([appointed(), ended()]).records([ended(6, first=False, cancelled=True)])

    assert [(r.revision, r.stands) for r in source.said(PostVacant)] == [(1, True), (2, False)]


def test_a_source_that_tells_of_the_post_itself_is_believed() -> None:
    post = {"post_id": an_id("their post"), "leader_post": True, "effective_date": "2022-03-01"}
    source = Source("unit").records([appointed(), ended(), event("post-vacant", 6, "post", **post)])

    assert [(told.post_id, told.effective_date) for told in source.stands(PostVacant)] == [(an_id("their post"), date(2022, 3, 1))]


def test_of_a_post_whose_leaders_rows_show_the_rows_decide() -> None:
    post = {"post_id": an_id("their post"), "effective_date": "2022-03-01"}
    source = Source("unit").shows(leader_shown(date(2021, 1, 1), last_day=LAST))
    source.records([event("post-vacant", 6, "post", leader_post=True, **post), event("post-vacant", 6, "other post", **post)])

    assert sorted((told.leader_post, told.post_id == an_id("their post")) for told in source.stands(PostVacant)) == [
        (False, True),
        (True, False),
    ]


def test_where_a_directory_tells_of_the_post_its_rows_alone_decide_for_that_unit() -> None:
    unit = an_id("unit")
    leader = leader_shown(date(2021, 1, 1), last_day=LAST)
    assert [told.post_id for told in Source("unit").shows(leader).stands(PostVacant)] == [leader_post(unit)]

    source = Source("unit").shows(leader).shows(vacant(date(2022, 1, 9), post_id=leader_post(unit), first_day=date(2022, 3, 1)))
    assert [(told.post_id, told.effective_date) for told in source.stands(PostVacant)] == [(leader_post(unit), date(2022, 3, 1))]

    source.shows(vacant(date(2022, 1, 10), post_id=leader_post(unit), first_day=date(2022, 3, 1), cancelled=True))
    assert source.stands(PostVacant) == [], "that it never was is told of the post, too"


def test_a_row_of_another_post_leaves_the_leaders_post_to_who_leads() -> None:
    other = vacant(date(2022, 1, 9), leader_post=False, leader_level=None, first_day=FIRST_OUT)
    source = Source("unit").shows(leader_shown(date(2021, 1, 1), last_day=LAST), other)

    assert sorted((told.leader_post, told.post_id) for told in source.stands(PostVacant)) == [
        (False, an_id("post")),
        (True, leader_post(an_id("unit"))),
    ]


def test_of_a_post_that_rows_of_a_directory_tell_of_events_say_nothing() -> None:
    source = Source("unit").shows(vacant(date(2022, 1, 9), first_day=FIRST_OUT))
    source.records([event("post-vacant", 6, "post", post_id=an_id("their post"), leader_post=True, effective_date="2022-03-01")])

    assert [told.post_id for told in source.stands(PostVacant)] == [an_id("post")]
