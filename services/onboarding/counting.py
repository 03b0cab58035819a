"""Counts surveys whose period is over, and lets go of what is kept no longer. One period of one survey is one transaction."""

from datetime import date, timedelta
from functools import partial

from contracts.onboarding.counts import IntroSurvey
from services.chassis.calendar import day_of
from services.chassis.reconcile import Moment
from services.chassis.resting import look_again
from services.chassis.runtime import Done, Runtime
from services.chassis.service import Connection
from services.onboarding.domain.counted import notes, subject_of
from services.onboarding.domain.survey import DAY, added, first_day, last_day, offers, period_of, pooled, unanswered
from services.onboarding.rules import OnboardingRules
from services.onboarding.store import links, surveys
from services.onboarding.store.surveys import Round

EVERY_SECONDS = 30.0
LONGEST = timedelta(days=800)
"""No survey closes later after the first day of what it is about, or after the end of it."""


async def count_surveys(runtime: Runtime) -> None:
    """Look again and again, until cancelled."""
    await look_again(partial(look, runtime), EVERY_SECONDS, "surveys")


async def look(runtime: Runtime) -> None:
    """Count what is over, in every municipality that the rules know, and tidy up."""
    for municipality, rules in sorted(runtime.rules.items()):
        own = rules.read(OnboardingRules)
        for survey in own.surveys.asked:
            while await _count_next(runtime, municipality, survey):
                pass
        async with runtime.transaction() as (conn, moment):
            today = day_of(moment.now)
            await links.drop_old_links(conn, municipality, today - own.link.days * DAY)
            await surveys.forget_who_answered(conn, municipality, today)


async def _count_next(runtime: Runtime, municipality: str, survey: IntroSurvey) -> bool:
    """Count the earliest period of a survey that is over and not counted; whether there was one.

    It is over when all that was heard is read past it. Of a survey that is new nothing is counted before the period of that day.
    Two who count at once wait for each other, and the second finds it counted.
    """
    rhythm = runtime.rules[municipality].read(OnboardingRules).surveys.rhythm
    async with runtime.transaction() as (conn, moment):
        today = day_of(moment.now)
        until = await surveys.closed_until(conn, municipality, survey, first_day(period_of(today, rhythm)) - DAY)
        period = period_of(until + DAY, rhythm)
        if last_day(period) >= today:
            return False
        done = await _count(runtime, conn, Round(municipality, survey, period), until + DAY, moment)
        await surveys.close(conn, municipality, survey, last_day(period))
    if done is not None:
        done()
    return True


async def _count(runtime: Runtime, conn: Connection, at: Round, first: date, moment: Moment) -> Done | None:
    """What was asked and answered from `first` to the end of the period becomes records; what is too few waits with the next one."""
    snapshot = await runtime.reconciler.snapshot(conn, at.municipality)
    rules, last = snapshot.rules.read(OnboardingRules).surveys, last_day(at.period)
    plans, mentors = await surveys.everybody(conn, at.municipality, first - LONGEST)
    every = offers(plans, mentors, rules, snapshot.rules.calendar)
    asked = [offer for offer in every if offer.survey is at.survey and first <= offer.closes <= last]
    silent = unanswered(asked, frozenset(await surveys.answered(conn, asked)))
    over = [period for period in await surveys.periods(conn, at.municipality, at.survey) if last_day(period) <= last]
    organisation = snapshot.organisation()
    amounts = added(await surveys.take(conn, at.municipality, at.survey, over), silent)
    told, left = pooled(amounts, lambda unit: organisation.path(unit, last), rules.least_answers)
    await surveys.add(conn, Round(at.municipality, at.survey, period_of(last + DAY, rules.rhythm)), left)
    subject = subject_of(at.municipality)
    found = notes(at.survey, at.period, told, subject, moment.stamp)
    return await runtime.reconcile(conn, {subject: found}, moment) if found else None
