"""Memory and time of a large file of SD Løn and of KMD OPUS: 40 MB each, read in a process of its own, beside the parser alone.

`--events` is the number of MB. The goal is memory: under 300 MiB, as for CSV.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from xml.parsers.expat import ParserCreate

from bench.asked import Asked
from bench.report import line, plain
from deploy.local.paths import ROOT

MEGABYTES = 40
FOREVER = "9999-12-31"
READ = """
import json, resource, sys, time
from pathlib import Path
from services.intake.reading.files import read
from services.intake.reading.mapping import Mapping
begin = time.perf_counter()
reading = read(Mapping.load(Path(sys.argv[1])), Path(sys.argv[2]), "999")
seconds = time.perf_counter() - begin
status = Path("/proc/self/status")  # the other measure tells of the process that started this one, where that was larger
if status.exists():
    mib = int(status.read_text().partition("VmHWM:")[2].split()[0]) / 1024
else:
    mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20)
print(json.dumps({"seconds": seconds, "mib": mib, "accepted": len(reading.accepted), "refused": len(reading.wrong)}))
"""


def main(asked: Asked) -> None:
    """Each system after the other."""
    size = (asked.events or MEGABYTES) << 20
    for system in ("sd", "opus"):
        with tempfile.TemporaryDirectory() as folder:
            path = written(system, Path(folder), size)
            runs = [read_apart(system, path) for _ in range(asked.runs)]
            alone = [_parsed(path) for _ in range(asked.runs)]
        line(f"{system}: a file of {size >> 20} MB", [run["seconds"] for run in runs], "s", alone, rows=runs[0]["accepted"])
        plain(f"{system}: memory of a file of {size >> 20} MB", [run["mib"] for run in runs], "MiB", refused=runs[0]["refused"])


def written(system: str, folder: Path, size: int) -> Path:
    """A file of `sd` or `opus` of so many bytes, none of whose rows is to be refused."""
    name, parts = ("answer.xml", _sd(size)) if system == "sd" else ("ZLPE20260302224000_delta.xml", _opus(size))
    with (folder / name).open("w", encoding="utf-8") as file:
        file.writelines(parts)
    return folder / name


def read_apart(system: str, path: Path) -> dict[str, float]:
    """Read a file in a process of its own: `seconds`, the most `mib` it had in memory, and how many rows were `accepted` and `refused`."""
    command = (sys.executable, "-c", READ, str(ROOT / "deploy" / "local" / "mappings" / f"{system}.toml"), str(path))
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _parsed(path: Path) -> float:
    """Seconds of the parser alone, with a call for every element and text."""
    parser = ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = lambda _name, _attributes: None
    parser.EndElementHandler = lambda _name: None
    parser.CharacterDataHandler = lambda _text: None
    begin = time.perf_counter()
    with path.open("rb") as file:
        parser.ParseFile(file)
    return time.perf_counter() - begin


def _filled(size: int, head: str, parts: Iterator[str], tail: str) -> Iterator[str]:
    """Parts until the file is large enough."""
    written = 0
    yield head
    while written < size:
        part = next(parts)
        written += len(part.encode())
        yield part
    yield tail


def _sd(size: int) -> Iterator[str]:
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<GetEmploymentChanged20111201 creationDateTime="2026-02-01T05:00:00">\n'
    head += "<RequestStructure><InstitutionIdentifier>ZZ</InstitutionIdentifier></RequestStructure>\n"
    return _filled(size, head, map(_person, iter(range(10_000, 1_000_000))), "</GetEmploymentChanged20111201>\n")


def _person(number: int) -> str:
    facts = {"EmploymentStatus": ("EmploymentStatusCode", "1"), "EmploymentDepartment": ("DepartmentIdentifier", f"A{number % 900}")}
    facts |= {"Profession": ("JobPositionIdentifier", str(2000 + number % 40)), "WorkingTime": ("OccupationRate", "0.8649")}
    told = "\n".join(
        f'<{kind} changedAtDate="2025-12-01">\n<ActivationDate>2026-01-01</ActivationDate>\n'
        f"<DeactivationDate>{FOREVER}</DeactivationDate>\n"
        f"<{name}>{value}</{name}>\n</{kind}>"
        for kind, (name, value) in facts.items()
    )
    return (
        f"<Person>\n<PersonCivilRegistrationIdentifier>99{number:08}</PersonCivilRegistrationIdentifier>\n<Employment>\n"
        f"<EmploymentIdentifier>{number}</EmploymentIdentifier>\n<EmploymentDate>2026-01-01</EmploymentDate>\n{told}\n</Employment>\n</Person>\n"
    )


def _opus(size: int) -> Iterator[str]:
    unit = '<orgUnit id="31" client="999" lastChanged="2020-01-02"><startDate>1900-01-01</startDate><endDate>9999-12-31</endDate>'
    unit += "<parentOrgUnit></parentOrgUnit><longName>Nord</longName><orgType>00001</orgType></orgUnit>\n"
    head = f'<?xml version="1.0" encoding="utf-8"?>\n<kmd>\n{unit}'
    return _filled(size, head, map(_employee, iter(range(10_000, 1_000_000))), "</kmd>\n")


def _employee(number: int) -> str:
    told = {
        "entryDate": "2020-01-01", "leaveDate": FOREVER, "cpr": f"99{number:08}", "firstName": "Person", "lastName": f"Nr{number}",
        "workContract": "00", "positionId": "520", "position": "Medarbejder", "isManager": "false", "orgUnit": "31",
        "numerator": "32.5", "denominator": "37", "email": f"p{number}@example.invalid",
    }  # fmt: skip
    inner = "".join(f"<{name}>{text}</{name}>\n" for name, text in told.items())
    return f'<employee id="{number}" client="999" lastChanged="2026-03-02">\n{inner}</employee>\n'
