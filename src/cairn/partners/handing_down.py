"""Hands the rooms below the facts about who makes a request (`training.asking`)."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from cairn.partners.facts import actor
from cairn.training.asking import hand_down


class HandingDown:
    """Middleware; gathers nothing until a view asks."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        hand_down(request, lambda: actor(request.user, request=request))
        return self.get_response(request)
