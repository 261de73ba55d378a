"""Who asks, when: what every page of this room begins with."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypedDict

from django.http import Http404, HttpRequest, QueryDict
from django.utils import timezone

from cairn.accounts.models import User
from cairn.agreements import queries
from cairn.agreements.models import Draft
from cairn.agreements.queries import Opened
from cairn.partners.facts import actor
from cairn.partners.models import Organization
from cairn.rules.actor import Actor


class Speaking(TypedDict):
    """What every action of a party on a draft is given."""

    draft: Draft
    organization: Organization
    by: User
    at: datetime
    who: Actor


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks in this request, and the moment at which they do."""

    who: Actor
    at: datetime
    request: HttpRequest

    @property
    def on(self) -> date:
        """The day, where the server is."""
        return timezone.localdate(self.at)

    @property
    def user(self) -> User:
        """The person, once a rule has let them pass."""
        assert isinstance(self.request.user, User)  # noqa: S101 - the rules refused everyone else
        return self.request.user


def asking(request: HttpRequest) -> Asking:
    """Who asks, now."""
    return Asking(actor(request.user, request=request), timezone.localtime(), request)


def sent(request: HttpRequest) -> QueryDict | None:
    """What a form was sent with; None where the page is only looked at."""
    return request.POST if request.method == "POST" else None


def draft_or_404(pk: int, one: Asking) -> Opened:
    """The draft of an address, for whoever may read it."""
    try:
        return queries.opened(pk, one.who, one.on)
    except Draft.DoesNotExist as error:
        raise Http404 from error


def organization_sent(request: HttpRequest) -> Organization:
    """The organization that a form names; an unknown one is no page of ours."""
    found = Organization.objects.filter(slug=request.POST.get("organization", "")).first()
    if found is None:
        raise Http404
    return found


def as_organizations(mine: Mapping[str, list[str]]) -> dict[str, list[Organization]]:
    """The organizations behind short names, for the choices of a page."""
    slugs = {slug for found in mine.values() for slug in found}
    rows = {row.slug: row for row in Organization.objects.filter(slug__in=slugs)}
    return {what: [rows[slug] for slug in found if slug in rows] for what, found in mine.items()}
