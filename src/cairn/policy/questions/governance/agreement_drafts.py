"""Decide who may draft, review as counsel, sign, amend or join an agreement.

A draft is not an agreement: no use may rely on it. The parties sign exactly one text, identified by
its sha256. Any change to the text cancels every review, override and signature of it.
"""

from datetime import date

from cairn.policy import checks
from cairn.policy.engine import BoundCheck, Decision, PolicyRequest, decide_request, policy_question
from cairn.policy.facts import Actor, AgreementFact, DraftFact, PaperSignatureFact
from cairn.policy.questions.governance.access import (
    OrganizationScope,
    find_organization_scope,
    may_open_page,
)
from cairn.policy.vocabulary import Action, AgreementState, PartyRole, SecondFactor, SignatureMethod

__all__ = [
    "find_signature_method",
    "find_viewable_drafts",
    "may_abandon_agreement_draft",
    "may_amend_agreement",
    "may_attest_counsel_review",
    "may_attest_criterion",
    "may_attest_signature",
    "may_clear_agreement_draft",
    "may_confirm_criterion",
    "may_confirm_signature",
    "may_decline_to_sign",
    "may_draft_agreement",
    "may_join_agreement",
    "may_override_finding",
    "may_recall_agreement_draft",
    "may_replace_agreement",
    "may_request_data_element",
    "may_return_agreement_draft",
    "may_save_agreement_draft",
    "may_send_agreement_for_signature",
    "may_sign_agreement",
    "may_submit_agreement_draft",
    "may_view_agreement_draft",
]


@policy_question
def may_draft_agreement(organization: str, actor: Actor, on: date) -> Decision:
    """Decide whether a user may start drafting an agreement for an organization.

    Args:
        organization: slug of the organization concerned.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return may_open_page(Action.DRAFT_AGREEMENT, actor, organization=organization, on=on)


@policy_question
def may_amend_agreement(
    agreement: AgreementFact, organization: str, actor: Actor, on: date
) -> Decision:
    """Decide whether a user may draft an amendment or renewal of an agreement for a party.

    Args:
        agreement: facts of the agreement.
        organization: slug of the organization concerned.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    request = PolicyRequest(
        action=Action.DRAFT_AGREEMENT,
        actor=actor,
        facts=(agreement, organization),
        access_checks=checks.require_actor_access(
            Action.DRAFT_AGREEMENT, actor, frozenset({organization})
        ),
        outcome_checks=(
            checks.check_agreement_state(agreement.state, "amend"),
            checks.check_agreement_party(agreement, organization),
        ),
    )
    return decide_request(request, on)


@policy_question
def may_replace_agreement(
    agreement: AgreementFact, actor: Actor, on: date, *, new: AgreementFact | None = None
) -> Decision:
    """Decide whether the record of another signed text may replace this agreement.

    The answer is no if a party terminated the agreement, if it is closing or closed, or if one text
    is for a pilot and the other is not.

    Args:
        agreement: facts of the agreement.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.
        new: facts of the agreement that would replace it; ``None`` if only the old one is
            checked.

    Returns:
        The decision, with one reason for each check that ran.
    """
    request = PolicyRequest(
        action=Action.LOAD_AGREEMENT,
        actor=actor,
        facts=(agreement, new),
        access_checks=checks.require_actor_access(
            Action.LOAD_AGREEMENT, actor, agreement.list_organizations(*PartyRole)
        ),
        outcome_checks=(
            checks.check_agreement_state(agreement.state, "amend"),
            checks.check_same_pilot_status(
                agreement.reference,
                was=bool(agreement.pilot),
                now=bool((new or agreement).pilot),
            ),
        ),
    )
    return decide_request(request, on)


