"""The door of a family's page: whose session this is, and what a stranger is told."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from cairn.accounts.models import User
from cairn.disclosures import log
from cairn.families.session import Session, current
from cairn.partners.facts import actor
from cairn.rules.decision import Refused
from cairn.rules.family import may_view_family

Params = ParamSpec("Params")


def family_only(
    view: Callable[Concatenate[HttpRequest, Session, Params], HttpResponse],
) -> Callable[Concatenate[HttpRequest, Params], HttpResponse]:
    """The view gets the family's session. Anyone else, and a family that is refused, hears so in
    plain words, and it goes on record."""

    @never_cache
    @wraps(view)
    def opened(request: HttpRequest, *args: Params.args, **kwargs: Params.kwargs) -> HttpResponse:
        session = current(request)
        try:
            if session is None:
                asks = actor(request.user, request=request)
                may_view_family("", asks, timezone.localdate()).require()
                raise AssertionError("Nobody holds a family's session without a child.")
            return view(request, session, *args, **kwargs)
        except Refused as refused:
            user = request.user if isinstance(request.user, User) else None
            door = f"door:families:{view.__name__}"
            log.refused(refused.decision, door, by=user, at=timezone.now())
            context = {"decision": refused.decision if session else None, "open": session}
            return render(request, "families/closed.html", context, status=403)

    return opened
