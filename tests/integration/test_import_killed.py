"""An import whose process is killed with -9 in the midst, and the same file again: each event once, the delivery one and whole."""

import asyncio
import sys
from collections import Counter
from pathlib import Path

import orjson

from bench.csv_file import MAPPING, expected, write
from deploy.local.paths import ROOT
from services.chassis.runtime import open_runtime
from services.chassis.settings import Settings
from services.intake.app import SERVICE
from services.intake.delivery import CHUNK, Delivering
from services.intake.reading.files import survey
from services.intake.reading.mapping import Mapping

PERSONS = 4 * CHUNK
IMPORT = """
import asyncio, sys
from pathlib import Path
from services.chassis.runtime import open_runtime
from services.chassis.settings import Settings
from services.intake.app import SERVICE
from services.intake.delivery import Delivering
from services.intake.reading.files import survey
from services.intake.reading.mapping import Mapping

async def run(told, mapping, path):
    read = Mapping.parse(Path(mapping).read_text("utf-8"))
    async with open_runtime(SERVICE, Settings.model_validate_json(told)) as runtime:
        await Delivering(runtime, read, survey(read, Path(path))).run(lambda rows: print("taken", flush=True))

asyncio.run(run(*sys.argv[1:]))
"""


async def test_a_killed_import_goes_on_when_the_same_file_comes_again(settings: Settings, tmp_path: Path) -> None:
    write(tmp_path / "staff.csv", PERSONS)
    (tmp_path / "mapping.toml").write_text(MAPPING, "utf-8")
    asked = (sys.executable, "-c", IMPORT, settings.model_dump_json(), str(tmp_path / "mapping.toml"), str(tmp_path / "staff.csv"))
    process = await asyncio.create_subprocess_exec(*asked, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    while (line := await process.stdout.readline()) != b"taken\n":
        assert line, "it ended before it had taken anything"
    process.kill()
    await process.wait()
    mapping = Mapping.parse(MAPPING)
    async with open_runtime(SERVICE, settings) as runtime:
        done = await runtime.pool.fetchval("SELECT count(*) FROM outbox WHERE headers LIKE '%hr.hired.v1%'")
        assert (await runtime.pool.fetchval("SELECT count(*) FROM delivery WHERE done"), 0 < done < PERSONS) == (0, True), "in the midst"

        outcome = await Delivering(runtime, mapping, survey(mapping, tmp_path / "staff.csv")).run()

        rows = await runtime.pool.fetch("SELECT headers FROM outbox")
        (delivery,) = await runtime.pool.fetch("SELECT seen, refused, done FROM delivery")
    headers = [dict(orjson.loads(row["headers"])) for row in rows]
    assert Counter(each["ce_type"] for each in headers) == expected(PERSONS)
    assert len({each["ce_id"] for each in headers}) == len(headers), "no event twice"
    assert tuple(delivery) == (2 * PERSONS, 0, True)
    assert outcome.again is False
