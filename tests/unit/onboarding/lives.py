"""Random lives: hires, moves, leaves, leaderships, stays in practice, ends, corrections, withdrawals, and what leaders record."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid5

from hypothesis import strategies as st

from contracts.base import Event, HolderRole
from contracts.hr.employment import ChangedFact
from contracts.onboarding.mentor import MentorKind
from contracts.words import Closed, ReasonClass, TalkTheme
from services.chassis.subject import Revision, Subject, fact_id
from services.onboarding.domain.records import (
    MentorChosen,
    PlanApproved,
    StepAdded,
    StepDone,
    StepMoved,
    StepRemoved,
    TalkDeclined,
    TalkHeld,
)
from services.onboarding.domain.step import SERVICE_NAME
from services.onboarding.rules import OnboardingRules
from tests.kit.builders import (
    MUNICIPALITY,
    an_id,
    changed,
    closing_day,
    end_registered,
    hired,
    leader_appointed,
    moved,
    on_leave,
    placement_started,
)
from tests.kit.story import revision

BEGINNING = date(2026, 1, 1)
DAYS = 500
BY = {"municipality": MUNICIPALITY, "by_role": HolderRole.NEAREST_LEADER}
SUBJECT = Subject("person", an_id("person"), MUNICIPALITY)
FACTS = ("hire", "hire again", "night hire", "end", "leave", "other leave", "move", "move back", "leader", "placement", "term", "form")
HIRE, AGAIN, NIGHT, END, LEAVE, LEAVE_2, MOVE, BACK, LEADER, PLACEMENT, TERM, FORM = (an_id(name) for name in FACTS)
JOB = str(an_id("job of person"))

days = st.integers(0, DAYS).map(lambda n: BEGINNING + timedelta(days=n))
moments = st.integers(0, DAYS * 24).map(lambda hours: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=hours))
reasons = st.sampled_from([ReasonClass.OWN_REQUEST, ReasonClass.INTERNAL_MOVE, ReasonClass.DEATH_OR_EMIGRATION])
leaves = st.tuples(days, st.none() | st.integers(0, 120)).map(
    lambda told: on_leave(told[0], None if told[1] is None else told[0] + timedelta(days=told[1]))
)
hires = st.tuples(days, st.sampled_from(["monthly", "pupil", "temporary"]), st.none() | st.integers(60, 300)).map(
    lambda told: hired(
        told[0],
        employment_form=told[1],
        fixed_term_until=None if told[2] is None else told[0] + timedelta(days=told[2]),
        trial_until=None if told[2] is None else told[0] + timedelta(days=90),
    )
)
terms = st.tuples(days, st.none() | days).map(
    lambda told: changed(told[0], ChangedFact.FIXED_TERM_END, None if told[1] is None else told[1].isoformat())
)
forms = st.tuples(days, st.sampled_from(["monthly", "pupil"])).map(lambda told: changed(told[0], ChangedFact.FORM, told[1]))
introductions = (
    *((JOB, str(HIRE)), (JOB, str(AGAIN))),
    *(
        ("move", JOB, str(MOVE)),
        ("return", JOB, str(LEAVE)),
        ("leader", JOB, str(LEADER)),
        ("term", JOB, str(HIRE)),
        ("term", JOB, str(TERM)),
    ),
)


def told(fact: UUID, bodies: st.SearchStrategy[Event], most: int = 2) -> st.SearchStrategy[list[Revision[Event]]]:
    """The revisions of one fact, each known no earlier than the one before."""
    one = st.tuples(bodies, moments, st.booleans())
    return st.lists(one, max_size=most).map(
        lambda many: [
            revision(body, known_at, fact=fact, number=number, stands=stands or number % 2 == 1)
            for number, (body, known_at, stands) in enumerate(sorted(many, key=lambda told: told[1]), 1)
        ]
    )


@st.composite
def records(draw: st.DrawFn) -> Revision[Event]:
    """Something a leader recorded about a step or a plan that may be there."""
    of, name, day = draw(st.sampled_from(introductions)), draw(st.sampled_from(sorted(OnboardingRules().book))), draw(days)
    step, plan = (fact_id(SERVICE_NAME, SUBJECT, (what, *of)) for what in (name, "plan"))
    kind, mentor = draw(st.sampled_from(list(MentorKind))), an_id(draw(st.sampled_from(["one", "another"])))
    made: list[Event] = [
        TalkHeld.model_validate({**BY, "talk": step, "held_on": day, "observations": (TalkTheme.TASKS,)}),
        TalkDeclined.model_validate({**BY, "talk": step, "declined_on": day}),
        StepDone.model_validate({**BY, "step": step, "done_on": day}),
        StepMoved.model_validate({**BY, "step": step, "due": day}),
        StepRemoved.model_validate({**BY, "step": step}),
        PlanApproved.model_validate({**BY, "plan": plan, "approved_on": day, "newcomer_took_part": True}),
        StepAdded.model_validate({**BY, "plan": plan, "name": name}),
        MentorChosen.model_validate({**BY, "plan": plan, "mentor_kind": kind, "mentor_key": mentor, "named_on": day}),
    ]
    event = draw(st.sampled_from(made))
    return revision(event, draw(moments), fact=uuid5(HIRE, f"{event.wire}{event!r}"))


lives = st.tuples(
    told(HIRE, hires, 3),
    told(AGAIN, hires),
    told(NIGHT, days.map(lambda day: hired(day, employment="night job"))),
    told(END, st.tuples(days, reasons).map(lambda told: end_registered(told[0], reason_class=told[1])), 3),
    told(LEAVE, leaves, 3),
    told(LEAVE_2, leaves),
    told(MOVE, days.map(lambda day: moved(day, "unit", "new unit"))),
    told(BACK, days.map(lambda day: moved(day, "new unit", "unit"))),
    told(LEADER, days.map(lambda day: leader_appointed("unit", "person", day))),
    told(TERM, terms, 3),
    told(FORM, forms),
    told(PLACEMENT, days.map(lambda day: placement_started(day, day + timedelta(days=100), employment="stay"))),
    st.lists(records(), max_size=4),
).map(lambda parts: list({one.number: one for part in parts for one in part}.values()))
closings = st.lists(st.tuples(days, moments), max_size=2).map(
    lambda many: [revision(closing_day(day, Closed.WHOLE), known_at, fact=uuid5(END, f"{day}{known_at}")) for day, known_at in many]
)