@policy_question
def may_join_agreement(
    agreement: AgreementFact, organization: str, actor: Actor, on: date
) -> Decision:
    """Decide whether a user may draft a joinder to an agreement that is open to joinder.

    Args:
        agreement: facts of the agreement.
        organization: slug of the organization concerned.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    request = PolicyRequest(
        action=Action.DRAFT_AGREEMENT,
        actor=actor,
        facts=(agreement, organization),
        access_checks=checks.require_actor_access(
            Action.DRAFT_AGREEMENT, actor, frozenset({organization})
        ),
        outcome_checks=(
            checks.check_agreement_state(agreement.state, "amend"),
            checks.check_open_to_joinder(agreement),
        ),
    )
    return decide_request(request, on)


@policy_question
def may_view_agreement_draft(draft: DraftFact, actor: Actor, on: date) -> Decision:
    """Decide whether a user may read a draft: its authors, and the parties once counsel has it.

    Args:
        draft: facts of the draft.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    is_unreviewed_draft = draft.state is AgreementState.DRAFT and not (
        draft.reviewed or draft.signed
    )
    readers = (
        frozenset({draft.organization})
        if is_unreviewed_draft
        else draft.parties | {draft.organization}
    )
    return _decide_on_draft(Action.VIEW_DRAFT, draft, actor, on, organizations=readers)


def find_viewable_drafts(actor: Actor, on: date) -> OrganizationScope:
    """Find whose drafts a user may read.

    A draft concerns its authors and, once counsel has or had this text or a party signed it, all of
    its parties.

    Args:
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The scope of organizations; the same answer as ``may_view_agreement_draft`` for each.
    """
    return find_organization_scope(Action.VIEW_DRAFT, actor, on)


@policy_question
def may_save_agreement_draft(draft: DraftFact, actor: Actor, on: date) -> Decision:
    """Decide whether a user may change the text of a draft, or restore an earlier version.

    Args:
        draft: facts of the draft.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return _decide_on_draft(
        Action.DRAFT_AGREEMENT,
        draft,
        actor,
        on,
        outcome_checks=(checks.check_agreement_state(draft.state, "save"),),
    )


@policy_question
def may_request_data_element(draft: DraftFact, owner: str, actor: Actor, on: date) -> Decision:
    """Decide whether a user may ask a data owner to add a data element to its dictionary.

    Who writes the draft may, for an owner of data in it.

    Args:
        draft: facts of the draft.
        owner: slug of the data owner.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return _decide_on_draft(
        Action.DRAFT_AGREEMENT,
        draft,
        actor,
        on,
        outcome_checks=(
            checks.check_agreement_state(draft.state, "save"),
            checks.check_draft_owner(draft, owner),
        ),
    )


@policy_question
def may_submit_agreement_draft(draft: DraftFact, actor: Actor, on: date) -> Decision:
    """Decide whether a draft may go to counsel: the text parses, though findings may still be open.

    Args:
        draft: facts of the draft.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return _decide_on_draft(
        Action.DRAFT_AGREEMENT,
        draft,
        actor,
        on,
        outcome_checks=(
            checks.check_agreement_state(draft.state, "submit"),
            checks.check_draft_parses(draft),
            checks.check_joined_agreement(draft),
        ),
    )


@policy_question
def may_recall_agreement_draft(draft: DraftFact, actor: Actor, on: date) -> Decision:
    """Decide whether the authors may take a draft back from counsel to change it.

    Args:
        draft: facts of the draft.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return _decide_on_draft(
        Action.DRAFT_AGREEMENT,
        draft,
        actor,
        on,
        outcome_checks=(checks.check_agreement_state(draft.state, "take back"),),
    )


@policy_question
def may_abandon_agreement_draft(draft: DraftFact, actor: Actor, on: date) -> Decision:
    """Decide whether the authors may give up a draft for good.

    Args:
        draft: facts of the draft.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return _decide_on_draft(
        Action.DRAFT_AGREEMENT,
        draft,
        actor,
        on,
        outcome_checks=(checks.check_agreement_state(draft.state, "set aside"),),
    )


@policy_question
def may_clear_agreement_draft(
    draft: DraftFact, organization: str, actor: Actor, on: date
) -> Decision:
    """Decide whether a user may state, as counsel of a party, that they have no objection.

    Args:
        draft: facts of the draft.
        organization: slug of the organization concerned.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return _decide_counsel_review(Action.REVIEW_AGREEMENT, "clear", draft, organization, actor, on)


