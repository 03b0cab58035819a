"""Who is reminded of what, when and how: the digest five working days before, a mail on the due day, at once where time is short."""

from datetime import date, datetime, timedelta

import pytest

from contracts.base import CallState
from contracts.notification import TaskEscalated, TaskReminded
from contracts.notification.words import EscalationCause
from services.chassis.subject import Revision
from services.notification.domain.mailing import MailBounced, MailWanted, Occasion
from services.notification.domain.task import Task
from tests.kit.builders import MUNICIPALITY, an_id, deputy_appointed, leader_appointed, leader_ended
from tests.kit.story import Story, revision
from tests.unit.notification.duties import DUTY, MONDAY, days, duty, task, town

DUE = days(16)
"""Wednesday 18 March 2026."""


def told(story: Story) -> list[tuple[int, str, date]]:
    """Every reminder that was said: which, how, on what day."""
    bodies = [said.body for _, said in story.spoken if isinstance(said.body, TaskReminded)]
    return [(body.step, body.channel, body.sent_on) for body in bodies]


def wanted(story: Story) -> list[tuple[str, str]]:
    """Every mail that was decided: why, and to whom."""
    names = {an_id(name): name for name in ("leader", "chief", "new leader", "deputy", "director", "person", "mentor", "other mentor")}
    notes = [r for state in story.states.values() for r in state.history.standing(MailWanted)]
    return [(r.body.occasion, names[r.body.recipient]) for r in sorted(notes, key=lambda r: (r.known_at, r.body.occasion))]


def asked(**more: object) -> Story:
    """The ward's leader is asked on Monday for something due on the Wednesday in two weeks, and may take two days more."""
    story = town()
    story.hears(duty(closes=days(18), due=DUE, **more), fact=DUTY)  # type: ignore[arg-type]  # the builder's own fields
    return story


def day_by_day(story: Story, until: date) -> None:
    """A look every day."""
    while story.now.date() < until:
        story.reaches(story.now.date() + timedelta(days=1))


def test_the_digest_five_working_days_before_and_a_mail_on_the_due_day() -> None:
    story = asked()

    day_by_day(story, days(18))

    assert told(story) == [(1, "digest", days(10)), (2, "mail", DUE)]
    assert wanted(story) == [(Occasion.REMINDED, "leader")]


def test_a_digest_that_counts_goes_out_at_its_hour_and_not_before() -> None:
    story = asked()

    story.reaches(datetime.fromisoformat("2026-03-12T06:29:00+00:00"))
    assert not told(story)
    (state,) = story.states.values()
    assert state.wake_at == datetime.fromisoformat("2026-03-12T06:30:00+00:00")
    story.reaches(datetime.fromisoformat("2026-03-12T06:30:00+00:00"))

    assert told(story) == [(1, "digest", days(10))]


def test_after_downtime_only_what_still_makes_sense_is_said() -> None:
    story = asked()

    story.reaches(days(17))
    assert told(story) == [(1, "mail", days(17))]

    late = asked()
    late.reaches(days(19))
    assert told(late) == []


@pytest.mark.parametrize(("closes", "count"), [(2, 1), (3, 0)])
def test_a_task_with_two_working_days_left_is_told_at_once_and_not_again(closes: int, count: int) -> None:
    story = town()

    story.hears(duty(closes=days(closes)), fact=DUTY)

    assert wanted(story) == [(Occasion.REMINDED, "leader")] * count
    day_by_day(story, days(closes))
    assert len(told(story)) == 1


def test_what_is_known_late_is_told_at_once() -> None:
    story = town(days(15))

    story.hears(duty(closes=days(18), due=DUE), fact=DUTY)

    assert told(story) == [(1, "mail", days(15))]


def test_a_retention_talk_is_told_at_once_and_reminded_on_its_day() -> None:
    story = asked(kind="retention-talk")

    assert told(story) == [(1, "mail", MONDAY)]
    day_by_day(story, DUE)

    assert told(story) == [(1, "mail", MONDAY), (2, "digest", days(10)), (3, "mail", DUE)]


def test_a_date_that_moves_is_reminded_of_anew() -> None:
    story = asked()
    story.reaches(DUE)

    story.hears(duty(closes=days(32), due=days(30)), fact=DUTY, number=2)
    day_by_day(story, days(30))

    assert [(channel, day) for _, channel, day in told(story)] == [("mail", DUE), ("digest", days(24)), ("mail", days(30))]


