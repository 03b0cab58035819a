"""Whatever is wrong with a file has a name, whichever system it comes from; the table in `deploy/local/mappings/README.md` in code."""

import gzip
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from services.chassis.failures import Refused
from services.intake.reading import bomb, xml
from services.intake.reading.files import read
from services.intake.reading.mapping import Mapping
from services.intake.reading.result import Reading
from tests.unit.intake import opus_file, sd_answer
from tests.unit.intake.jobs import HEADER, MAPPING, row
from tests.unit.intake.sd_answer import answer, degree, job, status, unit

CHANGED = "2025-12-01"


mapping_of = cache(Mapping.parse)


class Source(NamedTuple):
    """A system: its mapping, how it names a file, and a good file of one row with letters that are not ASCII."""

    mapping: str
    file: str
    good: str

    def reads(self, folder: Path, content: str | bytes, *, encoding: str = "", ending: str = "") -> Reading:
        """What is read of a file with this content. `encoding`: the mapping names another one; `ending`: of the file's name."""
        path = folder / f"{self.file}{ending}"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        told = self.mapping.replace("[format]", f'[format]\nencoding = "{encoding}"', 1) if encoding else self.mapping
        return read(mapping_of(told), path, "730")

    def outcome(self, folder: Path, content: str | bytes, *, encoding: str = "", ending: str = "") -> str:
        """The name of what becomes of it: `taken`, the reason and field of its refused row, or the reason of a file refused whole."""
        try:
            reading = self.reads(folder, content, encoding=encoding, ending=ending)
        except Refused as refused:
            return refused.reason
        if reading.wrong:
            return f"{reading.wrong[0].reason} {reading.wrong[0].field}"
        assert reading.accepted
        return "taken"


def sd(start: str = "2026-01-01", first: str = "2026-01-01", last: str = "9999-12-31", changed: str = CHANGED, code: str = "ÅB12") -> str:
    """An answer with one employment."""
    told = (status(changed, first, last, "1"), unit(changed, first, last, code), degree(changed, first, last, "1.0000"))
    return answer(job(*told, start=start))


def opus(number: str = "5001", changed: str = "2026-03-02", **fields: str) -> str:
    """A night with one employee."""
    return night(opus_file.employee(number, changed, **({"lastName": "Åby"} | fields)))


def night(inner: str) -> str:
    """A night with one element."""
    return f'<?xml version="1.0" encoding="utf-8"?>\n<kmd>\n{inner}\n</kmd>\n'


CSV = Source(MAPPING, "jobs.csv", HEADER + row(name="Åse Dam"))
SD = Source(sd_answer.SD, "answer.xml", sd())
OPUS = Source(opus_file.OPUS, "ZLPE20260302224000_delta.xml", opus())
SOURCES = {"csv": CSV, "sd": SD, "opus": OPUS}
every_source = pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
every_xml = pytest.mark.parametrize("source", [SD, OPUS], ids=["sd", "opus"])


class Way(NamedTuple):
    """A way in which a file can be written, and what becomes of it: one outcome for all systems, or for CSV, SD and OPUS."""

    write: Callable[[str], bytes]
    csv: str
    sd: str = ""
    opus: str = ""
    encoding: str = ""
    ending: str = ""


WAYS = {
    "UTF-8": Way(str.encode, "taken"),
    "UTF-8 with a byte order mark": Way(lambda text: text.encode("utf-8-sig"), "taken"),
    "UTF-16": Way(lambda text: text.encode("utf-16"), "bad-encoding"),
    "UTF-16 where the mapping says so": Way(lambda text: text.encode("utf-16"), "taken", encoding="utf-16"),
    "Windows-1252": Way(lambda text: text.encode("cp1252"), "bad-encoding"),
    "Windows-1252 where the mapping says so": Way(lambda text: text.encode("cp1252"), "taken", encoding="cp1252"),
    "an encoding that does not exist": Way(str.encode, "bad-mapping", encoding="danish"),
    "empty": Way(lambda _: b"", "bad-header", "truncated-xml", "truncated-xml"),
    "only a byte order mark": Way(lambda _: b"\xef\xbb\xbf", "bad-header", "truncated-xml", "truncated-xml"),
    "something else": Way(lambda _: b"<html><body>503</body></html>", "bad-header", "bad-answer", "bad-answer"),
    "a zero byte": Way(lambda text: text.encode().replace("Å".encode(), b"\0"), "bad-text name", "bad-xml", "bad-xml"),
    "packed": Way(lambda text: gzip.compress(text.encode()), "taken", ending=".gz"),
    "packed and cut off": Way(lambda text: gzip.compress(text.encode())[:-9], "bad-file", ending=".gz"),
    "packed by name only": Way(str.encode, "bad-file", ending=".gz"),
    "a text of 200 characters": Way(lambda t: t.replace("Å", "Å" * 200).encode(), "bad-text name", "bad-key unit", "bad-text display_name"),
    "a text of 200,000 characters": Way(lambda t: t.replace("Å", "Å" * 200_000).encode(), "bad-file", "too-large", "too-large"),
}


