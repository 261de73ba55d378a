"""Roster and consent of a program: the children that it may see, exactly, on the day it asks.

Nothing here reads a stored status: each child is judged by the same rules as every use
(`rules.child`), so that a parent who takes a consent back is heard at once.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from django.db.models import Q, QuerySet

from cairn.consents import facts
from cairn.consents.models import ConsentForm, RosterEntry
from cairn.consents.models.form import PURPOSES
from cairn.consents.naming import named
from cairn.consents.queries.consents import organizations
from cairn.consents.sealing import Label, label
from cairn.partners.models import Organization
from cairn.rules.access import may_open
from cairn.rules.actor import Actor
from cairn.rules.child import Terms, Way, each_child
from cairn.rules.people import PersonFact
from cairn.rules.policy import Policy
from cairn.rules.vocabulary import Action, LegalBasis, OrganizationKind, Outcome, Purpose

SMALLEST_TOLD: Final = 10
"""Fewer children than this are not told as a number: with the roster in hand, a small number
would say who."""


@dataclass(frozen=True, slots=True)
class Visible:
    """One child whose family said yes: for each purpose, the elements."""

    entry: RosterEntry
    child: Label
    allowed: Mapping[Purpose, frozenset[str]]

    @property
    def plain(self) -> list[tuple[str, list[str]]]:
        """What it may be used for, and with which elements, in words."""
        words = dict(PURPOSES)
        return [
            (str(words[p.value]), sorted(map(named, elements)))
            for p, elements in self.allowed.items()
        ]


@dataclass(frozen=True, slots=True)
class Roster:
    """What a program sees of its roster on a date; `others` is `None` where it is not told."""

    organization: Organization
    visible: tuple[Visible, ...]
    others: int | None = field(default=None)

    @property
    def alike(self) -> list[tuple[str, list[str]]]:
        """What every family allowed, where all of several allowed the same; else empty."""
        said = [one.plain for one in self.visible]
        return said[0] if len(said) > 1 and all(one == said[0] for one in said) else []


def served(who: Actor, on: date) -> QuerySet[Organization]:
    """The programs of this person's that children come to, or that a form names. May be none."""
    if not may_open(Action.VIEW_CONSENTS, who, on=on).allowed:
        return Organization.objects.none()
    mine = [
        organization.pk
        for organization in Organization.objects.filter(
            Q(roster__isnull=False) | Q(named_in_forms__isnull=False)
        ).distinct()
        if may_open(Action.VIEW_CONSENTS, who, organization=organization.slug, on=on).allowed
    ]
    return Organization.objects.filter(pk__in=mine)


@dataclass(frozen=True, slots=True)
class Claim:
    """A list of a program that its own district has not confirmed yet."""

    program: Organization
    entries: tuple[tuple[RosterEntry, Label], ...]


def claims(who: Actor, on: date) -> list[Claim]:
    """What programs say of one's own children and nobody has confirmed, by program. Raises
    `Refused`."""
    found: dict[Organization, list[tuple[RosterEntry, Label]]] = defaultdict(list)
    for row in to_confirm(who, on):
        found[row.organization].append((row, label(row.child.key, row.child.sealed)))
    return [Claim(program, tuple(rows)) for program, rows in found.items()]


def to_confirm(who: Actor, on: date) -> QuerySet[RosterEntry]:
    """The roster entries that wait for one's own district. Raises `Refused`."""
    mine = organizations(Action.VERIFY_CONSENT, who, on)
    return (
        RosterEntry.objects.filter(child__organization__in=mine, confirmed_on=None, ends=None)
        .select_related("child__organization", "organization")
        .order_by("organization__name", "pk")
    )


def roster(organization: Organization, who: Actor, on: date) -> Roster:
    """The children of a program's roster that it may see, and how many it may not.

    Raises `Refused`. Why a child is not among them is not said: each reason would disclose.
    """
    may_open(Action.VIEW_CONSENTS, who, organization=organization.slug, on=on).require()
    entries = list(_live(organization, on))
    people = {p.id: p for p in facts.people((e.child.key for e in entries), on)}
    allowed = _allowed(organization, people, on)
    visible = tuple(
        Visible(entry, label(entry.child.key, entry.child.sealed), allowed[entry.child.key])
        for entry in entries
        if entry.child.key in allowed
    )
    others = len(entries) - len(visible)
    told = others if others == 0 or others >= SMALLEST_TOLD else None
    return Roster(organization, tuple(sorted(visible, key=lambda v: str(v.child))), told)


def _live(organization: Organization, on: date) -> QuerySet[RosterEntry]:
    return (
        RosterEntry.objects.filter(organization=organization, starts__lte=on)
        .filter(Q(ends__isnull=True) | Q(ends__gte=on))
        .select_related("child__organization", "organization")
    )


def _allowed(
    organization: Organization, people: Mapping[str, PersonFact], on: date
) -> dict[str, dict[Purpose, frozenset[str]]]:
    """Child → purpose → elements, each as the rules of a use answer for it."""
    found: dict[str, dict[Purpose, frozenset[str]]] = defaultdict(dict)
    for district, elements in _asked(organization).items():
        ids = [key for key, person in people.items() if district in person.organizations]
        for purpose in Purpose:
            answer = each_child(
                ids, people, _terms(organization, district, elements, purpose), elements, on
            )
            for key, outcome in answer.outcomes.items():
                if outcome is Outcome.ALLOW:
                    found[key][purpose] = elements
                elif outcome is Outcome.ALLOW_SUBSET:
                    found[key][purpose] = answer.partly[key]
    return found


def _asked(organization: Organization) -> dict[str, frozenset[str]]:
    """District → the elements of every form of its that could name this program."""
    rows = ConsentForm.objects.filter(consents__child__rosters__organization=organization)
    found: dict[str, frozenset[str]] = defaultdict(frozenset)
    for form in rows.select_related("organization").distinct():
        found[form.organization.slug] |= frozenset(form.records)
    return found


def _terms(
    organization: Organization, district: str, elements: frozenset[str], purpose: Purpose
) -> Terms:
    way = Way(agreement="", basis=LegalBasis.CONSENT, providers=frozenset({district}))
    return Terms(
        ways=dict.fromkeys(elements, (way,)),
        receiver=organization.slug,
        kind=OrganizationKind(organization.kind),
        purpose=purpose,
        caseload=True,
        policy=Policy(),
    )
