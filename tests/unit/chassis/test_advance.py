"""The one pure step: what is said, taken back, decided once, and the same in any order, repetition and split."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.base import Event
from contracts.words import Closed
from services.chassis.advance import State, advance, empty
from services.chassis.failures import Refused
from services.chassis.ids import event_id
from services.chassis.reference import Snapshot
from services.chassis.rules import parse
from services.chassis.service import SubjectKind, Undeclared
from services.chassis.subject import Decision, History, Revision, Situation, Subject, body_text
from tests.kit.builders import an_id, closing_day, end_registered, hired, noon
from tests.kit.story import RULES, Story, revision
from tests.kit.toy import TOY, BellPlanned, BellRang, Counted, Echoed, silence

START = date(2026, 3, 2)
SUBJECT = Subject("person", an_id("person"), "730")
SNAPSHOT = Snapshot(History(Subject("reference", UUID(int=0), "730")), parse(RULES))


@pytest.fixture
def story() -> Story:
    return Story(TOY, date(2026, 3, 1))


def test_a_new_key_is_said_as_revision_one_and_a_changed_body_as_the_next(story: Story) -> None:
    fact = story.hears(hired(START))
    story.hears(hired(START + timedelta(days=21)), fact=fact, number=2)

    said = [r for _, r in story.spoken]
    assert [(r.revision, r.body.rings_on) for r in said if isinstance(r.body, BellPlanned)] == [
        (1, date(2026, 3, 12)),
        (2, date(2026, 4, 7)),
    ]
    assert len({r.fact for r in said}) == 1


def test_what_is_no_longer_claimed_is_said_once_more_and_a_return_is_the_next_revision(story: Story) -> None:
    fact = story.hears(hired(START))
    story.hears(hired(START), fact=fact, number=2, stands=False)
    story.hears(hired(START), fact=fact, number=3)

    assert [(r.revision, r.stands) for _, r in story.spoken] == [(1, True), (2, False), (3, True)]
    assert len(story.said(BellPlanned)) == 1
    assert story.withdrew(BellPlanned) == []


def test_the_same_event_again_says_nothing(story: Story) -> None:
    story.hears(hired(START))
    before = len(story.spoken)
    story.hears(hired(START))

    assert len(story.spoken) == before


def test_time_alone_changes_the_state_once_at_midnight_in_copenhagen(story: Story) -> None:
    story.hears(hired(START))

    story.reaches(datetime(2026, 3, 11, 22, 59, tzinfo=UTC))
    assert story.said(BellRang) == []

    story.reaches(datetime(2026, 3, 11, 23, 0, tzinfo=UTC))
    story.reaches(date(2026, 4, 30))
    assert len(story.said(BellRang)) == 1
    assert [r.type for _, r in story.spoken].count(BellRang.wire) == 1


def test_a_decision_is_published_once_and_never_withdrawn(story: Story) -> None:
    fact = story.hears(hired(START))
    story.reaches(date(2026, 3, 20))
    story.hears(hired(START), fact=fact, number=2, stands=False)
    story.hears(hired(START), fact=fact, number=3)

    assert [(r.revision, r.stands) for _, r in story.spoken if r.type == Echoed.wire] == [(1, True)]


def test_decisions_that_never_settle_are_an_error() -> None:
    def restless(history: History, *_: object) -> Situation:
        event = hired(START + timedelta(days=len(history)))
        return Situation(decisions=(Decision((str(len(history)),), event),))

    with pytest.raises(RuntimeError, match="do not settle"):
        advance(TOY, SubjectKind("person", restless), empty(SUBJECT), [], SNAPSHOT, noon(START))


def test_a_closing_day_told_late_moves_the_bell_of_who_read_the_calendar(story: Story) -> None:
    story.hears(hired(START))
    story.hears(closing_day(date(2026, 3, 12)))
    assert story.said(BellPlanned)[0].rings_on == date(2026, 3, 13)

    story.hears(closing_day(date(2026, 3, 12), Closed.NONE), known_at=story.now + timedelta(hours=1))
    assert story.said(BellPlanned)[0].rings_on == date(2026, 3, 12)


def test_an_ask_joins_the_history_or_is_refused(story: Story) -> None:
    story.hears(hired(START))

    story.asks("person", an_id("person"), silence(an_id("job of person")))
    assert story.said(BellPlanned) == []
    with pytest.raises(Refused, match="no-such-employment"):
        story.asks("person", an_id("person"), silence(an_id("another")))


def test_a_statement_to_a_later_kind_joins_its_history_and_never_leaves_the_service(story: Story) -> None:
    fact = story.hears(hired(START, unit="ward"))
    story.hears(hired(START, unit="ward", person="another"))
    assert [row for s, row in story._rows.items() if s.kind == "unit"] == [(2,)]

    story.hears(hired(START, unit="ward"), fact=fact, number=2, stands=False)
    assert [row for s, row in story._rows.items() if s.kind == "unit"] == [(1,)]
    assert {r.type for _, r in story.spoken} == {BellPlanned.wire}


def test_what_is_now_told_to_another_subject_is_withdrawn_where_it_was_told(story: Story) -> None:
    fact = story.hears(hired(START, unit="ward"))
    story.hears(hired(START, unit="clinic"), fact=fact, number=2)

    assert {s.id: row for s, row in story._rows.items() if s.kind == "unit"} == {an_id("ward"): (0,), an_id("clinic"): (1,)}
    story.hears(hired(START, unit="ward"), fact=fact, number=3)
    assert {s.id: row for s, row in story._rows.items() if s.kind == "unit"} == {an_id("ward"): (1,), an_id("clinic"): (0,)}


def test_the_time_of_a_subject_never_runs_backwards(story: Story) -> None:
    """The clock may be set back, and a new topic may be unread: a bell that rang is not planned again."""
    fact = story.hears(hired(START))
    story.reaches(date(2026, 3, 20))
    story.reaches(date(2026, 3, 2))
    story.hears(hired(START - timedelta(days=1)), fact=an_id("late"))
    story.hears(hired(START, degree="0.5000"), fact=fact, number=2)

    assert [r.type for _, r in story.spoken if r.fact == story.spoken[0][1].fact] == [BellPlanned.wire, BellRang.wire]


def test_a_raised_epoch_begins_again_at_one_and_is_higher_than_all_before() -> None:
    kind = TOY.subjects[0]
    heard = revision(hired(START), noon(START))
    first = advance(TOY, kind, empty(SUBJECT), [heard], SNAPSHOT, noon(START))
    changed = replace(heard, revision=2, body=hired(START + timedelta(days=1)))
    later = advance(TOY, kind, first.state, [changed], SNAPSHOT, noon(START), epoch=1)
    gone = advance(TOY, kind, first.state, [replace(heard, revision=2, stands=False)], SNAPSHOT, noon(START), epoch=1)

    assert {s.revision.order for s in later.says if s.to is None} == {(1, 1)}
    assert {(s.revision.order, s.revision.stands) for s in gone.says if s.to is None} == {((1, 1), False)}


def test_a_stepwise_kind_says_every_step_as_known_then() -> None:
    kind = replace(TOY.subjects[0], stepwise=True)
    fact = an_id("fact")
    steps = [revision(hired(START + timedelta(days=7 * n)), noon(date(2026, 1, 1 + n)), fact=fact, number=n + 1) for n in range(3)]
    step = advance(TOY, kind, empty(SUBJECT), reversed(steps), SNAPSHOT, noon(date(2026, 2, 1)))

    bells = [s.revision for s in step.says if s.to is None]
    assert [(r.revision, r.known_at.day) for r in bells] == [(1, 1), (2, 2), (3, 3)]


def test_a_service_says_nothing_that_it_does_not_declare() -> None:
    heard = [revision(hired(START), noon(START))]
    with pytest.raises(Undeclared, match=BellPlanned.wire):
        advance(replace(TOY, says=(Echoed,)), TOY.subjects[0], empty(SUBJECT), heard, SNAPSHOT, noon(START))

    echo = replace(TOY, says=(BellPlanned,))
    with pytest.raises(Undeclared, match=Echoed.wire):  # a decision, too
        advance(echo, TOY.subjects[0], empty(SUBJECT), heard, SNAPSHOT, noon(START + timedelta(days=30)))


def test_what_stays_within_the_service_need_not_be_declared() -> None:
    heard = [revision(hired(START), noon(START)), revision(end_registered(START, person="person"), noon(START))]
    step = advance(replace(TOY, says=()), TOY.subjects[0], empty(SUBJECT), heard, SNAPSHOT, noon(START))

    assert {said.revision.type for said in step.says} == {Counted.wire}


def test_who_declares_it_no_more_can_still_take_back_what_was_said() -> None:
    fact, quiet = an_id("fact"), replace(TOY, says=())
    before = advance(TOY, TOY.subjects[0], empty(SUBJECT), [revision(hired(START), noon(START), fact=fact)], SNAPSHOT, noon(START))
    gone = revision(hired(START), noon(START), fact=fact, number=2, stands=False)
    step = advance(quiet, TOY.subjects[0], before.state, [gone], SNAPSHOT, noon(START))

    assert [(said.revision.type, said.revision.stands) for said in step.says if said.to is None] == [(BellPlanned.wire, False)]


def test_an_event_id_belongs_to_fact_epoch_and_revision() -> None:
    assert event_id(an_id("a"), 0, 1) == event_id(an_id("a"), 0, 1)
    assert len({event_id(an_id("a"), e, r) for e in (0, 1) for r in (1, 2, 11)}) == 6


MOMENTS = [noon(date(2026, 1, day)) for day in (5, 6, 7)]
PEOPLE = ("anna", "bo")


@st.composite
def revisions(draw: st.DrawFn) -> list[Revision[Event]]:
    """Revisions of a few facts about two people: dates corrected, taken back, brought again, known on some day."""
    found: list[Revision[Event]] = []
    for number in range(draw(st.integers(1, 4))):
        person = draw(st.sampled_from(PEOPLE))
        fact = an_id(f"fact {number}")
        for order in range(1, draw(st.integers(1, 3)) + 1):
            day = START + timedelta(days=draw(st.integers(0, 60)))
            make = draw(st.sampled_from((hired, hired, end_registered)))
            known = draw(st.sampled_from(MOMENTS))
            stands = draw(st.booleans()) or order == 1
            found.append(revision(make(day, person=person, employment=f"job {number}"), known, fact=fact, number=order, stands=stands))
    return found


def told(batches: list[list[Revision[Event]]]) -> tuple[object, ...]:
    """What holds after the batches: situations, standing statements (bodies, not revision numbers), ledger sums."""
    story = Story(TOY, date(2026, 4, 1))
    for batch in batches:
        story.hears_revisions(batch)
    standing = {
        (subject, key): (said.revision.type, body_text(said.revision.body))
        for subject, state in story.states.items()
        for key, said in state.said.items()
        if said.revision.stands and key[0] != "decision"
    }
    booked = {s: dict(state.booked) for s, state in story.states.items() if state.booked}
    rows = {s: row for s, row in story._rows.items() if s.kind == "person"}
    return standing, booked, rows, {s: state.wake_at for s, state in story.states.items() if state.wake_at}


@settings(max_examples=150, deadline=None)
@given(heard=revisions(), data=st.data())
def test_any_order_repetition_and_split_gives_the_same_situation_statements_and_ledger(
    heard: list[Revision[Event]], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(heard + data.draw(st.lists(st.sampled_from(heard), max_size=3))))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(shuffled)), max_size=3)))
    batches = [shuffled[a:b] for a, b in pairwise([0, *cuts, len(shuffled)])]

    assert told([heard]) == told(batches)


def test_a_subject_of_which_nothing_was_heard_is_empty() -> None:
    nothing: State = empty(SUBJECT)

    assert (len(nothing.history), nothing.said, nothing.booked, nothing.wake_at) == (0, {}, {}, None)
