"""What a school has not said yet stays out: its silence is not a no.

A school says of all its children at once to which tribal nations they belong and what it keeps
back for a child (42 USC 11432(g)(3)(G) for a child without a fixed home; a protected address). An
agreement on written consent asks it of each child (`child`). Under any other basis a door over
many rows asks it of the school, here: until it has said what it keeps back, where its children
live and how their families are reached stay out of what comes in; and nothing of its children is
used until it has said both.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from types import MappingProxyType
from typing import Final

from cairn.rules.agreement import Agreement, Party
from cairn.rules.cards import use as cards
from cairn.rules.citations import RuleCard
from cairn.rules.decide import ElementRule
from cairn.rules.decision import PEOPLE, Reason
from cairn.rules.element import IMPERSONAL_RECORDS, usually_kept_back
from cairn.rules.vocabulary import FERPA_AGENCIES, LegalBasis, Outcome, PartyRole

NOBODY: Final[frozenset[str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Said:
    """The organizations that have said something of all their children: to which ``nations`` they
    belong, and what is ``withheld`` for them. Any other has not said it, or nobody looked."""

    nations: frozenset[str] = NOBODY
    withheld: frozenset[str] = NOBODY


NOTHING_SAID: Final = Said()


def of_children(elements: Iterable[str]) -> frozenset[str]:
    """Those of these elements that are of records about children."""
    return frozenset(e for e in elements if e.partition(".")[0] not in IMPERSONAL_RECORDS)


def unsaid(agreement: Agreement, organization: str, said: Said) -> ElementRule:
    """One element of what a school sends: whether the school has said if it keeps it back."""
    return partial(_unsaid, _schools(agreement), organization, said)


def shut(
    agreement: Agreement, said: Said, elements: frozenset[str], *, uses: bool
) -> tuple[Mapping[str, frozenset[str]], tuple[Reason, ...]]:
    """The elements that stay out of all rows of each school that has not said, and why.

    ``uses``: the data are used, and nothing of a silent school's children is.
    """
    asked = of_children(elements)
    usual = asked if uses else frozenset(filter(usually_kept_back, asked))
    found: dict[str, frozenset[str]] = {}
    reasons: list[Reason] = []
    for slug, school in _schools(agreement).items():
        if usual and slug not in said.withheld:
            found[slug] = usual
            named = "all elements" if usual == asked else ", ".join(sorted(usual))
            reasons.append(_open(cards.KEPT_BACK_OPEN, school, elements=named))
        if uses and asked and slug not in said.nations:
            found[slug] = asked
            reasons.append(_open(cards.NATIONS_OPEN, school))
    return MappingProxyType(found), tuple(reasons)


def waits_for(agreement: Agreement, organization: str, said: Said) -> tuple[str, ...]:
    """What an organization has still to say before all that it sends can be used: ``nations``,
    ``withheld``."""
    if organization not in _schools(agreement):
        return ()
    told = {"nations": said.nations, "withheld": said.withheld}
    return tuple(subject for subject, whose in told.items() if organization not in whose)


def _schools(agreement: Agreement) -> Mapping[str, Party]:
    """The providers whose records are education records. Written consent asks of each child."""
    if agreement.basis is LegalBasis.CONSENT:
        return {}
    return {
        party.organization: party
        for party in agreement.parties
        if party.role is PartyRole.PROVIDER and party.kind in FERPA_AGENCIES
    }


def _unsaid(
    schools: Mapping[str, Party], organization: str, said: Said, element: str, on: date
) -> Iterator[Reason]:
    if organization in schools and usually_kept_back(element) and of_children((element,)):
        effect = Outcome.ALLOW if organization in said.withheld else Outcome.DENY
        facts = (("element", element), *_named(schools[organization]))
        yield Reason(cards.KEPT_BACK_UNSAID, effect, facts)


def _open(card: RuleCard, school: Party, **more: str) -> Reason:
    facts = (*_named(school), *more.items())
    return Reason(card, Outcome.DENY, facts, about=PEOPLE)


def _named(school: Party) -> tuple[tuple[str, str], ...]:
    return (("school", school.name or school.organization), ("organization", school.organization))
