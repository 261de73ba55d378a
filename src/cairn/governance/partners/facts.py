"""Turn partner rows into the frozen facts that the policy package evaluates."""

from collections.abc import Iterable

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from cairn.governance.partners.models import organizations
from cairn.governance.partners.security_facts import (
    load_security_and_clearance,
    load_security_facts,
)
from cairn.governance.training.api import load_clearances
from cairn.platform.accounts.api import User, detect_second_factor
from cairn.policy.facts import Actor, AffiliationFact, OrganizationFact
from cairn.policy.vocabulary import OrganizationKind, Role

__all__ = [
    "get_organization_slug",
    "load_actor",
    "load_organization_fact",
    "load_organization_facts",
]


def load_actor(
    user: AbstractBaseUser | AnonymousUser | None, *, request: HttpRequest | None = None
) -> Actor:
    """Load the policy facts about a user, with every affiliation they ever had.

    The policy package picks the affiliations that are active on its date.

    Args:
        user: the user; None or an anonymous user is the public.
        request: the HTTP request of a user in a browser, for the second factor of the
            session; without it the user works in the machine's own shell.

    Returns:
        The actor.
    """
    if not isinstance(user, User):
        return Actor.public()
    rows = list(user.affiliations.select_related("organization").order_by("pk"))
    organization_by_id = {row.organization.pk: row.organization for row in rows}
    security_facts, clearance_fact = load_security_and_clearance(
        organization_by_id.values(), user.pk
    )
    return Actor(
        id=str(user.pk),
        active=user.is_active,
        second_factor=detect_second_factor(user, request),
        affiliations=tuple(_build_affiliation(row) for row in rows),
        clearance=clearance_fact,
        security=security_facts,
    )


def get_organization_slug(*, organization: organizations.Organization) -> tuple[str]:
    """Return the slug of an organization, the only fact that many policy questions ask for.

    Args:
        organization: the organization's row.

    Returns:
        The slug, as the facts of an action (`platform.actions`).
    """
    return (organization.slug,)


def load_actors(users: Iterable[User]) -> tuple[Actor, ...]:
    """Load the policy facts about many users with a constant number of queries.

    As `load_actor` without a request: each works in the machine's own shell. So the answer says
    what they could do, not what a session of theirs may do now.

    Args:
        users: the users.

    Returns:
        The actors, in the order given.
    """
    requested = list(users)
    rows_by_user: dict[int, list[organizations.Affiliation]] = {user.pk: [] for user in requested}
    rows = organizations.Affiliation.objects.filter(user__in=rows_by_user)
    for row in rows.select_related("organization").order_by("pk"):
        rows_by_user[row.user_id].append(row)
    organization_by_id = {
        row.organization_id: row.organization for rows in rows_by_user.values() for row in rows
    }
    security_by_id = dict(
        zip(organization_by_id, load_security_facts(organization_by_id.values()), strict=True)
    )
    clearance_by_user = load_clearances(rows_by_user)
    return tuple(
        Actor(
            id=str(user.pk),
            active=user.is_active,
            second_factor=detect_second_factor(user, None),
            affiliations=tuple(_build_affiliation(row) for row in rows_by_user[user.pk]),
            clearance=clearance_by_user[user.pk],
            security=tuple(
                security_by_id[pk]
                for pk in dict.fromkeys(row.organization_id for row in rows_by_user[user.pk])
            ),
        )
        for user in requested
    )


def load_organization_fact(row: organizations.Organization) -> OrganizationFact:
    """Load the fact of one organization; values that were never entered stay unknown.

    Args:
        row: the organization's row.

    Returns:
        The organization fact.
    """
    return load_organization_facts((row,))[0]


def load_organization_facts(
    rows: Iterable[organizations.Organization],
) -> tuple[OrganizationFact, ...]:
    """Load the facts of many organizations with a constant number of queries.

    Args:
        rows: the organization rows.

    Returns:
        The facts, in the order given.
    """
    requested = tuple(rows)
    return tuple(
        OrganizationFact(
            slug=row.slug,
            kind=OrganizationKind(row.kind),
            name=row.name,
            education_program=row.is_education_program,
            ferpa=row.is_educational_agency,
            hipaa=row.is_covered_entity,
            state=row.state,
            barred_until=security_fact.barred_until,
        )
        for row, security_fact in zip(requested, load_security_facts(requested), strict=True)
    )


def _build_affiliation(row: organizations.Affiliation) -> AffiliationFact:
    return AffiliationFact(
        organization=row.organization.slug,
        kind=OrganizationKind(row.organization.kind),
        role=Role(row.role),
        starts=row.starts,
        ends=row.ends,
    )
