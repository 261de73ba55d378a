"""Decide who may draft, audit, review, preview, publish, withdraw and view a release.

A release is for the public, or for one partner. `find_released_audiences` answers for every list of
published releases at once which of them a reader may know of.
"""

from datetime import date

from cairn.policy import checks
from cairn.policy.engine import BoundCheck, Decision, PolicyRequest, decide_request, policy_question
from cairn.policy.facts import (
    Actor,
    AgreementFact,
    CategoryMergeFact,
    CountedIndicatorFact,
    OrganizationFact,
    ReleaseAudience,
    ReleaseFact,
)
from cairn.policy.lifecycles import RELEASE_TRANSITIONS, find_next_state
from cairn.policy.questions.governance.access import (
    OrganizationScope,
    find_organization_scope,
    may_open_page,
)
from cairn.policy.vocabulary import Action, Outcome, Purpose

__all__ = [
    "find_audit_event",
    "find_released_audiences",
    "find_viewable_releases",
    "may_answer_release_preview",
    "may_audit_release",
    "may_correct_release",
    "may_count_indicators",
    "may_decide_for_nation",
    "may_draft_release",
    "may_merge_categories",
    "may_open_release_list",
    "may_preview_release_to_owners",
    "may_publish_release",
    "may_redraft_release",
    "may_release_beside_published",
    "may_report_release",
    "may_review_release",
    "may_reword_release",
    "may_submit_release",
    "may_view_disputed_figures",
    "may_view_owner_figures",
    "may_view_partner_release",
    "may_view_published_release",
    "may_view_release",
    "may_withdraw_release",
    "must_repeat_audit",
]


@policy_question
def may_draft_release(
    organization: str,
    agreements: tuple[AgreementFact, ...],
    purpose: Purpose,
    actor: Actor,
    on: date,
    *,
    pilot: bool = False,
    audience: ReleaseAudience | None = None,
) -> Decision:
    """Decide whether a release of data under these agreements may be started at an organization.

    Args:
        organization: slug of the organization concerned.
        agreements: facts of every agreement that the data were received under.
        purpose: what the data are used for.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.
        pilot: whether the release is for a pilot with synthetic data.
        audience: the one partner that the release is for; None for the public.

    Returns:
        The decision, with one reason for each check that ran.
    """
    request = PolicyRequest(
        action=Action.DRAFT_RELEASE,
        actor=actor,
        # A public release has the facts that it had before there were others.
        facts=(organization, agreements, pilot, *((audience,) if audience else ())),
        access_checks=checks.require_actor_access(
            Action.DRAFT_RELEASE, actor, frozenset({organization})
        ),
        authority_checks=(
            *checks.require_agreement_reliance(agreements, actor, purpose),
            checks.check_agreements_match_use(agreements, pilot=pilot),
        ),
        outcome_checks=checks.require_lawful_audience(audience, agreements),
        lineage=checks.summarize_lineage(agreements),
        purpose=purpose,
    )
    return decide_request(request, on)


@policy_question
def may_audit_release(release: ReleaseFact, actor: Actor, on: date) -> Decision:
    """Decide whether a release may be counted, protected and audited (again) in its present state.

    Args:
        release: facts of the release.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    event = find_audit_event(release, on)
    return decide_on_release(
        Action.PROTECT,
        release,
        actor,
        on,
        outcome_checks=(
            checks.check_release_state(release, event),
            *checks.require_lawful_audience(release.audience, release.agreements),
        ),
    )


@policy_question
def may_count_indicators(
    release: ReleaseFact,
    indicators: tuple[CountedIndicatorFact, ...],
    dimensions: tuple[str, ...],
    actor: Actor,
    on: date,
) -> Decision:
    """Decide whether a release may count its indicators, by the breakdowns of its tables.

    Args:
        release: facts of the release.
        indicators: facts of the definitions that it counts.
        dimensions: the dimensions of all its tables.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return decide_on_release(
        Action.PROTECT,
        release,
        actor,
        on,
        outcome_checks=(checks.check_indicators_publishable(indicators, dimensions),),
    )


