"""Decide who may request, prepare, review, issue, fetch, withdraw and view an extract.

An extract holds de-identified rows for one approved project. Every check runs again when the
recipient fetches it: the authorization, the agreements, the people and the reviewed texts.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from cairn.policy import checks
from cairn.policy.coverage import check_any_element, check_element_coverage
from cairn.policy.engine import BoundCheck, Decision, PolicyRequest, decide_request, policy_question
from cairn.policy.facts import (
    NO_NATION_FACTS,
    Actor,
    DisclosureContext,
    ExtractFact,
    NationFacts,
    OptOutFact,
    RowsFact,
)
from cairn.policy.questions.governance.access import (
    OrganizationScope,
    find_organization_scope,
    may_open_page,
)
from cairn.policy.vocabulary import Action, Level

__all__ = [
    "find_viewable_extracts",
    "may_fetch_extract",
    "may_issue_extract",
    "may_open_extract_list",
    "may_prepare_extract",
    "may_request_extract",
    "may_review_extract",
    "may_review_extract_text",
    "may_view_extract",
    "may_withdraw_extract",
]


def decide_on_extract_rows(
    action: Action,
    extract: ExtractFact,
    actor: Actor,
    on: date,
    acting_for: str,
    *,
    outcome_checks: tuple[BoundCheck, ...] = (),
) -> Decision:
    """Decide a request about the rows of an extract, for an organization or the hub (empty)."""
    return decide_request(
        build_extract_request(action, extract, actor, acting_for, outcome_checks), on
    )


def build_extract_request(
    action: Action,
    extract: ExtractFact,
    actor: Actor,
    acting_for: str,
    outcome_checks: tuple[BoundCheck, ...],
) -> PolicyRequest:
    """Build the request about the rows of an extract.

    It rests on the project's authorization, the agreements and each element; then come the checks
    of the step.
    """
    project = extract.project
    authorization_rules = checks.require_project_authorization(
        project,
        actor=extract.recipient,
        acting_for=extract.organization,
        purpose=project.purpose,
        level=Level.DE_IDENTIFIED,
        owners=extract.owners,
        file=extract.file,
    )
    surroundings = DisclosureContext(
        purpose=project.purpose, action=Action.EXPORT, level=Level.DE_IDENTIFIED
    )
    return PolicyRequest(
        action=action,
        actor=actor,
        facts=(extract,),
        access_checks=checks.require_actor_access(
            action, actor, frozenset({acting_for}) if acting_for else None
        ),
        authority_checks=(
            *checks.require_agreement_reliance(extract.agreements, actor, project.purpose),
            checks.check_agreements_match_project(project, extract.agreements),
            *authorization_rules,
            check_any_element(extract.elements),
        ),
        elements=extract.elements,
        element_checks=(
            check_element_coverage(extract.agreements, surroundings),
            checks.check_authorized_element(project),
            checks.check_extract_element(extract),
        ),
        outcome_checks=(
            checks.check_extract_record_code(project),
            checks.check_destruction_date_known(extract),
            *outcome_checks,
        ),
        obligations=lambda day: checks.list_extract_obligations(extract, day),
        lineage=checks.summarize_lineage(extract.agreements),
        purpose=project.purpose,
    )


def decide_on_extract(
    action: Action,
    extract: ExtractFact,
    actor: Actor,
    on: date,
    *,
    outcome_checks: tuple[BoundCheck, ...] = (),
) -> Decision:
    """Decide a request about an extract itself, for its owners and the recipient's organization."""
    request = PolicyRequest(
        action=action,
        actor=actor,
        facts=(extract,),
        access_checks=checks.require_actor_access(
            action, actor, extract.owners | {extract.organization}
        ),
        outcome_checks=outcome_checks,
        lineage=checks.summarize_lineage(extract.agreements),
        purpose=extract.project.purpose,
    )
    return decide_request(request, on)