@pytest.mark.parametrize("name", ["csv", "sd", "opus"])
@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_what_becomes_of_a_file_has_a_name(tmp_path: Path, way: Way, name: str) -> None:
    source = SOURCES[name]
    content = way.write(source.good)

    assert source.outcome(tmp_path, content, encoding=way.encoding, ending=way.ending) == (getattr(way, name) or way.csv)


class Day(NamedTuple):
    """A field that holds a day, and what becomes of a row where that is 9999-12-31, 1900-01-01 or 0000-00-00."""

    source: Source
    write: Callable[[str], str]
    outcomes: tuple[str, str, str]


NONE = ("taken", "taken", "taken")
NO_DAY = ("sentinel-date first_day",) * 3
UNKNOWN = ("bad-date registered_at",) * 3
DAYS = {
    "csv, first day": Day(CSV, lambda day: HEADER + row(first=day), NO_DAY),
    "csv, last day": Day(CSV, lambda day: HEADER + row(last=day), NONE),
    "csv, registered": Day(CSV, lambda day: HEADER + row(seen=day), UNKNOWN),
    "sd, EmploymentDate": Day(SD, lambda day: sd(start=day), NONE),
    "sd, ActivationDate": Day(SD, lambda day: sd(first=day), ("sentinel-date period", "taken", "missing-value period")),
    "sd, DeactivationDate": Day(SD, lambda day: sd(last=day), NONE),
    "sd, changedAtDate": Day(SD, lambda day: sd(changed=day), UNKNOWN),
    "opus, entryDate": Day(OPUS, lambda day: opus(entryDate=day), ("missing-entry-date first_day",) * 3),
    "opus, leaveDate": Day(OPUS, lambda day: opus(leaveDate=day), NONE),
    "opus, startDate": Day(
        OPUS, lambda day: night(opus_file.org_unit(startDate=day)), ("sentinel-date period", "taken", "missing-value period")
    ),
    "opus, endDate": Day(OPUS, lambda day: night(opus_file.org_unit(endDate=day)), NONE),
    "opus, lastChanged": Day(OPUS, lambda day: opus(changed=day), UNKNOWN),
}


@pytest.mark.parametrize("number", range(3), ids=["9999-12-31", "1900-01-01", "0000-00-00"])
@pytest.mark.parametrize("day", DAYS.values(), ids=DAYS)
def test_a_day_that_means_none_is_none_or_the_row_is_refused(tmp_path: Path, day: Day, number: int) -> None:
    text = day.write(("9999-12-31", "1900-01-01", "0000-00-00")[number])

    assert day.source.outcome(tmp_path, text) == day.outcomes[number]


@every_source
def test_no_day_that_means_none_ever_reaches_a_record(tmp_path: Path, source: Source) -> None:
    """But for "since always", with which a period may begin: it is never later than the day that counts."""
    for day in [day for day in DAYS.values() if day.source is source]:
        for text in ("9999-12-31", "1900-01-01", "0000-00-00"):
            fields = [accepted.draft.fields for accepted in source.reads(tmp_path, day.write(text)).accepted]
            assert "date(9999" not in repr(fields)
            assert date(1900, 1, 1) not in [each.get(name) for each in fields for name in ("first_day", "last_day", "valid_from", "until")]


