"""Decide who may match records across partners, review possible matches and look up a child."""

from collections.abc import Iterable
from datetime import date

from cairn.policy import checks
from cairn.policy.coverage import check_any_element, check_element_coverage
from cairn.policy.engine import Decision, PolicyRequest, decide_request, policy_question
from cairn.policy.facts import Actor, AgreementFact, RowsFact
from cairn.policy.questions.governance.access import may_open_page
from cairn.policy.vocabulary import Action

__all__ = [
    "may_decide_possible_match",
    "may_look_up_child",
    "may_match_records",
    "may_match_under_agreement",
    "may_review_possible_matches",
    "may_view_match_summary",
]


@policy_question
def may_match_records(
    agreements: Iterable[AgreementFact],
    elements: Iterable[str],
    actor: Actor,
    on: date,
    *,
    rows: Iterable[RowsFact] | None = None,
    pilot: bool = False,
) -> Decision:
    """Decide whether records of these agreements may be matched by these elements.

    Every agreement must be in force: leave out the deliveries of one that is not before you ask.
    The permit's rows hold everything that each agreement lets them hold, because the same step
    separates attributes from names.

    Args:
        agreements: facts of every agreement that the data were received under.
        elements: the identifying elements to match by (``record.field``).
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.
        rows: the children in the rows, by agreement; ``None`` if they were not looked up, which
            denies under an agreement on written consent.
        pilot: whether the deliveries are synthetic; synthetic and real ones are never matched.

    Returns:
        The decision, with one reason for each check that ran.
    """
    sources, match_elements = tuple(agreements), frozenset(elements)
    row_uses = {
        source.reference: checks.build_internal_use(source, actor, on) for source in sources
    }
    held_elements = frozenset(element for source in sources for element in source.elements)
    request = PolicyRequest(
        action=Action.LINK,
        actor=actor,
        facts=(*sources, *(rows or ()), pilot),
        access_checks=checks.require_actor_access(Action.LINK, actor),
        authority_checks=(
            *checks.require_agreement_reliance(sources, actor),
            checks.check_agreements_match_use(sources, pilot=pilot),
            check_any_element(match_elements),
            checks.check_consents_known(sources, rows),
        ),
        elements=match_elements,
        element_checks=(check_element_coverage(sources),),
        people=lambda _match_elements, day: checks.decide_row_access(
            row_uses, sources, rows, held_elements, day
        ),
        lineage=checks.summarize_lineage(sources),
    )
    return decide_request(request, on)


@policy_question
def may_match_under_agreement(
    agreement: AgreementFact, actor: Actor, on: date, *, pilot: bool = False
) -> Decision:
    """Decide whether records received under one agreement may be among those that are matched.

    A program that alone receives its district's records shares them with no one who matches.

    Args:
        agreement: facts of the agreement.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.
        pilot: whether synthetic records are matched.

    Returns:
        The decision, with one reason for each check that ran.
    """
    request = PolicyRequest(
        action=Action.LINK,
        actor=actor,
        facts=(agreement, pilot),
        access_checks=checks.require_actor_access(Action.LINK, actor),
        authority_checks=(
            *checks.require_agreement_reliance((agreement,), actor),
            checks.check_agreements_match_use((agreement,), pilot=pilot),
        ),
    )
    return decide_request(request, on)


@policy_question
def may_view_match_summary(actor: Actor, on: date) -> Decision:
    """Decide whether a user may see how many records were matched to how many people.

    Args:
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return may_open_page(Action.VIEW_LINKAGE, actor, on=on)


@policy_question
def may_review_possible_matches(actor: Actor, on: date) -> Decision:
    """Decide whether a user may see identifiers side by side and decide which records are one
    child.

    Args:
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return may_open_page(Action.REVIEW_MATCH, actor, on=on)


@policy_question
def may_decide_possible_match(answered_by: Iterable[str], actor: Actor, on: date) -> Decision:
    """Decide whether a user may decide a possible match that these people have decided before.

    Args:
        answered_by: actor ids of the people who have answered.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    earlier_reviewers = frozenset(answered_by)
    request = PolicyRequest(
        action=Action.REVIEW_MATCH,
        actor=actor,
        facts=(earlier_reviewers,),
        access_checks=checks.require_actor_access(Action.REVIEW_MATCH, actor),
        outcome_checks=(checks.check_first_decision(earlier_reviewers, actor),),
    )
    return decide_request(request, on)


@policy_question
def may_look_up_child(organization: str, actor: Actor, on: date) -> Decision:
    """Decide whether a user may enter a child for an organization, known to the index or not.

    Whether the child is known reveals that others hold records of the child. That answer is for the
    index only; no page shows it to the requester.

    Args:
        organization: slug of the organization concerned.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return may_open_page(Action.FIND_CHILD, actor, organization=organization, on=on)
