"""Who asks, on the pages of a room that stands below `partners`.

The facts about a person come from `partners`, above this room. Its middleware hangs a way to ask
for them on each request; nothing is looked up until a view asks.
"""

from collections.abc import Callable
from typing import cast

from django.http import HttpRequest

from cairn.rules.actor import Actor

_NAME = "cairn_asks"


def hand_down(request: HttpRequest, ask: Callable[[], Actor]) -> None:
    """For the room above: how to learn who makes this request."""
    setattr(request, _NAME, ask)


def asker(request: HttpRequest) -> Actor:
    """The facts about whoever makes this request."""
    return cast("Callable[[], Actor]", getattr(request, _NAME))()