@policy_question
def may_release_beside_published(release: ReleaseFact, actor: Actor, on: date) -> Decision:
    """Decide whether audited counts may be released in addition to the releases already published.

    Args:
        release: facts of the release.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return decide_on_release(
        Action.PROTECT,
        release,
        actor,
        on,
        outcome_checks=(
            checks.check_no_differencing_conflict(release.beside),
            checks.check_nothing_public_hidden(release.beside),
        ),
    )


def find_audit_event(release: ReleaseFact, on: date) -> str:
    """Find the lifecycle event of an audit: "check" or "check again".

    A release under review is audited again only if it must be, because every reviewer then starts
    over.

    Args:
        release: facts of the release.
        on: the day that the decision is for.

    Returns:
        The name of the event.
    """
    may_check_again = find_next_state(RELEASE_TRANSITIONS, release.state, "check again") is not None
    return "check again" if may_check_again and must_repeat_audit(release, on) else "check"


def must_repeat_audit(release: ReleaseFact, on: date) -> bool:
    """Report whether something changed since the audit that only a new audit takes into account.

    Such changes are a release of the same figures, a nation's decision, or a new kind of attacker.

    Args:
        release: facts of the release.
        on: the day that the decision is for.

    Returns:
        True if a new audit is needed.
    """
    audit_checks = (
        checks.check_all_attackers_tested(release),
        checks.check_audience_tested(release),
        checks.check_comparison_current(release.beside),
        checks.check_nation_approval(release.nations, release.words),
    )
    return any(
        reason.effect is not Outcome.ALLOW for check in audit_checks for reason in check.run(on)
    )


@policy_question
def may_reword_release(release: ReleaseFact, actor: Actor, on: date) -> Decision:
    """Decide whether the text next to the figures may be changed: not while it is under review.

    Args:
        release: facts of the release.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return decide_on_release(
        Action.DRAFT_RELEASE,
        release,
        actor,
        on,
        outcome_checks=(checks.check_release_state(release, "reword"),),
    )


@policy_question
def may_redraft_release(release: ReleaseFact, actor: Actor, on: date) -> Decision:
    """Decide whether a release may count something else; it is then a draft and audited again.

    Args:
        release: facts of the release.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return decide_on_release(
        Action.DRAFT_RELEASE,
        release,
        actor,
        on,
        outcome_checks=(checks.check_release_state(release, "redraft"),),
    )


@policy_question
def may_merge_categories(
    release: ReleaseFact, asked: CategoryMergeFact, actor: Actor, on: date
) -> Decision:
    """Decide whether some groups may be counted as one; the release then becomes a draft again.

    Args:
        release: facts of the release.
        asked: the groups to merge and the author's reason.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return decide_on_release(
        Action.DRAFT_RELEASE,
        release,
        actor,
        on,
        outcome_checks=(
            checks.check_release_state(release, "redraft"),
            checks.check_mergeable_groups(asked),
            checks.check_merge_reason(asked),
        ),
    )


@policy_question
def may_correct_release(release: ReleaseFact, actor: Actor, on: date) -> Decision:
    """Decide whether a correction of a published release may be started.

    The correction passes every step of a release; the corrected release stays public until then.

    Args:
        release: facts of the release.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return decide_on_release(
        Action.DRAFT_RELEASE,
        release,
        actor,
        on,
        outcome_checks=(checks.check_release_state(release, "replace"),),
    )


@policy_question
def may_submit_release(release: ReleaseFact, actor: Actor, on: date) -> Decision:
    """Decide whether a release may go to the reviewers: audited as safe, with its story.

    Args:
        release: facts of the release.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return decide_on_release(
        Action.SUBMIT_RELEASE,
        release,
        actor,
        on,
        outcome_checks=(
            checks.check_release_state(release, "submit"),
            checks.check_safe_audit(release),
            checks.check_all_attackers_tested(release),
            checks.check_audience_tested(release),
            *checks.require_lawful_audience(release.audience, release.agreements),
            checks.check_no_differencing_conflict(release.beside),
            checks.check_nothing_public_hidden(release.beside),
            checks.check_comparison_current(release.beside),
            checks.check_story_written(release),
            checks.check_fair_narrative(release.telling, release.agreements),
            checks.check_nation_approval(release.nations, release.words),
        ),
    )


@policy_question
def may_review_release(release: ReleaseFact, actor: Actor, on: date) -> Decision:
    """Decide whether a user may review: not the author, not twice, not after reading other
    verdicts.

    Args:
        release: facts of the release.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return decide_on_release(
        Action.REVIEW_RELEASE,
        release,
        actor,
        on,
        outcome_checks=(
            checks.check_release_state(release, "review"),
            checks.check_not_author(release.author, actor),
            checks.check_first_review(release.reviews, actor),
            checks.check_verdicts_closed(release.reviews),
        ),
    )


@policy_question
def may_preview_release_to_owners(release: ReleaseFact, actor: Actor, on: date) -> Decision:
    """Decide whether a release may go to the owners of its data: two other people approved it.

    Args:
        release: facts of the release.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return decide_on_release(
        Action.SEND_BACK_RELEASE,
        release,
        actor,
        on,
        outcome_checks=(
            checks.check_release_state(release, "send back"),
            checks.check_two_approvals(release.reviews, release.author),
            checks.check_safe_audit(release),
            checks.check_all_attackers_tested(release),
            checks.check_audience_tested(release),
            *checks.require_lawful_audience(release.audience, release.agreements),
            checks.check_no_differencing_conflict(release.beside),
            checks.check_nothing_public_hidden(release.beside),
            checks.check_comparison_current(release.beside),
            checks.check_nation_approval(release.nations, release.words),
        ),
    )


