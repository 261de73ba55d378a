"""Who is who: whether identifying elements may be compared across partners."""

from collections.abc import Iterable
from datetime import date

from cairn.rules.access import may_open, who
from cairn.rules.actor import Actor
from cairn.rules.agreement import Agreement
from cairn.rules.authority import lineage, relied_on
from cairn.rules.consent import no_consent_needed
from cairn.rules.decide import Request, decide
from cairn.rules.decision import Decision
from cairn.rules.element import covered, some_element
from cairn.rules.question import question
from cairn.rules.vocabulary import Action


@question
def may_link(
    agreements: Iterable[Agreement], elements: Iterable[str], actor: Actor, on: date
) -> Decision:
    """Whether records of these agreements may be linked by these elements.

    Every agreement must be in force: leave out, before asking, the deliveries of one that is not.
    """
    behind, asked = tuple(agreements), frozenset(elements)
    request = Request(
        action=Action.LINK,
        actor=actor,
        facts=behind,
        who=who(Action.LINK, actor),
        authority=(*relied_on(behind, actor), some_element(asked), no_consent_needed(behind)),
        elements=asked,
        element_rules=covered(behind),
        lineage=lineage(behind),
    )
    return decide(request, on)


@question
def may_view_linkage(actor: Actor, on: date) -> Decision:
    """Whether this person may see how many records became how many people."""
    return may_open(Action.VIEW_LINKAGE, actor, on=on)
