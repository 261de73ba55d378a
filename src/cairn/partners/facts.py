"""Rows → facts: the one door between the tables of this room and `rules`."""

from collections.abc import Iterable

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from cairn.accounts.facts import second_factor
from cairn.accounts.models import User
from cairn.partners import models
from cairn.partners.security_facts import security, security_and_clearance
from cairn.rules.actor import Actor, Affiliation
from cairn.rules.organization import OrganizationFact
from cairn.rules.vocabulary import OrganizationKind, Role


def actor(
    user: AbstractBaseUser | AnonymousUser | None, *, request: HttpRequest | None = None
) -> Actor:
    """Who asks, with every affiliation they ever had; `rules` picks those live on its date.

    Give the `request` for someone in a browser; without it the person is at the machine's own
    shell. Nobody signed in is the public.
    """
    if not isinstance(user, User):
        return Actor.public()
    rows = list(user.affiliations.select_related("organization").order_by("pk"))
    organizations = {row.organization.pk: row.organization for row in rows}
    secured, cleared = security_and_clearance(organizations.values(), user.pk)
    return Actor(
        id=str(user.pk),
        active=user.is_active,
        second_factor=second_factor(user, request),
        affiliations=tuple(_affiliation(row) for row in rows),
        clearance=cleared,
        security=secured,
    )


def organization(row: models.Organization) -> OrganizationFact:
    """One organization; what nobody said of it stays unknown."""
    return organizations((row,))[0]


def organizations(rows: Iterable[models.Organization]) -> tuple[OrganizationFact, ...]:
    """As `organization`, for many at once: a handful of queries however many they are."""
    asked = tuple(rows)
    return tuple(
        OrganizationFact(
            slug=row.slug,
            kind=OrganizationKind(row.kind),
            name=row.name,
            education_program=row.is_education_program,
            ferpa=row.is_educational_agency,
            hipaa=row.is_covered_entity,
            state=row.state,
            barred_until=known.barred_until,
        )
        for row, known in zip(asked, security(asked), strict=True)
    )


def _affiliation(row: models.Affiliation) -> Affiliation:
    return Affiliation(
        organization=row.organization.slug,
        kind=OrganizationKind(row.organization.kind),
        role=Role(row.role),
        starts=row.starts,
        ends=row.ends,
    )
