"""Create the first user of an installation, before any user exists who could allow it."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from cairn.governance.partners.models.organizations import Affiliation, Organization
from cairn.platform.accounts.api import User
from cairn.platform.audit.api import record_audit_event
from cairn.policy.vocabulary import OrganizationKind, Role

__all__ = ["create_first_user", "has_first_user"]


class AlreadyInstalled(Exception):
    """The installation has users already; one of them must add the others."""


def has_first_user() -> bool:
    """Return whether any person has, or ever had, a role in this installation.

    Returns:
        True if an affiliation exists.
    """
    return Affiliation.objects.exists()


@transaction.atomic
def create_first_user(*, email: str, name: str, organization: str, at: datetime) -> User:
    """Create the first data manager, and the partnership's own organization if it is not on record.

    Anyone with the machine's shell and an empty installation can do this once; it is the
    first line of the audit chain.

    Args:
        email: the person's email address.
        name: the person's name.
        organization: slug of the partnership's own organization.
        at: the moment of the action.

    Returns:
        The user.

    Raises:
        AlreadyInstalled: the installation has a user already.
    """
    if has_first_user():
        raise AlreadyInstalled("This installation has its people. One of them must add you.")
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
    record_audit_event(
        "installation.founded", row, by=user, at=at, detail={"organization": office.slug}
    )
    return user