@policy_question
def may_request_extract(extract: ExtractFact, actor: Actor, on: date) -> Decision:
    """Decide whether an extract of these elements may be requested for this recipient.

    Args:
        extract: facts of the extract.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return decide_on_extract_rows(Action.REQUEST_EXTRACT, extract, actor, on, extract.organization)


@policy_question
def may_prepare_extract(
    extract: ExtractFact,
    actor: Actor,
    on: date,
    *,
    opt_outs: Iterable[OptOutFact] | None,
    rows: Iterable[RowsFact] | None,
    nations: NationFacts = NO_NATION_FACTS,
) -> Decision:
    """Decide whether an extract may be prepared (again), and who is in it.

    A new preparation needs a new review.

    Args:
        extract: facts of the extract.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.
        opt_outs: current opt-outs; ``None`` if they were not looked up, which denies.
        rows: the children in the rows, by agreement; ``None`` if they were not looked up, which
            denies under an agreement on written consent.
        nations: decisions of tribal nations about this use, and their members.

    Returns:
        The decision, with one reason for each check that ran.
    """
    outcome_checks = (checks.check_extract_state(extract, "prepare"),)
    known_checks = (
        checks.check_opt_outs_known(opt_outs),
        checks.check_consents_known(extract.agreements, rows),
    )
    facts = (*(opt_outs or ()), *(rows or ()), *nations.words, *nations.members)
    request = build_extract_request(Action.PREPARE_EXTRACT, extract, actor, "", outcome_checks)
    request = replace(
        request,
        facts=(*request.facts, *facts),
        authority_checks=(*request.authority_checks, *known_checks),
        people=lambda elements, day: checks.find_extract_people(
            extract, opt_outs, rows, nations, elements, day
        ),
    )
    return decide_request(request, on)


@policy_question
def may_review_extract(extract: ExtractFact, actor: Actor, on: date) -> Decision:
    """Decide whether a user may review an extract.

    The requester and the recipient may not. Each reviewer reviews once, before the verdicts are
    open.

    Args:
        extract: facts of the extract.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return decide_on_extract(
        Action.REVIEW_EXTRACT,
        extract,
        actor,
        on,
        outcome_checks=(
            checks.check_extract_state(extract, "review"),
            checks.check_not_author(extract.requester, actor),
            checks.check_not_extract_recipient(extract, actor),
            checks.check_first_review(extract.reviews, actor),
            checks.check_verdicts_closed(extract.reviews),
        ),
    )


@policy_question
def may_review_extract_text(extract: ExtractFact, element: str, actor: Actor, on: date) -> Decision:
    """Decide whether a user may read the free text of one element and decide what to keep.

    The element needs all that the extract needs: the project's authorization and an agreement. The
    reader belongs to the hub, and does not request it, receive it or work with the project. The
    extract is prepared and has not reached its recipient.

    Args:
        extract: facts of the extract.
        element: the element with free text (``record.field``).
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    single_element_extract = replace(extract, elements=frozenset({element}))
    return decide_on_extract_rows(
        Action.READ_TEXT,
        single_element_extract,
        actor,
        on,
        "",
        outcome_checks=(
            checks.check_extract_state(extract, "read"),
            checks.check_not_author(extract.requester, actor),
            checks.check_not_researcher(extract, actor),
            checks.check_element_has_text(extract, element),
        ),
    )


@policy_question
def may_issue_extract(extract: ExtractFact, actor: Actor, on: date) -> Decision:
    """Decide whether the recipient may get a link: two others approved, every check passes.

    Args:
        extract: facts of the extract.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return decide_on_extract_rows(
        Action.ISSUE_EXTRACT,
        extract,
        actor,
        on,
        "",
        outcome_checks=(
            checks.check_extract_state(extract, "issue"),
            *checks.require_safe_extract(extract),
        ),
    )


@policy_question
def may_fetch_extract(extract: ExtractFact, actor: Actor, on: date) -> Decision:
    """Decide whether a user may fetch an extract now.

    Only the recipient may, once, while the link is valid, with the terms accepted, and with
    everything unchanged since the review.

    Args:
        extract: facts of the extract.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return decide_on_extract_rows(
        Action.EXPORT,
        extract,
        actor,
        on,
        extract.organization,
        outcome_checks=(
            checks.check_extract_not_withdrawn(extract),
            checks.check_not_fetched_before(extract),
            checks.check_extract_state(extract, "fetch"),
            checks.check_extract_recipient(extract, actor),
            checks.check_link_valid(extract),
            checks.check_terms_accepted(extract),
            *checks.require_safe_extract(extract),
        ),
    )


@policy_question
def may_withdraw_extract(extract: ExtractFact, actor: Actor, on: date) -> Decision:
    """Decide whether a user may withdraw an extract: hub, requester or an owner's steward.

    Args:
        extract: facts of the extract.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return decide_on_extract(
        Action.WITHDRAW_EXTRACT,
        extract,
        actor,
        on,
        outcome_checks=(checks.check_extract_state(extract, "withdraw"),),
    )


@policy_question
def may_view_extract(extract: ExtractFact, actor: Actor, on: date) -> Decision:
    """Decide whether a user may see that an extract exists and its history, but no row of it.

    Args:
        extract: facts of the extract.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return decide_on_extract(Action.VIEW_EXTRACT, extract, actor, on)


def find_viewable_extracts(actor: Actor, on: date) -> OrganizationScope:
    """Find whose extracts a user may see: those of the owners of the data, and of the recipient.

    Args:
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The scope of organizations; the same answer as ``may_view_extract`` for each.
    """
    return find_organization_scope(Action.VIEW_EXTRACT, actor, on)


@policy_question
def may_open_extract_list(actor: Actor, on: date) -> Decision:
    """Decide whether a user may open the list of extracts; each extract in it is decided
    separately.

    Args:
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return may_open_page(Action.VIEW_EXTRACT, actor, on=on)
