"""Give training pages the facts about the person who makes a request.

Training is a layer below `partners`, which knows people's organizations and roles. Middleware of
`partners` attaches a provider function to each request; no row is read until a view calls it.
"""

from collections.abc import Callable
from typing import cast

from django.http import HttpRequest

from cairn.policy.facts import Actor

_ATTRIBUTE = "cairn_asks"


def attach_actor_provider(request: HttpRequest, provide_actor: Callable[[], Actor]) -> None:
    """Attach to a request the function that loads the facts about its user.

    Args:
        request: the current request.
        ask: function that loads the actor when it is called.
    """
    setattr(request, _ATTRIBUTE, provide_actor)


def get_request_actor(request: HttpRequest) -> Actor:
    """Return the facts about the person who makes this request."""
    return cast("Callable[[], Actor]", getattr(request, _ATTRIBUTE))()
