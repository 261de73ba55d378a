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
from cairn.rules.decision import Decision, Refused
from cairn.rules.family import may_view_family

Params = ParamSpec("Params")


def family_only(
    view: Callable[Concatenate[HttpRequest, Session, Params], HttpResponse],
) -> Callable[Concatenate[HttpRequest, Params], HttpResponse]:
    """The view gets the family's session. Anyone else, and a family that is refused, hears so in
    plain words, and it goes on record."""

    @never_cache
    @wraps(view)
    def opened(
        request: HttpRequest, /, *args: Params.args, **kwargs: Params.kwargs
    ) -> HttpResponse:
        session = current(request)
        if session is None:
            asks = actor(request.user, request=request)
            return _closed(request, may_view_family("", asks, timezone.localdate()), view.__name__)
        try:
            return view(request, session, *args, **kwargs)
        except Refused as refused:
            return _closed(request, refused.decision, view.__name__)

    return opened


def _closed(request: HttpRequest, decision: Decision, door: str) -> HttpResponse:
    user = request.user if isinstance(request.user, User) else None
    log.refused(decision, f"door:families:{door}", by=user, at=timezone.now())
    context = {"decision": decision, "open": current(request)}
    return render(request, "families/closed.html", context, status=403)
