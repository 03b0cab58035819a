"""Real duties on the wire, and an inbox with something in every part of it. It is Wednesday 4 March 2026."""

from datetime import date

from contracts.base import Call, CallState, Event, HolderRole
from contracts.hr import PersonNamed
from contracts.onboarding import IntroMilestone, IntroMilestoneDue, IntroMilestonePlanned
from contracts.words import MilestoneKind, Occasion
from services.chassis.runtime import Runtime
from services.chassis.subject import Revision
from services.chassis.wake import Wake
from services.chassis.web import Viewer
from tests.kit.builders import MUNICIPALITY, an_id, deputy_appointed, leader_appointed, noon, unit_changed
from tests.kit.records import set_day, take
from tests.kit.story import revision
from tests.unit.notification.duties import MONDAY, call

WEDNESDAY = date(2026, 3, 4)
NAMES = {
    "chief": "Carla Dam",
    "leader": "Anne Holm",
    "cook": "Gry Friis",
    "person": "Bo Lund",
    "another": "Dorte Krogh",
    "third": "Emil Skov-Mortensen",
}


def viewer(person: str, *units: str, hr: bool = False) -> Viewer:
    """Somebody who looks at the inbox: a leader of these units, or HR."""
    roles = frozenset({"hr"} if hr else {"leader"})
    return Viewer(an_id(person), MUNICIPALITY, roles, frozenset(an_id(unit) for unit in units))


def told(event: Event, number: int = 1, fact: str | None = None, *, stands: bool = True) -> Revision[Event]:
    """A revision that became known on the Monday."""
    return revision(event, noon(MONDAY), fact=an_id(fact) if fact else None, number=number, stands=stands)


def milestone(type_: type[IntroMilestone] = IntroMilestoneDue, wanted: Call | None = None, **more: object) -> IntroMilestone:
    """A duty as onboarding says it."""
    fields = {
        "municipality": MUNICIPALITY,
        "employment_id": an_id("job"),
        "person_key": an_id("person"),
        "unit_id": an_id("ward"),
        "plan_id": an_id("plan"),
        "milestone_id": an_id("duty"),
        "milestone_kind": MilestoneKind.TALK_2_WEEKS,
        "occasion": Occasion.HIRE,
        "call": wanted or call(),
        **more,
    }
    return type_.model_validate(fields)


def duties() -> dict[str, IntroMilestone]:
    """By what makes each one special."""
    ahead = call(opens=date(2026, 3, 11), state=CallState.PLANNED, about="third", kind="talk-3-months")
    return {
        "late": milestone(wanted=call(opens=date(2026, 2, 2), closes=date(2026, 2, 16), kind="retention-talk", about="another")),
        "this week": milestone(wanted=call(closes=date(2026, 3, 6), about="person")),
        "open after due": milestone(wanted=call(closes=date(2026, 3, 20), due=date(2026, 3, 3), about="third", kind="talk-6-12-months")),
        "later": milestone(wanted=call(closes=date(2026, 3, 27), about=None, kind="vacancy-review", link="/recruitment/vacancies/1")),
        "new kind": milestone(wanted=call(closes=date(2026, 4, 10), kind="a-kind-nobody-has-words-for")),
        "coming": milestone(IntroMilestonePlanned, ahead),
        "own case": milestone(wanted=call(closes=date(2026, 3, 6), about="leader", kind="exit-talk-leader")),
        "second party": milestone(wanted=call(closes=date(2026, 3, 9), role=HolderRole.SECOND_PARTY, kind="exit-talk-employee")),
    }


async def change_hands(runtime: Runtime) -> None:
    """The ward's leader is away from today on, and another one stands in."""
    name = PersonNamed(municipality=MUNICIPALITY, person_key=an_id("deputy"), display_name="Dan Berg")
    away = deputy_appointed("ward", "deputy", "leader", WEDNESDAY, until=date(2026, 5, 4))
    await take(runtime, [told(event) for event in (name, away)])
    await Wake(runtime).once()


async def fill(runtime: Runtime) -> None:
    """A care area with a ward and a kitchen, their leaders, three employees, and every kind of task."""
    await set_day(runtime, WEDNESDAY)
    units = (
        unit_changed("area", name="Omsorg og sundhed"),
        unit_changed("ward", "area", name="Hjemmepleje Nord"),
        unit_changed("kitchen", "area", name="Køkkenet på Søvej"),
    )
    names = [
        PersonNamed.model_validate({"municipality": MUNICIPALITY, "person_key": an_id(key), "display_name": name})
        for key, name in NAMES.items()
    ]
    leaders = (leader_appointed("area", "chief"), leader_appointed("ward", "leader"), leader_appointed("kitchen", "cook"))
    await take(runtime, [told(event) for event in (*units, *leaders, *names)])
    await take(runtime, [told(duty, fact=name) for name, duty in duties().items()])
