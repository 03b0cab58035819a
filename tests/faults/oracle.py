"""The judge: what the log says ought to be true, against what was said and stored; every difference is lost, doubled or early."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from tests.faults.expected import HIRED, Clock, Letter, Number, World, bell_fact, danish, may_ring
from tests.faults.raw import Line

RANG = "toy.bell-rang.v1"
ECHOED = "toy.echoed.v1"
SHOWN = 12


@dataclass(frozen=True, slots=True)
class Stored:
    """What the service's database holds."""

    histories: Counter[Number]
    ledger: Counter[tuple[str, str, str]]
    balance: Counter[tuple[str, str]]
    pages: Mapping[tuple[str, str], Sequence[str]]
    letters: Counter[Letter]
    unsettled: Mapping[str, int]
    """Broken subjects, unsent events: none of them is left after a fault run."""


@dataclass
class Verdict:
    """How many effects are missing, there twice, or there before their day; with the first of them in words."""

    events: int = 0
    lost: int = 0
    doubled: int = 0
    early: int = 0
    words: list[str] = field(default_factory=list)

    def differ(self, what: str, wanted: Mapping[Any, int], found: Mapping[Any, int]) -> None:
        """Amounts cell by cell: too little is lost, too much is doubled."""
        for cell in {*wanted, *found}:
            surplus = found.get(cell, 0) - wanted.get(cell, 0)
            self.lost += max(0, -surplus)
            self.doubled += max(0, surplus)
            if surplus:
                self._say(f"{what} {cell}: {found.get(cell, 0)} instead of {wanted.get(cell, 0)}")

    def missing(self, words: str) -> None:
        """An effect is not there, or is another one."""
        self.lost += 1
        self._say(words)

    def twice(self, words: str) -> None:
        """An effect is there twice."""
        self.doubled += 1
        self._say(words)

    def too_early(self, words: str) -> None:
        """An effect was there before its day, or although its cause was known to be gone."""
        self.early += 1
        self._say(words)

    def _say(self, words: str) -> None:
        if len(self.words) < SHOWN:
            self.words.append(words)

    @property
    def faultless(self) -> bool:
        """Nothing lost, nothing twice, nothing early."""
        return (self.lost, self.doubled, self.early) == (0, 0, 0)


@dataclass(frozen=True, slots=True)
class Spoken:
    """One revision that the service said."""

    type: str
    fact: str
    revision: int
    stands: bool
    said_at: datetime
    text: bytes

    @property
    def body(self) -> Any:
        """The body."""
        return json.loads(self.text)


def judge(world: World, outputs: Sequence[Line], stored: Stored, clock: Clock) -> Verdict:
    """Compare everything."""
    verdict = Verdict(events=len(world.employment) + len(world.organisation))
    verdict.differ("history", world.numbers, stored.histories)
    verdict.differ("letter", world.letters, stored.letters)
    verdict.differ("ledger", world.ledger, stored.ledger)
    balance: Counter[tuple[str, str]] = Counter()
    for (_, *cell), amount in world.ledger.items():
        balance[cell[0], cell[1]] += amount
    verdict.differ("balance", {c: n for c, n in balance.items() if n}, {c: n for c, n in stored.balance.items() if n})
    for what, count in stored.unsettled.items():
        if count:
            verdict.missing(f"{count} {what}")
    _pages(world, stored, verdict)
    facts = _facts(outputs, verdict)
    _statements(world, facts, verdict)
    _rings(world, facts, clock, verdict)
    _echoes(world, facts, verdict)
    return verdict


def _pages(world: World, stored: Stored, verdict: Verdict) -> None:
    empty: tuple[list[str], ...] = ([], ["0"])
    for place in {*world.pages, *stored.pages}:
        wanted, found = world.pages.get(place), stored.pages.get(place)
        if (wanted or []) != list(found or []) and not (wanted is None and found in empty):
            verdict.missing(f"page {place}: {found} instead of {wanted}")


def _facts(outputs: Sequence[Line], verdict: Verdict) -> dict[str, list[Spoken]]:
    """Every fact with its revisions in order; an id has one body, revisions leave no gap, the highest is last, none repeats another."""
    bodies: dict[str, set[object]] = {}
    facts: dict[str, dict[int, Spoken]] = {}
    last: dict[str, int] = {}
    for line in outputs:
        bodies.setdefault(line.header("ce_id"), set()).add((line.key, line.value, line.headers))
        spoken = _spoken(line)
        facts.setdefault(spoken.fact, {})[spoken.revision] = spoken
        last[spoken.fact] = spoken.revision
    for number, found in bodies.items():
        if len(found) > 1:
            verdict.twice(f"event {number} has {len(found)} bodies")
    for fact, latest in last.items():
        if latest < max(facts[fact]):
            verdict.missing(f"revision {latest} of {fact} was published after {max(facts[fact])}: a compacted topic would keep it")
    told = {fact: [said[n] for n in sorted(said)] for fact, said in facts.items()}
    for fact, said in told.items():
        for gap in sorted({*range(1, said[-1].revision + 1)} - {s.revision for s in said}):
            verdict.missing(f"revision {gap} of {fact} was never published")
        for one, next_one in pairwise(said):
            if (one.type, one.stands, one.text) == (next_one.type, next_one.stands, next_one.text):
                verdict.twice(f"{one.type} {fact} says the same in revisions {one.revision} and {next_one.revision}")
    return told


def _spoken(line: Line) -> Spoken:
    stands, said_at = line.header("ce_stands") == "true", datetime.fromisoformat(line.header("ce_time"))
    return Spoken(line.header("ce_type"), line.header("ce_fact"), int(line.header("ce_revision")), stands, said_at, line.value or b"{}")


def _statements(world: World, facts: Mapping[str, list[Spoken]], verdict: Verdict) -> None:
    """The standing statements on the topic are those that the log implies."""
    said = {fact: spoken[-1] for fact, spoken in facts.items() if spoken[-1].stands and spoken[-1].type != ECHOED}
    for fact, (kind, _, body) in world.statements.items():
        found = said.get(fact)
        if found is None or (found.type, found.body) != (kind, body):
            verdict.missing(f"statement {fact}: {found} instead of {kind} {body}")
    for fact in said.keys() - world.statements.keys():
        verdict.missing(f"statement {fact} still stands: its end is lost")


def _rings(world: World, facts: Mapping[str, list[Spoken]], clock: Clock, verdict: Verdict) -> None:
    """No bell is rung before its day, or although something said before that day was against it."""
    hires = _hires(world)
    for fact, said in facts.items():
        for rung in (s for s in said if s.type == RANG and s.stands):
            day = date.fromisoformat(rung.body["rings_on"])
            if danish(rung.said_at) < day:
                verdict.too_early(f"bell {fact} of {day} was rung at {rung.said_at}")
            elif fact not in hires or not may_ring(rung.body, hires[fact], world.ever[rung.body["person_key"]], world.closings, clock):
                verdict.too_early(f"bell {fact} of {day} was rung though it was known by then that it should not")


def _hires(world: World) -> dict[str, str]:
    return {bell_fact(person, t.fact): t.fact for person, told in world.people.items() for t in told if t.type == HIRED}


def _echoes(world: World, facts: Mapping[str, list[Spoken]], verdict: Verdict) -> None:
    """A person whose bell ever rang has one echo, once; nobody else has one."""
    echoes = Counter(said[0].body["person_key"] for said in facts.values() if said[0].type == ECHOED)
    rang = {s.body["person_key"] for said in facts.values() for s in said if s.type == RANG and s.stands}
    verdict.differ("echo", dict.fromkeys(rang, 1), echoes)
