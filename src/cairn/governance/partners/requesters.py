"""Find the user who acts: behind a request for a staff page, or behind a shell command.

A page's request also gives the time at which access is computed. A command acts for the user named
with `--as`, else for the only data manager.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from django.forms import BaseForm
from django.http import HttpRequest
from django.utils import timezone

from cairn.governance.partners.facts import load_actor
from cairn.governance.partners.models import Affiliation
from cairn.platform.accounts.api import User
from cairn.policy.facts import Actor
from cairn.policy.vocabulary import OrganizationKind, Role

__all__ = ["StaffRequest", "find_operator", "get_form_status", "load_staff_request"]


@dataclass(frozen=True, slots=True)
class StaffRequest:
    """The person behind a request.

    Attributes:
        user: the user of the session; read it only after the policy has refused visitors, because
            it is an anonymous user until then.
        who: the policy facts about that user.
        now: the local time of the request.
    """

    user: User
    who: Actor
    now: datetime

    @property
    def today(self) -> date:
        """The day for which access is computed."""
        return self.now.date()


def load_staff_request(request: HttpRequest) -> StaffRequest:
    """Load the user behind a request, the facts about them, and the current time.

    Args:
        request: the HTTP request of a staff page; a visitor becomes the public.

    Returns:
        The person and the time, the same for every question that the page asks.
    """
    who = load_actor(request.user, request=request)
    return StaffRequest(cast("User", request.user), who, timezone.localtime())


def get_form_status(form: BaseForm) -> int:
    """Choose the HTTP status of a page that shows a form.

    Args:
        form: the form, bound or not.

    Returns:
        422 if the form has errors, otherwise 200.
    """
    return 422 if form.errors else 200


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
                f"No active user has the address {email}. Run `cairn people list` to see the "
                "users, or add this person on the People page."
            )
        return user
    data_managers = list(
        User.objects.filter(
            is_active=True,
            affiliations__in=Affiliation.objects.filter_active(timezone.localdate()).filter(
                role=Role.DATA_MANAGER.value,
                organization__kind=OrganizationKind.BACKBONE.value,
            ),
        ).distinct()[:2]
    )
    if not data_managers:
        raise NoOperator(
            "This installation has no data manager yet. Run `cairn demo` to try Cairn, "
            "or `cairn people add` to start your own partnership."
        )
    if len(data_managers) > 1:
        raise NoOperator(
            "There is more than one data manager. Add --as EMAIL to say which one you are."
        )
    return data_managers[0]
