"""Answers with facts give the same in whatever order, number and deliveries they come; what is told last of a day holds."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.hr import Hired
from services.intake.domain.shown_facts import FactsSeen, State, UnitFactsSeen
from services.intake.domain.timeline import OPEN, Timeline
from tests.kit.builders import MUNICIPALITY, an_id, noon
from tests.unit.intake.source import Source

DAYS = st.integers(0, 40).map(lambda months: date(2021, 1, 1) + timedelta(days=30 * months))
STATES = [State.CONTRACT, State.AT_WORK, State.AT_WORK, State.LEAVE, State.UNCHANGED, State.ENDED, State.DELETED]


@st.composite
def period(draw: st.DrawFn, /, **values: st.SearchStrategy[object]) -> dict[str, object]:
    first = draw(DAYS)
    last = draw(st.none() | DAYS.filter(lambda day: day >= first))
    return {"first": first, "last": last, **{name: draw(value) for name, value in values.items()}}


@st.composite
def answers(draw: st.DrawFn) -> FactsSeen:
    registered = noon(draw(DAYS))
    position = {"code": st.sampled_from(["1040", "4102"]), "group": st.just("leader"), "leads": st.sampled_from([None, "department"])}
    fields = {
        "municipality": MUNICIPALITY,
        "feed": "test",
        "registered_at": registered,
        "answered_at": registered + timedelta(days=draw(st.integers(0, 2))),
        "person_key": an_id("person"),
        "employment_id": an_id(draw(st.sampled_from(["job", "evening job"]))),
        "employment_form": "monthly",
        "first_day": draw(st.none() | DAYS),
        "statuses": draw(st.lists(period(state=st.sampled_from(STATES), reason=st.sampled_from([None, "retirement"])), max_size=3)),
        "units": draw(st.lists(period(unit_id=st.sampled_from([an_id("unit"), an_id("other")])), max_size=2)),
        "positions": draw(st.lists(period(**position), max_size=1)),
        "degrees": draw(st.lists(period(degree=st.sampled_from(["1.0000", "0.5000"])), max_size=2)),
    }
    return FactsSeen.model_validate(fields)


def whole(registered: date, **more: object) -> FactsSeen:
    """An answer with all that is needed to say a hire."""
    fields = {
        "municipality": MUNICIPALITY,
        "feed": "test",
        "registered_at": noon(registered),
        "person_key": an_id("person"),
        "employment_id": an_id("job"),
        "employment_form": "monthly",
        "first_day": date(2021, 3, 1),
        "statuses": [{"first": date(2021, 3, 1), "state": State.AT_WORK}],
        "units": [{"first": date(2021, 3, 1), "unit_id": an_id("unit")}],
        "degrees": [{"first": date(2021, 3, 1), "degree": "1.0000"}],
        **more,
    }
    return FactsSeen.model_validate(fields)


@given(shown=st.lists(answers(), min_size=1, max_size=7), data=st.data())
@settings(max_examples=200, deadline=None)
def test_any_order_repetition_and_split_into_deliveries_gives_the_same_facts(shown: list[FactsSeen], data: st.DataObject) -> None:
    rows = [whole(date(2021, 1, 15)), *shown]
    at_once = Source().shows(*rows)

    mixed = data.draw(st.permutations([*rows, *rows[:2]]))
    cut = data.draw(st.integers(0, len(mixed)))
    in_parts = Source().shows(*mixed[:cut]).shows(*mixed[cut:])
    one_by_one = Source()
    for row in mixed:
        one_by_one.shows(row, at=date(2025, 1, 1))

    assert in_parts.standing() == at_once.standing()
    assert one_by_one.standing() == at_once.standing()


@given(shown=st.lists(answers(), min_size=1, max_size=7))
@settings(max_examples=100, deadline=None)
def test_no_id_is_ever_said_with_two_bodies_and_a_repetition_says_nothing(shown: list[FactsSeen]) -> None:
    source = Source().shows(whole(date(2021, 1, 15)))
    for row in shown:
        source.shows(row)
    before = list(source.spoken)

    assert len({revision.id for revision in before}) == len(before)
    assert source.shows(*shown).spoken == before
    assert len(source.said(Hired)) >= 1


@given(
    told=st.lists(st.tuples(DAYS, st.none() | DAYS, st.integers(0, 3)).filter(lambda one: one[1] is None or one[0] <= one[1]), max_size=8)
)
def test_on_every_day_holds_what_was_told_last_of_it(told: list[tuple[date, date | None, int]]) -> None:
    line: Timeline[int] = Timeline()
    for first, last, value in told:
        line.lay(first, last, value)
    stretches = list(line)

    assert all(one.first <= one.last < other.first for one, other in pairwise(stretches))
    for day in [date(2021, 1, 1) + timedelta(days=15 * count) for count in range(90)]:
        last_told = [value for first, last, value in told if first <= day <= (last or OPEN)]
        held = [value for first, last, value in stretches if first <= day <= last]
        assert held == last_told[-1:]
    assert bool(line) == bool(told)


@given(data=st.data())
@settings(max_examples=100, deadline=None)
def test_names_and_parents_of_a_unit_come_in_any_order(data: st.DataObject) -> None:
    def shown(registered: date, **facts: object) -> UnitFactsSeen:
        fields = {"municipality": MUNICIPALITY, "feed": "test", "registered_at": noon(registered), "unit_id": an_id("unit"), "code": "A120"}
        return UnitFactsSeen.model_validate({**fields, **facts})

    rows = [
        shown(
            date(2021, 1, day),
            names=data.draw(st.lists(period(name=st.sampled_from(["Nord", "Syd"]), level=st.sampled_from([None, "team"])), max_size=2)),
            parents=data.draw(st.lists(period(parent_unit_id=st.sampled_from([None, an_id("area")])), max_size=2)),
        )
        for day in range(1, data.draw(st.integers(2, 5)))
    ]
    mixed = Source("unit")
    for row in data.draw(st.permutations(rows)):
        mixed.shows(row)

    assert mixed.standing() == Source("unit").shows(*rows).standing()
