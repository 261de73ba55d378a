"""Show everything about one partner that the user may see, on one page."""

from dataclasses import dataclass
from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from cairn.data.intake.api import Delivery, filter_visible_deliveries
from cairn.governance.agreements.api import (
    AgreementListing,
    Draft,
    list_visible_agreements,
    list_visible_drafts,
)
from cairn.governance.partners.api import (
    Affiliation,
    Organization,
    list_partners,
    list_visible_people,
    load_actor,
    may_see_security,
)
from cairn.interfaces.web.middleware import activate_english
from cairn.interfaces.web.pages.partner_steps import (
    PartnerProgress,
    PartnerStep,
    list_partner_steps,
)
from cairn.outputs.releases.api import Release, list_visible_releases
from cairn.policy.facts import Actor
from cairn.policy.questions import may_open_page
from cairn.policy.vocabulary import Action

_SHOWN_DELIVERIES = 10


@dataclass(frozen=True, slots=True)
class PartnerPage:
    """What a user may see of one partner; `None` where the user may not open such a list at all.

    Attributes:
        organization: the partner.
        agreements: agreements that it is a party of.
        drafts: drafts of agreements that it is to be a party of.
        deliveries: its newest data submissions.
        delivery_count: all its data submissions.
        people: its people, present and past.
        releases: releases with figures of its data.
        may_see_security: whether the user may see its access requirements and security plan.
        steps: the steps to its first data submission; empty once they are done.
    """

    organization: Organization
    agreements: list[AgreementListing] | None
    drafts: list[Draft] | None
    deliveries: list[Delivery] | None
    delivery_count: int
    people: list[Affiliation] | None
    releases: list[Release] | None
    may_see_security: bool
    steps: list[PartnerStep]

    @property
    def next_step(self) -> PartnerStep | None:
        """The first step that is not done."""
        return next((step for step in self.steps if not step.is_done), None)


def load_partner_page(slug: str, actor: Actor, on: date) -> PartnerPage | None:
    """Gather what a user may see of a partner.

    Args:
        slug: the partner.
        actor: the user.
        on: the date of access.

    Returns:
        The page, or `None` if the user may see no such partner.

    Raises:
        Refused: the user may not see partners.
    """
    organization = list_partners(actor, on).filter(slug=slug).first()
    if organization is None:
        return None

    def may(action: Action) -> bool:
        return may_open_page(action, actor, on=on).allowed

    deliveries = (
        filter_visible_deliveries(actor, on).filter(organization=organization)
        if may(Action.VIEW_DELIVERY)
        else None
    )
    agreements = list_visible_agreements(actor, on) if may(Action.VIEW_AGREEMENT) else None
    own = _select_own_agreements(agreements, slug)
    drafts = (
        list(list_visible_drafts(actor, on).filter(parties=organization))
        if may(Action.VIEW_DRAFT)
        else None
    )
    people = (
        list(list_visible_people(actor, on).filter(organization=organization))
        if may(Action.VIEW_PEOPLE)
        else None
    )
    shown = None if deliveries is None else list(deliveries[:_SHOWN_DELIVERIES])
    return PartnerPage(
        organization=organization,
        agreements=own,
        drafts=drafts,
        deliveries=shown,
        delivery_count=0 if deliveries is None else deliveries.count(),
        people=people,
        steps=[]
        if own is None or drafts is None or people is None
        else list_partner_steps(
            PartnerProgress(organization, people, own, drafts, shown), actor, on
        ),
        releases=_select_own_releases(actor, own or [], on) if may(Action.VIEW_RELEASE) else None,
        may_see_security=may_see_security(actor, slug, on).allowed,
    )


def _select_own_agreements(
    agreements: list[AgreementListing] | None, slug: str
) -> list[AgreementListing] | None:
    if agreements is None:
        return None
    return [
        listing
        for listing in agreements
        if slug in {party.organization for party in listing.terms.parties}
    ]


def _select_own_releases(
    actor: Actor, agreements: list[AgreementListing], on: date
) -> list[Release]:
    """Select the releases that rest on an agreement of the partner."""
    references = {listing.terms.reference for listing in agreements}
    return [
        release
        for release in list_visible_releases(actor, on)
        if references.intersection(release.agreements)
    ]


@require_safe
def partner_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one partner: agreements, data submissions, people, contacts and reports."""
    actor, today = load_actor(request.user, request=request), timezone.localdate()
    may_open_page(Action.VIEW_PARTNERS, actor, on=today).require()
    activate_english(request)
    page = load_partner_page(slug, actor, today)
    if page is None:
        raise Http404
    context = {
        "page": page,
        "contacts": page.organization.contacts.all() if page.may_see_security else [],
        "may_send": may_open_page(Action.RECEIVE, actor, on=today).allowed,
        "may_draft": may_open_page(Action.DRAFT_AGREEMENT, actor, on=today).allowed,
        "today": today,
    }
    return render(request, "web/partner.html", context)
