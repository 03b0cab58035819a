"""What is asked of a payroll service and until when; which sources may be asked; what an operator is told."""

import re
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from services.chassis.failures import Refused
from services.commands.poll import FAILURES, tell, words_of
from services.intake.polling.poll import Step, digest_of
from services.intake.polling.question import Mark, Stream, planned, question_of, streams_of
from services.intake.polling.source import Source, load
from services.intake.reading.mapping import Mapping
from tests.kit.deliveries import MAPPINGS, ROOT

NOON = datetime(2026, 11, 21, 11, 0, 42, tzinfo=UTC)
MINUTE = NOON.replace(second=0)


def source(**more: object) -> Source:
    told = {"name": "sd-zz", "municipality": "730", "institution": "ZZ", "address": "https://sd.example/sdws/", "mapping": "sd.toml"}
    return Source.model_validate({**told, **more})


def window(read_until: datetime, until: datetime, overlap: int = 1) -> tuple[str, ...]:
    asked = question_of(Stream.EMPLOYMENTS, Mark(date(2026, 1, 1), read_until, until), source(overlap_minutes=overlap)).parameters
    return tuple(asked[f"{end}ivation{unit}"] for end in ("Act", "Deact") for unit in ("Date", "Time"))


def test_the_first_question_is_what_is_in_force_and_its_minute_is_where_the_windows_begin() -> None:
    mark = planned(Stream.EMPLOYMENTS, None, NOON, source(begins=date(2020, 1, 1)))

    assert mark == Mark(date(2020, 1, 1), asking_until=MINUTE)
    asked = question_of(Stream.EMPLOYMENTS, mark, source())
    assert asked.call == "GetEmploymentChanged20111201"
    assert (asked.parameters["ActivationDate"], asked.parameters["DeactivationDate"]) == ("01.01.2020", "31.12.9999")
    assert asked.until == MINUTE


def test_a_question_that_was_not_answered_is_asked_again_as_it_was() -> None:
    noted = planned(Stream.EMPLOYMENTS, Mark(date(2026, 1, 1), MINUTE - timedelta(hours=1)), NOON, source())

    assert noted is not None
    assert planned(Stream.EMPLOYMENTS, noted, NOON + timedelta(days=3), source()) == noted


@pytest.mark.parametrize(("hours", "until"), [(1, 1), (24, 24), (25, 24), (200, 24)])
def test_a_window_is_at_most_as_long_as_the_operator_wants(hours: int, until: int) -> None:
    begun = MINUTE - timedelta(hours=hours)

    noted = planned(Stream.EMPLOYMENTS, Mark(date(2026, 1, 1), begun), NOON, source())

    assert noted is not None
    assert noted.asking_until == begun + timedelta(hours=until)


def test_within_a_minute_and_with_a_clock_that_went_back_there_is_nothing_to_ask() -> None:
    assert planned(Stream.EMPLOYMENTS, Mark(date(2026, 1, 1), MINUTE), NOON, source()) is None
    assert planned(Stream.EMPLOYMENTS, Mark(date(2026, 1, 1), MINUTE + timedelta(hours=1)), NOON, source()) is None


@pytest.mark.parametrize(("read", "is_asked"), [("2026-11-21T00:00+01:00", False), ("2026-11-20T23:59+01:00", True)])
def test_units_are_asked_for_once_a_danish_day(read: str, is_asked: bool) -> None:
    noted = planned(Stream.ORGANISATION, Mark(date(2026, 1, 1), datetime.fromisoformat(read)), NOON, source())

    assert (noted is not None) is is_asked


def test_a_window_reaches_back_into_the_one_before_and_is_written_in_danish_time() -> None:
    assert window(MINUTE - timedelta(minutes=10), MINUTE, overlap=5) == ("21.11.2026", "11:45", "21.11.2026", "12:00")


def test_in_the_night_with_an_hour_twice_no_window_is_turned_round_and_together_they_leave_nothing_out() -> None:
    before = datetime(2026, 10, 24, 23, 50, tzinfo=UTC)
    moments = [before + timedelta(minutes=20 * n) for n in range(9)]

    windows = [window(first, last) for first, last in pairwise(moments)]
    asked = [(datetime.strptime(" ".join(w[:2]), "%d.%m.%Y %H:%M"), datetime.strptime(" ".join(w[2:]), "%d.%m.%Y %H:%M")) for w in windows]  # noqa: DTZ007

    assert all(first < last for first, last in asked)
    covered = asked[0][1]
    for first, last in asked[1:]:
        assert first <= covered
        covered = max(covered, last)
    assert ("25.10.2026", "02:50") in {window[2:] for window in windows}