@policy_question
def may_decide_for_nation(
    release: ReleaseFact, nation: OrganizationFact, actor: Actor, on: date
) -> Decision:
    """Decide whether a user may decide for a tribal nation if its children are counted.

    A steward of that nation may decide, and take the decision back, until the release is withdrawn.

    Args:
        release: facts of the release.
        nation: facts of the tribal nation.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    request = PolicyRequest(
        action=Action.APPROVE_AS_NATION,
        actor=actor,
        facts=(release, nation),
        access_checks=checks.require_actor_access(
            Action.APPROVE_AS_NATION, actor, frozenset({nation.slug})
        ),
        outcome_checks=(
            checks.check_tribal_nation(nation),
            checks.check_release_not_withdrawn(release.state),
        ),
        lineage=checks.summarize_lineage(release.agreements),
        purpose=release.purpose,
    )
    return decide_request(request, on)


@policy_question
def may_answer_release_preview(
    release: ReleaseFact, organization: str, actor: Actor, on: date
) -> Decision:
    """Decide whether a user may answer a preview for an owner: a steward of that owner, when asked.

    Args:
        release: facts of the release.
        organization: slug of the organization concerned.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    request = PolicyRequest(
        action=Action.ANSWER_SEND_BACK,
        actor=actor,
        facts=(release, organization),
        access_checks=checks.require_actor_access(
            Action.ANSWER_SEND_BACK, actor, frozenset({organization})
        ),
        outcome_checks=(
            checks.check_release_state(release, "confirm"),
            checks.check_preview_unanswered(release, organization),
        ),
        lineage=checks.summarize_lineage(release.agreements),
        purpose=release.purpose,
    )
    return decide_request(request, on)


@policy_question
def may_view_owner_figures(release: ReleaseFact, owner: str, actor: Actor, on: date) -> Decision:
    """Decide whether a user may read the unsuppressed figures of an owner's rows alone.

    Only a steward of that owner, cleared to see its children, may read them, once it has the
    preview.

    Args:
        release: facts of the release.
        owner: slug of the owner.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return decide_on_release(
        Action.VIEW_OWN_FIGURES,
        release,
        actor,
        on,
        outcome_checks=(checks.check_preview_sent(release, owner),),
        organizations=frozenset({owner}),
    )


@policy_question
def may_view_disputed_figures(release: ReleaseFact, owner: str, actor: Actor, on: date) -> Decision:
    """Decide whether a user may read which figures an owner disputes, and the corrections it wants.

    The staff who count and the owner may read them, once the owner has answered.

    Args:
        release: facts of the release.
        owner: slug of the owner.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    readers = frozenset({release.organization, owner})
    return decide_on_release(
        Action.VIEW_WRONG_FIGURES,
        release,
        actor,
        on,
        outcome_checks=(checks.check_preview_answered(release, owner),),
        organizations=readers,
    )


@policy_question
def may_publish_release(release: ReleaseFact, actor: Actor, on: date) -> Decision:
    """Decide whether a release may be published: safe, reviewed, settled, in context.

    Every owner has confirmed or let the agreed days pass. The purpose is public reporting, no
    matter what the release says, and each agreement must name it.

    Args:
        release: facts of the release.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    request = PolicyRequest(
        action=Action.PUBLISH_RELEASE,
        actor=actor,
        facts=(release,),
        access_checks=checks.require_actor_access(
            Action.PUBLISH_RELEASE, actor, frozenset({release.organization})
        ),
        authority_checks=(
            *checks.require_agreement_reliance(release.agreements, actor, Purpose.PUBLIC_REPORTING),
            checks.check_agreements_match_use(release.agreements, pilot=release.pilot),
        ),
        outcome_checks=(
            checks.check_release_state(release, "publish"),
            checks.check_safe_audit(release),
            checks.check_all_attackers_tested(release),
            checks.check_audience_tested(release),
            *checks.require_lawful_audience(release.audience, release.agreements),
            checks.check_no_differencing_conflict(release.beside),
            checks.check_nothing_public_hidden(release.beside),
            checks.check_comparison_current(release.beside),
            checks.check_story_written(release),
            checks.check_fair_narrative(release.telling, release.agreements),
            checks.check_two_approvals(release.reviews, release.author),
            checks.check_no_owner_objection(release),
            checks.check_owners_settled(release),
            checks.check_nation_approval(release.nations, release.words),
            checks.check_nation_conditions(release.nations, release.words),
            *checks.require_state_reports(release.sources, release.reported_on),
        ),
        lineage=checks.summarize_lineage(release.agreements),
        purpose=Purpose.PUBLIC_REPORTING,
    )
    return decide_request(request, on)


@policy_question
def may_report_release(release: ReleaseFact, reported_on: date, actor: Actor, on: date) -> Decision:
    """Decide whether a user may record that a release was reported to a state on a day.

    Args:
        release: facts of the release.
        reported_on: the day of the report.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    request = PolicyRequest(
        action=Action.REPORT_RELEASE,
        actor=actor,
        facts=(release, reported_on),
        access_checks=checks.require_actor_access(
            Action.REPORT_RELEASE, actor, frozenset({release.organization})
        ),
        outcome_checks=(checks.check_report_date(reported_on),),
        lineage=checks.summarize_lineage(release.agreements),
        purpose=release.purpose,
    )
    return decide_request(request, on)


