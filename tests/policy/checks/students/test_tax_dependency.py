"""Evidence that a parent claims an eligible student as a dependent (34 CFR 99.31(a)(8))."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final

import pytest

from cairn.policy.checks.students.tax_dependency import (
    find_letter_access,
    find_tax_dependency_end,
    is_tax_dependent,
)
from cairn.policy.facts.people.access import Actor
from cairn.policy.facts.students.circumstance import TaxDependency
from cairn.policy.facts.students.student import PersonFact
from cairn.policy.questions.governance.consents import (
    may_answer_for_child,
    may_opt_out_child,
    may_record_tax_dependency,
    may_view_family_page,
)
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.decisions import Audience
from cairn.policy.vocabulary.families import LetterAccess, SignerRelation

Acting = Callable[..., Actor]
ON: Final = date(2026, 11, 24)
GROWN: Final = PersonFact("k1", birth_date=date(2008, 3, 1), postsecondary=False)
CHILD: Final = replace(GROWN, birth_date=date(2015, 3, 1))
EVIDENCE: Final = TaxDependency(2025, ON)


@pytest.mark.parametrize(
    ("changes", "on", "counts"),
    [
        ({}, ON, True),
        ({}, ON - timedelta(days=1), False),
        ({}, date(2027, 4, 15), True),
        ({}, date(2027, 4, 16), False),
        ({"ended_on": ON}, ON, False),
        ({"ended_on": ON + timedelta(days=1)}, ON, True),
    ],
)
def test_evidence_counts_until_the_next_return_is_due(
    changes: dict[str, Any], on: date, *, counts: bool
) -> None:
    assert is_tax_dependent((replace(EVIDENCE, **changes),), on) is counts
    assert not is_tax_dependent((), on)
    assert find_tax_dependency_end(2025) == date(2027, 4, 15)


@pytest.mark.parametrize(
    ("year", "person", "organization", "role", "rules"),
    [
        (2025, GROWN, "river", Role.STEWARD, []),
        (2025, replace(CHILD, postsecondary=True), "river", Role.STEWARD, []),
        (2026, GROWN, "river", Role.STEWARD, ["Y07"]),
        (2024, GROWN, "river", Role.STEWARD, ["Y07"]),
        (2025, CHILD, "river", Role.STEWARD, ["Y08"]),
        (2025, replace(GROWN, birth_date=None), "river", Role.STEWARD, ["Y08"]),
        (2025, GROWN, "lake", Role.STEWARD, ["A03"]),
        (2025, GROWN, "river", Role.PROGRAM_STAFF, ["A03"]),
    ],
)
def test_the_owner_records_it_for_an_eligible_student(
    acting: Acting,
    year: int,
    person: PersonFact,
    organization: str,
    role: Role,
    rules: list[str],
) -> None:
    decision = may_record_tax_dependency(year, person, organization, acting(role, at="river"), ON)
    assert [reason.code for reason in decision.refusals] == rules


def test_a_parents_letter_opens_the_page_to_read() -> None:
    dependent = replace(GROWN, tax_dependent=True)
    assert find_letter_access(CHILD, has_ended=False) is LetterAccess.FULL
    assert find_letter_access(GROWN, has_ended=True) is LetterAccess.NONE
    assert find_letter_access(dependent, has_ended=True) is LetterAccess.READ_ONLY
    limited = replace(dependent, court_order=True)
    assert find_letter_access(limited, has_ended=True) is LetterAccess.NONE


def test_a_parent_who_reads_cannot_answer_in_the_students_name() -> None:
    parent, student = Actor.family("k1", SignerRelation.PARENT), Actor.family("k1")
    for actor, may_answer in ((parent, False), (student, True)):
        assert may_view_family_page("k1", actor, ON).allowed
        assert may_answer_for_child("k1", actor, ON).allowed is may_answer
        opt_out = may_opt_out_child(SignerRelation.STUDENT, GROWN, actor, ON)
        assert opt_out.allowed is may_answer
    refusal = may_answer_for_child("k1", parent, ON).refusals[0]
    assert "must answer for themselves" in refusal.message_for(Audience.FAMILY)
