"""Read partners and their people, limited to what the requester may see."""

from datetime import date

from django.db.models import Count, QuerySet

from cairn.governance.partners.models import Affiliation, DataTool, Organization, ToolConnection
from cairn.platform.accounts.api import User
from cairn.policy.engine import Decision
from cairn.policy.facts import Actor
from cairn.policy.questions import may_change_sign_in, may_open_page
from cairn.policy.vocabulary import Action

__all__ = ["list_partners", "list_visible_people"]


def list_partners(who: Actor, on: date) -> QuerySet[Organization]:
    """List every partner.

    Args:
        who: the policy facts about the person.
        on: the date.

    Returns:
        The organizations, by name.

    Raises:
        Refused: the person may not see partners.
    """
    may_open_page(Action.VIEW_PARTNERS, who, on=on).require()
    return Organization.objects.all()


def count_active_people(on: date) -> dict[str, int]:
    """Count the people who act for each partner on a date; the caller has asked the policy.

    Args:
        on: the date.

    Returns:
        Slug of the organization → number of people; without organizations that have none.
    """
    people = Affiliation.objects.filter_active(on).order_by().values("organization__slug")
    return dict(
        people.annotate(n=Count("user", distinct=True)).values_list("organization__slug", "n")
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


def decide_account_change(who: Actor, user: User, on: date) -> Decision:
    """Decide whether a person may change another's account: its password link, name and address.

    Who changes an account can do all that the account can. So the policy must allow it at every
    organization where its person has a role, or had one if none is left; otherwise a manager of
    one organization could become a manager of another.

    Args:
        who: the policy facts about the person who asks.
        user: the account.
        on: the date.

    Returns:
        The first refusal, otherwise the decision for the last organization.
    """
    decision = may_open_page(Action.CHANGE_PEOPLE, who, on=on)
    for slug in sorted(list_account_organizations(user, on)):
        decision = may_change_people(who, slug, on)
        if not decision.allowed:
            break
    return decision


def list_account_organizations(user: User, on: date) -> frozenset[str]:
    """List the organizations that an account can act for.

    Args:
        user: the account.
        on: the date.

    Returns:
        Slugs of the organizations where the person has a role, or had one if none is left.
    """
    current_roles = user.affiliations.exclude(ends__lt=on)
    roles = current_roles if current_roles.exists() else user.affiliations.all()
    return frozenset(roles.values_list("organization__slug", flat=True))


def decide_sign_in_change(who: Actor, user: User, on: date) -> Decision:
    """Decide whether a person may deactivate or reactivate another's sign-in, or reset its factor.

    Args:
        who: the policy facts about the person who asks.
        user: the account.
        on: the date.

    Returns:
        The decision.
    """
    return may_change_sign_in(str(user.pk), list_account_organizations(user, on), who, on)


def list_data_tools(who: Actor, on: date) -> QuerySet[DataTool]:
    """List the tools of every organization.

    Raises:
        Refused: the person may not see which partners there are.
    """
    may_open_page(Action.VIEW_PARTNERS, who, on=on).require()
    return DataTool.objects.select_related("organization")


def list_tool_connections(who: Actor, on: date) -> QuerySet[ToolConnection]:
    """List what connects the tools.

    Raises:
        Refused: the person may not see which partners there are.
    """
    may_open_page(Action.VIEW_PARTNERS, who, on=on).require()
    return ToolConnection.objects.select_related("source__organization", "target__organization")


def list_unconnected_tools(who: Actor, on: date) -> QuerySet[DataTool]:
    """List the tools from which no data go to another tool, and which get none.

    Raises:
        Refused: the person may not see which partners there are.
    """
    return list_data_tools(who, on).filter(sends_to=None, gets_from=None)
