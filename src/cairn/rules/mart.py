"""From linked rows to a protected table: what a project may hold, count and protect."""

from collections.abc import Iterable
from datetime import date
from functools import partial

from cairn.rules.access import who
from cairn.rules.actor import Actor
from cairn.rules.agreement import Agreement
from cairn.rules.authority import lineage, relied_on
from cairn.rules.consent import OptOutFact, left_out, no_consent_needed, opt_outs_known
from cairn.rules.decide import Request, decide
from cairn.rules.decision import Decision
from cairn.rules.element import covered, some_element
from cairn.rules.question import question
from cairn.rules.vocabulary import Action, Purpose


@question
def may_build_mart(
    agreements: Iterable[Agreement],
    elements: Iterable[str],
    purpose: Purpose,
    opt_outs: Iterable[OptOutFact] | None,
    actor: Actor,
    on: date,
) -> Decision:
    """Whether these elements may be brought together for a purpose, and who is left out.

    ``opt_outs`` are those that stand; ``None`` where nobody looked, which denies.
    """
    behind, asked = tuple(agreements), frozenset(elements)
    standing = tuple(opt_outs or ())
    request = Request(
        action=Action.BUILD_MART,
        actor=actor,
        facts=(behind, standing),
        who=who(Action.BUILD_MART, actor),
        authority=(
            *relied_on(behind, actor, purpose),
            some_element(asked),
            opt_outs_known(opt_outs),
            no_consent_needed(behind),
        ),
        elements=asked,
        element_rules=covered(behind),
        people=partial(left_out, standing, behind),
        lineage=lineage(behind),
        purpose=purpose,
    )
    return decide(request, on)


@question
def may_count(
    agreements: Iterable[Agreement],
    elements: Iterable[str],
    purpose: Purpose,
    actor: Actor,
    on: date,
) -> Decision:
    """Whether people in a mart may be counted by these elements."""
    behind, asked = tuple(agreements), frozenset(elements)
    request = Request(
        action=Action.COUNT,
        actor=actor,
        facts=behind,
        who=who(Action.COUNT, actor),
        authority=(
            *relied_on(behind, actor, purpose),
            some_element(asked),
            no_consent_needed(behind),
        ),
        elements=asked,
        element_rules=covered(behind),
        lineage=lineage(behind),
        purpose=purpose,
    )
    return decide(request, on)


@question
def may_protect(
    agreements: Iterable[Agreement], purpose: Purpose, actor: Actor, on: date
) -> Decision:
    """Whether counts may be made publishable; ``minimum_cell`` is the strictest agreed."""
    behind = tuple(agreements)
    request = Request(
        action=Action.PROTECT,
        actor=actor,
        facts=behind,
        who=who(Action.PROTECT, actor),
        authority=relied_on(behind, actor, purpose),
        lineage=lineage(behind),
        purpose=purpose,
    )
    return decide(request, on)
