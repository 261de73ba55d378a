"""Load who is behind a request for a staff page, and the time at which access is computed."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from django.forms import BaseForm
from django.http import HttpRequest
from django.utils import timezone

from cairn.governance.partners.facts import load_actor
from cairn.platform.accounts.api import User
from cairn.policy.facts import Actor

__all__ = ["StaffRequest", "get_form_status", "load_staff_request"]


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