def test_units_and_names_are_asked_for_only_where_they_are_wanted() -> None:
    assert streams_of(source()) == tuple(Stream)
    assert streams_of(source(units=False, names=False)) == (Stream.EMPLOYMENTS,)


def test_when_an_answer_was_made_is_no_content_and_how_it_is_read_is() -> None:
    one, other = (Mapping.load(MAPPINGS / f"{name}.toml") for name in ("sd", "opus"))
    answers = [
        f'<GetPerson creationDateTime="2026-11-21T12:00:0{n}"><Person/>{more}</GetPerson>'.encode() for n, more in [(1, ""), (2, "")]
    ]

    assert digest_of(answers[0], one) == digest_of(answers[1], one)
    assert digest_of(answers[0], one) != digest_of(answers[0], other)
    assert digest_of(answers[0], one) != digest_of(answers[0] + b" ", one)


def test_the_example_can_be_read_and_its_mapping_is_there() -> None:
    (told,) = load(ROOT / "deploy" / "local" / "polls.toml")

    assert Mapping.load(told.mapping).way_in == "sd"


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("http://sd.example/sdws/", "https"),
        ("https://user:kanarie@sd.example/sdws/", "no user"),
        ("https://sd.example/?secret=kanarie", "no user"),
        ("kanarie", "https"),
    ],
    ids=["in the clear", "with a user", "with a question", "no address"],
)
def test_a_source_that_would_show_a_secret_is_refused_without_showing_it(tmp_path: Path, address: str, why: str) -> None:
    file = tmp_path / "polls.toml"
    file.write_text(
        f'[[sources]]\nname = "sd-zz"\nmunicipality = "730"\ninstitution = "ZZ"\nmapping = "sd.toml"\naddress = "{address}"\n', "utf-8"
    )

    with pytest.raises(ValueError, match=why) as refused:
        load(file)

    assert "kanarie" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_a_name_stands_once(tmp_path: Path) -> None:
    file = tmp_path / "polls.toml"
    file.write_text((ROOT / "deploy" / "local" / "polls.toml").read_text("utf-8").replace("[[sources]]", "[[sources]]", 1) * 2, "utf-8")

    with pytest.raises(ValueError, match="twice"):
        load(file)


def test_user_and_secret_come_from_the_environment_and_what_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValueError, match="FORBLIV_POLL_SD_ZZ_USER and FORBLIV_POLL_SD_ZZ_SECRET"):
        source().who()
    monkeypatch.setenv("FORBLIV_POLL_SD_ZZ_USER", "SY1")
    monkeypatch.setenv("FORBLIV_POLL_SD_ZZ_SECRET", "kanarie")

    user, secret = source().who()

    assert (user, secret.get_secret_value()) == ("SY1", "kanarie")
    assert "kanarie" not in repr(secret)


def test_every_way_to_get_no_answer_has_a_text() -> None:
    code = "".join((ROOT / "services" / "intake" / "polling" / name).read_text("utf-8") for name in ("client.py", "poll.py"))

    assert set(re.findall(r'SourceFailed\("([a-z-]+)"', code)) == FAILURES.keys()


def test_a_line_per_question_tells_what_became_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    asked = question_of(Stream.EMPLOYMENTS, Mark(date(2026, 1, 1), asking_until=MINUTE), source())
    failed = Refused("no-answer", why="status 500")

    tell("sd-zz", Step(asked), as_json=False)
    tell("sd-zz", Step(asked, failed=failed), as_json=False)
    tell("sd-zz", Step(asked, failed=failed), as_json=True)

    quiet, told, for_scripts = capsys.readouterr().out.splitlines()
    assert quiet == "sd-zz GetEmploymentChanged20111201 until 2026-11-21 12:00: nothing new"
    assert told == f"sd-zz GetEmploymentChanged20111201 until 2026-11-21 12:00: {words_of(failed)}"
    assert '"failed": "no-answer"' in for_scripts
