"""Play a story in a world of its own, and say what went wrong."""

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from uuid import UUID

import structlog

from services.chassis.failures import Refused
from services.chassis.runtime import Runtime
from services.chassis.subject import Subject
from services.chassis.tables.letters import headers_text
from tests.kit.builders import MUNICIPALITY, an_id
from tests.kit.toy import silence
from tests.simulator.checks import Watch, wrong
from tests.simulator.drawing import draw_story
from tests.simulator.mechanisms import Mechanisms
from tests.simulator.memory.log import Logged
from tests.simulator.process import AWAY
from tests.simulator.speaking import poisoned, spoken
from tests.simulator.story import (
    Asked,
    Away,
    Begun,
    Clock,
    Closed,
    Doubled,
    Dropped,
    Named,
    Poisoned,
    Rebalanced,
    Recreated,
    Redelivered,
    Run,
    Started,
    Step,
    Stopped,
    Story,
    Struck,
    Thawed,
    Told,
    is_calm,
)
from tests.simulator.world import HEARD, SPOKEN, World


@contextmanager
def silent() -> Iterator[None]:
    """No log lines: thousands of runs say too much."""
    held = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    try:
        yield
    finally:
        structlog.configure(**held)


@dataclass(slots=True)
class Player:
    """Does what the steps of a story say."""

    world: World
    asked: set[UUID] = field(default_factory=set)
    """Forms that were answered."""

    def play(self, step: Step) -> None:
        """One step."""
        match step:
            case Run():
                self.world.run(step.turns, step.seed)
            case Clock():
                self.world.clock.jump(timedelta(hours=step.hours))
            case Begun():
                self.world.begin(step.day)
            case Recreated():
                self.world.recreate(HEARD[step.topic], step.seed)
            case Told() | Closed() | Named() | Poisoned() | Doubled():
                self._say(step)
            case Asked():
                self._ask(step)
            case Redelivered() | Dropped():
                self._fetch_wrongly(step)
            case _:
                self._happen(step)

    def _happen(self, step: Started | Stopped | Struck | Thawed | Rebalanced | Away) -> None:
        world = self.world
        match step:
            case Started():
                world.start(step.worker, step.version)
            case Stopped():
                world.stop(step.worker)
            case Struck():
                world.strike(step)
            case Thawed():
                world.thaw(step.worker)
            case Rebalanced():
                world.group.rebalance()
            case Away(which="database"):
                self._database(step.is_away)
            case Away():
                world.log.away = step.is_away

    def _say(self, step: Told | Closed | Named | Poisoned | Doubled) -> None:
        world = self.world
        match step:
            case Doubled():
                self._double(step.which)
            case Poisoned():
                self._poison(world.say(*poisoned(step, world.clock.highest, world.first_day)))
            case _:
                world.say(*spoken(step, world.clock.highest, world.first_day))

    def _double(self, which: int) -> None:
        world = self.world
        if world.said:
            first = world.said[which % len(world.said)]
            again = world.say(first.topic, first.key or b"", first.value, first.headers)
            if (first.topic, first.partition, first.offset) in world.poison:
                self._poison(again)

    def _poison(self, record: Logged) -> None:
        self.world.poison[record.topic, record.partition, record.offset] = headers_text(record.headers)

    def _ask(self, step: Asked) -> None:
        process = self.world.processes.get(step.worker)
        if process is not None and process.runtime is not None:
            self.world.on(process, partial(self._until_answered, process.runtime, step))

    async def _until_answered(self, runtime: Runtime, step: Asked) -> None:
        form = an_id(f"form {step.form} {step.person} {step.fact}")
        subject = Subject("person", an_id(f"person {step.person}"), MUNICIPALITY)
        while True:
            try:
                await runtime.ask(subject, form, silence(an_id(f"job {step.fact}")))
            except Refused:
                return
            except AWAY:
                await asyncio.sleep(0.5)
            else:
                self.asked.add(form)
                return

    def _fetch_wrongly(self, step: Redelivered | Dropped) -> None:
        process = self.world.processes.get(step.worker)
        if process is None or process.bus is None or not process.bus.consumer.is_started:
            return
        match step:
            case Redelivered():
                process.bus.consumer.go_back(step.back)
            case Dropped():
                process.bus.consumer.drop(step.count)

    def _database(self, is_away: bool) -> None:
        self.world.database.away = is_away
        if is_away:
            for process in self.world.processes.values():
                self.world.database.cut(process.name)


def play(story: Story, mechanisms: Mechanisms | None = None) -> list[str]:
    """What is wrong after this story; nothing, if all is well."""
    return _play(story, World(mechanisms))


def trace(seed: int) -> str:
    """All that a seed leaves behind, as text, in the order in which it came about."""
    world = World()
    problems = _play(draw_story(seed), world)
    return f"{problems}\n{dict(world.database.rows)}\n{[world.log.records(topic) for topic in (*HEARD, SPOKEN)]}"


def _play(story: Story, world: World) -> list[str]:
    watch = Watch(world)
    player = Player(world)
    with silent(), world.loop.running():
        try:
            for step in story:
                player.play(step)
            world.rest()
            if world.problems or watch.problems:
                return [*world.problems, *watch.problems]
            return list(wrong(world, player.asked, watch, is_calm=is_calm(story) and not world.database.silenced))
        finally:
            world.end()