@policy_question
def may_attest_counsel_review(
    draft: DraftFact, organization: str, actor: Actor, on: date
) -> Decision:
    """Decide whether a party's steward may record a review by counsel who has no account.

    Args:
        draft: facts of the draft.
        organization: slug of the organization concerned.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return _decide_counsel_review(
        Action.ATTEST_REVIEW, "attest review", draft, organization, actor, on
    )


@policy_question
def may_return_agreement_draft(
    draft: DraftFact, organization: str, actor: Actor, on: date
) -> Decision:
    """Decide whether counsel of a party may return a draft with the changes that are needed.

    Args:
        draft: facts of the draft.
        organization: slug of the organization concerned.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return _decide_on_draft_for_party(
        Action.REVIEW_AGREEMENT,
        draft,
        organization,
        actor,
        on,
        outcome_checks=(
            checks.check_agreement_state(draft.state, "return"),
            checks.check_draft_party(draft, organization),
        ),
    )


@policy_question
def may_override_finding(
    draft: DraftFact, organization: str, finding: str, actor: Actor, on: date
) -> Decision:
    """Decide whether a user may accept an open finding of law, as counsel of a data owner.

    Args:
        draft: facts of the draft.
        organization: slug of the organization concerned.
        finding: key of the open finding of the agreement linter.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return _decide_on_draft_for_party(
        Action.OVERRIDE_FINDING,
        draft,
        organization,
        actor,
        on,
        outcome_checks=(
            checks.check_agreement_state(draft.state, "override"),
            checks.check_draft_owner(draft, organization),
            checks.check_finding_open(draft, finding),
        ),
    )


@policy_question
def may_confirm_criterion(
    draft: DraftFact, organization: str, criterion: str, actor: Actor, on: date
) -> Decision:
    """Decide whether a user may confirm a criterion of the legal basis, as counsel of a data owner.

    Args:
        draft: facts of the draft.
        organization: slug of the organization concerned.
        criterion: key of the criterion.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return _decide_criterion(
        Action.REVIEW_AGREEMENT, "clear", draft, organization, criterion, actor, on
    )


@policy_question
def may_attest_criterion(
    draft: DraftFact, organization: str, criterion: str, actor: Actor, on: date
) -> Decision:
    """Decide whether an owner's steward may record that counsel without an account confirmed it.

    Args:
        draft: facts of the draft.
        organization: slug of the organization concerned.
        criterion: key of the criterion.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return _decide_criterion(
        Action.ATTEST_REVIEW, "attest review", draft, organization, criterion, actor, on
    )


@policy_question
def may_send_agreement_for_signature(draft: DraftFact, actor: Actor, on: date) -> Decision:
    """Decide whether a draft may go out for signature.

    Counsel reviewed it, it is lawful, and every party is registered.

    Args:
        draft: facts of the draft.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return _decide_on_draft(
        Action.DRAFT_AGREEMENT,
        draft,
        actor,
        on,
        outcome_checks=(
            checks.check_agreement_state(draft.state, "send out"),
            checks.check_draft_parses(draft),
            checks.check_parties_registered(draft),
            checks.check_no_open_findings(draft),
            checks.check_counsel_reviewed(draft),
            checks.check_joined_agreement(draft),
            checks.check_not_overtaken(draft),
            checks.check_same_pilot_status(draft.reference, was=draft.was_pilot, now=draft.pilot),
        ),
    )


@policy_question
def may_sign_agreement(draft: DraftFact, organization: str, actor: Actor, on: date) -> Decision:
    """Decide whether a user may sign the text for a party, with a second factor.

    Args:
        draft: facts of the draft.
        organization: slug of the organization concerned.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return _decide_draft_signature(
        Action.SIGN_AGREEMENT,
        "sign",
        draft,
        organization,
        actor,
        on,
        more_checks=(checks.check_second_factor(actor),),
    )


def find_signature_method(actor: Actor) -> SignatureMethod:
    """Find how a person who may sign in Cairn was identified, for the record of the signature.

    Args:
        actor: the signer, with the second factor of the session.

    Returns:
        The method.

    Raises:
        ValueError: the session proved no second factor, so that it signs nothing.
    """
    if actor.second_factor is SecondFactor.ABSENT:
        raise ValueError("A session without a second factor signs nothing.")
    methods = {
        SecondFactor.PRESENT: SignatureMethod.SESSION,
        SecondFactor.EXCUSED: SignatureMethod.DEMONSTRATION,
        SecondFactor.LOCAL_SHELL: SignatureMethod.COMMAND,
    }
    return methods[actor.second_factor]


@policy_question
def may_attest_signature(draft: DraftFact, organization: str, actor: Actor, on: date) -> Decision:
    """Decide whether a user may record a party's signature that they saw on paper.

    Args:
        draft: facts of the draft.
        organization: slug of the organization concerned.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return _decide_draft_signature(
        Action.ATTEST_SIGNATURE, "attest", draft, organization, actor, on
    )


