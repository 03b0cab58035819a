"""Whose fence a topic has: that of a group and of what its kinds of history hear there."""

from dataclasses import replace

from contracts.hr import EMPLOYMENT_TOPIC, Hired
from services.chassis.runtime import readers_of
from services.chassis.service import SubjectKind
from tests.kit.toy import TOY, unit_counts


def test_a_kind_that_begins_to_hear_what_another_hears_has_its_past_to_read_and_nothing_else_has() -> None:
    more = replace(TOY, subjects=(*TOY.subjects, SubjectKind("another", unit_counts, hears=(Hired,))))

    before, after = readers_of(TOY), readers_of(more)

    assert {topic for topic in after if after[topic] != before[topic]} == {EMPLOYMENT_TOPIC}


def test_versions_that_hear_the_same_share_their_fence() -> None:
    assert readers_of(replace(TOY, code_version=9)) == readers_of(TOY)
