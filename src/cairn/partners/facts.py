"""Rows → facts: the one door between the tables of this room and `rules`."""

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from cairn.accounts.facts import second_factor
from cairn.accounts.models import User
from cairn.partners import models
from cairn.rules.actor import Actor, Affiliation
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
    return Actor(
        id=str(user.pk),
        active=user.is_active,
        second_factor=second_factor(user, request),
        affiliations=tuple(
            _affiliation(row)
            for row in user.affiliations.select_related("organization").order_by("pk")
        ),
    )


def _affiliation(row: models.Affiliation) -> Affiliation:
    return Affiliation(
        organization=row.organization.slug,
        kind=OrganizationKind(row.organization.kind),
        role=Role(row.role),
        starts=row.starts,
        ends=row.ends,
    )
