"""An invented CSV of employments as a payroll system exports it: two rows of each person, and what they come to, counted apart.

Of four persons one resigns, one works other hours, one moves, and of one the second row only confirms the first.
"""

from collections import Counter
from pathlib import Path

MUNICIPALITY = "730"
HEADER = "Kommune;CPR;Navn;Mail;Tjenestenr;Afdeling;Stilling;Form;Grad;Gælder fra;Ansat;Sidste dag;Årsag;Registreret\n"
MAPPING = """
feed = "bench"
municipality = "730"
[format]
decimal = ","
dates = ["%d-%m-%Y"]
instants = ["%d-%m-%Y %H:%M:%S"]
[[files]]
kind = "employments"
[files.columns]
municipality = "Kommune"
person = "CPR"
name = "Navn"
mail = "Mail"
employment = "Tjenestenr"
unit = "Afdeling"
position = "Stilling"
occupation_group = "Stilling"
form = "Form"
degree = "Grad"
valid_from = "Gælder fra"
first_day = "Ansat"
last_day = "Sidste dag"
reason = "Årsag"
registered_at = "Registreret"
[files.remove]
person = "-"
[files.words.form]
"Månedsløn" = "monthly"
"Timeløn" = "hourly"
[files.words.reason]
"Egen opsigelse" = "own-request"
[files.words.occupation_group]
"2001" = "nurse"
"3001" = "pedagogue"
"*" = "other"
"""
UNITS = 400
NAMES = ("Anne Sørensen", "Bo Østergaard", "Carl Åkjær", "Dorthe Holm", "Erik Bæk")
KINDS = 4
MORE, NEEDED = ";00012345,67", 125
"""A column that nobody reads, and about how long a row is without one."""


def rows_of(person: int) -> tuple[str, str]:
    """The row of the hire, and a later one."""
    number, unit = f"{person:06}-{person % 10_000:04}", person % UNITS
    day, month, year = person % 28 + 1, person // 28 % 12 + 1, 2011 + person % 9
    name = f"{NAMES[person % len(NAMES)]};p{person}@example.dk"
    first = f"{day:02}-{month:02}-{year}"
    clock = f"{person % 9 + 8:02}:{person % 60:02}:{person // 60 % 60:02}"
    post = ("2001", "3001", "5002")[person % 3]
    head = f"{MUNICIPALITY};{number};{name};{person:07}"
    terms = f"{post};{'Månedsløn' if person % 10 else 'Timeløn'}"
    hire = f"{head};A{unit:03};{terms};0,8649;;{first};;;05-{month:02}-{year - 1} {clock}\n"
    later = {
        0: f"A{unit:03};{terms};0,8649;;{first};31-12-2021;Egen opsigelse",
        1: f"A{unit:03};{terms};1,0000;01-03-2021;{first};;",
        2: f"A{(unit + 7) % UNITS:03};{terms};0,8649;01-03-2021;{first};;",
        3: f"A{unit:03};{terms};0,8649;01-03-2021;{first};;",
    }[person % KINDS]
    return hire, f"{head};{later};{day:02}-02-2021 {clock}\n"


def write(path: Path, persons: int, width: int = 0) -> None:
    """A file of so many persons, all hires first. `width`: how many bytes a row has, with columns nobody reads; 0: what it needs."""
    more = (width - NEEDED) // len(MORE) if width else 0
    with path.open("w", encoding="utf-8") as file:
        file.write(HEADER.strip() + "".join(f";Løndel {number}" for number in range(more)) + "\n")
        for which in (0, 1):
            file.writelines(rows_of(person)[which].rstrip("\n") + MORE * more + "\n" for person in range(persons))


def expected(persons: int) -> Counter[str]:
    """What so many persons come to, counted without any code of the service."""
    of_kind = [(persons - kind + KINDS - 1) // KINDS for kind in range(KINDS)]
    return Counter(
        {
            "hr.hired.v1": persons,
            "hr.person-named.v1": persons,
            "hr.employment-end-registered.v1": of_kind[0],
            "hr.resigned.v1": of_kind[0],
            "hr.hours-changed.v1": of_kind[1],
            "hr.placement-changed.v1": of_kind[2],
        }
    )
