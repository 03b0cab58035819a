"""A ward with introductions of every occasion, colleagues and representatives. It is Wednesday 4 March 2026 unless a test moves on."""

from datetime import date
from pathlib import Path

from contracts.base import Event
from contracts.hr import PersonNamed
from contracts.hr.organisation import UnitRole
from contracts.words import EmploymentForm, OccupationGroup
from services.chassis.runtime import Runtime
from services.chassis.settings import Settings
from tests.kit import first_year
from tests.kit.builders import (
    MUNICIPALITY,
    an_id,
    deputy_appointed,
    end_registered,
    hired,
    leader_appointed,
    moved,
    on_leave,
    placement_started,
    role_assigned,
)
from tests.kit.first_year import SECRET, told
from tests.kit.records import take

RULES = """
municipality = "730"
name = "Prøvekommune"
live_from = 2026-01-01

[onboarding.templates.care]
extends = "first-year"
professions = ["nurse"]
workload = [{ at = "start", percent = 50 }, { at = "1 month", percent = 75 }, { at = "3 months", percent = 100 }]

[onboarding.templates.care.steps]
safety-introduction = { before = ["works-alone"] }
works-alone = {}
keys = { due = "start", hidden = true, title = { da = "Nøgler er klar", en = "Keys are ready" } }
medicine = { opens = "start", due = "day 30", course = "medicine", title = { da = "E-læring: medicin", en = "E-learning: medicines" } }
driving = { on = false, due = "day 10", title = { da = "Kørsel i tjenestebil", en = "Driving the car" } }
buddy = { opens = "start", due = "day 30", role = "mentor", title = { da = "Rundtur med mentor", en = "Tour with the mentor" } }
"""
EARLY, LATE = date(2026, 1, 5), date(2026, 2, 20)
NAMES = {
    "soon": "Signe Sol",
    "back": "Birgit Bak",
    "mover": "Mads Mark",
    "pupil": "Ea Elling",
    "term": "Tove Tarp",
    "chef": "Kaj Kok",
    "colleague": "Gitte Berg",
    "cook": "Gitte Juul",
    "gone": "Gitte Gade",
    "amr": "Rikke Rask",
    "tr": "Troels Toft",
    "deputy": "Dan Duun",
}


def of_own_rules(settings: Settings, folder: Path) -> Settings:
    """The settings of a service whose municipality has the rules of this file."""
    folder.mkdir(exist_ok=True)
    (folder / f"{MUNICIPALITY}.toml").write_text(RULES, "utf-8")
    return settings.model_copy(update={"rules": folder, "secret": SECRET})


async def fill(runtime: Runtime) -> None:
    """Everybody of the first year's ward, and these."""
    await first_year.fill(runtime)
    names = [
        PersonNamed.model_validate({"municipality": MUNICIPALITY, "person_key": an_id(key), "display_name": name})
        for key, name in NAMES.items()
    ]
    roles = (
        role_assigned("ward", "amr", UnitRole.AMR),
        role_assigned("area", "tr", UnitRole.TR),
        deputy_appointed("ward", "deputy", "leader"),
        leader_appointed("kitchen", "chef", date(2026, 2, 2)),
    )
    await take(runtime, [told(event, day=EARLY) for event in (*names, *roles)])
    await take(runtime, [told(event, name, LATE if name.endswith("soon") else EARLY) for name, event in lives().items()])


def lives() -> dict[str, Event]:
    """By the name of their fact."""
    old = date(2020, 5, 1)
    return {
        "hire of soon": hired(date(2026, 3, 16), unit="ward", person="soon"),
        "hire of back": hired(old, unit="ward", person="back"),
        "leave of back": on_leave(date(2025, 9, 1), date(2026, 3, 31), unit="ward", person="back"),
        "hire of mover": hired(old, unit="kitchen", person="mover", occupation_group=OccupationGroup.OTHER),
        "move of mover": moved(date(2026, 3, 2), "kitchen", "ward", person="mover"),
        "placement of pupil": placement_started(date(2026, 3, 2), date(2026, 6, 30), unit="ward", person="pupil"),
        "hire of term": hired(
            date(2026, 1, 12), unit="ward", person="term", fixed_term_until=date(2026, 4, 24), employment_form=EmploymentForm.MONTHLY
        ),
        "hire of colleague": hired(old, unit="ward", person="colleague"),
        "hire of cook": hired(old, unit="kitchen", person="cook"),
        "hire of gone": hired(old, unit="ward", person="gone"),
        "end of gone": end_registered(date(2025, 11, 30), unit="ward", person="gone"),
        "hire of amr": hired(old, unit="ward", person="amr"),
    }