@pytest.mark.parametrize("noughts", ["0000-00-00", "00-00-0000", "00.00.0000", "0000/00/00", "00000000"])
def test_the_day_of_noughts_means_none_however_it_is_written(tmp_path: Path, noughts: str) -> None:
    (accepted,) = CSV.reads(tmp_path, HEADER + row(last=noughts)).accepted

    assert accepted.draft.fields["last_day"] is None
    assert CSV.outcome(tmp_path, HEADER + row(last="0")) == "bad-date last_day"
    assert CSV.outcome(tmp_path, HEADER + row(last="0000-00")) == "bad-date last_day"


@pytest.mark.parametrize("header", ["where;person\n", HEADER.replace("degree;", ""), HEADER.replace("job;", "job;job;")])
def test_a_csv_file_whose_columns_are_missing_or_doubled_is_refused_whole(tmp_path: Path, header: str) -> None:
    assert CSV.outcome(tmp_path, header + row()) == "bad-header"


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
BOMBS = {
    "billion laughs": f'<!DOCTYPE a [<!ENTITY l0 "ha">{LAUGHS}]>',
    "quadratic blow-up": f'<!DOCTYPE a [<!ENTITY l9 "{"a" * 50_000}">]>',
    "an entity from outside": '<!DOCTYPE a [<!ENTITY l9 SYSTEM "file:///etc/hostname">]>',
    "a parameter entity": '<!DOCTYPE a [<!ENTITY % p SYSTEM "http://example.invalid/p"> %p;]>',
    "a DTD from outside": '<!DOCTYPE a SYSTEM "http://example.invalid/a.dtd">',
    "a DTD with nothing in it": "<!DOCTYPE a>",
}


@every_xml
@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
def test_an_entity_is_never_read(tmp_path: Path, source: Source, bomb: str) -> None:
    head, _, rest = source.good.partition("?>")

    assert source.outcome(tmp_path, f"{head}?>{bomb}{rest.replace('Å', '&l9;' * 100)}") == "forbidden-xml"


@every_xml
def test_of_a_file_that_ends_too_early_nothing_is_taken_wherever_it_ends(tmp_path: Path, source: Source) -> None:
    content = source.good.encode()
    whole = len(content.rstrip())
    found = {source.outcome(tmp_path, content[:length]) for length in range(whole)}

    assert found == {"truncated-xml", "bad-encoding"}, "bad-encoding: between the two bytes of a letter"
    assert source.outcome(tmp_path, content[:whole]) == "taken"


@every_source
def test_of_a_packed_file_that_ends_too_early_nothing_is_taken_wherever_it_ends(tmp_path: Path, source: Source) -> None:
    packed = gzip.compress(source.good.encode())

    assert {source.outcome(tmp_path, packed[:length], ending=".gz") for length in range(1, len(packed))} == {"bad-file"}


@every_source
def test_a_folder_without_its_files_and_a_file_that_is_not_there_are_no_files(tmp_path: Path, source: Source) -> None:
    (tmp_path / source.file).mkdir()

    for path in (tmp_path / source.file, tmp_path / "none" / source.file):
        with pytest.raises(Refused, match="no-file"):
            read(mapping_of(source.mapping), path, "730")


@every_source
def test_a_packed_file_that_unpacks_out_of_proportion_is_refused(tmp_path: Path, source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bomb, "FREE", 1 << 20)
    blank = gzip.compress(source.good.encode() + b"\n" * (2 << 20), 9)

    assert source.outcome(tmp_path, blank, ending=".gz") == "too-large"
    monkeypatch.setattr(bomb, "FREE", 4 << 20)
    assert source.outcome(tmp_path, blank, ending=".gz") == "taken", "what is small in the end may pack well"


@every_xml
@pytest.mark.parametrize(
    "filling", ["<a>" * 200 + "</a>" * 200, "<a/>" * 40_000, '<a b="' + "c" * 200_000 + '"/>', f"<a>{'b' * 9}</a>" * 20_000]
)
def test_a_part_that_no_payroll_system_writes_is_refused(
    tmp_path: Path, source: Source, filling: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xml, "LARGEST", 1 << 20)
    end = "</Person>" if source is SD else "</employee>"

    assert source.outcome(tmp_path, source.good.replace(end, filling + end)) == "too-large"
    assert source.outcome(tmp_path, source.good.replace(end, "<a>b</a>" * 10 + end)) == "taken"
