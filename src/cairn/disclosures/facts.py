"""Rows → facts: what is on record on a day, gathered for one question of use."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from django.db.models import Q

from cairn.agreements import facts as agreed
from cairn.agreements.models import Agreement as AgreementRow
from cairn.consents import facts as consents
from cairn.consents.models import RosterEntry
from cairn.dictionaries import queries as dictionaries
from cairn.disclosures import schooling
from cairn.disclosures.overdue import overdue
from cairn.partners import facts as partners
from cairn.partners.models import Organization
from cairn.projects import facts as projects
from cairn.rules.actor import Actor
from cairn.rules.agreement import Agreement
from cairn.rules.disclosed import OnwardFact
from cairn.rules.facts import Facts
from cairn.rules.organization import OrganizationFact
from cairn.rules.people import PersonFact
from cairn.rules.vocabulary import RECIPIENTS, PartyRole
from cairn.warehouse.meant import NOBODY


def onward(agreements: Iterable[Agreement]) -> tuple[OnwardFact, ...]:
    """The further recipients whom owners put on their record by signing an agreement that names
    them: listed from the day of the owner's own signature, never before (34 CFR 99.33(b)(1))."""
    return tuple(
        OnwardFact(
            agreement=terms.reference,
            owner=owner.organization,
            by=by,
            recipient=named.organization,
            interest=named.interest,
            listed_on=owner.signed_on,
        )
        for terms in agreements
        for named in terms.onward
        for owner in terms.parties
        if owner.role is PartyRole.PROVIDER and owner.signed_on is not None
        for by in sorted(terms.organizations(*RECIPIENTS))
    )


def organization(row: Organization, on: date) -> OrganizationFact:
    """One organization, with what it should have destroyed by now."""
    return replace(partners.organization(row), overdue=overdue(row.slug, on))


def known(actor: Actor, project: str, people: Iterable[str], on: date, *, year: str = "") -> Facts:
    """Everything that is on record for one question; `people` are children's keys, `year` the
    school year whose data are used (empty: that of the day)."""
    agreements = agreed.agreements(AgreementRow.objects.order_by("reference"), on)
    return Facts(
        agreements=agreements,
        dictionaries=dictionaries.dictionaries(),
        projects=projects.projects([project]) if project else (),
        people=_people(frozenset(people), agreements, year, on),
        actors=(actor,),
        organizations=tuple(organization(row, on) for row in Organization.objects.all()),
        disclosed=onward(agreements),
    )


def _people(
    keys: frozenset[str], agreements: Iterable[Agreement], year: str, on: date
) -> tuple[PersonFact, ...]:
    """The children; their own organizations' rows are looked at only where some agreement says by
    school, grade, days or birth date whose records it is about."""
    found = consents.people(keys, on)
    if not any(terms.children and terms.children.asks for terms in agreements):
        return found
    told = schooling.told(consents.whose(keys))
    return tuple(schooling.joined(one, told.get(one.id, NOBODY), year, on) for one in found)


def roster(row: Organization, on: date) -> tuple[str, ...]:
    """The keys of the children on a program's roster on a date."""
    live = Q(starts__lte=on) & (Q(ends__isnull=True) | Q(ends__gte=on))
    entries = RosterEntry.objects.filter(live, organization=row)
    return tuple(entries.order_by("pk").values_list("child__key", flat=True))
