"""Decide what a project may hold in a data mart, count, protect and show in place of small numbers.

A small number becomes nothing, a range, or a number near it. Rounding and noise show a number where
a rule says that none may be shown. They can be as safe as a blank cell, but they are not what the
rule requires, and no setting turns the rule off.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from cairn.policy import checks
from cairn.policy.coverage import check_any_element, check_element_coverage
from cairn.policy.engine import (
    Decision,
    PeopleAnswer,
    PolicyRequest,
    Reason,
    conclude_decision,
    decide_request,
    policy_question,
)
from cairn.policy.facts import (
    NO_NATION_FACTS,
    Actor,
    AgreementFact,
    NationFacts,
    OptOutFact,
    RowsFact,
    SmallCellDisplay,
    SmallCellRequirement,
)
from cairn.policy.law.cards.outputs import release as cards
from cairn.policy.vocabulary import Action, Outcome, Purpose

__all__ = ["may_build_data_mart", "may_count_people", "may_protect_counts", "may_show_small_cell"]


@policy_question
def may_build_data_mart(
    agreements: Iterable[AgreementFact],
    elements: Iterable[str],
    purpose: Purpose,
    opt_outs: Iterable[OptOutFact] | None,
    actor: Actor,
    on: date,
    *,
    rows: Iterable[RowsFact] | None = None,
    nations: NationFacts = NO_NATION_FACTS,
) -> Decision:
    """Decide whether these elements may be combined for a purpose, and who is left out.

    Members of a nation that has not approved the use are left out.

    Args:
        agreements: facts of every agreement that the data were received under.
        elements: data elements (``record.field``) that are requested.
        purpose: what the data are used for.
        opt_outs: current opt-outs; ``None`` if they were not looked up, which denies.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.
        rows: the children in the rows, by agreement; ``None`` if they were not looked up, which
            denies under an agreement on written consent.
        nations: decisions of tribal nations about this use, and their members.

    Returns:
        The decision, with one reason for each check that ran.
    """
    sources, mart_elements, current_opt_outs = (
        tuple(agreements),
        frozenset(elements),
        tuple(opt_outs or ()),
    )
    approving_nations = checks.find_approving_nations(nations.words, on)
    unapproved_members = checks.exclude_unapproved_members(nations.members, approving_nations)
    exclusions = checks.merge_people_answers(
        checks.exclude_opted_out_people(current_opt_outs, sources, mart_elements, on),
        unapproved_members,
    )
    request = PolicyRequest(
        action=Action.BUILD_MART,
        actor=actor,
        facts=(sources, current_opt_outs, *(rows or ()), *nations.words, *nations.members),
        access_checks=checks.require_actor_access(Action.BUILD_MART, actor),
        authority_checks=(
            *checks.require_agreement_reliance(sources, actor, purpose),
            check_any_element(mart_elements),
            checks.check_opt_outs_known(opt_outs),
            checks.check_consents_known(sources, rows),
        ),
        elements=mart_elements,
        element_checks=(check_element_coverage(sources),),
        people=lambda allowed, day: _find_mart_people(
            exclusions, sources, rows, actor, purpose, approving_nations, allowed, day
        ),
        lineage=checks.summarize_lineage(sources),
        purpose=purpose,
    )
    return decide_request(request, on)


@policy_question
def may_count_people(
    agreements: Iterable[AgreementFact],
    elements: Iterable[str],
    purpose: Purpose,
    actor: Actor,
    on: date,
    *,
    rows: Iterable[RowsFact] | None = None,
    nations: NationFacts = NO_NATION_FACTS,
) -> Decision:
    """Decide whether people in a data mart may be counted by these elements.

    Where rows rest on written consent, ``rows`` are checked again, and the mart must be of the same
    day: its people are no longer known by name, so an older mart could hold a child of a family
    that has declined since.

    Args:
        agreements: facts of every agreement that the data were received under.
        elements: data elements (``record.field``) that are requested.
        purpose: what the data are used for.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.
        rows: the children in the rows, by agreement; ``None`` if they were not looked up, which
            denies under an agreement on written consent.
        nations: decisions of tribal nations about this use, and their members.

    Returns:
        The decision, with one reason for each check that ran.
    """
    sources, count_elements = tuple(agreements), frozenset(elements)
    no_exclusions, approving_nations = (
        PeopleAnswer(),
        checks.find_approving_nations(nations.words, on),
    )
    request = PolicyRequest(
        action=Action.COUNT,
        actor=actor,
        facts=(*sources, *(rows or ()), *nations.words),
        access_checks=checks.require_actor_access(Action.COUNT, actor),
        authority_checks=(
            *checks.require_agreement_reliance(sources, actor, purpose),
            check_any_element(count_elements),
            checks.check_consents_known(sources, rows),
        ),
        elements=count_elements,
        element_checks=(check_element_coverage(sources),),
        people=lambda allowed, day: _find_mart_people(
            no_exclusions, sources, rows, actor, purpose, approving_nations, allowed, day
        ),
        lineage=checks.summarize_lineage(sources),
        purpose=purpose,
    )
    return decide_request(request, on)


@policy_question
def may_protect_counts(
    agreements: Iterable[AgreementFact], purpose: Purpose, actor: Actor, on: date
) -> Decision:
    """Decide whether counts may be made publishable; ``minimum_cell`` is the strictest one agreed.

    Args:
        agreements: facts of every agreement that the data were received under.
        purpose: what the data are used for.
        actor: the person who asks, with roles and clearance.
        on: the day that the decision is for.

    Returns:
        The decision, with one reason for each check that ran.
    """
    sources = tuple(agreements)
    request = PolicyRequest(
        action=Action.PROTECT,
        actor=actor,
        facts=sources,
        access_checks=checks.require_actor_access(Action.PROTECT, actor),
        authority_checks=checks.require_agreement_reliance(sources, actor, purpose),
        lineage=checks.summarize_lineage(sources),
        purpose=purpose,
    )
    return decide_request(request, on)


def _find_mart_people(
    exclusions: PeopleAnswer,
    sources: tuple[AgreementFact, ...],
    rows: Iterable[RowsFact] | None,
    actor: Actor,
    purpose: Purpose,
    nations: frozenset[str],
    elements: frozenset[str],
    on: date,
) -> PeopleAnswer:
    """Find the people and rows of a mart, without exclusions, that consents and nations allow."""
    row_uses = {
        source.reference: checks.build_internal_use(source, actor, on, purpose, nations)
        for source in sources
    }
    return checks.merge_people_answers(
        exclusions, checks.decide_row_access(row_uses, sources, rows, elements, on)
    )


ANONYMOUS_ACTOR: Final = ""
"""Actor id of a command on plain files, without an installation that knows its users."""


@policy_question
def may_show_small_cell(
    in_place: SmallCellDisplay, demands: Iterable[SmallCellRequirement], on: date
) -> Decision:
    """Decide whether a display may be shown where a number is small, under all requirements.

    Args:
        in_place: what would be shown.
        demands: requirements of rules and agreements.
        on: date of the decision.
    Returns:
        The decision.
    """
    requirements = tuple(demands)
    refusals = [
        reason
        for requirement in requirements
        for reason in _list_display_refusals(in_place, requirement)
    ]
    reasons = refusals or [Reason.from_card(cards.SMALL_WITHHELD, met=True)]
    return conclude_decision(
        Action.PROTECT, ANONYMOUS_ACTOR, on, reasons, facts=(in_place, *requirements)
    )


def _list_display_refusals(
    in_place: SmallCellDisplay, demand: SmallCellRequirement
) -> Iterator[Reason]:
    facts = (("rule", demand.name), ("minimum", demand.minimum))
    if in_place is SmallCellDisplay.ANOTHER_NUMBER:
        yield Reason(cards.SMALL_WITHHELD, Outcome.DENY, facts, where=demand.citation)
    if in_place is SmallCellDisplay.RANGE and demand.percentages:
        yield Reason(cards.PERCENTAGES_ALONE, Outcome.DENY, facts, where=demand.citation)
