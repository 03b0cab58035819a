"""A small directory as files: three units, four persons, and who has which role; rows to be added for what is to be seen."""

from pathlib import Path

UNITS = "unit;name;level;parent;valid_from;change;registered_at\n"
PERSONS = "person;name;work_mail;valid_from;valid_to;status;registered_at\n"
ROLES = "unit;person;role;level;first_day;last_day;deputy_for;subjects;internal;status;registered_at;fagforening\n"
TOLD = "2026-01-05"
SMALL = {
    "units.csv": UNITS
    + f"P;Pleje;area;;2020-01-01;;{TOLD}\n"
    + f"P1;Plejecenter Nord;institution;P;2020-01-01;;{TOLD}\n"
    + f"P2;Plejecenter Syd;institution;P;2020-01-01;;{TOLD}\n",
    "persons.csv": PERSONS
    + f"010180-0001;Anne Dam;anne.dam@fjordby.dk;;;;{TOLD}\n"
    + f"010180-0002;Bo Eg;bo.eg@fjordby.dk;;;;{TOLD}\n"
    + f"010180-0003;Carl Fog;;;;;{TOLD}\n"
    + f"010180-0004;Dorte Gry;dg@fjordby.dk;01-02-2026;;;{TOLD}\n",
    "roles.csv": ROLES
    + f"P1;010180-0001;leder;afdeling;2024-01-01;;;;;;{TOLD};FOA\n"
    + f"P1;010180-0002;stedfortræder;;2026-03-01;2026-03-31;010180-0001;exit-talk retention-talk;;;{TOLD};\n"
    + f"P1;010180-0003;stedfortræder;;2026-04-01;2026-04-30;;;;;{TOLD};\n"
    + f"P1;010180-0003;AMR;;2025-01-01;2026-12-31;;;;;{TOLD};BUPL\n"
    + f"P1;010180-0004;TR;;2026-02-01;;;;;;{TOLD};FOA\n"
    + f"P2;;vakant;chef;2026-01-01;2026-02-28;;;nej;;{TOLD};\n",
}
"""The columns of `deploy/local/mappings/directory.toml`, and a union beside them that nobody reads."""


def written(folder: Path, **more: str) -> Path:
    """The small directory as a folder; `units`, `persons` and `roles` are rows that are added to it."""
    folder.mkdir(exist_ok=True)
    for name, text in SMALL.items():
        (folder / name).write_text(text + more.get(name.removesuffix(".csv"), ""), "utf-8")
    return folder


def only(folder: Path, **rows: str) -> Path:
    """A folder with these rows alone."""
    folder.mkdir(exist_ok=True)
    for name, text in rows.items():
        header = SMALL[f"{name}.csv"].partition("\n")[0]
        (folder / f"{name}.csv").write_text(f"{header}\n{text}", "utf-8")
    return folder
