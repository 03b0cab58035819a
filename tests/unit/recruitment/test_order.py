"""Whatever the order, the number and the batches in which facts arrive: the same vacancies stand."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.base import Event
from contracts.recruitment import ReviewOutcome
from contracts.words import OccupationGroup
from services.chassis.subject import Revision, Subject
from services.recruitment.app import SERVICE
from services.recruitment.domain.people import vacancy_of
from services.recruitment.domain.records import AdPublished, FillConfirmed, HoursOffered, PostLeft, ReviewRecorded
from tests.kit.builders import MUNICIPALITY, an_id, closing_day, end_registered, hired, moved, noon
from tests.kit.story import Story, revision

BEGINNING = date(2026, 1, 1)
END, HIRE = an_id("end"), an_id("hire")
VACANCY = vacancy_of(END)

days = st.integers(0, 120).map(lambda n: BEGINNING + timedelta(days=n))
moments = st.integers(0, 120 * 24).map(lambda hours: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=hours))
Heard = tuple[Subject, Revision[Event]]


ADVERTISED = PostLeft(
    municipality=MUNICIPALITY,
    unit_id=an_id("unit"),
    occupation_group=OccupationGroup.NURSE,
    degree="1.0000",
    last_working_day=BEGINNING,
    known_at=noon(BEGINNING),
)


def subject(kind: str) -> Subject:
    return Subject(kind, VACANCY if kind == "vacancy" else an_id("person" if kind == "person" else "newcomer"), MUNICIPALITY)


PERSON, NEWCOMER = subject("person"), Subject("person", an_id("newcomer"), MUNICIPALITY)


def told(name: str, to: Subject, bodies: st.SearchStrategy[Event], least: int = 0) -> st.SearchStrategy[list[Heard]]:
    one = st.tuples(bodies, moments, st.booleans())
    return st.lists(one, min_size=least, max_size=3).map(
        lambda many: [
            (to, revision(body, known_at, fact=an_id(name), number=number, stands=stands or number % 2 == 1))
            for number, (body, known_at, stands) in enumerate(sorted(many, key=lambda told: told[1]), 1)
        ]
    )


def reviewed(day: date, outcome: ReviewOutcome) -> ReviewRecorded:
    return ReviewRecorded(municipality=MUNICIPALITY, reviewed_on=day, outcome=outcome, tasks_checked=True, competences_checked=True)


lives = st.tuples(
    told("first hire", PERSON, days.map(lambda day: hired(day - timedelta(days=900))), least=1),
    told("end", PERSON, days.map(end_registered), least=1),
    told("move", PERSON, days.map(lambda day: moved(day, "unit", "new unit"))),
    told("hire", NEWCOMER, days.map(lambda day: hired(day, person="newcomer"))),
    told("review", subject("vacancy"), st.builds(reviewed, days, st.sampled_from([ReviewOutcome.SPLIT, ReviewOutcome.NOT_REFILLED]))),
    told(
        "offer",
        subject("vacancy"),
        days.map(lambda day: HoursOffered(municipality=MUNICIPALITY, offered_on=day, asked=0, accepted=0, hours_gained="0.00")),
    ),
    told("ad", subject("vacancy"), days.map(lambda day: AdPublished(municipality=MUNICIPALITY, published_on=day, post=ADVERTISED))),
    told(
        "fill",
        NEWCOMER,
        days.map(lambda day: FillConfirmed(municipality=MUNICIPALITY, vacancy_id=VACANCY, hired_fact=HIRE, accepted_on=day)),
    ),
).map(lambda parts: [one for part in parts for one in part])
closings = st.lists(st.tuples(days, moments), max_size=2).map(
    lambda many: [revision(closing_day(day), known_at, fact=an_id(f"{day}{known_at}")) for day, known_at in many]
)


def standing(story: Story) -> dict[object, tuple[str, Event]]:
    return {
        (subject, one.key): (one.revision.type, one.revision.body)
        for subject, state in story.states.items()
        for one in state.said.values()
        if one.revision.stands
    }


@settings(max_examples=150, deadline=None)
@given(lives, closings, st.randoms(use_true_random=False), days)
def test_any_order_repetition_and_split_gives_the_same_vacancies(
    life: list[Heard], closed: list[Revision[Event]], chance: object, until: date
) -> None:
    assert hasattr(chance, "sample")
    whole, parts = Story(SERVICE, until), Story(SERVICE, BEGINNING)
    whole.hears_revisions(closed)
    for to in (PERSON, NEWCOMER, subject("vacancy")):
        whole._step(to, [heard for at, heard in life if at == to])
    closing: list[Heard] = [(subject("reference"), one) for one in closed]

    for to, one in chance.sample([*life, *life, *closing], len(life) * 2 + len(closing)):
        if to.kind == "reference":
            parts.hears_revisions([one])
        else:
            parts._step(to, [one])
    parts.reaches(until)

    assert standing(parts) == standing(whole)
    assert sorted(parts.rows(), key=repr) == sorted(whole.rows(), key=repr)
