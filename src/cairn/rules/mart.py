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
from cairn.rules.nation import NO_NATIONS, Nations, approving, members_left_out
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
    nations: Nations = NO_NATIONS,
) -> Decision:
    """Whether these elements may be brought together for a purpose, and who is left out.

    ``opt_outs`` are those that stand; ``None`` where nobody looked, which denies. ``rows`` are the
    children whom the rows name, which an agreement on written consent cannot do without.
    ``nations`` are the people of tribal nations and what the nations have said of this use: the
    people of one that has not approved are left out.
    """
    behind, asked, standing = tuple(agreements), frozenset(elements), tuple(opt_outs or ())
    approved = approving(nations.words, on)
    waiting = members_left_out(nations.members, approved)
    declined = both(left_out(standing, behind, asked, on), waiting)
    request = Request(
        action=Action.BUILD_MART,
        actor=actor,
        facts=(behind, standing, *(rows or ()), *nations.words, *nations.members),
        who=who(Action.BUILD_MART, actor),
        authority=(
            *relied_on(behind, actor, purpose),
            some_element(asked),
            opt_outs_known(opt_outs),
            consents_known(behind, rows),
        ),
        elements=asked,
        element_rules=covered(behind),
        people=partial(_who, declined, behind, rows, actor, purpose, approved),
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
    nations: Nations = NO_NATIONS,
) -> Decision:
    """Whether people in a mart may be counted by these elements.

    ``nations`` is what tribal nations have said of this use. Where rows rest on written consent,
    ``rows`` are asked again, and the mart is of the same day: nobody in it is known by name any
    more, so an older one could hold who has said no since.
    """
    behind, asked = tuple(agreements), frozenset(elements)
    nobody, approved = PeopleAnswer(), approving(nations.words, on)
    request = Request(
        action=Action.COUNT,
        actor=actor,
        facts=(*behind, *(rows or ()), *nations.words),
        who=who(Action.COUNT, actor),
        authority=(
            *relied_on(behind, actor, purpose),
            some_element(asked),
            consents_known(behind, rows),
        ),
        elements=asked,
        element_rules=covered(behind),
        people=partial(_who, nobody, behind, rows, actor, purpose, approved),
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
    declined: PeopleAnswer,
    behind: tuple[Agreement, ...],
    rows: Iterable[RowsFact] | None,
    actor: Actor,
    purpose: Purpose,
    nations: frozenset[str],
    elements: frozenset[str],
    on: date,
) -> PeopleAnswer:
    """Without those who declined, and the rows that consents and nations open."""
    doors = {a.reference: inside(a, actor, on, purpose, nations) for a in behind}
    return both(declined, rows_of(doors, behind, rows, elements, on))
