"""XML from outside: each way it can be wrong has a name, and memory stays small."""

import gzip
import tracemalloc
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from services.chassis.failures import Refused
from services.intake.reading.answers import read_answer
from services.intake.reading.result import Place
from services.intake.reading.sd import SdAnswers
from services.intake.reading.sd_mapping import SdSource
from services.intake.reading.written import Format
from tests.unit.intake.payroll import Payroll
from tests.unit.intake.sd_answer import SD, answer, degree, hired, job, reading_of, written

GOOD = answer(job(*hired()))
BOMB = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>' + GOOD.partition("?>")[2].replace("A120", "&b;")
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE a SYSTEM "http://example.invalid/a.dtd">' + GOOD.partition("?>")[2]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param(GOOD[:-40], "truncated-xml", id="cut off"),
        pytest.param("", "truncated-xml", id="empty"),
        pytest.param(GOOD.replace("</Employment>", "", 1), "bad-xml", id="not well-formed"),
        pytest.param(BOMB, "forbidden-xml", id="entity bomb"),
        pytest.param(OUTSIDE, "forbidden-xml", id="a DTD from outside"),
        pytest.param("<html><body>503</body></html>", "bad-answer", id="another answer"),
        pytest.param(GOOD.encode("utf-16"), "bad-encoding", id="UTF-16"),
        pytest.param(GOOD.replace("A120", "Åby").encode("windows-1252"), "bad-encoding", id="Windows-1252"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_whole_with_its_reason(tmp_path: Path, text: str | bytes, reason: str) -> None:
    with pytest.raises(Refused, match=reason) as refused:
        reading_of(tmp_path, text)
    assert refused.value.fields["file"] == "answer.xml"


def test_a_byte_order_mark_is_no_matter_and_a_packed_file_is_the_same_delivery(tmp_path: Path) -> None:
    plain = reading_of(tmp_path, GOOD)
    marked = reading_of(tmp_path, b"\xef\xbb\xbf" + GOOD.encode())
    packed = reading_of(tmp_path, gzip.compress(GOOD.encode()), name="answer.xml.gz")

    assert [row.draft for row in marked.accepted] == [row.draft for row in plain.accepted]
    assert packed.digest == plain.digest != marked.digest
    with pytest.raises(Refused, match="bad-file"):
        reading_of(tmp_path, b"no gzip", name="answer.xml.gz")


def test_another_encoding_is_read_where_the_mapping_says_so(tmp_path: Path) -> None:
    mapping = SD.replace("[format]", '[format]\nencoding = "windows-1252"')
    reading = reading_of(tmp_path, GOOD.replace("UTF-8", "windows-1252").replace("A120", "Åby").encode("windows-1252"), mapping)

    assert reading.accepted[0].draft.fields["units"][0]["unit"] == "Åby"


def test_an_answer_in_an_envelope_is_read(tmp_path: Path) -> None:
    inner = GOOD.partition("?>")[2]
    text = f'<s:Envelope xmlns:s="urn:e"><s:Body>{inner.replace("<Get", "<n:Get").replace("</Get", "</n:Get")}</s:Body></s:Envelope>'

    assert len(reading_of(tmp_path, text.replace("creationDateTime", 'xmlns:n="urn:n" creationDateTime')).accepted) == 1


def test_an_answer_without_a_change_is_an_answer(tmp_path: Path) -> None:
    reading = reading_of(tmp_path, answer())

    assert (reading.rows, reading.accepted, reading.wrong) == (0, [], [])


def test_an_answer_is_text_wherever_it_comes_from() -> None:
    payroll = Payroll()
    assert payroll.mapping.sd is not None
    pieces = (GOOD[start : start + 7] for start in range(0, len(GOOD), 7))
    rows = list(read_answer(pieces, SdAnswers(payroll.mapping.sd, payroll.mapping.format), Place("GetEmployment", "sd-poll", {})))

    assert len(rows) == 1


def test_a_long_answer_is_never_held_whole() -> None:
    source = SdSource(status={}, end_reason={})

    def texts() -> Iterator[str]:
        yield "<GetEmployment20111201>"
        for _ in range(20_000):
            yield job(degree("2026-01-01", "2026-01-01", "9999-12-31", "1.0000")).replace("\n", "")
        yield "</GetEmployment20111201>"

    tracemalloc.start()
    count = sum(1 for _ in read_answer(texts(), SdAnswers(source, Format()), Place("a", "b", {})))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert count == 20_000
    assert most < 2_000_000


def test_a_folder_is_read_whole_and_other_files_are_left(tmp_path: Path) -> None:
    written(tmp_path, GOOD, "a.xml")
    written(tmp_path, answer(job(*hired(), number="70002")), "b.xml")
    written(tmp_path, "nothing", "notes.txt")

    assert len(Payroll().loads(tmp_path, date(2026, 2, 1)).accepted) == 2
    with pytest.raises(Refused, match="no-file"):
        Payroll().loads(tmp_path / "none", date(2026, 2, 1))
    (tmp_path / "empty").mkdir()
    with pytest.raises(Refused, match="no-file"):
        Payroll().loads(tmp_path / "empty", date(2026, 2, 1))


@pytest.mark.parametrize("count", [1000, 1001])
def test_progress_is_told_while_a_long_answer_is_read(tmp_path: Path, count: int) -> None:
    from services.intake.reading.files import read

    ticks: list[int] = []
    read(Payroll().mapping, written(tmp_path, answer(*[job(*hired())] * count)), progress=ticks.append)

    assert sum(ticks) == count
    assert ticks[0] == 1000
