"""The course of one step over what was known when: which window binds, and whether it was missed before something moved.

A closed step keeps its window when only a date moves later; so the windows are read as they were known, one after the other.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from contracts.words import Occasion
from services.chassis.calendar import Calendar, day_of, midnight
from services.chassis.reference import Reference
from services.chassis.subject import History
from services.onboarding.domain.introduction import OCCASIONS, TELLS, Introduction, Trigger, introductions, reaches
from services.onboarding.domain.job import Job
from services.onboarding.domain.window import Window, window_of
from services.onboarding.rules import OnboardingRules, StepRule, Template, Where, day_at

WORKING_DAYS_FOR_A_LATE_FACT = 2
Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Glance:
    """An introduction as it was known from `moment` on, with the calendars of that moment and the template it had by then."""

    moment: datetime
    introduction: Introduction | None
    reference: Reference
    name: str = ""
    template: Template | None = None

    def rule(self, step: str, added: Mapping[str, StepRule]) -> StepRule | None:
        """The rule of a step that is on: the template's, or that of a step that was added to this plan."""
        found = added.get(step) or (self.template.steps.get(step) if self.template else None)
        return found if found is not None and found.on else None


@dataclass(frozen=True, slots=True)
class Course:
    """The window that binds a step; `known_on`: since when it could be kept; `owed`: not after an end; `missed`: for good.

    `whole`: as if nobody left, for what is no longer owed; `closes`: the close before it was put off for who knew too late.
    """

    window: Window
    whole: Window
    closes: date
    known_on: date
    owed: bool
    missed: bool = False

    @property
    def never_started(self) -> bool:
        """Whether the window had closed before anybody knew of it."""
        return self.known_on > self.window.closes


def glances(history: History, reference: Reference, rules: OnboardingRules) -> tuple[tuple[Glance, ...], ...]:
    """For each introduction that stands now and has a template: how it was known, moment by moment, the last one being all that was heard.

    Moments at which nothing about it was otherwise are left out.
    """
    told = sorted({r.known_at for r in history.revisions if isinstance(r.body, TELLS)})
    if not told:
        return ()
    known: dict[datetime, dict[Key, Introduction]] = {}
    for moment in told:
        seen = history if moment == told[-1] else history.at(moment)
        known[moment] = {found.key: found for found in introductions(seen, rules)}
    of_all = (tuple(_glances_of(key, known, reference, rules)) for key in known[told[-1]])
    return tuple(found for found in of_all if found and found[-1].template is not None)


def _glances_of(
    key: Key, known: Mapping[datetime, Mapping[Key, Introduction]], reference: Reference, rules: OnboardingRules
) -> Iterator[Glance]:
    told = list(known)
    now, live = known[told[-1]][key], reference.rules.live_from
    if not any(reaches(seen[key], rules, live) for seen in known.values() if key in seen):
        return
    name, template = chosen(now, reference, rules)
    if template is None:
        return
    again = {m for m in _reference_moments(now, reference, rules) if m > told[0]}
    looks = sorted({*told, *again})
    before: Introduction | None = None
    for moment in looks:
        found = known[moment].get(key) if moment in known else before
        if moment != looks[-1] and moment != told[0] and moment not in again and found == before:
            continue
        before = found
        then = reference if moment == looks[-1] else reference.at(moment)
        if found is None:
            yield Glance(moment, None, then)
        elif moment == looks[-1]:
            yield Glance(moment, found, then, name, template)
        else:
            yield Glance(moment, found, then, *chosen(found, then, rules))


def _reference_moments(found: Introduction, reference: Reference, rules: OnboardingRules) -> set[datetime]:
    """When closing days became known; where templates are for some units only, also when the unit's place did."""
    moments = set(reference.calendar_moments())
    if rules.has_units:
        reference.path(found.unit, found.start)
        moments.update(reference.units_known_moments())
    return moments


def chosen(found: Introduction, reference: Reference, rules: OnboardingRules) -> tuple[str, Template | None]:
    """The template an introduction has: of those it fits, the one for its form of employment, then for the nearest unit, then profession.

    None fits, or that one is off: nothing is owed.
    """
    fitting: list[tuple[tuple[int, int, int], str, Template]] = []
    for occasion in OCCASIONS[found.trigger]:
        for name, template in rules.by_occasion.get(occasion, ()):
            rank = _fits(found, template, reference)
            if rank is not None:
                fitting.append((rank, name, template))
    if not fitting:
        return "", None
    _, name, template = max(fitting, key=lambda each: (each[0], each[1]))
    return name, template if template.on else None


