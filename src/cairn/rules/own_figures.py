"""A partner's own dashboard: its own numbers as they are, everyone else's as they are published.

It knows its own children already. What it must not get is a number of somebody else's few, be it
handed over or worked out: by subtracting its own from a total, or because a figure was counted from
records that others delivered.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial

from cairn.rules import pilot as pilots
from cairn.rules.access import may_open, who
from cairn.rules.actor import Actor
from cairn.rules.authority import lineage
from cairn.rules.cards import own_figures as cards
from cairn.rules.decide import Request, decide
from cairn.rules.decision import Decision, Reason
from cairn.rules.question import question
from cairn.rules.release_fact import ReleaseFact
from cairn.rules.review import published
from cairn.rules.vocabulary import Action, Outcome, PartyRole


@dataclass(frozen=True, slots=True)
class OwnFiguresFact:
    """One organization's own part of a published outcome.

    ``name`` is how people call it, ``outcome`` the title of what is counted. ``has_rows`` is
    whether its children stand in the tables under its own name; ``delivered_by`` are the
    organizations (slugs) whose records the outcome reads, ``rows_of`` those of them whose children
    stand in the tables under their own names. ``tables`` are the breakdowns that are published,
    ``hold`` those in which an attacker who has all of its own numbers learns of no few others.
    """

    organization: str
    name: str
    outcome: str
    has_rows: bool
    delivered_by: frozenset[str]
    rows_of: frozenset[str]
    tables: frozenset[str]
    hold: frozenset[str]


@question
def may_open_own_figures(organization: str, actor: Actor, on: date) -> Decision:
    """Whether this person may open the page of one organization's own figures."""
    return may_open(Action.COMPARE_OWN_FIGURES, actor, organization=organization, on=on)


@question
def may_compare_own_figures(
    release: ReleaseFact, own: OwnFiguresFact, actor: Actor, on: date
) -> Decision:
    """Whether an organization may see its own numbers of an outcome as they are, table by table."""
    mine = [
        agreement
        for agreement in release.agreements
        if own.organization in agreement.organizations(PartyRole.PROVIDER)
    ]
    request = Request(
        action=Action.COMPARE_OWN_FIGURES,
        actor=actor,
        facts=(release, own),
        who=who(Action.COMPARE_OWN_FIGURES, actor, frozenset({own.organization})),
        authority=(partial(_own_records, release, own),),
        elements=own.tables,
        element_rules=(partial(_others_hold, own),),
        outcome=(
            published(release.state),
            pilots.public(pilot=release.pilot or any(a.pilot for a in release.agreements)),
        ),
        lineage=lineage(mine),
        purpose=release.purpose,
    )
    return decide(request, on)


def _own_records(release: ReleaseFact, own: OwnFiguresFact, on: date) -> Iterator[Reason]:
    others = own.delivered_by - own.rows_of
    because = ""
    if own.organization not in release.owners or not own.has_rows:
        because = ": no row of the tables is its own, or the counts behind them are destroyed"
    elif others:
        because = f": others delivered a part of it ({', '.join(sorted(others))})"
    facts = (("outcome", own.outcome), ("organization", own.name), ("because", because))
    yield Reason(cards.OWN_RECORDS, Outcome.DENY if because else Outcome.ALLOW, facts)


def _others_hold(own: OwnFiguresFact, table: str, on: date) -> Iterator[Reason]:
    effect = Outcome.ALLOW if table in own.hold else Outcome.DENY
    yield Reason(cards.OTHERS_HOLD, effect, (("table", table), ("organization", own.name)))
