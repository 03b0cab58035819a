"""Whatever the order, the number and the batches in which facts arrive: the same talks stand."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid5

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.base import Event, HolderRole
from contracts.words import Closed, MilestoneKind
from services.chassis.subject import Revision, Subject, fact_id
from services.onboarding.app import SERVICE
from services.onboarding.domain.records import TalkHeld
from services.onboarding.rules import OnboardingRules
from tests.kit.builders import MUNICIPALITY, an_id, closing_day, end_registered, hired, moved, on_leave
from tests.kit.story import Story, revision

BEGINNING = date(2026, 1, 1)
HIRE, END, LEAVE, MOVE = (an_id(name) for name in ("hire", "end", "leave", "move"))

days = st.integers(0, 400).map(lambda n: BEGINNING + timedelta(days=n))
moments = st.integers(0, 400 * 24).map(lambda hours: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=hours))


def talk_fact(kind: MilestoneKind) -> UUID:
    subject = Subject("person", an_id("person"), MUNICIPALITY)
    return fact_id("onboarding", subject, (kind.value, str(an_id("job of person")), str(HIRE)))


def told(fact: UUID, bodies: st.SearchStrategy[Event]) -> st.SearchStrategy[list[Revision[Event]]]:
    """The revisions of one fact, each known no earlier than the one before."""
    one = st.tuples(bodies, moments, st.booleans())
    return st.lists(one, max_size=3).map(
        lambda many: [
            revision(body, known_at, fact=fact, number=number, stands=stands or number % 2 == 1)
            for number, (body, known_at, stands) in enumerate(sorted(many, key=lambda told: told[1]), 1)
        ]
    )


leaves = st.tuples(days, st.integers(0, 60)).map(lambda d: on_leave(d[0], d[0] + timedelta(days=d[1])))
records = st.tuples(days, moments, st.sampled_from(list(OnboardingRules().talks))).map(
    lambda r: revision(
        TalkHeld(municipality=MUNICIPALITY, talk=talk_fact(r[2]), held_on=r[0], by_role=HolderRole.NEAREST_LEADER),
        r[1],
        fact=uuid5(HIRE, f"{r}"),
    )
)
lives = st.tuples(
    told(HIRE, days.map(hired)),
    told(END, days.map(end_registered)),
    told(LEAVE, leaves),
    told(MOVE, days.map(lambda day: moved(day, "unit", "new unit"))),
    st.lists(records, max_size=2),
).map(lambda parts: [one for part in parts for one in part])
closings = st.lists(st.tuples(days, moments), max_size=2).map(
    lambda many: [revision(closing_day(day, Closed.WHOLE), known_at, fact=uuid5(END, f"{day}{known_at}")) for day, known_at in many]
)


def standing(story: Story) -> dict[object, tuple[str, Event]]:
    said = [one for state in story.states.values() for one in state.said.values() if one.revision.stands]
    return {one.key: (one.revision.type, one.revision.body) for one in said}


@settings(max_examples=150, deadline=None)
@given(lives, closings, st.randoms(use_true_random=False), days)
def test_any_order_repetition_and_split_gives_the_same_talks(
    life: list[Revision[Event]], closed: list[Revision[Event]], chance: object, until: date
) -> None:
    assert hasattr(chance, "sample")
    whole, parts = Story(SERVICE, until), Story(SERVICE, BEGINNING)
    whole.hears_revisions(closed)
    deliver(whole, life)

    for one in chance.sample([*life, *life, *closed], len(life) * 2 + len(closed)):
        deliver(parts, [one]) if one not in closed else parts.hears_revisions([one])
    parts.reaches(until)

    assert standing(parts) == standing(whole)
    assert parts.rows() == whole.rows()


def deliver(story: Story, revisions: list[Revision[Event]]) -> None:
    """Also a leader's own records, as a restored history would bring them."""
    if revisions:
        story._step(Subject("person", an_id("person"), MUNICIPALITY), revisions)