def _fits(found: Introduction, template: Template, reference: Reference) -> tuple[int, int, int] | None:
    job = found.job
    for_forms = bool(template.forms) and found.trigger is not Trigger.PLACEMENT
    if for_forms and job.form not in template.forms:
        return None
    if found.trigger is Trigger.HIRED and not template.forms and template.occasion is not Occasion.HIRE:
        return None  # for pupils and temps that the template does not name it is a template of placements alone
    if template.professions and job.profession not in template.professions:
        return None
    depth = 0
    if template.units:
        path = reference.path(found.unit, found.start)
        depth = max((at for at, unit in enumerate(path, 1) if unit in template.units), default=0)
        if depth == 0:
            return None
    return int(for_forms), depth, int(bool(template.professions))


def window_known(glance: Glance, rule: StepRule | None) -> Window | None:
    """The window as if nobody left; none where it opens before the rule or the municipality is live: then nothing is owed.

    Nor is what is asked of a unit that is left, where none is. What can be done since it is known can be done from that day on.
    """
    found = glance.introduction
    if found is None or rule is None or (rule.at is Where.RELEASING and found.releasing is None):
        return None
    live = max(rule.valid_from or date.min, glance.reference.rules.live_from)
    anchors = found.anchors
    if rule.opens_when_known and anchors.known < live:
        anchors = replace(anchors, known=live)
    calendar = calendar_of(found, rule, glance.reference)
    window = window_of(rule, anchors, found.leaves, calendar)
    return window if window is not None and window.opens >= live else None


def calendar_of(found: Introduction, rule: StepRule, reference: Reference) -> Calendar:
    """The working days of the unit in which the step opens: they do not change as time goes."""
    opens = day_at(rule.opens, found.anchors, reference.rules.calendar)
    return reference.calendar(found.job.unit_on(max(opens or found.start, found.job.begun)))


def bounded(window: Window, job: Job) -> Window | None:
    """The window as the end of the job bounds it: what closes after the last working day is not owed."""
    if job.last_day is None:
        return window
    if job.last_day < window.closes or (job.died and job.last_day <= window.missed_after):
        return None
    return replace(window, missed_after=min(window.missed_after, job.last_day))


def course(known: Sequence[Glance], step: str, now: datetime, added: Mapping[str, StepRule]) -> Course | None:
    """The course of a step by `now`; none where no window ever was.

    A window begins to count when it becomes known, and again when it moves to an earlier close than before.
    """
    found: Course | None = None
    for glance, until in zip(known, [*(g.moment for g in known[1:]), now], strict=True):
        rule = glance.rule(step, added)
        window = window_known(glance, rule)
        if window is None or rule is None or glance.introduction is None:
            found = None
            continue
        if glance.introduction.is_replaced:
            found = found if found is None or found.never_started else replace(found, owed=False)
            continue
        since, closes = _counts_from(found, window, glance.moment), window.closes
        window = _since_known(window, since, rule, calendar_of(glance.introduction, rule, glance.reference))
        owed = bounded(window, glance.introduction.job)
        found = Course(owed or window, window, closes, since, owed is not None)
        if _missed(found, until):
            return replace(found, missed=True)
    return found


def _counts_from(before: Course | None, window: Window, moment: datetime) -> date:
    again = before is None or not before.owed or before.window.waits_for_return or window.closes < before.closes
    return day_of(moment) if again or before is None else before.known_on


def _since_known(window: Window, known_on: date, rule: StepRule, calendar: Calendar) -> Window:
    """A date already past when the fact arrives, the window still open: due the second working day after (danish-hr 4).

    What can be done since it is known stays open so long even after its close, as long as it would not be missed by then.
    """
    if window.due >= known_on:
        return window
    due = calendar.add_working_days(known_on, WORKING_DAYS_FOR_A_LATE_FACT)
    if rule.opens_when_known and window.closes < due and known_on <= window.missed_after:
        window = replace(window, closes=max(window.closes, min(due, window.missed_after)))
    return window if known_on > window.closes else replace(window, due=min(calendar.meeting_on_or_after(due), window.closes))


def _missed(found: Course, until: datetime) -> bool:
    missed_on = found.window.missed_on
    return found.owed and not found.never_started and missed_on is not None and midnight(missed_on) <= until
