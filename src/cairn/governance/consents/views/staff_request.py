"""Load the signed-in user, the facts about them, and the time for a staff page."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from django.forms import BaseForm
from django.http import HttpRequest
from django.utils import timezone

from cairn.governance.partners.api import load_actor
from cairn.platform.accounts.api import User
from cairn.policy.facts import Actor


@dataclass(frozen=True, slots=True)
class StaffRequest:
    """The person behind a request. Use `user` only after the policy has refused visitors."""

    user: User
    who: Actor
    now: datetime

    @property
    def today(self) -> date:
        """The day for which access is computed."""
        return self.now.date()


def load_staff_request(request: HttpRequest) -> StaffRequest:
    """Return the person who makes this request, and the current time."""
    who = load_actor(request.user, request=request)
    return StaffRequest(cast("User", request.user), who, timezone.localtime())


def get_form_status(form: BaseForm) -> int:
    """Return HTTP status 422 if the form has errors, otherwise 200."""
    return 422 if form.errors else 200
