"""A publisher without a database: what stands and what was hidden since when, day after day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from services.chassis.reference import Snapshot
from services.reporting.contributions import Cell as LedgerCell
from services.reporting.disclosure import Cell
from services.reporting.indicators.definition import DEFINITIONS
from services.reporting.indicators.figures import Figure, Key, figures, last_month, tables
from services.reporting.indicators.stocks import MONTHLY
from services.reporting.months import first_day, parse
from services.reporting.publish import SENSITIVE_TABLES
from services.reporting.published import Published, begins_quarter, changes
from services.reporting.scope import Kept, Scope, made_from

MONTHS = frozenset(definition.id for definition in MONTHLY)


@dataclass
class Press:
    """One that computes only what may differ, or (`remembers` false) everything each time."""

    reference: Snapshot
    remembers: bool
    first: str = "2023-10"
    standing: dict[Key, Published] = field(default_factory=dict)
    hidden: dict[tuple[str, Cell], date] = field(default_factory=dict)
    computed: Sequence[Figure] = ()
    _kept: Kept = field(default_factory=Kept)
    _reasons_on: date | None = None
    _reasons_before: date | None = None

    def publish(self, cells: Mapping[LedgerCell, int], today: date) -> None:
        first, organisation = parse(self.first), self.reference.organisation()
        if self._reasons_on != today:
            self._reasons_before, self._reasons_on = self._reasons_on or self._reasons_before, None
        with_reasons = begins_quarter(self._reasons_before, today)
        self._reasons_on = today if with_reasons else self._reasons_on
        now = made_from(cells, organisation.tree, last_month(today))
        scope = (self._kept if self.remembers else Kept()).scope(now, first, with_reasons=with_reasons)
        stuck = self._stuck(today, None if scope.is_whole else tables(scope, first, now.last))
        solved = figures(cells, organisation, self.reference.rules, first, today, stuck, scope)
        standing = {key: one for key, one in self.standing.items() if scope.is_whole or _in(scope, key, one)}
        made = changes(standing, solved.figures, today, dict.fromkeys(DEFINITIONS, ""), with_reasons=with_reasons)
        for key in (*made.ended, *made.replaced):
            del self.standing[key]
        self.standing |= {new.figure.key: new for new in made.new}
        self._hide({n: c for n, c in solved.hidden.items() if with_reasons or not n.startswith(SENSITIVE_TABLES)}, today)
        self.computed = solved.figures
        self._kept = self._kept.after(now, with_reasons=with_reasons)

    def _stuck(self, today: date, names: list[str] | None) -> dict[str, set[Cell]]:
        found: dict[str, set[Cell]] = {}
        for (name, cell), since in self.hidden.items():
            if since < today and (names is None or name in names):
                found.setdefault(name, set()).add(cell)
        return found

    def _hide(self, hidden: Mapping[str, frozenset[Cell]], today: date) -> None:
        kept = {at: since for at, since in self.hidden.items() if since < today or at[0] not in hidden}
        self.hidden = {(name, cell): today for name, cells in hidden.items() for cell in cells} | kept


def _in(scope: Scope, key: Key, one: Published) -> bool:
    """As the query says it."""
    if key.definition_id in MONTHS:
        return one.figure.last >= first_day(scope.since)
    return one.figure.last.year in scope.years
