"""SD Løn asked over HTTP on a real PostgreSQL: first load, windows, what is no news, every trouble by its name."""

from collections.abc import AsyncIterator, Iterator

import pytest
import stamina

from services.chassis.failures import Refused
from services.chassis.runtime import Runtime, open_runtime
from services.chassis.settings import Settings
from services.intake import store
from services.intake.app import SERVICE
from services.intake.polling import client
from tests.kit.polling import VARIABLES, failures, held, marks, poll, poller, source_of
from tests.kit.sd_service import FAULT, SECRET, USER, SdService, Trouble, sd_service
from tests.unit.intake.sd_answer import degree, hired, job, status

FOREVER = "9999-12-31"
MOVED = job(degree("2026-11-21", "2026-12-01", FOREVER, "0.8108"), number="70001", start="")
NEW = job(*hired("2026-11-21", "2026-12-01"), number="70002", start="2026-12-01", person="9902700002")
REFUSED = job(status("2026-11-21", "2027-01-01", FOREVER, "5"), number="70009", start="", person="9909700009")
ONE, TWO = "hr.hired.v1", "hr.hours-changed.v1"


@pytest.fixture
async def intake(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Runtime]:
    for name, value in VARIABLES.items():
        monkeypatch.setenv(name, value)
    async with open_runtime(SERVICE, settings) as runtime:
        yield runtime


@pytest.fixture(autouse=True)
def without_pauses() -> Iterator[None]:
    with stamina.set_testing(True, attempts=client.ATTEMPTS, cap=True):
        yield


@pytest.fixture
def sd() -> Iterator[SdService]:
    with sd_service() as service:
        service.in_force.append(job(*hired("2025-12-01", "2026-01-01")))
        yield service


async def test_first_all_that_is_in_force_then_windows_and_who_is_told_of_twice_is_said_once(intake: Runtime, sd: SdService) -> None:
    source = source_of(sd)
    await poll(intake, source, "2026-11-21T12:00")
    first = await held(intake)
    sd.registers("2026-11-21T12:05", MOVED)
    sd.registers("2026-11-21T12:08", NEW)
    await poll(intake, source, "2026-11-21T12:10")
    second = await held(intake)
    await poll(intake, source, "2026-11-21T12:13")

    assert sd.calls() == ["GetEmploymentChanged", "GetEmploymentChangedAtDate", "GetEmploymentChangedAtDate"]
    assert sd.windows() == [("21.11.2026 11:50", "21.11.2026 12:10"), ("21.11.2026 12:00", "21.11.2026 12:13")]
    assert first.said == {ONE: 1, "hr.employment-started.v1": 1}
    assert second.said - first.said == {ONE: 1, TWO: 1}
    assert (await held(intake)).said == second.said
    assert [row[3] for row in second.deliveries] == [True, True]
    assert await marks(intake) == {"employments": ("2026-11-21 12:13", False)}


async def test_an_answer_that_tells_of_nobody_is_no_delivery_and_moves_the_mark(intake: Runtime, sd: SdService) -> None:
    sd.in_force.clear()
    steps = [*await poll(intake, source_of(sd), "2026-11-21T12:00"), *await poll(intake, source_of(sd), "2026-11-21T12:10")]

    assert [(step.outcome, step.failed) for step in steps] == [(None, None), (None, None)]
    assert (await held(intake)).deliveries == []
    assert await marks(intake) == {"employments": ("2026-11-21 12:10", False)}


async def test_after_days_of_silence_every_window_is_asked_in_order(intake: Runtime, sd: SdService) -> None:
    await poll(intake, source_of(sd), "2026-11-21T12:00")
    sd.registers("2026-11-22T20:00", MOVED)
    steps = await poll(intake, source_of(sd), "2026-11-24T09:30")

    assert [last for _, last in sd.windows()] == ["22.11.2026 12:00", "23.11.2026 12:00", "24.11.2026 09:30"]
    assert [step.outcome.said if step.outcome else {} for step in steps] == [{}, {TWO: 1}, {}]


