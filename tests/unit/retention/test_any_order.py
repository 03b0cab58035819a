"""The same facts in any order, any number and any split into batches give the same standing statements and rows."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.base import Event
from contracts.words import ExitLevel, ReasonClass
from services.chassis.subject import Revision, Subject, body_text
from services.retention.app import SERVICE
from services.retention.domain.records import ExitDeclined, ExitHeld, ExitOffered, TalkDeclined, TalkHeld, TalkOutcome, WishJudged
from tests.kit.builders import MUNICIPALITY, an_id, end_registered, hired, moved, noon, resigned, withdrawn
from tests.kit.story import Story, revision
from tests.unit.retention.scene import END, LEADER, MONDAY, RESIGNATION, rules

DAYS = st.integers(0, 90).map(lambda n: MONDAY + timedelta(days=n))
TOPIC = {"municipality": MUNICIPALITY, "by_role": LEADER}


def _records(day: date) -> list[Event]:
    return [
        TalkHeld(**TOPIC, resignation=RESIGNATION, held_on=day, outcome=TalkOutcome.STAYS),
        TalkDeclined(**TOPIC, resignation=RESIGNATION, declined_on=day),
        WishJudged(**TOPIC, resignation=RESIGNATION, own_wish=day.day % 2 == 0),
        ExitOffered(**TOPIC, end=END, level=ExitLevel.LEADER, offered_on=day),
        ExitHeld(**TOPIC, end=END, level=ExitLevel.LEADER, held_on=day),
        ExitDeclined(**TOPIC, end=END, level=ExitLevel.EMPLOYEE, declined_on=day),
    ]


@st.composite
def _heard(draw: st.DrawFn) -> list[Revision[Event]]:
    """A hire, a notice that is corrected some times, perhaps a move, a withdrawal, a second notice, and some records."""
    heard: list[Revision[Event]] = [revision(hired(date(2019, 1, 1)), noon(date(2019, 1, 1)), fact=an_id("hire"))]
    for number in range(1, draw(st.integers(2, 4))):
        known, last = noon(draw(DAYS)), draw(DAYS)
        reason = draw(st.sampled_from([ReasonClass.OWN_REQUEST, ReasonClass.DISMISSAL, ReasonClass.DEATH_OR_EMIGRATION]))
        heard.append(revision(resigned(last, received_on=MONDAY), known, fact=RESIGNATION, number=number, stands=draw(st.booleans())))
        heard.append(revision(end_registered(last, reason_class=reason), known, fact=END, number=number, stands=draw(st.booleans())))
    if draw(st.booleans()):
        heard.append(revision(withdrawn(RESIGNATION, draw(DAYS)), noon(draw(DAYS)), fact=an_id("withdrawal")))
    if draw(st.booleans()):
        heard.append(revision(moved(draw(DAYS), "unit", "other"), noon(draw(DAYS)), fact=an_id("move")))
    if draw(st.booleans()):
        heard.append(revision(end_registered(draw(DAYS)), noon(draw(DAYS)), fact=an_id("second end")))
    records = draw(st.lists(DAYS.flatmap(lambda day: st.sampled_from(_records(day))), max_size=3))
    return heard + [revision(record, noon(draw(DAYS)), fact=an_id(f"form {n}")) for n, record in enumerate(records)]


def _told(batches: list[list[Revision[Event]]], now: date) -> Story:
    story = Story(SERVICE, now, rules())
    subject = Subject("person", an_id("person"), MUNICIPALITY)
    for batch in batches:
        story._step(subject, batch)
    return story


def _standing(story: Story) -> set[tuple[object, ...]]:
    said = [said for state in story.states.values() for said in state.said.values() if said.revision.stands]
    return {(s.key, s.revision.fact, s.revision.type, body_text(s.revision.body)) for s in said}


@settings(deadline=None, max_examples=60)
@given(heard=_heard(), now=DAYS, data=st.data())
def test_order_repetition_and_batches_change_nothing(heard: list[Revision[Event]], now: date, data: st.DataObject) -> None:
    at_once = _told([heard], now)
    repeated = data.draw(st.permutations(heard + data.draw(st.lists(st.sampled_from(heard), max_size=4))))
    size = data.draw(st.integers(1, 4))

    in_pieces = _told([repeated[i : i + size] for i in range(0, len(repeated), size)], now)

    assert _standing(in_pieces) == _standing(at_once)
    assert in_pieces.rows() == at_once.rows()
    assert [s.wake_at for s in in_pieces.states.values()] == [s.wake_at for s in at_once.states.values()]


@settings(deadline=None, max_examples=40)
@given(heard=_heard(), stops=st.lists(DAYS, max_size=5))
def test_waking_now_and_then_or_only_once_at_the_end_says_the_same(heard: list[Revision[Event]], stops: list[date]) -> None:
    """Downtime changes nothing: what is heard and woken day by day ends as what is caught up at once."""
    end = MONDAY + timedelta(days=120)
    subject = Subject("person", an_id("person"), MUNICIPALITY)
    daily = Story(SERVICE, MONDAY, rules())
    for day in sorted({r.known_at.date() for r in heard} | set(stops)):
        if day >= MONDAY:
            daily.reaches(day)
        daily._step(subject, [r for r in heard if r.known_at.date() == day])
    daily.reaches(end)

    assert _standing(daily) == _standing(_told([heard], end))
