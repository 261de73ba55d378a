"""Answer what may be shown in place of a small number: nothing, a range, or a number near it.

Rounding and noise show a number where a rule says that none may be shown. They can be as safe as a
blank cell, but they are not what the rule requires, and no setting turns the rule off.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from cairn.policy.engine import Decision, Reason, conclude_decision, policy_question
from cairn.policy.facts import SmallCellDisplay, SmallCellRequirement
from cairn.policy.law.cards.outputs import release as cards
from cairn.policy.vocabulary import Action, Outcome

__all__ = ["may_show_small_cell"]

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
