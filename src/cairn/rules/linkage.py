"""Who is who: whether identifying elements may be compared across partners."""

from collections.abc import Iterable, Iterator
from datetime import date
from functools import partial

from cairn.rules import pilot as pilots
from cairn.rules.access import may_open, who
from cairn.rules.actor import Actor
from cairn.rules.agreement import Agreement
from cairn.rules.authority import lineage, relied_on
from cairn.rules.cards import linkage as cards
from cairn.rules.decide import Request, decide
from cairn.rules.decision import Decision, Reason
from cairn.rules.element import covered, some_element
from cairn.rules.question import question
from cairn.rules.rows import RowsFact, consents_known, inside, rows_of
from cairn.rules.vocabulary import Action, Outcome


@question
def may_link(
    agreements: Iterable[Agreement],
    elements: Iterable[str],
    actor: Actor,
    on: date,
    *,
    rows: Iterable[RowsFact] | None = None,
    pilot: bool = False,
) -> Decision:
    """Whether records of these agreements may be linked by these elements.

    Every agreement must be in force: leave out, before asking, the deliveries of one that is not.
    ``rows`` are the children whom they name. The permit's rows hold whatever each agreement lets
    them hold: attributes are parted from names by the same step. ``pilot``: the deliveries are
    synthetic; they and real ones are never linked.
    """
    behind, asked = tuple(agreements), frozenset(elements)
    doors = {a.reference: inside(a, actor, on) for a in behind}
    held = frozenset(e for a in behind for e in a.elements)
    request = Request(
        action=Action.LINK,
        actor=actor,
        facts=(*behind, *(rows or ()), pilot),
        who=who(Action.LINK, actor),
        authority=(
            *relied_on(behind, actor),
            pilots.of_world(behind, pilot=pilot),
            some_element(asked),
            consents_known(behind, rows),
        ),
        elements=asked,
        element_rules=covered(behind),
        people=lambda _linked_by, day: rows_of(doors, behind, rows, held, day),
        lineage=lineage(behind),
    )
    return decide(request, on)


@question
def may_view_linkage(actor: Actor, on: date) -> Decision:
    """Whether this person may see how many records became how many people."""
    return may_open(Action.VIEW_LINKAGE, actor, on=on)


@question
def may_review_matches(actor: Actor, on: date) -> Decision:
    """Whether this person may see identifiers side by side and say who is one child."""
    return may_open(Action.REVIEW_MATCH, actor, on=on)


@question
def may_answer_match(answered_by: Iterable[str], actor: Actor, on: date) -> Decision:
    """Whether this person may answer a question that these people (ids) have answered already."""
    before = frozenset(answered_by)
    request = Request(
        action=Action.REVIEW_MATCH,
        actor=actor,
        facts=(before,),
        who=who(Action.REVIEW_MATCH, actor),
        outcome=(partial(_one_answer, before, actor),),
    )
    return decide(request, on)


@question
def may_find_child(organization: str, actor: Actor, on: date) -> Decision:
    """Whether this person may enter a child for an organization, known or not.

    The answer to "is she known?" tells that others hold records of her: it is for the index, and
    no page says it to whoever asked.
    """
    return may_open(Action.FIND_CHILD, actor, organization=organization, on=on)


def _one_answer(before: frozenset[str], actor: Actor, on: date) -> Iterator[Reason]:
    effect = Outcome.DENY if actor.id in before else Outcome.ALLOW
    yield Reason(cards.ONE_ANSWER, effect)