async def test_units_and_names_are_streams_of_their_own_and_an_unchanged_tree_is_not_taken_again(intake: Runtime, sd: SdService) -> None:
    source = source_of(sd, units=True, names=True)
    period = f"<ActivationDate>2018-01-01</ActivationDate><DeactivationDate>{FOREVER}</DeactivationDate>"
    unit = "<DepartmentIdentifier>{}</DepartmentIdentifier><DepartmentLevelIdentifier>Afdelings-niveau</DepartmentLevelIdentifier>"
    sd.organisation = f"<Organization>{period}<DepartmentReference>{unit.format('A120')}</DepartmentReference></Organization>"
    plain = f"<Department>{period}{unit.format('A120')}<DepartmentName>Ældre Nord</DepartmentName></Department>"
    sd.departments = plain
    name = "<PersonGivenName>Ane</PersonGivenName><PersonSurnameName>Opdigtet</PersonSurnameName><Employment>"
    sd.names("2026-11-01T08:00", job().replace("<Employment>", name))
    await poll(intake, source, "2026-11-21T12:00")
    await poll(intake, source, "2026-11-21T18:00")
    quiet = await held(intake)
    await poll(intake, source, "2026-11-22T06:00")
    same = await held(intake)
    sd.departments = plain.replace("Ældre Nord", "Ældre Syd")
    await poll(intake, source, "2026-11-23T06:00")
    other = await held(intake)
    sd.departments = plain
    await poll(intake, source, "2026-11-24T06:00")

    assert sd.calls()[:4] == ["GetOrganization", "GetDepartment", "GetEmploymentChanged", "GetPerson"]
    assert sorted(row[0] for row in quiet.deliveries) == ["sd", "sd.persons", "sd.units", "sd.units"]
    assert quiet.said["hr.person-named.v1"] == 1
    assert same == quiet
    assert other.said - same.said == {"hr.unit-changed.v1": 1}
    assert (await held(intake)).said - other.said == {"hr.unit-changed.v1": 1}


@pytest.mark.parametrize(
    ("trouble", "reason", "times"),
    [
        (Trouble(status=500, body="<html>Internal error</html>"), "no-answer", client.ATTEMPTS),
        (Trouble(status=500, body=FAULT), "source-fault", client.ATTEMPTS),
        (Trouble(cut=True), "no-answer", client.ATTEMPTS),
        (Trouble(body=FAULT), "source-fault", 1),
        (Trouble(status=401, body=""), "not-let-in", 1),
        (Trouble(status=404, body=""), "question-refused", 1),
        (Trouble(body="<html><body>Vedligehold</body></html>"), "bad-answer", 1),
        (Trouble(body="<GetEmploymentChangedAtDate20111201><Person>"), "truncated-xml", 1),
    ],
    ids=["500", "500 with a fault", "cut off", "fault", "401", "404", "another page", "truncated"],
)
async def test_a_trouble_has_a_name_and_what_it_hid_is_taken_next_time(
    intake: Runtime, sd: SdService, trouble: Trouble, reason: str, times: int, capsys: pytest.CaptureFixture[str]
) -> None:
    source = source_of(sd)
    await poll(intake, source, "2026-11-21T12:00")
    sd.registers("2026-11-21T12:05", MOVED)
    sd.troubles.extend([trouble] * times)
    first = await poll(intake, source, "2026-11-21T12:10")
    hidden = await held(intake)
    asked = sd.asked[-1]
    again = await poll(intake, source, "2026-11-21T12:40")

    assert failures(first) == [reason]
    assert len(sd.asked) == 1 + times + 2
    assert hidden.said[TWO] == 0
    assert sd.asked[1 + times] == asked, "the question that was not answered is asked again as it was"
    assert failures(again) == []
    assert (await held(intake)).said[TWO] == 1
    assert await marks(intake) == {"employments": ("2026-11-21 12:40", False)}
    out, err = capsys.readouterr()
    assert not any(text in out + err for text in (USER, SECRET, "9901700001"))


async def test_what_fails_for_a_moment_is_answered_in_the_same_round(intake: Runtime, sd: SdService) -> None:
    sd.troubles.extend([Trouble(status=500, body=""), Trouble(cut=True)])

    (step,) = await poll(intake, source_of(sd), "2026-11-21T12:00")

    assert step.outcome is not None
    assert step.outcome.said[ONE] == 1
    assert len(sd.asked) == 3


async def test_an_answer_that_is_not_there_in_time_is_none(intake: Runtime, sd: SdService) -> None:
    sd.troubles.extend([Trouble(held=True)] * client.ATTEMPTS)

    slow = await poll(intake, source_of(sd, timeout_seconds=0.2), "2026-11-21T12:00")
    sd.let_go.set()
    good = await poll(intake, source_of(sd))

    assert failures(slow) == ["no-answer"]
    assert good[0].outcome is not None


async def test_a_refused_employment_is_refused_once_and_stops_nothing(intake: Runtime, sd: SdService) -> None:
    await poll(intake, source_of(sd), "2026-11-21T12:00")
    sd.registers("2026-11-21T12:05", REFUSED)
    sd.registers("2026-11-21T12:06", NEW)
    await poll(intake, source_of(sd), "2026-11-21T12:10")

    found = await held(intake)
    assert found.said[ONE] == 2
    assert found.said["intake.record-refused.v1"] == 1
    assert found.deliveries[-1] == ("sd", 2, 1, True)


async def test_while_one_process_asks_another_does_not(intake: Runtime, sd: SdService, settings: Settings) -> None:
    async with open_runtime(SERVICE, settings) as other, poller(other, source_of(sd)) as second:
        async with store.alone(intake.pool, "730 poll sd-zz", "sd-zz"):
            with pytest.raises(Refused, match="import-running"):
                await second.run()
        steps = await second.run()

    assert len(steps) == 1
    assert sd.calls() == ["GetEmploymentChanged"]
