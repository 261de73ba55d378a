"""Reads, narrowed to who asks before anything is fetched."""

from datetime import date

from django.db.models import Count, Q, QuerySet

from cairn.partners.models import Affiliation, Organization
from cairn.rules.access import may_open
from cairn.rules.actor import Actor
from cairn.rules.decision import Decision
from cairn.rules.vocabulary import Action


def organizations(who: Actor, on: date) -> QuerySet[Organization]:
    """Every partner, with how many people act for it today. Raises `Refused`."""
    may_open(Action.VIEW_PARTNERS, who, on=on).require()
    live = Q(affiliations__starts__lte=on) & (
        Q(affiliations__ends__isnull=True) | Q(affiliations__ends__gte=on)
    )
    return Organization.objects.annotate(
        people=Count("affiliations__user", filter=live, distinct=True)
    )


def people(who: Actor, on: date) -> QuerySet[Affiliation]:
    """The affiliations, past and present, of the organizations whose people this person may see."""
    may_open(Action.VIEW_PEOPLE, who, on=on).require()
    visible = [
        slug
        for slug in Organization.objects.values_list("slug", flat=True)
        if may_open(Action.VIEW_PEOPLE, who, organization=slug, on=on).allowed
    ]
    return (
        Affiliation.objects.filter(organization__slug__in=visible)
        .select_related("user", "organization")
        .order_by("organization__name", "user__name", "-starts")
    )


def changeable(who: Actor, on: date) -> QuerySet[Organization]:
    """The organizations whose people this person may add and end."""
    slugs = [
        slug
        for slug in Organization.objects.values_list("slug", flat=True)
        if may_change_people(who, slug, on).allowed
    ]
    return Organization.objects.filter(slug__in=slugs)


def may_change_people(who: Actor, organization: str, on: date) -> Decision:
    """Whether this person may add and end people at an organization (by its slug)."""
    return may_open(Action.CHANGE_PEOPLE, who, organization=organization, on=on)