@policy_question
def may_confirm_signature(
    draft: DraftFact, paper: PaperSignatureFact, actor: Actor, on: date
) -> Decision:
    """Decide whether the signer, who has the one-time link, may confirm a signature on paper.

    Args:
        draft: facts of the draft.
        paper: facts of the paper signature.
        actor: the person who follows the link; the public without a sign-in.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    request = PolicyRequest(
        action=Action.CONFIRM_SIGNATURE,
        actor=actor,
        facts=(draft, paper),
        access_checks=checks.require_actor_access(Action.CONFIRM_SIGNATURE, actor),
        outcome_checks=(
            checks.check_confirmation_link(paper),
            checks.check_confirmed_by_signer(actor, paper.recorded_by),
            checks.check_signed_text_unchanged(draft, paper.digest),
            checks.check_agreement_state(draft.state, "attest"),
            checks.check_draft_party(draft, paper.organization),
            checks.check_not_signed_before(draft, paper.organization),
        ),
    )
    return decide_request(request, on)


@policy_question
def may_decline_to_sign(draft: DraftFact, organization: str, actor: Actor, on: date) -> Decision:
    """Decide whether a party's signatory may return a draft unsigned, with a reason.

    Args:
        draft: facts of the draft.
        organization: slug of the organization concerned.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return _decide_on_draft_for_party(
        Action.SIGN_AGREEMENT,
        draft,
        organization,
        actor,
        on,
        outcome_checks=(
            checks.check_agreement_state(draft.state, "decline"),
            checks.check_draft_party(draft, organization),
        ),
    )


def _decide_criterion(
    action: Action,
    event: str,
    draft: DraftFact,
    organization: str,
    criterion: str,
    actor: Actor,
    on: date,
) -> Decision:
    return _decide_on_draft_for_party(
        action,
        draft,
        organization,
        actor,
        on,
        outcome_checks=(
            checks.check_agreement_state(draft.state, event),
            checks.check_draft_owner(draft, organization),
            checks.check_criterion_open(draft, criterion),
        ),
    )


def _decide_counsel_review(
    action: Action, event: str, draft: DraftFact, organization: str, actor: Actor, on: date
) -> Decision:
    return _decide_on_draft_for_party(
        action,
        draft,
        organization,
        actor,
        on,
        outcome_checks=(
            checks.check_agreement_state(draft.state, event),
            checks.check_draft_party(draft, organization),
            checks.check_not_reviewed_before(draft, organization),
        ),
    )


def _decide_draft_signature(
    action: Action,
    event: str,
    draft: DraftFact,
    organization: str,
    actor: Actor,
    on: date,
    *,
    more_checks: tuple[BoundCheck, ...] = (),
) -> Decision:
    return _decide_on_draft_for_party(
        action,
        draft,
        organization,
        actor,
        on,
        outcome_checks=(
            checks.check_agreement_state(draft.state, event),
            checks.check_draft_party(draft, organization),
            checks.check_not_signed_before(draft, organization),
            checks.check_not_overtaken(draft),
            checks.check_same_pilot_status(draft.reference, was=draft.was_pilot, now=draft.pilot),
            *more_checks,
        ),
    )


def _decide_on_draft(
    action: Action,
    draft: DraftFact,
    actor: Actor,
    on: date,
    *,
    outcome_checks: tuple[BoundCheck, ...] = (),
    organizations: frozenset[str] | None = None,
) -> Decision:
    """Decide a request about a draft, for its authors unless others are named."""
    request = PolicyRequest(
        action=action,
        actor=actor,
        facts=(draft,),
        access_checks=checks.require_actor_access(
            action, actor, organizations or frozenset({draft.organization})
        ),
        outcome_checks=outcome_checks,
    )
    return decide_request(request, on)


def _decide_on_draft_for_party(
    action: Action,
    draft: DraftFact,
    organization: str,
    actor: Actor,
    on: date,
    *,
    outcome_checks: tuple[BoundCheck, ...] = (),
) -> Decision:
    return _decide_on_draft(
        action,
        draft,
        actor,
        on,
        outcome_checks=outcome_checks,
        organizations=frozenset({organization}),
    )
