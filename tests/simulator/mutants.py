"""The chassis with one mechanism taken out at a time. A mutation proof shows that the simulator misses it."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

from services.chassis import advance, outbox, reconcile, runtime, sorting
from services.chassis.advance import State
from services.chassis.inlet import Inlet
from services.chassis.reading import Reading
from services.chassis.subject import History
from tests.kit import toy
from tests.simulator import faulty, world
from tests.simulator.checks import (
    AGAIN,
    ANSWER,
    CLAIMS,
    DEAD,
    DISORDER,
    DOUBLED,
    EARLY,
    FIGURES,
    LOST,
    MINTED,
    NAMES,
    OLDER,
    OVERTAKEN,
    REFUSED,
    REPEATED,
    ROWS,
    STRANGE,
    TWICE,
    UNREAD,
    UNSAID,
    UNSENT,
)
from tests.simulator.mechanisms import Mechanisms
from tests.simulator.memory.log import MemoryLog
from tests.simulator.memory.tables import MemoryTables
from tests.simulator.world import UNREST


@dataclass(frozen=True, slots=True)
class Mutant:
    """What is taken out: parts in place of the right ones, names in place of the right ones; and which promises that breaks."""

    breaks: tuple[str, ...]
    parts: Mechanisms = field(default_factory=Mechanisms)
    patches: tuple[tuple[Any, str, Any], ...] = ()
    known: tuple[int, ...] = ()
    """Seeds of rare stories in which it was missed: tried before all others, and kept by the chassis as it is."""


@contextmanager
def without(mutant: Mutant) -> Iterator[Mechanisms]:
    """The chassis as the mutant is, for the length of a block."""
    with ExitStack() as stack:
        for where, name, what in mutant.patches:
            stack.enter_context(patch.object(where, name, what))
        yield mutant.parts


def _tables(**functions: Callable[..., Any]) -> Mechanisms:
    kind = type("MutantTables", (MemoryTables,), {name: staticmethod(function) for name, function in functions.items()})
    return Mechanisms(tables=kind)


MUTANTS: Mapping[str, Mutant] = {
    "the fence": Mutant(
        (NAMES,),
        _tables(fence=faulty.fence_before_which_nothing_lies),
        patches=((Inlet, "_nothing_is_missing", faulty.asks_by_the_right_fence),),
        known=(1765,),
    ),
    "the fence of who hears more": Mutant(
        (LOST, CLAIMS), patches=((runtime, "readers_of", faulty.one_fence), (world, "readers_of", faulty.one_fence))
    ),
    "the duplicate check in the history": Mutant((DOUBLED,), patches=((History, "__contains__", faulty.never_heard),)),
    "the duplicate check while behind": Mutant((DOUBLED,), patches=((reconcile, "mark", faulty.matches_nothing),)),
    "the row lock": Mutant((MINTED, CLAIMS, ROWS, FIGURES), _tables(lock=faulty.no_row_lock), known=(439,)),
    "delete after publish": Mutant((UNSENT,), Mechanisms(relay=faulty.DeletesFirst)),
    "the advisory lock of the relay": Mutant((REPEATED,), _tables(take_relay=faulty.everybody_relays)),
    "one clock": Mutant((EARLY,), Mechanisms(tables=faulty.OwnClock())),
    "catch-up before wake": Mutant((UNREAD,), _tables(begin=faulty.all_is_read)),
    "what is missing is asked for": Mutant((LOST, CLAIMS, NAMES), patches=((Inlet, "_nothing_is_missing", lambda *_: None),)),
    "what is said goes out": Mutant((UNSAID,), _tables(put_outbox=faulty.says_nothing)),
    "the unit of a bell": Mutant((CLAIMS,), patches=((toy, "_bell", faulty.elsewhere),)),
    "the broken subject": Mutant((REFUSED, LOST), Mechanisms(reconciler=faulty.Careless)),
    "newer code derives": Mutant((OLDER,), Mechanisms(reconciler=faulty.Presumptuous)),
    "the end of silent sessions": Mutant((UNREST,), _tables(end_silent=faulty.ends_nobody)),
    "the end of silent sessions before their locks are waited for": Mutant(
        (UNREST,), patches=((Reading, "look", faulty.waits_first),), known=(78,)
    ),
    "the mark of a topic that is made anew": Mutant((LOST, NAMES, CLAIMS), _tables(marks=faulty.no_marks), known=(151,)),
    "the look at what is read again": Mutant((LOST, CLAIMS), patches=((Inlet, "_nothing_is_strange", faulty.nothing),), known=(624,)),
    "the total parser": Mutant((REFUSED,), patches=((sorting, "parse", faulty.partial_parse),)),
    "the version of what is kept": Mutant((MINTED, CLAIMS, ROWS, FIGURES), Mechanisms(reconciler=faulty.Forgetful)),
    "the wake of who read the reference": Mutant((CLAIMS,), _tables(wake_readers=faulty.wakes_nobody), known=(1302,)),
    "what differs is said": Mutant((AGAIN,), patches=((advance, "differs", faulty.says_what_was_said),)),
    "a change is another revision": Mutant((MINTED,), patches=((advance, "_next", faulty.keeps_its_revision),)),
    "the time of a subject": Mutant((TWICE,), patches=((State, "reached", faulty.FORGOTTEN),), known=(52,)),
    "the difference of what is booked": Mutant((FIGURES,), patches=((advance, "_booked_difference", faulty.books_all),)),
    "the rows": Mutant((ROWS,), Mechanisms(reconciler=faulty.Invisible)),
    "the dead letters": Mutant((DEAD,), _tables(bury=faulty.buries_nothing)),
    "what is added while behind": Mutant((LOST,), _tables(add_lines=faulty.adds_nothing)),
    "an ask is answered once it is durable": Mutant((ANSWER,), patches=((runtime.Runtime, "ask", faulty.answers_anyway),), known=(86,)),
    "the order of what goes out": Mutant((DISORDER,), _tables(unsent=faulty.newest_first)),
    "what goes out is what was said": Mutant((STRANGE,), patches=((outbox, "_headers", faulty.without_its_time),)),
    "the broker's count of relays": Mutant((OVERTAKEN,), patches=((MemoryLog, "begin", faulty.counts_nobody),), known=(7847,)),
}
