"""One leaver in an ordinary spring: notice on Monday 2 March 2026, last day Thursday 30 April. Easter is 2 to 6 April."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from uuid import UUID

from contracts.base import Event, HolderRole
from contracts.retention import ExitInterview, RetentionTalk
from contracts.words import ExitLevel, ReasonClass
from services.chassis.reference import Reference
from services.chassis.subject import History
from services.retention.app import SERVICE
from services.retention.domain.exit_asks import hold_exit
from services.retention.domain.records import Answers, TalkOutcome
from services.retention.domain.talk_asks import hold_talk
from tests.kit.builders import MUNICIPALITY, an_id, end_registered, hired, resigned, withdrawn
from tests.kit.story import Story

MONDAY = date(2026, 3, 2)
TUESDAY = date(2026, 3, 3)
WEDNESDAY = date(2026, 3, 4)
THURSDAY = date(2026, 3, 5)
FRIDAY = date(2026, 3, 6)
LAST = date(2026, 4, 30)
DEADLINE = date(2026, 4, 23)

RESIGNATION, END = an_id("resignation"), an_id("end")
LEADER = HolderRole.NEAREST_LEADER
HR = HolderRole.HR
AT_LEADER, AT_EMPLOYEE = ExitLevel.LEADER, ExitLevel.EMPLOYEE


def rules(live_from: date = date(2020, 1, 1), *more: str, talk: bool = True, levels: str = '"leader", "employee"') -> str:
    """Rules as text: everything on unless said otherwise."""
    head = f'municipality = "{MUNICIPALITY}"\nname = "Prøvekommune"\nlive_from = {live_from}\n[retention]\n'
    return "\n".join([head, f"retention_talk = {str(talk).lower()}", f"exit_levels = [{levels}]", *more])


def story_at(day: date, text: str | None = None) -> Story:
    """A story of an employee hired years ago."""
    story = Story(SERVICE, day, text or rules())
    story.hears(hired(date(2019, 1, 1)), fact=an_id("hire"))
    return story


def notice(story: Story, last: date = LAST, received: date | None = None, number: int = 1, **more: object) -> None:
    """The resignation and its end arrive together; a higher `number` corrects them."""
    story.hears(resigned(last, received_on=received or (story.now.date() if number == 1 else MONDAY)), fact=RESIGNATION, number=number)
    story.hears(end_registered(last, **more), fact=END, number=number)  # type: ignore[arg-type]  # the builder's own words


def leaver(day: date = MONDAY, last: date = LAST, text: str | None = None) -> Story:
    """A story in which the notice has just arrived."""
    story = story_at(day, text)
    notice(story, last)
    return story


def retires(last: date = LAST, day: date = MONDAY, text: str | None = None, **more: object) -> Story:
    """Somebody whose end was registered without a resignation: there is no retention talk to wait for."""
    story = story_at(day, text)
    reason = {"reason_class": ReasonClass.RETIREMENT, **more}
    story.hears(end_registered(last, **reason), fact=END)  # type: ignore[arg-type]  # the builder's own words
    return story


def withdraws(story: Story, day: date | None = None) -> None:
    """The resignation is withdrawn, and the end it led to is taken back."""
    last = next(iter(story.states.values())).history.fact(END)
    assert last is not None
    story.hears(withdrawn(RESIGNATION, day or story.now.date()), fact=an_id("withdrawal"))
    story.hears(last.body, fact=END, number=last.revision + 1, stands=False)


def asks(story: Story, decide: Callable[[History, Reference, datetime], Event], form: UUID | None = None) -> None:
    """Somebody records something about the person; the next moment has come then."""
    story.now += timedelta(minutes=1)
    story.asks("person", an_id("person"), decide, form)


def talks(story: Story, on: date, resignation: UUID = RESIGNATION) -> None:
    """The leader records that the retention talk was held."""
    asks(story, hold_talk(resignation, on, TalkOutcome.LEAVES, LEADER))


def says_farewell(story: Story, on: date, level: ExitLevel = ExitLevel.LEADER, answers: Answers | None = None) -> None:
    """The exit talk was held."""
    asks(story, hold_exit(END, level, on, answers or Answers(), LEADER))


def talk(story: Story) -> RetentionTalk:
    """What is said of the one retention talk."""
    (found,) = story.said(RetentionTalk)
    return found


def exit_(story: Story, level: ExitLevel = ExitLevel.LEADER) -> ExitInterview:
    """What is said of the exit talk of a level."""
    (found,) = (said for said in story.said(ExitInterview) if said.level is level)
    return found
