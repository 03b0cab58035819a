"""What stands in whose calendar: it follows the task, is kept when it has gone, and rises with every change."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.base import CallState, Event, HolderRole
from services.chassis.advance import State, advance
from services.chassis.subject import History
from services.notification.domain.entry import EPOCH_WEIGHT, MOST_SEQUENCE, Entry
from services.notification.domain.task import Stage
from tests.kit.builders import an_id, deputy_appointed, leader_appointed, leader_ended, noon
from tests.kit.story import Story, revision
from tests.unit.notification.duties import DUTY, MONDAY, call, days, duty, tasks, town
from tests.unit.notification.test_any_order import LIFE, ORGANISATION, _heard


def entries(story: Story) -> dict[UUID, Entry]:
    """By person."""
    found = [row for row in story.rows() if isinstance(row, Entry)]
    assert len({(entry.task_id, entry.person) for entry in found}) == len(found)
    return {entry.person: entry for entry in found}


def entry(story: Story, person: str) -> Entry:
    """What stands or stood in somebody's calendar."""
    return entries(story)[an_id(person)]


def there(story: Story) -> set[UUID]:
    """In whose calendars something stands."""
    return {person for person, entry in entries(story).items() if entry.gone_on is None}


def with_open_task(rules: str = "", **more: object) -> Story:
    """The ward's leader is asked."""
    story = town(rules=rules)
    story.hears(duty(**more), fact=DUTY)  # type: ignore[arg-type]  # the builder's own fields
    return story


def test_an_open_task_stands_in_its_holders_calendar_on_the_day_it_is_due() -> None:
    story = with_open_task(due=days(10))

    assert entries(story) == {an_id("leader"): Entry(DUTY, an_id("leader"), "talk-2-weeks", None, days(10), 1, noon(MONDAY))}


@pytest.mark.parametrize(("opens", "seen"), [(14, True), (15, False)])
def test_a_planned_task_stands_there_as_soon_as_the_inbox_shows_it(opens: int, seen: bool) -> None:
    story = town()

    story.hears(duty(opens=days(opens), state=CallState.PLANNED), fact=DUTY)

    assert (there(story) == {an_id("leader")}) is seen


def test_a_task_that_moves_is_the_same_entry_with_a_higher_number() -> None:
    story = with_open_task()
    story.reaches(days(1))

    story.hears(duty(closes=days(21)), fact=DUTY, number=2)

    assert entry(story, "leader") == Entry(DUTY, an_id("leader"), "talk-2-weeks", None, days(21), 2, noon(days(1)))


@pytest.mark.parametrize("state", [CallState.DONE, CallState.DECLINED, CallState.MISSED, CallState.NEVER_STARTED])
def test_a_task_that_ends_has_gone_on_that_day(state: CallState) -> None:
    story = with_open_task()
    story.reaches(days(3))

    story.hears(duty(state=state, state_on=days(2)), fact=DUTY, number=2)

    ended = entry(story, "leader")
    assert (ended.gone_on, ended.sequence, ended.changed_at) == (days(3), 2, noon(days(3)))


def test_a_task_that_falls_away_has_gone_and_may_come_back() -> None:
    story = with_open_task()
    story.hears(duty(), fact=DUTY, number=2, stands=False)
    assert (entry(story, "leader").gone_on, entry(story, "leader").sequence) == (MONDAY, 2)

    story.hears(duty(), fact=DUTY, number=3)

    assert (entry(story, "leader").gone_on, entry(story, "leader").sequence) == (None, 3)


def test_a_planned_task_that_was_seen_and_falls_away_has_gone_though_the_inbox_keeps_no_row_of_it() -> None:
    story = town()
    story.hears(duty(opens=days(9), state=CallState.PLANNED), fact=DUTY)

    story.hears(duty(opens=days(9), state=CallState.PLANNED), fact=DUTY, number=2, stands=False)

    assert not tasks(story)
    assert entry(story, "leader").gone_on == MONDAY


def test_what_was_planned_and_moves_out_of_sight_has_gone_until_it_is_seen_again() -> None:
    story = town()
    story.hears(duty(opens=days(9), state=CallState.PLANNED), fact=DUTY)
    story.hears(duty(opens=days(40), state=CallState.PLANNED), fact=DUTY, number=2)
    gone = entry(story, "leader")

    story.reaches(days(26))

    back = entry(story, "leader")
    assert (gone.gone_on, back.gone_on, back.due) == (MONDAY, None, days(54))
    assert gone.sequence < back.sequence
    assert back.changed_at == noon(days(26))


def test_what_nobody_saw_stands_nowhere() -> None:
    story = town()
    story.hears(duty(state=CallState.DONE, state_on=MONDAY), fact=DUTY, number=2)
    story.hears(duty(), fact=DUTY)

    assert not entries(story)


def test_a_task_that_goes_to_somebody_else_has_gone_from_the_one_as_last_seen_and_stands_in_the_others() -> None:
    story = with_open_task()
    story.hears(leader_ended("ward", "leader", days(4)), leader_appointed("ward", "new leader", days(5)))
    story.reaches(days(5))
    story.reaches(days(6))

    story.hears(duty(closes=days(28)), fact=DUTY, number=2)

    old, new = entry(story, "leader"), entry(story, "new leader")
    assert (old.gone_on, old.due, old.sequence, old.changed_at) == (days(5), days(14), 2, noon(days(5)))
    assert (new.gone_on, new.due, new.sequence, new.changed_at) == (None, days(28), 2, noon(days(6)))


