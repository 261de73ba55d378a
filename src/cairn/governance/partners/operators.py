"""Find the user a shell command acts for: the one named with `--as`, else the only data manager."""

from django.utils import timezone

from cairn.governance.partners.models.organizations import Affiliation
from cairn.platform.accounts.api import User
from cairn.policy.vocabulary import OrganizationKind, Role

__all__ = ["find_operator"]


class NoOperator(Exception):
    """No user is named and there is no single data manager; the message says what to write."""


def find_operator(email: str | None) -> User:
    """Find the user that a shell command acts for and is recorded under.

    Args:
        email: the address given with `--as`, or None.

    Returns:
        The user.

    Raises:
        NoOperator: the address is unknown, or there is not exactly one data manager.
    """
    if email:
        user = User.objects.filter(email=email.strip().lower(), is_active=True).first()
        if user is None:
            raise NoOperator(
                f"Nobody who may sign in has the address {email}. See `cairn people list` for "
                "those who have, or add this person on the Partners page."
            )
        return user
    data_managers = list(
        User.objects.filter(
            is_active=True,
            affiliations__in=Affiliation.objects.live(timezone.localdate()).filter(
                role=Role.DATA_MANAGER.value,
                organization__kind=OrganizationKind.BACKBONE.value,
            ),
        ).distinct()[:2]
    )
    if not data_managers:
        raise NoOperator(
            "This installation has no data manager yet. Begin with `cairn demo`, "
            "or with `cairn people add` for a partnership of your own."
        )
    if len(data_managers) > 1:
        raise NoOperator(
            "There is more than one data manager: say which one you are with --as EMAIL."
        )
    return data_managers[0]
