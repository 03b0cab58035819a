"""What the leaders of the story do with what lies on their desks, by real forms: decided by the seed, noted where it was accepted."""

import asyncio
from collections.abc import Iterator
from datetime import date
from uuid import UUID

import asyncpg

from deploy.local.failures import StackFailed
from deploy.local.municipality.talks import decide_exit, decide_more_hours, decide_own_wish, decide_talk
from deploy.local.oracle import Recorded
from deploy.local.play.duties import Desks, window_of
from deploy.local.play.ledger import Log, Sending
from deploy.local.play.visitor import Visitors

LEVELS = {"exit-talk-leader": "leader", "exit-talk-employee": "employee"}


async def work(desks: Desks, visitors: Visitors, log: Log, seed: int, today: date) -> int:
    """Send what is decided for today or before; how many forms were accepted. The steps of one duty are sent in their order."""
    jobs = [
        *(list(follow_up(row, desks, seed, today)) for row in desks.talks),
        *(list(leaving(row, desks, seed, today)) for row in desks.cases),
        *(list(vacancy(row, seed, today)) for row in desks.vacancies),
    ]
    return sum(await asyncio.gather(*(_send(job, visitors, log) for job in jobs if job)))


async def hold_retention_talk(number: str, desks: Desks, visitors: Visitors, log: Log, today: date) -> None:
    """Who holds the talk with one who resigned records today that it was held. Raises `StackFailed` where it is not there or not taken."""
    found = [row for row in desks.cases if desks.numbers[row["employment_id"]] == number and row["kind"] not in LEVELS]
    accepted = sum([await _send([_held(row, desks, number, today, "stays", today)], visitors, log) for row in found])
    if accepted != 1:
        message = f"a retention talk was to be recorded on {today}: {len(found)} are open, {accepted} were accepted"
        raise StackFailed(message)


async def _send(job: list[tuple[UUID, str, Sending]], visitors: Visitors, log: Log) -> int:
    accepted = 0
    for duty, step, sending in job:
        if not log.first_time(duty, step):
            continue
        if await visitors.send(sending.holder, sending.page, sending.fields, sending.action):
            accepted += 1
            if sending.entry is not None:
                log.note(sending.entry)
        else:
            log.refused += 1
    return accepted


def follow_up(row: asyncpg.Record, desks: Desks, seed: int, today: date) -> Iterator[tuple[UUID, str, Sending]]:
    """A follow-up talk: held or declined on the day the seed says, once that day has come."""
    fact, number, kind = row["fact"], desks.numbers[row["employment_id"]], row["kind"]
    talk = decide_talk(seed, number, kind, window_of(row))
    if talk.day is None or talk.day > today:
        return
    page = f"/onboarding/talks/{fact}"
    entry = Recorded(number, kind, talk.action, talk.day, today)
    if talk.action == "held":
        fields = {"held_on": talk.day.isoformat(), "by_role": "nearest-leader"}
        yield fact, f"held {talk.day}", Sending(desks.holders.get(fact), page, page, fields, entry)
    else:
        fields = {"declined_on": talk.day.isoformat()}
        yield fact, f"declined {talk.day}", Sending(desks.holders.get(fact), page, f"{page}/declined", fields, entry)


def leaving(row: asyncpg.Record, desks: Desks, seed: int, today: date) -> Iterator[tuple[UUID, str, Sending]]:
    """A retention talk or an exit talk of one level."""
    if row["kind"] in LEVELS:
        yield from _exit(row, desks, seed, today)
    else:
        yield from _retention(row, desks, seed, today)


def _retention(row: asyncpg.Record, desks: Desks, seed: int, today: date) -> Iterator[tuple[UUID, str, Sending]]:
    fact, number, window = row["fact"], desks.numbers[row["employment_id"]], window_of(row)
    holder, page = desks.holders.get(fact), f"/retention/talks/{fact}"
    if not decide_own_wish(seed, number, window.opens):
        case = f"/retention/cases/{row['case_id']}"
        entry = Recorded(number, "retention", "not-own-wish", today, today)
        yield fact, "wish", Sending(holder, case, f"{case}/wish", {"own_wish": "false"}, entry)
        return
    talk = decide_talk(seed, number, "retention-talk", window)
    if talk.day is None or talk.day > today:
        return
    if talk.action == "held":
        yield _held(row, desks, number, talk.day, "undecided", today)
    else:
        entry = Recorded(number, "retention", talk.action, talk.day, today)
        yield fact, f"declined {talk.day}", Sending(holder, page, f"{page}/declined", {"declined_on": talk.day.isoformat()}, entry)


def _held(row: asyncpg.Record, desks: Desks, number: str, day: date, outcome: str, today: date) -> tuple[UUID, str, Sending]:
    fact, page = row["fact"], f"/retention/talks/{row['fact']}"
    fields = {"held_on": day.isoformat(), "outcome": outcome}
    return fact, f"held {day}", Sending(desks.holders.get(fact), page, page, fields, Recorded(number, "retention", "held", day, today))


def _exit(row: asyncpg.Record, desks: Desks, seed: int, today: date) -> Iterator[tuple[UUID, str, Sending]]:
    fact, number, level, window = row["fact"], desks.numbers[row["employment_id"]], LEVELS[row["kind"]], window_of(row)
    decided = decide_exit(seed, number, level, window, window.missed_after)
    page = f"/retention/exits/{fact}"
    steps = (
        ("offered", decided.offered_on, f"{page}/offered"),
        ("accepted", decided.accepted_on, f"{page}/accepted"),
        ("declined", decided.declined_on, f"{page}/declined"),
        ("held", decided.held_on, page),
    )
    for step, day, action in steps:
        if day is not None and day <= today:
            fields = {f"{step}_on": day.isoformat(), **({"recommends": "unknown"} if step == "held" else {})}
            entry = Recorded(number, f"exit-{level}", step, day, today)
            yield fact, f"{step} {day}", Sending(desks.holders.get(fact), page, action, fields, entry)


def vacancy(row: asyncpg.Record, seed: int, today: date) -> Iterator[tuple[UUID, str, Sending]]:
    """What HR helps with before an ad, in two of three vacancies; the oracle counts none of it."""
    number, page = row["vacancy_id"], f"/recruitment/vacancies/{row['vacancy_id']}"
    said = decide_more_hours(seed, str(number))
    if said is None:
        return
    if row["review_state"] == "open":
        fields = {"reviewed_on": today.isoformat(), "outcome": "refill-same", "tasks_checked": "true", "competences_checked": "true"}
        yield number, "review", Sending(None, page, f"{page}/review", fields, None)
    if row["more_hours_state"] == "open":
        counts = {"asked": str(said.asked), "accepted": str(said.accepted), "hours_gained": said.hours_gained.replace(".", ",")}
        yield number, "more-hours", Sending(None, page, f"{page}/more-hours", {"offered_on": today.isoformat(), **counts}, None)