def test_coming_and_going_rises_each_time() -> None:
    story = with_open_task()
    story.hears(deputy_appointed("ward", "deputy", "leader", days(3), until=days(6)))
    seen = []

    for day in (0, 3, 7):
        story.reaches(days(day))
        seen.append((there(story), entry(story, "leader").sequence, entry(story, "leader").changed_at))

    assert seen == [
        ({an_id("leader")}, 1, noon(MONDAY)),
        ({an_id("deputy")}, 2, noon(days(3))),
        ({an_id("leader")}, 3, noon(days(7))),
    ]
    assert (entry(story, "deputy").gone_on, entry(story, "deputy").sequence) == (days(7), 2)


def test_it_stands_with_those_who_share_the_task_and_with_who_is_above_once_it_is_late() -> None:
    story = with_open_task(closes=days(3))
    story.hears(leader_appointed("ward", "second leader"))
    assert there(story) == {an_id("leader"), an_id("second leader")}

    story.reaches(days(20))

    assert there(story) == {an_id("leader"), an_id("second leader"), an_id("chief")}
    assert entry(story, "leader").sequence == 1, "for them nothing has changed"


def test_who_the_task_is_about_never_has_it() -> None:
    story = with_open_task(about="leader")

    assert set(entries(story)) == {an_id("chief")}


def test_the_queue_of_hr_is_in_nobodys_calendar() -> None:
    assert not entries(with_open_task(role=HolderRole.SECOND_PARTY))


def test_an_epoch_outweighs_what_was_counted_before_it() -> None:
    before = with_open_task()
    story = town()
    restored = revision(duty(), noon(MONDAY), fact=DUTY)
    story.hears_revisions([restored, type(restored)(DUTY, 1, 1, True, noon(MONDAY), duty(), "*")])

    assert entry(before, "leader").sequence == 1
    assert entry(story, "leader").sequence == EPOCH_WEIGHT + 1


def test_a_number_is_never_larger_than_a_calendar_takes() -> None:
    story = town()
    first = revision(duty(), noon(MONDAY), fact=DUTY)
    story.hears_revisions([type(first)(DUTY, 99_999, 1, True, noon(MONDAY), duty(), "*")])

    assert entry(story, "leader").sequence == MOST_SEQUENCE


LIVES = st.lists(st.tuples(st.integers(0, len(LIFE) - 1), st.booleans()), min_size=1, max_size=5)


@settings(max_examples=150, deadline=None)
@given(life=LIVES, data=st.data(), end=st.integers(0, 40))
def test_the_same_history_gives_the_same_entries_in_whatever_order_it_is_read_again(
    life: list[tuple[int, bool]], data: st.DataObject, end: int
) -> None:
    story = Story(town().service, MONDAY)
    heard = data.draw(st.permutations(_heard(life)))
    while heard:
        size = data.draw(st.integers(1, len(heard)))
        story.hears_revisions(heard[:size])
        heard = heard[size:]
    story.reaches(days(end))
    (subject,) = (subject for subject in story.states if subject.kind == "task")
    held = list(story.states[subject].history.revisions)

    again = History(subject)
    for one in data.draw(st.permutations([*held, *data.draw(st.lists(st.sampled_from(held), max_size=3))])):
        again = again.plus([one])
    step = advance(story.service, story.service.kind("task"), State(again), (), story.snapshot, story.now)

    assert step.recorded == ()
    assert step.situation is not None
    assert [row for row in step.situation.rows if isinstance(row, Entry)] == list(entries(story).values())


@settings(max_examples=60, deadline=None)
@given(closes=st.lists(st.integers(3, 40), min_size=1, max_size=4), data=st.data())
def test_while_a_task_stays_with_somebody_the_entry_is_the_same_in_any_order(closes: list[int], data: st.DataObject) -> None:
    said = [revision(duty(closes=days(last)), noon(days(n)), fact=DUTY, number=n + 1) for n, last in enumerate(closes)]
    plain, mixed = town(), town()
    plain.hears_revisions(said)

    for one in data.draw(st.permutations([*said, said[0]])):
        mixed.hears_revisions([one])

    assert entries(plain) == entries(mixed)


@settings(max_examples=200, deadline=None)
@given(
    steps=st.lists(
        st.one_of(
            st.tuples(st.integers(0, len(LIFE) - 1), st.booleans()),
            st.sampled_from(ORGANISATION),
            st.integers(1, 9),
        ),
        max_size=8,
    )
)
def test_whatever_happens_each_calendar_shows_what_the_inbox_shows_and_every_change_rises(
    steps: list[tuple[int, bool] | Event | int],
) -> None:
    story, day, number = Story(town().service, MONDAY), 0, 0
    story.hears(*ORGANISATION[:7])
    before: dict[UUID, Entry] = {}
    for step in [(1, True), *steps]:
        match step:
            case int():
                day += step
                story.reaches(days(day))
            case (int() as at, bool() as stands):
                number += 1
                story.hears(LIFE[at], fact=DUTY, number=number, stands=stands)
            case Event():
                story.hears(step)
        now = entries(story)
        seen = {p for t in tasks(story) if t.state in {Stage.OPEN, Stage.PLANNED} for p in (t.holder, t.escalated_to, *t.shared_with) if p}
        assert there(story) == seen
        assert before.keys() <= now.keys(), "what has gone is kept"
        assert all(now[p] == e or (now[p].sequence > e.sequence and now[p].changed_at >= e.changed_at) for p, e in before.items())
        before = now


def test_the_builders_days_are_what_they_say() -> None:
    assert days(14) == MONDAY + timedelta(days=14) == call().closes == date(2026, 3, 16)
