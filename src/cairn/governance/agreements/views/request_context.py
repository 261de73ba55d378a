"""Identify who makes a request and when, as every agreement page needs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypedDict

from django.http import Http404, HttpRequest, QueryDict
from django.utils import timezone

from cairn.governance.agreements.models import Draft
from cairn.governance.agreements.queries import visible_drafts
from cairn.governance.agreements.queries.visible_drafts import OpenedDraft
from cairn.governance.partners.api import Organization, load_actor
from cairn.platform.accounts.api import User
from cairn.policy.facts import Actor


class PartyActionArguments(TypedDict):
    """The arguments that every action of a party on a draft takes."""

    draft: Draft
    organization: Organization
    by: User
    at: datetime


@dataclass(frozen=True, slots=True)
class Requester:
    """Who makes this request, and the moment of the request."""

    who: Actor
    at: datetime
    request: HttpRequest

    @property
    def on(self) -> date:
        """The local date of the request."""
        return timezone.localdate(self.at)

    @property
    def user(self) -> User:
        """The signed-in user; use it only after the policy has allowed the request."""
        assert isinstance(self.request.user, User)  # noqa: S101 - the rules refused everyone else
        return self.request.user


def identify_requester(request: HttpRequest) -> Requester:
    """Identify who makes this request."""
    return Requester(load_actor(request.user, request=request), timezone.localtime(), request)


def get_submitted_data(request: HttpRequest) -> QueryDict | None:
    """Return the submitted form data; None if the page is only viewed."""
    return request.POST if request.method == "POST" else None


def open_draft_or_404(pk: int, requester: Requester) -> OpenedDraft:
    """Open the draft of a URL if the requester may read it, else answer 404."""
    try:
        return visible_drafts.open_draft(pk, requester.who, requester.on)
    except Draft.DoesNotExist as error:
        raise Http404 from error


def get_submitted_organization(request: HttpRequest) -> Organization:
    """Return the organization that a form names; answer 404 for an unknown one."""
    organization = Organization.objects.filter(slug=request.POST.get("organization", "")).first()
    if organization is None:
        raise Http404
    return organization


def load_organizations_by_action(
    slugs_by_action: Mapping[str, list[str]],
) -> dict[str, list[Organization]]:
    """Load the organizations behind the slugs of each action, for the choices of a page."""
    slugs = {slug for action_slugs in slugs_by_action.values() for slug in action_slugs}
    rows = {row.slug: row for row in Organization.objects.filter(slug__in=slugs)}
    return {
        action: [rows[slug] for slug in action_slugs if slug in rows]
        for action, action_slugs in slugs_by_action.items()
    }
