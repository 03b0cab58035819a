"""The five years of Fjordby on a running stack: four in one import, the fifth in twelve steps with real forms, then a small live story."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from deploy.local import oracle
from deploy.local.municipality import LIVE_FROM, Municipality, invent, steps, write
from deploy.local.municipality.steps import HISTORY
from deploy.local.paths import ROOT
from deploy.local.play import compare, published
from deploy.local.play.deliver import deliver, heard, reach, settle
from deploy.local.play.deskwork import hold_retention_talk, work
from deploy.local.play.duties import look
from deploy.local.play.floors import at_least
from deploy.local.play.ledger import Log
from deploy.local.play.live import Happening, write_live
from deploy.local.play.visitor import Visitors
from deploy.local.play.words import in_our_words
from deploy.local.stack import Stack
from services.chassis.web.local_sign_in import hr_persona

MUNICIPALITY = "999"
MAPPING = ROOT / "deploy" / "local" / "mappings" / "municipality.toml"

Said = Callable[[str], None]


@dataclass
class Fjordby:
    """One playing of the story; `folder` keeps the deliveries and the log of what was recorded."""

    stack: Stack
    folder: Path
    seed: int
    employees: int
    said: Said
    imported_on: dict[str, date] = field(default_factory=dict)

    async def play(self) -> compare.Comparison:
        """Everything, then our figures beside the oracle's."""
        made = invent(self.seed, self.employees)
        write(made, self.folder)
        self.log = Log(self.folder / "recorded.jsonl")
        self.visitors = Visitors(self.stack.web, MUNICIPALITY, hr_persona(MUNICIPALITY))
        try:
            await self._history()
            for day, name in steps():
                await self._month(day, name)
            await self._live(made)
        finally:
            await self.visitors.close()
        return await self._compare()

    async def _history(self) -> None:
        await reach(self.stack, LIVE_FROM)
        self._deliver(HISTORY, LIVE_FROM)

    async def _month(self, day: date, name: str) -> None:
        await reach(self.stack, day)
        self._deliver(name, day)
        desks = await look(self.stack, MUNICIPALITY, day)
        accepted = await work(desks, self.visitors, self.log, self.seed, day)
        heard(self.stack)
        self.said(f"{day:%Y-%m-%d}  {accepted} things recorded by leaders and HR")

    async def _live(self, made: Municipality) -> None:
        for happening in write_live(made, self.folder):
            await self._happens(happening)

    async def _happens(self, happening: Happening) -> None:
        await reach(self.stack, happening.day)
        if happening.folder is not None:
            self._deliver(happening.folder, happening.day)
        if happening.talk_with is not None:
            heard(self.stack)
            desks = await look(self.stack, MUNICIPALITY, happening.day)
            await hold_retention_talk(happening.talk_with, desks, self.visitors, self.log, happening.day)
            heard(self.stack)
        self.said(f"{happening.day:%Y-%m-%d}  {happening.words}")

    def _deliver(self, name: str, day: date) -> None:
        told = deliver(self.stack, self.folder / name, MAPPING)
        self.imported_on[name] = day
        heard(self.stack)
        self.said(f"{day:%Y-%m-%d}  {name}: {told.rows} rows became {told.said} events")

    async def _compare(self) -> compare.Comparison:
        settle(self.stack)
        ours = await published.read(self.stack, MUNICIPALITY)
        deliveries = oracle.read(self.folder, self.imported_on)
        last = max(self.imported_on.values())
        true = oracle.figures(deliveries, self.log.entries, last, date(2020, 12, 1))
        return compare.compare(ours, in_our_words(true), at_least(self.employees))
