"""Check that tribal nations approve figures that would count their children.

A nation decides about data of its children, no matter what agreement a school made. It approves one
release: what it counts, by which groups, for which years. It may set a condition first, and may
withdraw its approval for everything that is made later.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from cairn.policy.engine import ABOUT_PEOPLE, PeopleAnswer, Reason, policy_check
from cairn.policy.facts import MemberFact, NationDecisionFact, OrganizationFact
from cairn.policy.law.cards.governance import data_use as data_use_cards
from cairn.policy.law.cards.outputs import release as cards
from cairn.policy.vocabulary import NationAnswer, OrganizationKind, Outcome, ReleaseState

__all__ = [
    "check_nation_approval",
    "check_nation_conditions",
    "check_release_not_withdrawn",
    "check_tribal_nation",
    "exclude_unapproved_members",
    "find_approving_nations",
]


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
    """Leave out the members of a nation that has not approved, no matter who sent the rows.

    Args:
        members: members of tribal nations among the students.
        approved: slugs of the nations that approve.
    Returns:
        The people left out, and the reason.
    """
    excluded = sorted({member.person for member in members if not member.nations <= approved})
    if not excluded:
        return PeopleAnswer()
    count_fact = (("n", len(excluded)),)
    reason = Reason(
        data_use_cards.NATION, Outcome.DENY, count_fact, about=ABOUT_PEOPLE, people=tuple(excluded)
    )
    return PeopleAnswer(dict.fromkeys(excluded, Outcome.DENY), reasons=(reason,))


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


@policy_check(cards.NATION_COUNTED)
def check_nation_approval(
    on: date, counted: frozenset[str], decisions: tuple[NationDecisionFact, ...]
) -> Iterator[Reason]:
    """Check that each nation with children in the figures approves today.

    Args:
        on: date of the check.
        counted: slugs of the nations with children in the figures.
        decisions: decisions of the nations, in order.
    Returns:
        One reason per nation.
    """
    last_decisions = _find_last_decisions(decisions, on)
    for nation in sorted(counted):
        yield Reason.from_card(
            cards.NATION_COUNTED,
            met=bool(_is_named_approval(last_decisions.get(nation))),
            nation=nation,
        )


@policy_check(cards.NATION_CONDITION)
def check_nation_conditions(
    on: date, counted: frozenset[str], decisions: tuple[NationDecisionFact, ...]
) -> Iterator[Reason]:
    """Check that no nation with children in the figures has an open condition.

    Args:
        on: date of the check.
        counted: slugs of the nations with children in the figures.
        decisions: decisions of the nations, in order.
    Returns:
        A refusal for each open condition.
    """
    last_decisions = _find_last_decisions(decisions, on)
    for nation in sorted(counted & last_decisions.keys()):
        if condition := last_decisions[nation].condition.strip():
            yield Reason.from_card(
                cards.NATION_CONDITION, met=False, nation=nation, condition=condition
            )


@policy_check(cards.NOT_A_NATION)
def check_tribal_nation(on: date, organization: OrganizationFact) -> Reason:
    """Check that the organization is a tribal nation.

    Args:
        on: date of the check.
        organization: facts of the organization.
    Returns:
        One reason.
    """
    met = organization.kind is OrganizationKind.TRIBAL_NATION
    return Reason.from_card(
        cards.NOT_A_NATION, met=met, organization=organization.name or organization.slug
    )


@policy_check(cards.NATION_TOO_LATE)
def check_release_not_withdrawn(on: date, state: ReleaseState) -> Iterator[Reason]:
    """Check that the release is not withdrawn.

    Args:
        on: date of the check.
        state: present state of the release.
    Returns:
        A refusal if it is.
    """
    if state is ReleaseState.WITHDRAWN:
        yield Reason.from_card(cards.NATION_TOO_LATE, met=False)
