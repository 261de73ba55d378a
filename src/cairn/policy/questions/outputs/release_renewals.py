"""Decide who may let a release renew itself, who may end that, and when it ends by itself.

What a renewal drafts asks `may_draft_release` like every other draft, for the person who requested
the renewal.
"""

from datetime import date

from cairn.policy import checks
from cairn.policy.engine import Decision, PolicyRequest, decide_request, policy_question
from cairn.policy.facts import Actor, ReleaseFact, ReleaseRenewalFact
from cairn.policy.questions.outputs.releases import decide_on_release
from cairn.policy.vocabulary import Action

__all__ = ["may_continue_renewal", "may_end_renewal", "may_renew_release"]


@policy_question
def may_renew_release(release: ReleaseFact, actor: Actor, on: date) -> Decision:
    """Decide whether a user may let a release renew itself, or whether its renewal may draft.

    Args:
        release: facts of the release.
        actor: the person who asks; for a draft, the person who requested the renewal.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    state_check = checks.check_release_state(release, "renew")
    return decide_on_release(
        Action.DRAFT_RELEASE, release, actor, on, outcome_checks=(state_check,)
    )


@policy_question
def may_end_renewal(release: ReleaseFact, actor: Actor, on: date) -> Decision:
    """Decide whether a user may end the renewal of a release: in any state, who may draft one.

    Args:
        release: facts of the release.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return decide_on_release(Action.DRAFT_RELEASE, release, actor, on)


@policy_question
def may_continue_renewal(renewal: ReleaseRenewalFact, on: date) -> Decision:
    """Decide whether a renewal goes on; if not, it ends with these reasons.

    Args:
        renewal: facts of the renewal.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    public = Actor.public()
    request = PolicyRequest(
        action=Action.RELY_ON_AGREEMENT,
        actor=public,
        facts=(renewal,),
        access_checks=checks.require_actor_access(Action.RELY_ON_AGREEMENT, public),
        outcome_checks=(
            checks.check_series_not_withdrawn(renewal),
            checks.check_renewal_agreement(renewal),
        ),
        lineage=checks.summarize_lineage(renewal.agreements),
    )
    return decide_request(request, on)
