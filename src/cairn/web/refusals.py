"""Turns a refusal by the rules into a page with every reason, and an audit line."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from cairn.accounts.models import User
from cairn.agreements import facts as agreed
from cairn.disclosures import log
from cairn.partners.facts import actor
from cairn.rules.access import second_factor_due
from cairn.rules.decision import Refused
from cairn.rules.telling import hearer


class Refusals:
    """A view lets `Refused` fly; here it becomes a 403 that says why and what to do next."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The page of a refusal; anything else is not ours to handle."""
        if not isinstance(error, Refused):
            return None
        user = request.user if isinstance(request.user, User) else None
        door = request.resolver_match.view_name if request.resolver_match else ""
        log.refused(error.decision, f"door:{door}", by=user, at=timezone.now())
        who, today = actor(request.user, request=request), timezone.localdate()
        owners = agreed.owners(error.decision.agreements, today)
        context = {
            "decision": error.decision,
            "audience": hearer(who, owners, today),
            "set_up_second_factor": second_factor_due(who, today),
        }
        return render(request, "web/errors/refused.html", context, status=403)
