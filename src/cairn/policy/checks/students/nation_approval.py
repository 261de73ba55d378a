"""Check that tribal nations approve figures that would count their children.

A nation decides about data of its children, no matter what agreement a school made. It approves one
release: what it counts, by which groups, for which years. It may set a condition first, and may
withdraw its approval for everything that is made later.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import partial

from cairn.policy.engine import ABOUT_PEOPLE, PeopleAnswer, Reason, Rule
from cairn.policy.facts import MemberFact, NationDecisionFact, OrganizationFact
from cairn.policy.law.cards.governance import data_use as data_use_cards
from cairn.policy.law.cards.outputs import release as cards
from cairn.policy.vocabulary import NationAnswer, OrganizationKind, Outcome, ReleaseState


def find_approving_nations(decisions: Iterable[NationDecisionFact], on: date) -> frozenset[str]:
    """Find the nations that approve on a day, by the last decision of each.

    Args:
        decisions: the decisions of nations, in order.
        on: the day that the decision is for.

    Returns:
        Slugs of the nations that approve.
    """
    return frozenset(
        nation
        for nation, decision in _find_last_decisions(decisions, on).items()
        if _is_named_approval(decision)
    )


def exclude_unapproved_members(
    members: Iterable[MemberFact], approved: frozenset[str]
) -> PeopleAnswer:
    """Leave out the members of a nation that has not approved, no matter who sent the rows."""
    excluded = sorted({member.person for member in members if not member.nations <= approved})
    if not excluded:
        return PeopleAnswer()
    count_fact = (("n", len(excluded)),)
    reason = Reason(
        data_use_cards.NATION, Outcome.DENY, count_fact, about=ABOUT_PEOPLE, people=tuple(excluded)
    )
    return PeopleAnswer(dict.fromkeys(excluded, Outcome.DENY), reasons=(reason,))


def require_nation_approval(
    counted: frozenset[str], decisions: Iterable[NationDecisionFact]
) -> Rule:
    """Build the rule that each nation with children in the figures approves today."""
    return partial(_check_nation_approval, counted, tuple(decisions))


def require_nation_conditions_met(
    counted: frozenset[str], decisions: Iterable[NationDecisionFact]
) -> Rule:
    """Build the rule that no nation with children in the figures has an open condition."""
    return partial(_check_nation_conditions, counted, tuple(decisions))


def require_tribal_nation(organization: OrganizationFact) -> Rule:
    """Build the rule that the organization is a tribal nation."""
    return partial(_check_tribal_nation, organization)


def require_not_withdrawn(state: ReleaseState) -> Rule:
    """Build the rule that the release is not withdrawn."""
    return partial(_check_not_withdrawn, state)


def _find_last_decisions(
    decisions: Iterable[NationDecisionFact], on: date
) -> Mapping[str, NationDecisionFact]:
    return {decision.nation: decision for decision in decisions if decision.on <= on}


def _is_named_approval(decision: NationDecisionFact | None) -> bool:
    """Report whether a decision approves; one without a named person does not count."""
    return (
        decision is not None
        and decision.answer is NationAnswer.APPROVE
        and bool(decision.by.strip())
    )


def _check_nation_approval(
    counted: frozenset[str], decisions: tuple[NationDecisionFact, ...], on: date
) -> Iterator[Reason]:
    last_decisions = _find_last_decisions(decisions, on)
    for nation in sorted(counted):
        effect = Outcome.ALLOW if _is_named_approval(last_decisions.get(nation)) else Outcome.DENY
        yield Reason(cards.NATION_COUNTED, effect, (("nation", nation),))


def _check_nation_conditions(
    counted: frozenset[str], decisions: tuple[NationDecisionFact, ...], on: date
) -> Iterator[Reason]:
    last_decisions = _find_last_decisions(decisions, on)
    for nation in sorted(counted & last_decisions.keys()):
        if condition := last_decisions[nation].condition.strip():
            facts = (("nation", nation), ("condition", condition))
            yield Reason(cards.NATION_CONDITION, Outcome.DENY, facts)


def _check_tribal_nation(organization: OrganizationFact, on: date) -> Iterator[Reason]:
    met = organization.kind is OrganizationKind.TRIBAL_NATION
    facts = (("organization", organization.name or organization.slug),)
    yield Reason(cards.NOT_A_NATION, Outcome.ALLOW if met else Outcome.DENY, facts)


def _check_not_withdrawn(state: ReleaseState, on: date) -> Iterator[Reason]:
    if state is ReleaseState.WITHDRAWN:
        yield Reason(cards.NATION_TOO_LATE, Outcome.DENY)
