"""For whom a shell command acts: the person named with `--as`, else the only data manager."""

from django.utils import timezone

from cairn.accounts.models import User
from cairn.partners.models import Affiliation
from cairn.rules.vocabulary import OrganizationKind, Role


class NoOperator(Exception):
    """Nobody is named and nobody is obvious; the message says what to write."""


def operator(email: str | None) -> User:
    """The person a command acts for and is recorded under. Raises `NoOperator`."""
    if email:
        found = User.objects.filter(email=email.strip().lower(), is_active=True).first()
        if found is None:
            raise NoOperator(
                f"Nobody who may sign in has the address {email}. See `cairn people list` for "
                "those who have, or add this person on the Partners page."
            )
        return found
    managers = list(
        User.objects.filter(
            is_active=True,
            affiliations__in=Affiliation.objects.live(timezone.localdate()).filter(
                role=Role.DATA_MANAGER.value,
                organization__kind=OrganizationKind.BACKBONE.value,
            ),
        ).distinct()[:2]
    )
    if not managers:
        raise NoOperator(
            "This installation has no data manager yet. Begin with `cairn demo`, "
            "or with `cairn people add` for a partnership of your own."
        )
    if len(managers) > 1:
        raise NoOperator(
            "There is more than one data manager: say which one you are with --as EMAIL."
        )
    return managers[0]
