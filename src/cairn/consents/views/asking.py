"""Who asks, and when: what every page of this room begins with."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from django.forms import BaseForm
from django.http import HttpRequest
from django.utils import timezone

from cairn.accounts.models import User
from cairn.partners.facts import actor
from cairn.rules.actor import Actor


@dataclass(frozen=True, slots=True)
class Asking:
    """The person behind a request; `user` is one once the rules have refused everyone else."""

    user: User
    who: Actor
    now: datetime

    @property
    def today(self) -> date:
        """The day for which access is computed."""
        return self.now.date()


def asking(request: HttpRequest) -> Asking:
    """Who makes this request, now."""
    who = actor(request.user, request=request)
    return Asking(cast("User", request.user), who, timezone.localtime())


def status(form: BaseForm) -> int:
    """422 where a form has to be looked at again."""
    return 422 if form.errors else 200
