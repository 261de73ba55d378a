"""One parent's yes does not settle what another parent took back."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tests.policy import permitted_use as u

from cairn.policy.facts.students.student import PersonFact
from cairn.policy.questions.data.uses import decide_use
from cairn.policy.vocabulary.data_use import LegalBasis
from cairn.policy.vocabulary.decisions import Outcome
from cairn.policy.vocabulary.families import SignerRelation

_DAY = timedelta(days=1)


def _student(other: dict[str, Any], **changes: Any) -> PersonFact:
    """The mother said yes; the father said yes and took it back."""
    mother = u.consent(id="mother", signer="Rosa Alba")
    father = u.consent(id="father", signer="Luis Alba", revoked_on=u.ON - _DAY)
    return u.child(consents=(mother, replace(father, **other)), **changes)


@pytest.mark.parametrize(
    ("other", "changes", "outcome"),
    [
        ({}, {}, Outcome.NEEDS_PERSON),
        ({"revoked_on": u.ON}, {}, Outcome.NEEDS_PERSON),
        ({"revoked_on": u.ON + _DAY}, {}, Outcome.ALLOW),
        ({"revoked_on": None}, {}, Outcome.ALLOW),
        ({}, {"conflict_decided_on": u.ON - _DAY}, Outcome.ALLOW),
        ({}, {"conflict_decided_on": u.ON - 2 * _DAY}, Outcome.NEEDS_PERSON),
        ({"signer": "Rosa Alba"}, {}, Outcome.ALLOW),
        ({"records": frozenset({"student.school_id"})}, {}, Outcome.ALLOW),
        ({"parties": frozenset({"mentors"})}, {}, Outcome.ALLOW),
        ({"basis": LegalBasis.HIPAA_AUTHORIZATION}, {}, Outcome.ALLOW),
        ({"relation": SignerRelation.OTHER}, {}, Outcome.ALLOW),
    ],
)
def test_a_revocation_by_another_parent_waits_for_a_person(
    other: dict[str, Any], changes: dict[str, Any], outcome: Outcome
) -> None:
    facts = u.facts(people=(_student(other, **changes),))
    decision = decide_use(u.request(), facts, u.ON)
    assert decision.outcome is outcome
    expected = {"R07.2"} if outcome is Outcome.NEEDS_PERSON else set()
    assert {reason.code for reason in decision.refusals} == expected
