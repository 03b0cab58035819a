"""A small part of the invented municipality in which much happens: those with the most registrations, some leaders and some pupils."""

from collections import Counter

from deploy.local.municipality import Municipality, invent

INVENTED = 300
CANCELLED = 3
TAUGHT = 1


def town(seed: int, persons: int = 30, leaders: int = 8) -> Municipality:
    """All units, some of the leaders, the persons with the most registrations, some who never came and who were taught, invented."""
    made = invent(seed, INVENTED)
    told = Counter[str]()
    for job in made.jobs:
        told[job.person.number] += len(job.registrations)
    leading = list(dict.fromkeys(row.person for row in made.leaders))
    eventful = sorted(told.keys() - set(leading), key=lambda person: (-told[person], person))[:persons]
    cancelled = [job.person.number for job in made.jobs if any("cancelled" in changed for _, changed in job.registrations)]
    taught = [
        job.person.number for job in made.jobs if any(changed.get("reason") == "Uddannelse afsluttet" for _, changed in job.registrations)
    ]
    kept = {*taught[:TAUGHT], *leading[:: len(leading) // leaders], *eventful, *cancelled[:CANCELLED]}
    made.jobs = [job for job in made.jobs if job.person.number in kept]
    made.leaders = [row for row in made.leaders if row.person in kept]
    return made
