"""Middleware that lets lower layers load the actor of a request."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from cairn.governance.partners.facts import load_actor
from cairn.governance.training.api import attach_actor_provider


class ActorProviderMiddleware:
    """Attaches a loader of the actor to each request; it loads nothing until a view asks."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        attach_actor_provider(request, lambda: load_actor(request.user, request=request))
        return self.get_response(request)
