"""Decide who may compare a partner's own figures with published ones, and set dashboard targets.

A partner already knows its own children. It must not learn figures about a few children of another
organization: neither directly, nor by subtracting its own from a total, nor because a figure was
counted from records that others delivered.
"""

from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import Final

from cairn.policy.checks import (
    require_actor_access,
    require_not_pilot,
    require_published,
    summarize_lineage,
)
from cairn.policy.engine import Decision, PolicyRequest, Reason, decide_request, policy_question
from cairn.policy.facts import Actor, OwnFiguresFact, ReleaseFact, TargetFact
from cairn.policy.law.cards.outputs import dashboard_target as dashboard_target_cards
from cairn.policy.law.cards.outputs import own_figures as cards
from cairn.policy.questions.governance.access import may_open_page
from cairn.policy.vocabulary import Action, Outcome, PartyRole


@policy_question
def may_open_own_figures_page(organization: str, actor: Actor, on: date) -> Decision:
    """Decide whether a user may open the page of one organization's own figures.

    Args:
        organization: slug of the organization concerned.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return may_open_page(Action.COMPARE_OWN_FIGURES, actor, organization=organization, on=on)


@policy_question
def may_compare_own_figures(
    release: ReleaseFact, own: OwnFiguresFact, actor: Actor, on: date
) -> Decision:
    """Decide whether an organization may see its own unsuppressed figures of an outcome, by table.

    Args:
        release: facts of the release.
        own: the organization's own part of the outcome.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    own_agreements = [
        agreement
        for agreement in release.agreements
        if own.organization in agreement.organizations(PartyRole.PROVIDER)
    ]
    request = PolicyRequest(
        action=Action.COMPARE_OWN_FIGURES,
        actor=actor,
        facts=(release, own),
        who=require_actor_access(Action.COMPARE_OWN_FIGURES, actor, frozenset({own.organization})),
        authority=(partial(_check_own_records, release, own),),
        elements=own.tables,
        element_rules=(partial(_check_others_protected, own),),
        outcome=(
            require_published(release.state),
            require_not_pilot(
                pilot=release.pilot or any(source.pilot for source in release.agreements)
            ),
        ),
        lineage=summarize_lineage(own_agreements),
        purpose=release.purpose,
    )
    return decide_request(request, on)


def _check_own_records(release: ReleaseFact, own: OwnFiguresFact, on: date) -> Iterator[Reason]:
    other_sources = own.delivered_by - own.rows_of
    objection = ""
    if own.organization not in release.owners or not own.has_rows:
        objection = ": no row of the tables is its own, or the counts behind them are destroyed"
    elif other_sources:
        objection = f": others delivered a part of it ({', '.join(sorted(other_sources))})"
    facts = (("outcome", own.outcome), ("organization", own.name), ("because", objection))
    yield Reason(cards.OWN_RECORDS, Outcome.DENY if objection else Outcome.ALLOW, facts)


def _check_others_protected(own: OwnFiguresFact, table: str, on: date) -> Iterator[Reason]:
    effect = Outcome.ALLOW if table in own.hold else Outcome.DENY
    yield Reason(cards.OTHERS_HOLD, effect, (("table", table), ("organization", own.name)))


_MAXIMUM_SHARE: Final = 1000


@policy_question
def may_set_target(target: TargetFact, actor: Actor, on: date) -> Decision:
    """Decide whether a target may be set, or changed into this one.

    Args:
        target: the proposed target.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    request = PolicyRequest(
        action=Action.CHANGE_TARGET,
        actor=actor,
        facts=(target,),
        who=require_actor_access(Action.CHANGE_TARGET, actor),
        outcome=(
            partial(_check_target_baseline, target),
            partial(_check_target_ahead, target),
            partial(_check_target_agreed, target),
        ),
    )
    return decide_request(request, on)


@policy_question
def may_end_target(actor: Actor, on: date) -> Decision:
    """Decide whether a target may be ended, or an ended one resumed.

    Args:
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    return may_open_page(Action.CHANGE_TARGET, actor, on=on)


def _check_target_baseline(target: TargetFact, on: date) -> Iterator[Reason]:
    facts: tuple[tuple[str, str], ...] = (("outcome", target.outcome), ("year", target.year))
    if target.begins is None:
        yield Reason(dashboard_target_cards.BASELINE, Outcome.DENY, facts)
    else:
        facts = (*facts, ("share", _format_share(target.begins)))
        yield Reason(dashboard_target_cards.BASELINE, Outcome.ALLOW, facts)


def _check_target_ahead(target: TargetFact, on: date) -> Iterator[Reason]:
    if target.begins is None:
        return
    later = target.until[:4] > target.year[:4]
    is_better = (target.share > target.begins) == target.higher_is_better
    is_met = (
        later
        and is_better
        and target.share != target.begins
        and 0 <= target.share <= _MAXIMUM_SHARE
    )
    facts = (
        ("target", _format_share(target.share)),
        ("until", target.until),
        ("share", _format_share(target.begins)),
        ("year", target.year),
        ("better", "higher" if target.higher_is_better else "lower"),
    )
    yield Reason(dashboard_target_cards.AHEAD, Outcome.ALLOW if is_met else Outcome.DENY, facts)


def _check_target_agreed(target: TargetFact, on: date) -> Iterator[Reason]:
    required_texts = {"who agreed": target.agreed_by, "what is to be done": target.context}
    missing = " and ".join(label for label, text in required_texts.items() if not text.strip())
    facts = (("missing", missing),)
    yield Reason(dashboard_target_cards.AGREED, Outcome.DENY if missing else Outcome.ALLOW, facts)


def _format_share(share: int) -> str:
    whole, tenths = divmod(share, 10)
    return f"{whole}.{tenths}%" if tenths else f"{whole}%"
