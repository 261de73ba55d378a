"""The first person of an installation, before whom there is nobody who could allow anything."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from cairn.accounts.models import User
from cairn.audit import log as audit
from cairn.partners.models import Affiliation, Organization
from cairn.rules.vocabulary import OrganizationKind, Role


class AlreadyFounded(Exception):
    """Someone is here already, and adds everyone else."""


def is_founded() -> bool:
    """Whether anyone has, or ever had, a role here."""
    return Affiliation.objects.exists()


@transaction.atomic
def found(*, email: str, name: str, organization: str, at: datetime) -> User:
    """Make the first data manager, and the partnership's own office if it is not on record.

    Whoever has the machine's shell and an empty installation may do this once; it is the first
    line of the audit chain.
    """
    if is_founded():
        raise AlreadyFounded("This installation has its people. One of them must add you.")
    office, _ = Organization.objects.get_or_create(
        slug=organization,
        defaults={
            "name": organization.replace("-", " ").title(),
            "kind": OrganizationKind.BACKBONE.value,
        },
    )
    user = User.objects.create_user(email, name)
    row = Affiliation.objects.create(
        user=user,
        organization=office,
        role=Role.DATA_MANAGER.value,
        starts=timezone.localdate(at),
    )
    audit.record("installation.founded", row, by=user, at=at, detail={"organization": office.slug})
    return user