@policy_question
def may_withdraw_release(release: ReleaseFact, actor: Actor, on: date) -> Decision:
    """Decide whether a user may withdraw a release: its authors, or a steward of an owner.

    Args:
        release: facts of the release.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    organizations = release.owners | {release.organization}
    return decide_on_release(
        Action.WITHDRAW_RELEASE,
        release,
        actor,
        on,
        outcome_checks=(checks.check_release_state(release, "withdraw"),),
        organizations=organizations,
    )


@policy_question
def may_view_release(release: ReleaseFact, actor: Actor, on: date) -> Decision:
    """Decide whether a user may see a release before publication.

    Its authors, reviewers, owners and the nations on record may.

    Args:
        release: facts of the release.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    organizations = release.owners | release.asked | {release.organization}
    return decide_on_release(Action.VIEW_RELEASE, release, actor, on, organizations=organizations)


def find_viewable_releases(actor: Actor, on: date) -> OrganizationScope:
    """Find whose releases a user may see before publication.

    A release concerns its own organization, the owners of its data, and every nation on record.

    Args:
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The scope of organizations; the same answer as ``may_view_release`` for each.
    """
    return find_organization_scope(Action.VIEW_RELEASE, actor, on)


@policy_question
def may_view_published_release(release: ReleaseFact, on: date) -> Decision:
    """Decide whether the public may see a release now.

    Args:
        release: facts of the release.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return decide_on_release(
        Action.VIEW_PUBLISHED,
        release,
        Actor.public(),
        on,
        outcome_checks=(
            checks.check_release_published(release),
            checks.check_for_everyone(release),
            checks.check_not_pilot(
                pilot=release.pilot or any(agreement.pilot for agreement in release.agreements)
            ),
        ),
    )


@policy_question
def may_view_partner_release(release: ReleaseFact, actor: Actor, on: date) -> Decision:
    """Decide whether a user may read a published release that is for one partner.

    The people who may read the reports to that partner may: its data stewards, and the hub's data
    manager. The right ends with the partner's agreement, and when the release is withdrawn.

    Args:
        release: facts of the release.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    audience = release.audience
    return decide_on_release(
        Action.VIEW_GIVE_BACK,
        release,
        actor,
        on,
        outcome_checks=(
            checks.check_for_one_partner(release),
            checks.check_release_published(release),
            checks.check_not_pilot(
                pilot=release.pilot or any(agreement.pilot for agreement in release.agreements)
            ),
            *checks.require_lawful_audience(audience, release.agreements),
        ),
        organizations=frozenset({audience.organization}) if audience else None,
    )


def find_released_audiences(actor: Actor, on: date) -> OrganizationScope:
    """Find for which partners a reader may know of a release, beside those for the public.

    Args:
        actor: the person who asks; the public knows of no release to a partner.
        on: the day that the decision is for.

    Returns:
        The scope of partners; `may_view_partner_release` then decides about each release.
    """
    return find_organization_scope(Action.VIEW_GIVE_BACK, actor, on)


@policy_question
def may_open_release_list(actor: Actor, on: date) -> Decision:
    """Decide whether a user may open the list of releases; each release in it is decided
    separately.

    Args:
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return may_open_page(Action.VIEW_RELEASE, actor, on=on)


def decide_on_release(
    action: Action,
    release: ReleaseFact,
    actor: Actor,
    on: date,
    *,
    outcome_checks: tuple[BoundCheck, ...] = (),
    organizations: frozenset[str] | None = None,
) -> Decision:
    """Decide a request about a release, for its own organization unless others are named.

    Args:
        action: what is asked for.
        release: facts of the release.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.
        outcome_checks: what must be met beside access.
        organizations: slugs of the organizations that the person may act for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    request = PolicyRequest(
        action=action,
        actor=actor,
        facts=(release,),
        access_checks=checks.require_actor_access(
            action, actor, organizations or frozenset({release.organization})
        ),
        outcome_checks=outcome_checks,
        lineage=checks.summarize_lineage(release.agreements),
        purpose=release.purpose,
    )
    return decide_request(request, on)
