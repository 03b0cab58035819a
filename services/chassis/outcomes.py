"""What became of each record of a batch: counted so that nothing that was taken is missing from the sum."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import chain

from contracts.base import Event
from contracts.hr import PersonNamed
from services.chassis.metrics import Outcome, Outcomes, Place
from services.chassis.reference import ORGANISATION
from services.chassis.subject import Number, Revision, Subject


def of_histories(
    heard: Mapping[Subject, Sequence[Revision[Event]]], joined: AbstractSet[Number], erased: Collection[Subject]
) -> Counter[tuple[Outcome, Place]]:
    """Records that belong to histories; one that joins several counts once, and as accepted where it was new to any of them.

    What the reference or the names take as well is counted there.
    """
    revisions: Iterable[Revision[Event]] = chain.from_iterable(heard.values())
    if len({subject.kind for subject in heard}) > 1:
        revisions = {id(r): r for r in revisions}.values()
    held = list(revisions)
    elsewhere = {body for body in {type(r.body) for r in held} if issubclass(body, (PersonNamed, *ORGANISATION))}
    told = [r.number for r in held if type(r.body) not in elsewhere]
    accepted = len(joined & set(told))
    dropped = {revision.number for subject in erased for revision in heard.get(subject, ())} - joined
    skipped = sum(number in dropped for number in told) if dropped else 0
    return Counter(
        {
            (Outcome.ACCEPTED, Place.HISTORY): accepted,
            (Outcome.SKIPPED, Place.NOWHERE): skipped,
            (Outcome.DUPLICATE, Place.HISTORY): len(told) - accepted - skipped,
        }
    )


def of_new(place: Place, told: int, new: int) -> Outcomes:
    """Records of which the table they went to has said how many were new."""
    return {(Outcome.ACCEPTED, place): new, (Outcome.DUPLICATE, place): told - new}
