"""Decide who may request, prepare, review, issue, fetch, withdraw and view an extract.

An extract holds de-identified rows for one approved project. Every rule is checked again when the
recipient fetches it: the authorization, the agreements, the people and the reviewed texts.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from functools import partial

from cairn.policy.checks import (
    check_destruction_date_known,
    check_extract_element,
    check_link_valid,
    check_record_code,
    find_extract_people,
    list_extract_obligations,
    list_extract_researchers,
    require_actor_access,
    require_agreement_reliance,
    require_agreements_match_project,
    require_authorized_element,
    require_blind_review,
    require_card,
    require_extract_state,
    require_first_review,
    require_known_consents,
    require_opt_outs_known,
    require_other_than_author,
    require_project_authorization,
    require_safe_extract,
    summarize_lineage,
)
from cairn.policy.coverage import require_any_element, require_element_coverage
from cairn.policy.engine import Decision, PolicyRequest, Rule, decide_request, policy_question
from cairn.policy.facts import (
    NO_NATION_FACTS,
    Actor,
    DisclosureContext,
    ExtractFact,
    NationFacts,
    OptOutFact,
    RowsFact,
)
from cairn.policy.law.cards.outputs import extract as cards
from cairn.policy.law.cards.outputs import extract_text as texts
from cairn.policy.questions.governance.access import (
    OrganizationScope,
    find_organization_scope,
    may_open_page,
)
from cairn.policy.vocabulary import Action, ExtractState, Level


def decide_on_extract_rows(
    action: Action, extract: ExtractFact, actor: Actor, on: date, acting_for: str, *rules: Rule
) -> Decision:
    """Decide a request about the rows of an extract, for an organization or the hub (empty)."""
    return decide_request(build_extract_request(action, extract, actor, acting_for, rules), on)


def build_extract_request(
    action: Action, extract: ExtractFact, actor: Actor, acting_for: str, rules: tuple[Rule, ...]
) -> PolicyRequest:
    """Build the request about the rows of an extract.

    It rests on the project's authorization, the agreements and each element; then come the rules of
    the step.
    """
    project = extract.project
    authorization_rules = require_project_authorization(
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
        who=require_actor_access(action, actor, frozenset({acting_for}) if acting_for else None),
        authority=(
            *require_agreement_reliance(extract.agreements, actor, project.purpose),
            require_agreements_match_project(project, extract.agreements),
            *authorization_rules,
            require_any_element(extract.elements),
        ),
        elements=extract.elements,
        element_rules=(
            *require_element_coverage(extract.agreements, surroundings),
            require_authorized_element(project),
            partial(check_extract_element, extract),
        ),
        outcome=(
            partial(check_record_code, project),
            partial(check_destruction_date_known, extract),
            *rules,
        ),
        obligations=partial(list_extract_obligations, extract),
        lineage=summarize_lineage(extract.agreements),
        purpose=project.purpose,
    )


def decide_on_extract(
    action: Action, extract: ExtractFact, actor: Actor, on: date, *rules: Rule
) -> Decision:
    """Decide a request about an extract itself, for its owners and the recipient's organization."""
    request = PolicyRequest(
        action=action,
        actor=actor,
        facts=(extract,),
        who=require_actor_access(action, actor, extract.owners | {extract.organization}),
        outcome=rules,
        lineage=summarize_lineage(extract.agreements),
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
    people = partial(find_extract_people, extract, opt_outs, rows, nations)
    rules = (require_extract_state(extract.state, "prepare"),)
    known_rules = (
        require_opt_outs_known(opt_outs),
        require_known_consents(extract.agreements, rows),
    )
    facts = (*(opt_outs or ()), *(rows or ()), *nations.words, *nations.members)
    request = build_extract_request(Action.PREPARE_EXTRACT, extract, actor, "", rules)
    request = replace(
        request,
        facts=(*request.facts, *facts),
        authority=(*request.authority, *known_rules),
        people=people,
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
        require_extract_state(extract.state, "review"),
        require_other_than_author(extract.requester, actor),
        require_card(cards.NOT_BY_ITS_RECIPIENT, met=actor.id != extract.recipient),
        require_first_review(extract.reviews, actor),
        require_blind_review(extract.reviews),
    )


@policy_question
def may_review_extract_text(extract: ExtractFact, element: str, actor: Actor, on: date) -> Decision:
    """Decide whether a user may read the free text of one element and decide what to keep.

    The element needs all that the extract needs: the project's authorization and an agreement. The
    reader belongs to the hub, and does not request it, receive it or work with the project. The
    extract
    is prepared and has not reached its recipient.

    Args:
        extract: facts of the extract.
        element: the element with free text (``record.field``).
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    rules = (
        require_extract_state(extract.state, "read"),
        require_other_than_author(extract.requester, actor),
        require_card(texts.NO_RESEARCHER, met=actor.id not in list_extract_researchers(extract)),
        require_card(
            texts.FREE_TEXT,
            met=element in {text.element for text in extract.texts},
            element=element,
        ),
    )
    single_element_extract = replace(extract, elements=frozenset({element}))
    return decide_on_extract_rows(Action.READ_TEXT, single_element_extract, actor, on, "", *rules)


@policy_question
def may_issue_extract(extract: ExtractFact, actor: Actor, on: date) -> Decision:
    """Decide whether the recipient may get a link: two others approved, and every rule still holds.

    Args:
        extract: facts of the extract.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    rules = (require_extract_state(extract.state, "issue"), *require_safe_extract(extract))
    return decide_on_extract_rows(Action.ISSUE_EXTRACT, extract, actor, on, "", *rules)


@policy_question
def may_fetch_extract(extract: ExtractFact, actor: Actor, on: date) -> Decision:
    """Decide whether a user may fetch an extract now.

    Only the recipient may, once, while the link is valid, with the terms accepted, and with
    everything
    unchanged since the review.

    Args:
        extract: facts of the extract.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    link_until = extract.link_until
    fetched_on = extract.fetched_on
    rules: tuple[Rule, ...] = (
        require_card(cards.WITHDRAWN, met=extract.state is not ExtractState.WITHDRAWN),
        require_card(
            cards.ONCE, met=fetched_on is None, fetched=fetched_on.isoformat() if fetched_on else ""
        ),
        require_extract_state(extract.state, "fetch"),
        require_card(cards.RECIPIENT, met=actor.id == extract.recipient),
        partial(check_link_valid, link_until),
        require_card(cards.TERMS, met=extract.accepted),
        *require_safe_extract(extract),
    )
    return decide_on_extract_rows(Action.EXPORT, extract, actor, on, extract.organization, *rules)


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
    rule = require_extract_state(extract.state, "withdraw")
    return decide_on_extract(Action.WITHDRAW_EXTRACT, extract, actor, on, rule)


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
