"""Answers and nightly files of payroll systems on a real PostgreSQL: in order, again, too late, cut off, and after a crash."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.chassis.failures import Refused
from services.chassis.runtime import Runtime
from services.intake import delivery
from services.intake.delivery import Delivering
from services.intake.outcome import Outcome
from services.intake.reading.files import survey
from services.intake.reading.mapping import Mapping
from tests.integration.test_intake import dict_of, outbox
from tests.kit.deliveries import MAPPINGS, samples
from tests.unit.intake.opus_file import OPUS, employee, night, org_unit, sample

TABLES_OF = "intake"


async def take(intake: Runtime, path: Path, mapping: str = "opus", *, dry_run: bool = False) -> Outcome:
    told = Mapping.load(MAPPINGS / f"{mapping}.toml")
    return await Delivering(intake, told, survey(told, path), dry_run=dry_run).run()


def registered(outcome: Outcome) -> dict[str, int]:
    """What was said but by the clock, which depends on the day the test runs."""
    return {name: count for name, count in outcome.said.items() if not name.endswith(("-started.v1", "-ended.v1")) or "leader" in name}


async def test_the_answers_of_sd_are_taken_in_order_and_come_to_the_events_of_the_samples(intake: Runtime) -> None:
    units = [await take(intake, samples(f"{name}.xml", "sd"), "sd") for name in ("GetOrganization", "GetDepartment")]
    baseline = await take(intake, samples("GetEmploymentChanged.baseline.xml", "sd"), "sd")
    changed = await take(intake, samples("GetEmploymentChangedAtDate.xml", "sd"), "sd")
    again = await take(intake, samples("GetEmploymentChangedAtDate.xml", "sd"), "sd")

    assert [taken.feed for taken in (*units, baseline)] == ["sd.units", "sd.units", "sd"]
    assert baseline.said["hr.hired.v1"] == 12
    assert registered(changed) == {
        "hr.hired.v1": 4,
        "hr.leave-registered.v1": 2,
        "hr.employment-cancelled.v1": 1,
        "hr.placement-changed.v1": 1,
        "hr.hours-changed.v1": 2,
        "hr.employment-end-registered.v1": 5,
        "hr.resigned.v1": 2,
        "hr.resignation-withdrawn.v1": 1,
        "hr.leader-ended.v1": 1,
        "hr.post-vacant.v1": 1,
        "intake.record-refused.v1": 2,
    }
    assert changed.notes == {"source-record-purged": 1, "leave-before-start": 1}
    assert not again.said
    assert not any("9901700001" in body or "70101" in body for _, body in await outbox(intake))
    known = [dict_of(headers)["ce_time"] for headers, body in await outbox(intake) if '"2019-08-01"' in body]
    assert known == [datetime(2019, 7, 1, 22, tzinfo=UTC).isoformat()]


async def test_two_nights_of_opus_come_to_the_events_of_the_samples_and_an_older_one_is_refused(intake: Runtime, tmp_path: Path) -> None:
    before, after = (sample(tmp_path, name) for name in ("ZLPE_delta.previous.xml", "ZLPE_delta.xml"))
    first = await take(intake, before)
    tried = await take(intake, after, dry_run=True)
    second = await take(intake, after)
    known = len(await outbox(intake))
    again = [await take(intake, path) for path in (after, before)]

    assert first.said["hr.hired.v1"] == 4
    assert tried.said == second.said
    assert registered(second) == {
        "hr.unit-changed.v1": 1,
        "hr.hired.v1": 2,
        "hr.employment-end-registered.v1": 1,
        "hr.resigned.v1": 1,
        "hr.leader-ended.v1": 1,
        "hr.post-vacant.v1": 1,
        "hr.placement-changed.v1": 1,
        "hr.employment-cancelled.v1": 1,
        "hr.person-named.v1": 1,
        "intake.record-refused.v1": 1,
    }
    assert second.notes == {"effective-date-assumed": 1}
    assert [outcome.said for outcome in again] == [{}, {}]
    assert len(await outbox(intake)) == known
    with pytest.raises(Refused, match="older-delivery"):
        await take(intake, night(tmp_path, org_unit(), made="20261117224000"))
    assert len(await outbox(intake)) == known
    turned_down = await intake.pool.fetch("select turned_down from delivery order by turned_down")
    assert [row["turned_down"] for row in turned_down] == ["older-delivery", None, None]


async def test_who_came_and_is_gone_again_leaves_a_night_as_it_was_before_and_is_gone(intake: Runtime, tmp_path: Path) -> None:
    nights = [(), (employee(entryDate="2026-05-01"),), (), (employee(entryDate="2026-05-01"),)]
    paths = [night(tmp_path, org_unit(), *staff, made=f"2026030{day}224000") for day, staff in enumerate(nights, 2)]
    said = [(await take(intake, path)).said["hr.employment-cancelled.v1"] for path in paths]

    assert said == [0, 0, 1, 1], "cancelled, and not cancelled after all"
    assert (await take(intake, paths[-1])).again


async def test_a_cut_off_night_changes_nothing_and_the_whole_one_goes_on(intake: Runtime, tmp_path: Path) -> None:
    staff = [employee(str(number), cpr=f"99{number:08}") for number in range(100)]
    await take(intake, night(tmp_path, org_unit(), *staff, made="20260302224000"))
    before = await outbox(intake)

    with pytest.raises(Refused, match="incomplete-file"):
        await take(intake, night(tmp_path, org_unit(), *staff[50:], made="20260303224000"))
    asked = (await outbox(intake))[len(before) :]
    assert [dict_of(headers)["ce_type"] for headers, _ in asked] == ["intake.delivery-held-back.v1"], "but that HR is asked to look"

    whole = await take(intake, night(tmp_path, org_unit(), *staff[1:], made="20260303230000"))
    assert whole.said == {"hr.employment-cancelled.v1": 1, "hr.hired.v1": 1}


async def test_a_night_that_was_stopped_between_two_transactions_goes_on(
    intake: Runtime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "CHUNK", 1)
    staff = [employee(str(number), cpr=f"99{number:08}") for number in range(4)]
    await take(intake, night(tmp_path, org_unit(), *staff, made="20260302224000"))
    before = len(await outbox(intake))
    changed = [employee(str(number), "2026-03-03", cpr=f"99{number:08}", numerator="30") for number in range(3)]
    path = night(tmp_path, org_unit(), *changed, made="20260303224000")
    told = Mapping.parse(OPUS)
    taken: list[int] = []

    class Killed(Exception):
        pass

    def kill(subjects: int) -> None:
        taken.append(subjects)
        if len(taken) == 2:
            raise Killed

    with pytest.raises(Killed):
        await Delivering(intake, told, survey(told, path)).run(kill)
    await take(intake, path)

    said = Counter(dict_of(headers)["ce_type"] for headers, _ in (await outbox(intake))[before:])
    assert said == {"hr.hours-changed.v1": 3, "hr.employment-cancelled.v1": 1, "hr.hired.v1": 1}
    assert await intake.pool.fetchval("select count(*) from shown where kind = 'employments'") == 3
