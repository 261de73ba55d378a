"""In whose words a page speaks: a reason can itself disclose, so each audience hears its own."""

from django.http import HttpRequest
from django.utils import timezone

from cairn.partners.facts import actor
from cairn.rules.vocabulary import Audience, Role


def audience(request: HttpRequest) -> Audience:
    """The audience that whoever makes this request belongs to, today."""
    roles = actor(request.user, request=request).roles(timezone.localdate())
    if roles & {Role.DATA_MANAGER, Role.STEWARD}:
        return Audience.STEWARD
    return Audience.PUBLIC if roles == {Role.PUBLIC} else Audience.RECIPIENT