@pytest.mark.parametrize("state", [CallState.DONE, CallState.DECLINED, CallState.MISSED, CallState.NEVER_STARTED])
def test_nobody_is_reminded_of_what_has_ended(state: CallState) -> None:
    story = asked()

    story.hears(duty(closes=days(18), due=DUE, state=state), fact=DUTY, number=2)
    day_by_day(story, days(18))

    assert not told(story)
    assert not wanted(story)


def test_nobody_is_reminded_of_what_fell_away_or_of_what_hr_has() -> None:
    gone = asked()
    gone.hears(duty(closes=days(18), due=DUE, why="died"), fact=DUTY, number=2, stands=False)
    gone.reaches(DUE)
    nobody = town()
    nobody.hears(duty(unit="unit nobody told of", closes=DUE), fact=DUTY)
    nobody.reaches(DUE)

    assert (told(gone), wanted(gone), told(nobody), wanted(nobody)) == ([], [], [], [])


def test_a_change_of_hands_is_told_to_both() -> None:
    story = asked()

    story.hears(leader_ended("ward", "leader", days(0)), leader_appointed("ward", "new leader", days(1)))
    story.reaches(days(1))
    story.reaches(days(2))

    assert wanted(story) == [(Occasion.HANDED_FROM, "leader"), (Occasion.HANDED_TO, "new leader")]


def test_a_task_that_comes_back_from_hr_is_told_to_who_gets_it_alone() -> None:
    story = town()
    story.hears(duty(unit="hall", closes=days(18), due=DUE), fact=DUTY)
    story.hears(leader_ended("hall", "director", days(-1)))
    assert wanted(story) == [(Occasion.HANDED_FROM, "director")]

    story.hears(leader_appointed("hall", "chief", MONDAY))

    assert wanted(story) == [(Occasion.HANDED_FROM, "director"), (Occasion.HANDED_TO, "chief")]


def test_who_the_case_is_about_is_never_written_to() -> None:
    story = town()
    story.hears(duty(closes=days(18), due=DUE, about="new leader"), fact=DUTY)
    story.hears(deputy_appointed("ward", "deputy", "leader", MONDAY, until=days(40)))

    story.hears(leader_ended("ward", "leader", days(0)), leader_appointed("ward", "new leader", days(1)))
    story.reaches(days(1))

    assert "new leader" not in {name for _, name in wanted(story)}


def test_a_late_task_is_told_to_the_leaders_leader_once() -> None:
    story = asked()
    day_by_day(story, days(25))
    story.reaches(days(40))

    assert [mail for mail in wanted(story) if mail[0] == Occasion.ESCALATED] == [(Occasion.ESCALATED, "chief")]


def test_another_leader_above_is_not_told_of_an_old_step_again() -> None:
    story = asked()
    story.reaches(days(25))

    story.hears(leader_ended("area", "chief", days(25)), leader_appointed("area", "new leader", days(26)))
    story.reaches(days(26))

    assert [name for occasion, name in wanted(story) if occasion == Occasion.ESCALATED] == ["chief"]


@pytest.mark.parametrize("kind", ["absence-contact", "absence-talk"])
def test_a_duty_that_mails_may_not_name_is_a_follow_up(kind: str) -> None:
    story = asked(kind=kind)

    story.reaches(DUE)

    assert Occasion.FOLLOW_UP in {occasion for occasion, _ in wanted(story)}
    assert Occasion.REMINDED not in {occasion for occasion, _ in wanted(story)}


def bounced(story: Story, holder: str) -> None:
    """Mail to somebody came back."""
    note: Revision[MailBounced] = revision(MailBounced(municipality=MUNICIPALITY, holder_key=an_id(holder)), story.now)
    (subject,) = story.states
    story._step(subject, [note])


def test_where_mail_comes_back_hr_has_the_task_too_until_it_goes_to_another() -> None:
    story = asked()

    bounced(story, "leader")
    bounced(story, "leader")

    (step,) = [said.body for _, said in story.spoken if isinstance(said.body, TaskEscalated)]
    assert (step.cause, step.to_role, step.to_key, step.working_days_late) == (EscalationCause.BOUNCED, "hr", None, 0)
    row: Task = task(story)
    assert (row.holder, row.in_hr_queue, row.escalated_to) == (an_id("leader"), True, None)

    story.hears(leader_ended("ward", "leader", days(0)), leader_appointed("ward", "new leader", days(1)))
    story.reaches(days(1))
    assert not task(story).in_hr_queue
