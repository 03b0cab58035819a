"""The judge finds each fault that a test puts into what was said or stored; otherwise a fault run would prove nothing."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import pytest

from contracts.base import Event
from contracts.hr import CalendarChanged
from services.chassis.envelope import outgoing
from services.chassis.subject import Revision
from tests.faults.expected import Clock, World
from tests.faults.lives import Stream, closing
from tests.faults.oracle import RANG, Stored, Verdict, judge
from tests.faults.raw import Line
from tests.kit.builders import an_id, hired, noon
from tests.kit.story import Story, revision
from tests.kit.toy import TOY

START = date(2026, 3, 2)


def line(revision: Revision[Event], at: datetime, speaker: str = "intake") -> Line:
    record = outgoing(speaker, revision)
    headers = tuple((name, value.encode()) for name, value in record.headers)
    return Line(record.topic, 0, 0, int(at.timestamp() * 1000), record.key.encode(), record.body.encode(), headers)


@dataclass
class Run:
    """A story of some days told to the toy, as topics and tables would show it."""

    employment: list[Line]
    organisation: list[Line]
    said: list[Line]
    stored: Stored
    today: date

    def judged(self) -> Verdict:
        return judge(World(self.employment, self.organisation, self.today), self.said, self.stored, Clock([(0, timedelta())]))


def told(days: Sequence[Sequence[Revision[Event]]]) -> Run:
    story, inputs = Story(TOY, START), []
    for number, records in enumerate(days):
        story.reaches(START + timedelta(days=number))
        for record in records:
            story.hears_revisions([record])
            inputs.append(line(record, story.now))
    people = [state for subject, state in story.states.items() if subject.kind == "person"]
    hears = TOY.kind("person").hears
    ledger: Counter[tuple[str, str, str]] = Counter()
    for state in people:
        ledger.update({(str(day), str(unit), str(month)): n for (day, unit, month), n in state.booked.items()})
    balance: Counter[tuple[str, str]] = Counter()
    for (_, unit, month), amount in ledger.items():
        balance[unit, month] += amount
    stored = Stored(
        histories=Counter((str(r.fact), r.epoch, r.revision) for s in people for r in s.history.revisions if isinstance(r.body, hears)),
        ledger=ledger,
        balance=balance,
        letters=Counter(),
        pages={(subject.kind, str(subject.id)): [str(row) for row in rows] for subject, rows in story._rows.items()},
        unsettled={},
    )
    closings = [each for each in inputs if each.header("ce_type") == CalendarChanged.wire]
    return Run(
        [each for each in inputs if each not in closings],
        closings,
        [line(r, r.known_at, "toy") for _, r in story.spoken],
        stored,
        START + timedelta(days=len(days) - 1),
    )


@pytest.fixture
def run() -> Run:
    """Twelve days of many lives and two closing days."""
    stream = Stream(7)
    days = [list(stream.take(60, START + timedelta(days=number))) for number in range(12)]
    for number in (2, 5):
        days[number].append(closing(stream._dice, noon(START + timedelta(days=number))))
    found = told(days)
    spoil(found, 0)
    spoil(found, 1)
    return found


def spoil(run: Run, higher: int) -> None:
    """A revision that nobody could read, so much higher than the highest that was read of its fact."""
    good = max(run.employment, key=lambda each: int(each.header("ce_revision")))
    fact, number = good.header("ce_fact"), int(good.header("ce_revision")) + higher
    headers = tuple((n, str(number).encode() if n == "ce_revision" else v) for n, v in good.headers)
    run.employment.append(replace(good, offset=number, value=b'{"half', headers=headers))
    run.stored.letters[(0, number, fact, 0, number), higher == 0] += 1


def test_what_went_well_is_faultless(run: Run) -> None:
    verdict = run.judged()

    assert verdict.faultless, verdict.words
    assert any(each.header("ce_type") == RANG for each in run.said)
    assert verdict.events == 724


def drop_input_effect(run: Run) -> None:
    run.stored.histories.popitem()


def repeat_input_effect(run: Run) -> None:
    run.stored.histories[next(iter(run.stored.histories))] += 1


def drop_output(run: Run) -> None:
    run.said.remove(next(each for each in run.said if each.header("ce_revision") == "1"))


def drop_last_output(run: Run) -> None:
    run.said.remove(next(each for each in reversed(run.said) if each.header("ce_type") == RANG))


def say_another_body(run: Run) -> None:
    run.said.append(replace(run.said[0], value=b"{}"))


def say_again_as_next_revision(run: Run) -> None:
    last = run.said[-1]
    number = str(int(last.header("ce_revision")) + 1).encode()
    headers = tuple((n, number if n == "ce_revision" else b"another" if n == "ce_id" else v) for n, v in last.headers)
    run.said.append(replace(last, headers=headers))


def publish_an_older_revision_last(run: Run) -> None:
    """As a relay does that was frozen while another one took over."""
    newer = next(each for each in run.said if each.header("ce_revision") == "2")
    older = next(e for e in run.said if (e.header("ce_fact"), e.header("ce_revision")) == (newer.header("ce_fact"), "1"))
    run.said.append(older)


def book_less(run: Run) -> None:
    run.stored.ledger[next(iter(run.stored.ledger))] -= 1


def book_more(run: Run) -> None:
    run.stored.balance[next(iter(run.stored.balance))] += 1


def book_on_another_day(run: Run) -> None:
    day, unit, month = next(iter(run.stored.ledger))
    run.stored.ledger["2026-01-01", unit, month] = run.stored.ledger.pop((day, unit, month))


def show_an_old_page(run: Run) -> None:
    run.stored.pages[next(place for place in run.stored.pages if place[0] == "unit")] = ["99"]  # type: ignore[index]  # a dict here


def leave_an_event_unsent(run: Run) -> None:
    run.stored.unsettled["unsent"] = 1  # type: ignore[index]  # a dict here


def forget_a_letter(run: Run) -> None:
    run.stored.letters.popitem()


def keep_a_letter_open(run: Run) -> None:
    place = next(place for place, is_outrun in run.stored.letters if is_outrun)
    run.stored.letters[place, False] += run.stored.letters.pop((place, True))


def bury_what_could_be_read(run: Run) -> None:
    run.stored.letters[(0, 1, str(an_id("fact")), 0, 1), False] += 1


def ring_a_day_early(run: Run) -> None:
    rung = next(each for each in run.said if each.header("ce_type") == RANG)
    at = datetime.fromisoformat(rung.header("ce_time")) - timedelta(days=20)
    headers = tuple((n, at.isoformat().encode() if n == "ce_time" else v) for n, v in rung.headers)
    run.said[run.said.index(rung)] = replace(rung, headers=headers)


def echo_twice(run: Run) -> None:
    echo = next(each for each in run.said if each.header("ce_type") == "toy.echoed.v1")
    headers = tuple((n, str(an_id(n)).encode() if n in {"ce_id", "ce_fact"} else v) for n, v in echo.headers)
    run.said.append(replace(echo, headers=headers))


@pytest.mark.parametrize(
    ("fault", "word"),
    [
        (drop_input_effect, "lost"),
        (repeat_input_effect, "doubled"),
        (drop_output, "lost"),
        (drop_last_output, "lost"),
        (say_another_body, "doubled"),
        (say_again_as_next_revision, "doubled"),
        (publish_an_older_revision_last, "lost"),
        (book_less, "lost"),
        (book_more, "doubled"),
        (book_on_another_day, "lost"),
        (show_an_old_page, "lost"),
        (leave_an_event_unsent, "lost"),
        (forget_a_letter, "lost"),
        (keep_a_letter_open, "lost"),
        (bury_what_could_be_read, "doubled"),
        (ring_a_day_early, "early"),
        (echo_twice, "doubled"),
    ],
)
def test_each_fault_is_found(run: Run, fault: Callable[[Run], None], word: str) -> None:
    fault(run)
    verdict = run.judged()

    assert getattr(verdict, word) > 0


def test_a_bell_rung_though_its_end_was_on_the_log_by_then_is_early() -> None:
    def hire(number: int, *, stands: bool) -> Revision[Event]:
        return revision(hired(START), noon(START), fact=an_id("hire"), number=number, stands=stands)

    withdrawn: list[list[Revision[Event]]] = [[] for _ in range(13)]
    withdrawn[0].append(hire(1, stands=True))
    deaf = told(withdrawn)
    assert deaf.judged().early == 0

    deaf.employment.append(line(hire(2, stands=False), noon(START + timedelta(days=3))))
    assert deaf.judged().early == 1

    deaf.employment[-1] = line(hire(2, stands=False), noon(START + timedelta(days=12)))
    assert deaf.judged().early == 0, "it came on the day of the bell: nobody could know"
