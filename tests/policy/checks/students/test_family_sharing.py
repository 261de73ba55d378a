"""What a family decided that keeps an agreement from sharing data about its child."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from tests.policy import permitted_use as u

from cairn.policy.checks.students.family_sharing import (
    find_answer_view,
    find_share_obstacle,
    may_family_opt_out,
)
from cairn.policy.checks.students.state_signers import NO_STATE_SIGNERS
from cairn.policy.facts.data.use import LocalPolicy
from cairn.policy.facts.students.consent import OptOutFact
from cairn.policy.vocabulary.data_use import LegalBasis, Purpose
from cairn.policy.vocabulary.families import AnswerView, OptOutScope, ShareObstacle
from cairn.policy.vocabulary.organizations import OrganizationKind

CONSENT, OFFICIAL = LegalBasis.CONSENT, LegalBasis.SCHOOL_OFFICIAL
NONE = ShareObstacle.NO_PERMISSION
ALL_SHARING = (OptOutFact("c1", OptOutScope.ALL_DISCRETIONARY, "2026-27", "river"),)
DIRECTORY = (OptOutFact("c1", OptOutScope.DIRECTORY, "2026-27", "river"),)


POLICY, EACH_PARENT = LocalPolicy(), NO_STATE_SIGNERS


@pytest.mark.parametrize(
    ("basis", "changes", "obstacle"),
    [
        (CONSENT, {}, None),
        (CONSENT, {"consents": ()}, NONE),
        (CONSENT, {"parents_conflict": True}, ShareObstacle.ON_HOLD),
        # A court order reads like no form at all.
        (CONSENT, {"court_order": True}, NONE),
        (OFFICIAL, {"court_order": True}, None),
        (CONSENT, {"opt_outs": ALL_SHARING}, ShareObstacle.OPTED_OUT),
        (CONSENT, {"opt_outs": DIRECTORY}, None),
        (OFFICIAL, {"consents": ()}, None),
        (OFFICIAL, {"parents_conflict": True}, None),
        (OFFICIAL, {"opt_outs": ALL_SHARING}, ShareObstacle.OPTED_OUT),
        (LegalBasis.DIRECTORY, {"opt_outs": DIRECTORY}, ShareObstacle.OPTED_OUT_OF_DIRECTORY),
        (LegalBasis.DIRECTORY, {"opt_outs": None}, None),
        (LegalBasis.SUBPOENA, {"opt_outs": ALL_SHARING}, None),
    ],
)
def test_what_the_family_decided(
    basis: LegalBasis, changes: dict[str, Any], obstacle: ShareObstacle | None
) -> None:
    agreement, person = u.agreement(basis), u.child(**changes)
    assert find_share_obstacle(agreement, person, POLICY, EACH_PARENT, u.ON) is obstacle
    assert may_family_opt_out(agreement) is (basis is not LegalBasis.SUBPOENA)


@pytest.mark.parametrize(
    ("changes", "obstacle"),
    [
        ({"parties": frozenset({"hub"})}, NONE),
        ({"purposes": frozenset({Purpose.RESEARCH})}, NONE),
        ({"basis": LegalBasis.HIPAA_AUTHORIZATION}, NONE),
        ({"ends": date(2026, 11, 23)}, NONE),
        ({"revoked_on": u.ON}, NONE),
        (
            {
                "parties": frozenset(),
                "classes": frozenset({OrganizationKind.COMMUNITY_PROGRAM}),
            },
            None,
        ),
    ],
)
def test_a_form_opens_nothing_for_another_recipient_purpose_or_basis(
    changes: dict[str, Any], obstacle: ShareObstacle | None
) -> None:
    person = u.child(consents=(replace(u.consent(), **changes),))
    assert find_share_obstacle(u.agreement(CONSENT), person, POLICY, EACH_PARENT, u.ON) is obstacle


@pytest.mark.parametrize(
    ("disagree", "is_own", "view"),
    [
        (False, True, AnswerView.OWN),
        (True, True, AnswerView.OWN),
        (False, False, AnswerView.UNSIGNED),
        (True, False, AnswerView.ON_HOLD),
    ],
)
def test_a_family_page_names_no_other_signer(
    disagree: bool, is_own: bool, view: AnswerView
) -> None:
    person = u.child(parents_conflict=disagree)
    assert find_answer_view(person, is_own=is_own) is view
