"""Read partners and their people, limited to what the requester may see."""

from datetime import date

from django.db.models import Count, Q, QuerySet

from cairn.governance.partners.models import Affiliation, Organization
from cairn.policy.engine import Decision
from cairn.policy.facts import Actor
from cairn.policy.questions import may_open_page
from cairn.policy.vocabulary import Action

__all__ = ["list_partners", "list_visible_people"]


def list_partners(who: Actor, on: date) -> QuerySet[Organization]:
    """List every partner, with the number of people who act for it today.

    Args:
        who: the policy facts about the person.
        on: the date.

    Returns:
        The organizations, annotated with ``people``.

    Raises:
        Refused: the person may not see partners.
    """
    may_open_page(Action.VIEW_PARTNERS, who, on=on).require()
    is_active = Q(affiliations__starts__lte=on) & (
        Q(affiliations__ends__isnull=True) | Q(affiliations__ends__gte=on)
    )
    return Organization.objects.annotate(
        people=Count("affiliations__user", filter=is_active, distinct=True)
    )


def list_visible_people(who: Actor, on: date) -> QuerySet[Affiliation]:
    """List the affiliations, past and present, that a person may see.

    Args:
        who: the policy facts about the person.
        on: the date.

    Returns:
        The affiliations, by organization and name.

    Raises:
        Refused: the person may see no affiliation.
    """
    may_open_page(Action.VIEW_PEOPLE, who, on=on).require()
    visible = [
        slug
        for slug in Organization.objects.values_list("slug", flat=True)
        if may_open_page(Action.VIEW_PEOPLE, who, organization=slug, on=on).allowed
    ]
    return (
        Affiliation.objects.filter(organization__slug__in=visible)
        .select_related("user", "organization")
        .order_by("organization__name", "user__name", "-starts")
    )


def list_changeable_organizations(who: Actor, on: date) -> QuerySet[Organization]:
    """List the organizations at which a person may add people and end their roles.

    Args:
        who: the policy facts about the person.
        on: the date.

    Returns:
        The organizations.
    """
    slugs = [
        slug
        for slug in Organization.objects.values_list("slug", flat=True)
        if may_change_people(who, slug, on).allowed
    ]
    return Organization.objects.filter(slug__in=slugs)


def may_change_people(who: Actor, organization: str, on: date) -> Decision:
    """Decide whether a person may add people at an organization and end their roles.

    Args:
        who: the policy facts about the person.
        organization: the organization's slug.
        on: the date.

    Returns:
        The decision.
    """
    return may_open_page(Action.CHANGE_PEOPLE, who, organization=organization, on=on)
