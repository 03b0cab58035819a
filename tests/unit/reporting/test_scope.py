"""Publishing only what may differ is publishing everything: day after day the same values stand, and the same cells stay hidden."""

from collections.abc import Sequence
from datetime import date, timedelta

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from contracts.words import ReasonClass
from services.chassis.subject import History
from services.reporting.indicators.figures import Figure
from services.reporting.months import Month, parse
from services.reporting.scope import Kept, Made, Scope, made_from, scope, whole
from tests.kit.builders import end_registered, hired
from tests.unit.reporting.kit import ONE_UNIT, balance, booked, history
from tests.unit.reporting.people import people_of
from tests.unit.reporting.press import Press

START = date(2024, 11, 5)
AROUND = "tree and rules"
CELL = ("headcount", "unit", "", "2025-03", "")


def ledger(people: Sequence[History], day: date) -> dict[tuple[str, str, str, str, str], int]:
    return balance((booked(person) for person in people), day)


@settings(max_examples=12, deadline=None, phases=[Phase.explicit, Phase.generate])  # a shorter example would take minutes to find
@given(st.lists(people_of(), min_size=6, max_size=14), st.lists(st.integers(0, 70), min_size=3, max_size=6), st.integers(1, 14))
def test_computing_what_may_differ_comes_to_the_same_as_computing_all(people: list[History], pauses: list[int], late: int) -> None:
    everything, remembering = Press(ONE_UNIT, remembers=False), Press(ONE_UNIT, remembers=True)
    day = START
    for pause in pauses:
        day += timedelta(days=pause)
        for told in (people[:late], people):  # twice a day: some are heard late
            for press in (everything, remembering):
                press.publish(ledger(told, day), day)

            assert remembering.standing == everything.standing
            assert remembering.hidden == everything.hidden


def staff(count: int, reason: ReasonClass | None = None, last: date = date(2025, 2, 28)) -> list[History]:
    ends = [] if reason is None else [end_registered(last, person="P", reason_class=reason, registered=last)]
    return [history("P", hired(date(2020, 1, 1), person="P", registered=date(2023, 1, 1)), *ends) for _ in range(count)]


def test_a_fact_of_this_year_leaves_the_years_before_alone() -> None:
    press, before = Press(ONE_UNIT, remembers=True), [*staff(20), *staff(6, ReasonClass.RETIREMENT, date(2024, 2, 29))]
    press.publish(ledger(before, date(2025, 1, 2)), date(2025, 1, 2))
    assert min(figure.last for figure in press.computed) == date(2023, 10, 31)
    press.publish(ledger([*before[1:], *staff(1, ReasonClass.RETIREMENT)], date(2025, 4, 1)), date(2025, 4, 1))

    assert min(figure.last for figure in press.computed) == date(2025, 1, 31)


def test_when_nothing_differs_nothing_is_computed() -> None:
    press, cells = Press(ONE_UNIT, remembers=True), ledger(staff(20), date(2025, 1, 2))
    press.publish(cells, date(2025, 1, 2))
    press.publish(cells, date(2025, 1, 2))

    assert press.computed == []


def test_reasons_that_waited_are_computed_when_their_quarter_begins() -> None:
    def of_reasons(press: Press) -> dict[object, Figure]:
        return {k: v.figure for k, v in press.standing.items() if k.definition_id == "leavers-by-kind" and k.period == "2024"}

    press, end = Press(ONE_UNIT, remembers=True), date(2024, 12, 31)
    at_first = [*staff(20), *staff(6, ReasonClass.RETIREMENT, end), *staff(7, ReasonClass.OWN_REQUEST, end)]
    press.publish(ledger(at_first, date(2025, 1, 2)), date(2025, 1, 2))
    printed = of_reasons(press)
    later = [*at_first[1:], *staff(1, ReasonClass.RETIREMENT, end)]
    press.publish(ledger(later, date(2025, 2, 3)), date(2025, 2, 3))
    assert of_reasons(press) == printed
    press.publish(ledger(later, date(2025, 4, 1)), date(2025, 4, 1))

    assert of_reasons(press) != printed


def made(amount: int = 1, *, around: str = AROUND, last: str = "2025-06", word: str = "") -> Made:
    return made_from({CELL: amount, ("leavers", "unit", "2024-01", "2024-01", word): 1}, around, parse(last))


def test_other_surroundings_or_a_clock_moved_back_mean_everything() -> None:
    first, last = parse("2024-01"), parse("2025-06")

    for before in (None, made(around="another tree"), made(last="2025-07")):
        assert scope(before, made(), first) == whole(first, last)


def test_a_changed_cell_means_its_month_and_those_after_and_its_year() -> None:
    assert scope(made(), made(2), parse("2024-01")) == Scope(parse("2025-03"), frozenset({2025}))
    assert scope(made(), made(2), parse("2025-05")) == Scope(parse("2025-05"), frozenset())
    assert scope(made(), made(), parse("2024-01")) == Scope(Month(parse("2025-06") + 1), frozenset())


def test_a_month_that_is_over_is_new_and_what_is_still_to_come_is_not_read() -> None:
    assert scope(made(last="2025-04"), made(last="2025-06"), parse("2024-01")) == Scope(parse("2025-05"), frozenset({2025}))
    assert scope(made(last="2025-02"), made(2, last="2025-02"), parse("2024-01")) == Scope(parse("2025-03"), frozenset())


def test_a_word_never_told_before_stands_in_every_year() -> None:
    assert scope(made(), made(word="death"), parse("2024-01")).years == {2024, 2025}


def test_a_publication_without_reasons_is_no_reason_to_forget_what_waits() -> None:
    kept = Kept().after(made(), with_reasons=True).after(made(2), with_reasons=False)

    assert kept.scope(made(2), parse("2024-01"), with_reasons=False).years == frozenset()
    assert kept.scope(made(2), parse("2024-01"), with_reasons=True).years == {2025}
