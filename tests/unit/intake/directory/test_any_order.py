"""Rows of a directory give the same facts in whatever order, number and deliveries they come."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.hr import DeputyAppointed, PersonNamed, PostFilled, RoleAssigned
from services.intake.domain.records import Seen
from tests.kit.builders import an_id
from tests.unit.intake.directory.rows import deputy, listed, role, vacant
from tests.unit.intake.source import Source, leader_shown, shown

DAYS = st.integers(0, 20).map(lambda months: date(2021, 1, 1) + timedelta(days=30 * months))
MIDDLE = date(2021, 9, 15)


def draw_days(draw: st.DrawFn, last: str) -> dict[str, object]:
    first = draw(DAYS)
    return {"first_day": first, last: draw(st.none() | DAYS.filter(lambda day: day >= first)), "cancelled": draw(st.booleans())}


@st.composite
def entries(draw: st.DrawFn) -> Seen:
    days = draw_days(draw, "last_day") | draw(st.sampled_from([{}, {"first_day": None}]))
    return listed(draw(DAYS), draw(st.sampled_from(["Anne Dam", "Anne Holm"])), work_mail=draw(st.sampled_from([None, "a@b.dk"])), **days)


@st.composite
def jobs(draw: st.DrawFn) -> Seen:
    return shown(draw(DAYS), display_name=draw(st.sampled_from([None, "DAM, ANNE"])))


@st.composite
def held(draw: st.DrawFn) -> Seen:
    who = draw(st.sampled_from(["anne", "bo"]))
    match draw(st.sampled_from(["leader", "deputy", "role", "vacant"])):
        case "leader":
            about = {"person_key": an_id(who), "employment_id": an_id(f"job of {who}")}
            return leader_shown(draw(DAYS), **about, **draw_days(draw, "last_day"))
        case "deputy":
            return deputy(draw(DAYS), who, deputy_for=draw(st.none() | st.just(an_id("bo"))), **draw_days(draw, "until"))
        case "role":
            return role(draw(DAYS), role=draw(st.sampled_from(["amr", "tr"])), person_key=an_id(who), **draw_days(draw, "until"))
        case _:
            return vacant(draw(DAYS), internal=draw(st.booleans()), **draw_days(draw, "last_day"))


KINDS: list[tuple[Callable[[], Source], st.SearchStrategy[Seen]]] = [
    (lambda: Source(now=MIDDLE), entries() | jobs()),
    (lambda: Source("unit", now=MIDDLE), held()),
]


@pytest.mark.parametrize(("begin", "rows"), KINDS, ids=["names", "roles"])
@given(data=st.data())
@settings(max_examples=80, deadline=None)
def test_any_order_repetition_and_split_into_deliveries_gives_the_same_facts(
    begin: Callable[[], Source], rows: st.SearchStrategy[Seen], data: st.DataObject
) -> None:
    shown_rows = data.draw(st.lists(rows, min_size=1, max_size=7))
    at_once = begin().shows(*shown_rows, at=MIDDLE)
    mixed: Sequence[Seen] = data.draw(st.permutations([*shown_rows, *shown_rows[:2]]))
    cut = data.draw(st.integers(0, len(mixed)))

    in_parts = begin().shows(*mixed[:cut], at=MIDDLE).shows(*mixed[cut:], at=MIDDLE)
    one_by_one = begin()
    for row in mixed:
        one_by_one.shows(row)

    assert in_parts.standing() == at_once.standing()
    assert one_by_one.standing() == at_once.standing()
    spoken = list(one_by_one.spoken)
    assert one_by_one.shows(*shown_rows).spoken == spoken
    assert len({said.id for said in spoken}) == len(spoken)


@pytest.mark.parametrize("until", [date(2021, 8, 31) + timedelta(days=day) for day in range(6)], ids=str)
@pytest.mark.parametrize("late", [False, True], ids=["in order", "the first one comes last"])
def test_what_was_registered_last_holds_whichever_comes_first(late: bool, until: date) -> None:
    """Six days: a history gives its rows in the order of their ids, which are as good as random."""
    early, last = date(2021, 6, 1), date(2021, 6, 2)
    names: tuple[Seen, Seen] = (listed(early), listed(last, "Anne Holm", last_day=until + timedelta(days=60)))
    held: list[tuple[Seen, Seen]] = [(role(early), role(last, until=until)), (vacant(early), vacant(last, last_day=until, internal=True))]
    held.append((deputy(early, deputy_for=an_id("bo")), deputy(last, deputy_for=an_id("bo"), until=until)))
    person, unit = Source(now=MIDDLE), Source("unit", now=MIDDLE)
    for source, rows in [(person, names), *((unit, pair) for pair in held)]:
        for day, row in zip((last, MIDDLE), reversed(rows) if late else rows, strict=True):
            source.shows(row, at=day)

    assert [named.display_name for named in person.stands(PersonNamed)] == ["Anne Holm"]
    assert [assigned.until for assigned in unit.stands(RoleAssigned)] == [until]
    assert [appointed.until for appointed in unit.stands(DeputyAppointed)] == [until]
    assert [filled.effective_date for filled in unit.stands(PostFilled)] == [until + timedelta(days=1)]
