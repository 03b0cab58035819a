"""The same rows give the same facts in whatever order, number and deliveries they come."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from services.intake.domain.records import EmploymentGone, EmploymentSeen
from tests.kit.builders import an_id
from tests.unit.intake.source import FIRST, Source, shown

DAYS = st.integers(0, 500).map(lambda count: date(2021, 1, 1) + timedelta(days=count))


@st.composite
def rows(draw: st.DrawFn) -> EmploymentSeen:
    first = draw(st.sampled_from([FIRST, date(2021, 4, 1), date(2022, 9, 1)]))
    last = draw(st.none() | st.sampled_from([date(2021, 12, 31), date(2022, 6, 30)]).filter(lambda day: day >= first))
    return shown(
        draw(DAYS),
        employment_id=an_id(draw(st.sampled_from(["job", "evening job"]))),
        first_day=first,
        valid_from=draw(st.none() | DAYS),
        unit_id=an_id(draw(st.sampled_from(["unit", "other"]))),
        degree=draw(st.sampled_from(["1.0000", "0.5000"])),
        end_told=draw(st.booleans()) or last is not None,
        last_day=last,
        reason_class=draw(st.sampled_from(["own-request", "dismissal"])) if last else None,
        leave_from=draw(st.none() | st.just(date(2021, 7, 1))),
        cancelled=draw(st.sampled_from([False, False, False, True])),
        display_name=draw(st.sampled_from([None, "Anne Dam", "Bo Lund"])),
    )


@st.composite
def nights(draw: st.DrawFn) -> EmploymentSeen | EmploymentGone:
    """A row of a nightly file: a whole state, or that the employment is there no more; made later on the day of its registration."""
    row = draw(rows())
    answered = row.registered_at + timedelta(hours=draw(st.integers(0, 3)))
    leads = draw(st.sampled_from([None, "department"]))
    if draw(st.booleans()):
        return EmploymentSeen.model_validate({**row.model_dump(), "answered_at": answered, "leads": leads})
    fields = {**row.model_dump(), "answered_at": answered, "day": row.registered_at.date(), "left": draw(st.booleans())}
    return EmploymentGone.model_validate(fields)


@given(shown_rows=st.lists(nights(), min_size=1, max_size=8), data=st.data())
@settings(max_examples=150, deadline=None)
def test_nights_taken_in_any_order_come_to_the_same(shown_rows: list[EmploymentSeen | EmploymentGone], data: st.DataObject) -> None:
    mixed = Source()
    for row in data.draw(st.permutations([*shown_rows, *shown_rows[:2]])):
        mixed.shows(row)

    assert mixed.standing() == Source().shows(*shown_rows).standing()


@given(shown_rows=st.lists(rows(), min_size=1, max_size=8), data=st.data())
@settings(max_examples=150, deadline=None)
def test_any_order_repetition_and_split_into_deliveries_gives_the_same_facts(shown_rows: list[EmploymentSeen], data: st.DataObject) -> None:
    at_once = Source().shows(*shown_rows)

    mixed = data.draw(st.permutations([*shown_rows, *shown_rows[:2]]))
    cut = data.draw(st.integers(0, len(mixed)))
    in_parts = Source().shows(*mixed[:cut]).shows(*mixed[cut:])
    one_moment = Source().shows(*mixed, at=date(2025, 1, 1))

    assert in_parts.standing() == at_once.standing()
    assert one_moment.standing() == at_once.standing()


@given(shown_rows=st.lists(rows(), min_size=1, max_size=8))
@settings(max_examples=100, deadline=None)
def test_no_id_is_ever_said_with_two_bodies_and_revisions_have_no_gap(shown_rows: list[EmploymentSeen]) -> None:
    source = Source()
    for row in shown_rows:
        source.shows(row)

    assert len({r.id for r in source.spoken}) == len(source.spoken)
    for fact in {r.fact for r in source.spoken}:
        numbers = [r.revision for r in source.spoken if r.fact == fact]
        assert numbers == list(range(1, len(numbers) + 1))


@given(shown_rows=st.lists(rows(), min_size=1, max_size=8))
@settings(max_examples=50, deadline=None)
def test_the_same_delivery_again_says_nothing(shown_rows: list[EmploymentSeen]) -> None:
    source = Source().shows(*shown_rows)
    before = list(source.spoken)

    assert source.shows(*reversed(shown_rows)).spoken == before


@given(shown_rows=st.lists(nights(), min_size=2, max_size=8))
@settings(max_examples=150, deadline=None)
def test_a_history_that_grows_says_what_deriving_each_step_anew_says(shown_rows: list[EmploymentSeen | EmploymentGone]) -> None:
    grown, anew = Source(), Source()
    anew.kind = replace(anew.kind, growing=None)

    assert grown.shows(*shown_rows).spoken == anew.shows(*shown_rows).spoken
    assert grown.state[1:] == anew.state[1:]
