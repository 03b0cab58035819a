"""The invented municipality played through the real derives in memory: five years of history, then 2025 in twelve steps with talks."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import TypeVar
from uuid import NAMESPACE_OID, UUID, uuid5

from contracts.base import Event, HolderRole
from contracts.hr import (
    EmploymentEndRegistered,
    Hired,
    HoursChanged,
    LeaderAppointed,
    LeaderEnded,
    PlacementChanged,
    ResignationWithdrawn,
    Resigned,
)
from contracts.onboarding import IntroMilestone, IntroMilestoneDue, IntroMilestoneMissed
from contracts.retention import (
    ExitInterview,
    ExitInterviewAccepted,
    ExitInterviewDue,
    ExitInterviewOffered,
    ResignationClassified,
    RetentionTalk,
    RetentionTalkDue,
)
from contracts.words import ExitLevel, Occasion
from deploy.local.municipality import LIVE_FROM, steps
from deploy.local.municipality.steps import HISTORY
from deploy.local.municipality.talks import Window, decide_exit, decide_own_wish, decide_talk
from deploy.local.oracle import Recorded
from deploy.local.oracle.log import FOLLOW_UPS
from services.chassis.calendar import COPENHAGEN
from services.chassis.failures import Refused
from services.chassis.reference import ORGANISATION, Reference, Snapshot
from services.chassis.service import Service, SubjectKind
from services.chassis.subject import History, Revision, Subject
from services.intake.app import SERVICE as INTAKE
from services.intake.domain.keys import known_at
from services.intake.reading.files import read
from services.intake.reading.mapping import Kind, Mapping
from services.intake.seen import Keys, Records
from services.onboarding.app import SERVICE as ONBOARDING
from services.onboarding.domain.asks import decline_talk as decline_follow_up
from services.onboarding.domain.asks import hold_talk as hold_follow_up
from services.reporting.contributions import derive
from services.retention.app import SERVICE as RETENTION
from services.retention.domain.exit_asks import accept_exit, decline_exit, hold_exit, offer_exit
from services.retention.domain.records import Answers, TalkOutcome
from services.retention.domain.talk_asks import classify_resignation, decline_talk, hold_talk
from tests.kit.story import Story

LEADER = HolderRole.NEAREST_LEADER
HIRES = (Occasion.HIRE, Occasion.PUPIL_OR_STUDENT, Occasion.TEMP)
RULES = (Path(__file__).parents[2] / "deploy" / "rules" / "999.toml").read_text("utf-8")
MAPPING = Path(__file__).parents[2] / "deploy" / "local" / "mappings" / "municipality.toml"
HEARD = (Hired, EmploymentEndRegistered, PlacementChanged, HoursChanged, Resigned, ResignationWithdrawn)
CASES = (IntroMilestone, RetentionTalk, ExitInterview, ResignationClassified)
REPORTING = Service(name="reporting", subjects=(SubjectKind("person", hears=(*HEARD, *CASES), derive=derive),))

C = TypeVar("C", bound=RetentionTalk | ExitInterview | IntroMilestone)
Ask = Callable[[History, Reference, datetime], Event]


def evening(day: date) -> datetime:
    """When the clock of a step stands still: all of the day is registered."""
    return datetime.combine(day, time(18), COPENHAGEN)


class Telling(Story):
    """A story whose reference is computed once per change, and that hands on what was said since the last time."""

    def __init__(self, service: Service) -> None:
        super().__init__(service, evening(LIVE_FROM), RULES)
        self._kept: tuple[History, Snapshot] | None = None
        self._handed_on = 0

    @property
    def snapshot(self) -> Snapshot:
        if self._kept is None or self._kept[0] is not self.organisation:
            self._kept = (self.organisation, Snapshot(self.organisation, self.rules))
        return self._kept[1]

    def learns(self, organisation: History) -> None:
        """The organisation as another story heard it, all at once."""
        self.organisation = organisation
        self._wake(lambda _: True)

    def takes(self, subject: Subject, records: Iterable[Revision[Event]]) -> None:
        self._step(subject, list(records))

    def news(self) -> list[Revision[Event]]:
        told = [revision for _, revision in self.spoken[self._handed_on :]]
        self._handed_on = len(self.spoken)
        return told


@dataclass
class Year:
    """The municipality as all services know it, and the log of what was recorded."""

    seed: int
    folder: Path
    intake: Telling = field(default_factory=lambda: Telling(INTAKE))
    onboarding: Telling = field(default_factory=lambda: Telling(ONBOARDING))
    retention: Telling = field(default_factory=lambda: Telling(RETENTION))
    reporting: Telling = field(default_factory=lambda: Telling(REPORTING))
    log: list[Recorded] = field(default_factory=list)
    numbers: dict[UUID, str] = field(default_factory=dict)

    def play(self) -> None:
        """The history, then each month."""
        self._deliver(HISTORY, LIVE_FROM, first_load=True)
        for day, name in steps():
            self._reach(day)
            self._deliver(name, day, first_load=False)
            self._talk(day)

    def _stories(self) -> tuple[Telling, ...]:
        return (self.intake, self.onboarding, self.retention, self.reporting)

    def _reach(self, day: date) -> None:
        for story in self._stories():
            story.reaches(evening(day))
        self._hand_on()

    def _hand_on(self) -> None:
        """What intake says goes to all, what the others say to reporting."""
        heard = self.intake.news()
        organisation = self.intake.organisation.plus(r for r in heard if isinstance(r.body, ORGANISATION))
        people = [r for r in heard if not isinstance(r.body, ORGANISATION)]
        for story in (self.onboarding, self.retention, self.reporting):
            if len(organisation) > len(story.organisation):
                story.learns(organisation)
            story.hears_revisions(people)
        for told in heard:
            if isinstance(told.body, LeaderAppointed | LeaderEnded):
                self.onboarding.takes(Subject("person", told.body.person_key, told.body.municipality), [told])
        self.intake.organisation = organisation
        self.reporting.hears_revisions([*self.onboarding.news(), *self.retention.news()])

    def _deliver(self, name: str, day: date, *, first_load: bool) -> None:
        mapping, now = Mapping.load(MAPPING), evening(day)
        reading = read(mapping, self.folder / name)
        assert not reading.wrong
        records = Records(mapping, reading.municipality)
        arrivals: dict[Subject, list[Revision[Event]]] = {}
        for accepted in sorted(reading.accepted, key=lambda each: each.draft.kind is not Kind.UNITS):
            draft = accepted.draft
            keys = Keys({draft.person: _key(draft.person)}, {draft.employment: _key(draft.employment)})
            self.numbers[_key(draft.employment)] = draft.employment
            subject, seen = records.of(draft, keys)
            known = known_at(seen.registered_at, now, LIVE_FROM, first_load=first_load)
            arrivals.setdefault(subject, []).append(Revision(seen.fact(), 0, 1, True, known, seen, seen.wire))
        for subject, revisions in arrivals.items():
            self.intake.takes(subject, revisions)
        self._hand_on()

    def _talk(self, today: date) -> None:
        """Everybody does what the seed decides about the tasks that are seen on this day."""
        for story, subject, fact, body in list(self._seen()):
            number = self.numbers[body.employment_id]
            window = Window(body.call.opens, body.call.closes, body.call.missed_after)
            match body:
                case IntroMilestone():
                    self._follow_up(subject, fact, body, number, window, today)
                case RetentionTalk():
                    self._retention(subject, body, number, window, today)
                case ExitInterview():
                    self._exit(story, subject, body, number, window, today)
        self._hand_on()

    def _seen(self) -> Iterator[tuple[Telling, UUID, UUID, RetentionTalk | ExitInterview | IntroMilestone]]:
        open_kinds = (
            IntroMilestoneDue,
            IntroMilestoneMissed,
            RetentionTalkDue,
            ExitInterviewDue,
            ExitInterviewOffered,
            ExitInterviewAccepted,
        )
        for story in (self.onboarding, self.retention):
            for subject, state in sorted(story.states.items()):
                for said in state.said.values():
                    body = said.revision.body
                    if said.revision.stands and isinstance(body, open_kinds) and _is_played(body):
                        yield story, subject.id, said.revision.fact, body

    def _ask(self, story: Telling, subject: UUID, ask: Ask, entry: Recorded) -> bool:
        try:
            story.asks("person", subject, ask, form=uuid5(NAMESPACE_OID, repr(entry)))
        except Refused:
            return False
        self.log.append(entry)
        return True

    def _follow_up(self, subject: UUID, fact: UUID, body: IntroMilestone, number: str, window: Window, today: date) -> None:
        talk = decide_talk(self.seed, number, body.milestone_kind, window)
        if talk.day is None or talk.day > today:
            return
        ask = hold_follow_up(fact, talk.day, LEADER) if talk.action == "held" else decline_follow_up(fact, talk.day, LEADER)
        self._ask(self.onboarding, subject, ask, Recorded(number, body.milestone_kind, talk.action, talk.day, today))

    def _retention(self, subject: UUID, body: RetentionTalk, number: str, window: Window, today: date) -> None:
        if not decide_own_wish(self.seed, number, window.opens):
            ask: Ask = classify_resignation(body.case_id, LEADER, own_wish=False)
            self._ask(self.retention, subject, ask, Recorded(number, "retention", "not-own-wish", today, today))
            return
        talk = decide_talk(self.seed, number, "retention-talk", window)
        if talk.day is None or talk.day > today:
            return
        held = hold_talk(body.case_id, talk.day, TalkOutcome.UNDECIDED, LEADER)
        ask = held if talk.action == "held" else decline_talk(body.case_id, talk.day, LEADER)
        self._ask(self.retention, subject, ask, Recorded(number, "retention", talk.action, talk.day, today))

    def _exit(self, story: Telling, subject: UUID, body: ExitInterview, number: str, window: Window, today: date) -> None:
        decided = decide_exit(self.seed, number, body.level, window, window.missed_after)
        end, level = body.case_id, body.level
        role = LEADER if level is ExitLevel.LEADER else HolderRole.SECOND_PARTY
        asks: tuple[tuple[str, date | None, Callable[[date], Ask]], ...] = (
            ("offered", decided.offered_on, lambda day: offer_exit(end, level, day, role)),
            ("accepted", decided.accepted_on, lambda day: accept_exit(end, level, day, role)),
            ("declined", decided.declined_on, lambda day: decline_exit(end, level, day, role)),
            ("held", decided.held_on, lambda day: hold_exit(end, level, day, Answers(), role)),
        )
        for action, day, ask in asks:
            if day is not None and day <= today:
                self._ask(story, subject, ask(day), Recorded(number, f"exit-{level}", action, day, today))


def _is_played(body: Event) -> bool:
    """Of all steps of introductions the story plays the follow-up talks after a hire, which the oracle knows."""
    return not isinstance(body, IntroMilestone) or (body.milestone_kind in FOLLOW_UPS and body.occasion in HIRES)


def _key(number: str) -> UUID:
    return uuid5(NAMESPACE_OID, f"the source's {number}")
