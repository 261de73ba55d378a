"""From linked rows to a protected table: what a project may hold, count and protect."""

from collections.abc import Iterable
from datetime import date
from functools import partial

from cairn.rules.access import who
from cairn.rules.actor import Actor
from cairn.rules.agreement import Agreement
from cairn.rules.authority import lineage, relied_on
from cairn.rules.consent import OptOutFact, left_out, opt_outs_known
from cairn.rules.decide import Request, decide
from cairn.rules.decision import Decision, PeopleAnswer
from cairn.rules.element import covered, some_element
from cairn.rules.question import question
from cairn.rules.rows import RowsFact, both, consents_known, inside, rows_of
from cairn.rules.vocabulary import Action, Purpose


@question
def may_build_mart(
    agreements: Iterable[Agreement],
    elements: Iterable[str],
    purpose: Purpose,
    opt_outs: Iterable[OptOutFact] | None,
    actor: Actor,
    on: date,
    *,
    rows: Iterable[RowsFact] | None = None,
) -> Decision:
    """Whether these elements may be brought together for a purpose, and who is left out.

    ``opt_outs`` are those that stand; ``None`` where nobody looked, which denies. ``rows`` are the
    children whom the rows name, which an agreement on written consent cannot do without.
    """
    behind, asked = tuple(agreements), frozenset(elements)
    standing = tuple(opt_outs or ())
    request = Request(
        action=Action.BUILD_MART,
        actor=actor,
        facts=(behind, standing, *(rows or ())),
        who=who(Action.BUILD_MART, actor),
        authority=(
            *relied_on(behind, actor, purpose),
            some_element(asked),
            opt_outs_known(opt_outs),
            consents_known(behind, rows),
        ),
        elements=asked,
        element_rules=covered(behind),
        people=partial(_who, standing, behind, rows, actor, purpose),
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
    *,
    rows: Iterable[RowsFact] | None = None,
) -> Decision:
    """Whether people in a mart may be counted by these elements.

    Where rows rest on written consent, ``rows`` are asked again, and the mart is of the same day:
    nobody in it is known by name any more, so an older one could hold who has said no since.
    """
    behind, asked = tuple(agreements), frozenset(elements)
    request = Request(
        action=Action.COUNT,
        actor=actor,
        facts=(*behind, *(rows or ())),
        who=who(Action.COUNT, actor),
        authority=(
            *relied_on(behind, actor, purpose),
            some_element(asked),
            consents_known(behind, rows),
        ),
        elements=asked,
        element_rules=covered(behind),
        people=partial(_who, (), behind, rows, actor, purpose),
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


def _who(
    opt_outs: tuple[OptOutFact, ...],
    behind: tuple[Agreement, ...],
    rows: Iterable[RowsFact] | None,
    actor: Actor,
    purpose: Purpose,
    elements: frozenset[str],
    on: date,
) -> PeopleAnswer:
    """Without those who declined, and the rows that consents open."""
    doors = {a.reference: inside(a, actor, on, purpose) for a in behind}
    return both(
        left_out(opt_outs, behind, elements, on), rows_of(doors, behind, rows, elements, on)
    )
