"""Who makes the agreement: a party that is no one in particular, an owner who is not there."""

import re
from collections.abc import Iterator
from typing import Final

from cairn.rules.agreement import Agreement, ClauseKind
from cairn.rules.citations import Severity
from cairn.rules.lint.finding import Finding, Objection, Text
from cairn.rules.vocabulary import RECIPIENTS, LegalBasis, PartyRole, Tier

_PARTIES: Final = "Cairn policy, reading 2"

CLASS: Final = Objection(
    "LA20",
    Severity.ANOMALY,
    _PARTIES,
    "'{about}' is a class of recipients, not a party.",
    "Name each organization as a party of its own.",
)
ONWARD_CLASS: Final = Objection(
    "LL20",
    Severity.LAW,
    "34 CFR 99.32(b)(1)",
    "'{about}' may receive the data onward, but is a class: the record must name each one.",
    "Name each organization under [[onward]], with its own interest.",
)
NO_OWNER: Final = Objection(
    "LA21",
    Severity.ANOMALY,
    _PARTIES,
    "{about} is named as the owner of data but is no provider here.",
    "Make {about} a party with the role provider, and have it sign.",
)
NOBODY: Final = Objection(
    "LA22",
    Severity.ANOMALY,
    _PARTIES,
    "There is no {about}.",
    "Add the party whose role is {about}.",
)
UNNAMED: Final = Objection(
    "LP08s",
    Severity.PRACTICE,
    "StriveTogether data-sharing guide, 3.2, practice 8",
    "Subcontractors may have the data, but none is named.",
    "Name each as a party with the role processor, or under [[onward]]; or forbid them.",
)
OWN_HAND: Final = Objection(
    "LA23",
    Severity.ANOMALY,
    _PARTIES,
    "{about} signs for both sides.",
    "Let each side sign by a person of its own.",
)
NO_CAPACITY: Final = Objection(
    "LA24",
    Severity.ANOMALY,
    _PARTIES,
    "{name} signed for {about}, but not in what capacity.",
    "Write signed_capacity: what entitles {name} to sign for {about}.",
)

_VAGUE: Final = re.compile(
    r"\b(partners|providers|agencies|affiliates|agents|vendors|contractors|subcontractors"
    r"|designees?|members|others|third part(?:y|ies)|any (?:organization|entity|school)"
    r"|assigns|successors|various|all (?:schools|districts|programs))\b",
    re.IGNORECASE,
)


def is_class(name: str) -> bool:
    """Whether a name stands for a class ("service providers", "and its affiliates")."""
    plain = name.replace("-", " ").strip()
    vague = [found.end() for found in _VAGUE.finditer(plain)]
    within = re.search(r"\b(and|or|any|all|its|their|various)\b", plain, re.IGNORECASE)
    return bool(vague) and (within is not None or vague[-1] == len(plain))


def parties(text: Text) -> Iterator[Finding]:
    """The parties, the owners of the data and whoever comes after them."""
    agreement = text.agreement
    for party in agreement.parties:
        if is_class(party.name):
            yield CLASS.finding("parties", party.name)
        if party.signed_by and not party.signed_capacity:
            yield NO_CAPACITY.finding("signatures", party.name, name=party.signed_by)
    for onward in agreement.onward:
        if is_class(onward.organization):
            yield ONWARD_CLASS.finding(onward.clause, onward.organization)
    yield from _roles(agreement)
    yield from _hands(agreement)
    subcontractors = agreement.clause(ClauseKind.SUBCONTRACTORS)
    named = agreement.onward or agreement.organizations(PartyRole.PROCESSOR)
    if subcontractors and not named and "no subcontractor" not in subcontractors.said.lower():
        yield UNNAMED.finding(subcontractors.ref)


def _roles(agreement: Agreement) -> Iterator[Finding]:
    providers = agreement.organizations(PartyRole.PROVIDER)
    owners = {term.provider for term in agreement.data if term.provider}
    yield from (NO_OWNER.finding("data", owner) for owner in sorted(owners - providers))
    if agreement.tier is Tier.JOINDER or agreement.basis is LegalBasis.NO_DISCLOSURE:
        return
    if not providers:
        yield NOBODY.finding("parties", "provider")
    if not agreement.organizations(*RECIPIENTS):
        yield NOBODY.finding("parties", "recipient")


def _hands(agreement: Agreement) -> Iterator[Finding]:
    """One person who signs for two organizations binds neither to the other."""
    hands: dict[str, set[str]] = {}
    for party in agreement.parties:
        if party.signed_by:
            hands.setdefault(party.signed_by, set()).add(party.organization)
    both = sorted(name for name, signs_for in hands.items() if len(signs_for) > 1)
    yield from (OWN_HAND.finding("signatures", name) for name in both)


ALL: Final = (CLASS, ONWARD_CLASS, NO_OWNER, NOBODY, UNNAMED, OWN_HAND, NO_CAPACITY)
