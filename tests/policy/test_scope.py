"""A list is narrowed to what the question about one object answers, for every object at once."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.policy.conftest import CLEARED, secured

from cairn.policy.checks.access import require_actor_access
from cairn.policy.engine.stages import PolicyRequest, decide_request
from cairn.policy.facts.agreements.agreement import AgreementFact, DraftFact
from cairn.policy.facts.outputs.release import ReleaseFact
from cairn.policy.facts.people.access import Actor, AffiliationFact
from cairn.policy.law.role_permissions import ROLE_PERMISSIONS
from cairn.policy.questions.data.deliveries import find_viewable_deliveries, may_view_delivery
from cairn.policy.questions.governance.access import find_organization_scope
from cairn.policy.questions.governance.agreement_drafts import (
    find_viewable_drafts,
    may_view_agreement_draft,
)
from cairn.policy.questions.governance.agreements import (
    find_viewable_agreements,
    may_view_agreement,
)
from cairn.policy.questions.outputs.releases import find_viewable_releases, may_view_release
from cairn.policy.vocabulary.access import Role, SecondFactor
from cairn.policy.vocabulary.actions import Action
from cairn.policy.vocabulary.agreements import AgreementState
from cairn.policy.vocabulary.organizations import OrganizationKind
from cairn.policy.vocabulary.releases import ReleaseState

ON = date(2026, 11, 24)
KINDS = {
    "hub": OrganizationKind.BACKBONE,
    "river": OrganizationKind.SCHOOL_DISTRICT,
    "lake": OrganizationKind.COMMUNITY_PROGRAM,
}
SLUGS = st.sampled_from(sorted(KINDS))
ACTIONS = sorted(
    action
    for action, roles in ROLE_PERMISSIONS.items()
    if not {Role.PUBLIC, Role.FAMILY} & roles.keys()
)
AFFILIATIONS = st.builds(
    lambda slug, role, starts, ends: AffiliationFact(slug, KINDS[slug], role, starts, ends),
    SLUGS,
    st.sampled_from(Role),
    st.sampled_from([date(2024, 1, 1), date(2026, 11, 25)]),
    st.sampled_from([None, ON, date(2026, 11, 23)]),
)
ACTORS = st.builds(
    Actor,
    id=st.sampled_from(["7", "public"]),
    active=st.sampled_from([True, True, False]),
    second_factor=st.sampled_from(SecondFactor),
    affiliations=st.lists(AFFILIATIONS, max_size=3).map(tuple),
    clearance=st.sampled_from([CLEARED, CLEARED, None]),
    security=st.frozensets(SLUGS).map(lambda slugs: tuple(map(secured, sorted(slugs)))),
)


@given(st.sampled_from(ACTIONS), ACTORS, st.frozensets(SLUGS))
def test_the_scope_of_an_action_is_the_answer_for_each_object(
    action: Action, actor: Actor, concerned: frozenset[str]
) -> None:
    request = PolicyRequest(
        action=action,
        actor=actor,
        facts=(),
        access_checks=require_actor_access(action, actor, concerned),
    )
    answer = decide_request(request, ON).allowed
    assert find_organization_scope(action, actor, ON).includes(concerned) is answer


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("at", sorted(KINDS))
def test_each_list_is_narrowed_as_its_question_answers(
    agreed: Callable[..., AgreementFact],
    acting: Callable[..., Actor],
    sent_back: ReleaseFact,
    role: Role,
    at: str,
) -> None:
    """Every role at every organization, with every organization's object in every state."""
    actor, agreement = acting(role, at=at), agreed()
    drafts, releases = find_viewable_drafts(actor, ON), find_viewable_releases(actor, ON)
    for slug in KINDS:
        deliveries = find_viewable_deliveries(actor, ON)
        assert deliveries.includes({slug}) is may_view_delivery(slug, actor, ON).allowed
        party = replace(agreement.parties[0], organization=slug)
        one_party = replace(agreement, parties=(party,))
        viewable = find_viewable_agreements(actor, ON).includes({slug})
        assert viewable is may_view_agreement(one_party, actor, ON).allowed
        for state in ReleaseState:
            release = replace(
                sent_back, organization=slug, state=state, agreements=(), asked=frozenset({"lake"})
            )
            viewable = releases.includes({slug, "lake"})
            assert viewable is may_view_release(release, actor, ON).allowed
        for draft_state in AgreementState:
            for signed in (frozenset[str](), frozenset({"river"})):
                draft = _draft(slug, draft_state, signed)
                readers = {slug} if draft_state == "draft" and not signed else {slug, "river"}
                answer = may_view_agreement_draft(draft, actor, ON).allowed
                assert drafts.includes(readers) is answer


def _draft(organization: str, state: AgreementState, signed: frozenset[str]) -> DraftFact:
    return DraftFact(
        reference="N-1",
        state=state,
        organization=organization,
        parties=frozenset({"river"}),
        owners=frozenset({"river"}),
        digest="0" * 64,
        mistakes=0,
        unregistered=(),
        findings=(),
        reviewed=frozenset(),
        signed=signed,
    )
