"""What a family's copy may leave out, and what the family reads of it (34 CFR 99.12, 99.4)."""

from collections.abc import Callable
from datetime import date
from typing import Final

import pytest

from cairn.policy.checks.students.record_copy import list_exclusions_for_family
from cairn.policy.facts.people.access import Actor
from cairn.policy.facts.people.organization import OrganizationFact
from cairn.policy.questions.governance.record_amendments import may_answer_copy_request
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.families import CopyExclusion
from cairn.policy.vocabulary.organizations import OrganizationKind

ON: Final = date(2026, 11, 24)
X = CopyExclusion
DISTRICT: Final = OrganizationFact("river", OrganizationKind.SCHOOL_DISTRICT)
COLLEGE: Final = OrganizationFact("river", OrganizationKind.POSTSECONDARY, name="River College")


@pytest.mark.parametrize(
    ("exclusions", "organization", "has_order", "counsel", "rules"),
    [
        ((), DISTRICT, False, "", []),
        ((X.OTHER_STUDENTS,), DISTRICT, False, "", []),
        ((X.PARENTS_FINANCES,), DISTRICT, False, "", ["R35"]),
        ((X.PARENTS_FINANCES, X.CONFIDENTIAL_LETTERS), COLLEGE, False, "", []),
        ((X.CONFIDENTIAL_LETTERS,), DISTRICT, False, "A. Counsel", ["R35"]),
        ((X.COURT_ORDER,), DISTRICT, False, "A. Counsel", ["R35.1"]),
        ((X.COURT_ORDER,), DISTRICT, True, " ", ["R35.2"]),
        ((X.COURT_ORDER,), DISTRICT, True, "A. Counsel", []),
        ((X.OTHER_LAW,), DISTRICT, False, "", ["R35.2"]),
        ((X.OTHER_LAW,), DISTRICT, False, "A. Counsel", []),
    ],
)
def test_what_may_be_left_out(
    acting: Callable[..., Actor],
    exclusions: tuple[CopyExclusion, ...],
    organization: OrganizationFact,
    counsel: str,
    rules: list[str],
    *,
    has_order: bool,
) -> None:
    steward = acting(Role.STEWARD, at="river")
    decision = may_answer_copy_request(exclusions, organization, has_order, counsel, steward, ON)
    assert [reason.code for reason in decision.refusals] == rules


def test_a_family_reads_only_what_may_be_said() -> None:
    assert list_exclusions_for_family(X) == (
        X.OTHER_STUDENTS,
        X.PARENTS_FINANCES,
        X.CONFIDENTIAL_LETTERS,
    )
    assert list_exclusions_for_family((X.COURT_ORDER, X.OTHER_LAW)) == ()
