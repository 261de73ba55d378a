"""List the steps from a new partner to its first data submission, each with its link."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from cairn.data.intake.api import Delivery
from cairn.governance.agreements.api import AgreementListing, Draft
from cairn.governance.partners.api import (
    Affiliation,
    Organization,
    build_affiliation_fact,
    list_access_steps,
)
from cairn.policy.facts import Actor
from cairn.policy.questions import may_open_page
from cairn.policy.vocabulary import Action, DeliveryState, OrganizationKind, PartyRole, Role


@dataclass(frozen=True, slots=True)
class PartnerStep:
    """One step on the way to a partner's first data submission.

    Attributes:
        title: what to do, beginning with a verb.
        is_done: whether it is done today.
        detail: who must act, or how far it is.
        url: the page on which it is done; empty if the user may not open it.
        label: the words of its button.
        posts: whether the button submits, instead of opening a page.
    """

    title: str
    is_done: bool
    detail: str = ""
    url: str = ""
    label: str = ""
    posts: bool = False


@dataclass(frozen=True, slots=True)
class PartnerProgress:
    """What a user sees of a new partner, from which its steps follow.

    Attributes:
        organization: the partner.
        people: its people, present and past.
        agreements: the agreements that it is a party of.
        drafts: the open drafts that name it.
        deliveries: its data submissions; `None` if the user may not see any.
    """

    organization: Organization
    people: Sequence[Affiliation]
    agreements: Sequence[AgreementListing]
    drafts: Sequence[Draft]
    deliveries: Sequence[Delivery] | None


def list_partner_steps(progress: PartnerProgress, actor: Actor, on: date) -> list[PartnerStep]:
    """List the steps to a partner's first data submission.

    Args:
        progress: what the user sees of the partner.
        actor: the user.
        on: the date of access.

    Returns:
        The steps in order; none once all are done, and none for the partnership's own office.
    """
    if progress.organization.kind == OrganizationKind.BACKBONE.value:
        return []
    steps = [
        *_list_people_steps(progress, actor, on),
        *_list_agreement_steps(progress, actor, on),
        *_list_upload_steps(progress, actor, on),
    ]
    return [] if all(step.is_done for step in steps) else steps


def _list_people_steps(progress: PartnerProgress, actor: Actor, on: date) -> Iterator[PartnerStep]:
    slug = progress.organization.slug
    may_change = may_open_page(Action.CHANGE_PEOPLE, actor, organization=slug, on=on).allowed
    stewards = [
        row
        for row in progress.people
        if row.role == Role.STEWARD.value
        and row.user.is_active
        and build_affiliation_fact(row).is_active(on)
    ]
    query = urlencode({"organization": slug, "role": Role.STEWARD.value})
    yield PartnerStep(
        _("Add its data steward"),
        bool(stewards),
        ", ".join(row.user.name for row in stewards),
        f"{reverse('partners:new_person')}?{query}" if may_change else "",
        _("Add data steward"),
    )
    waiting = [row for row in stewards if not row.user.has_usable_password()]
    yield PartnerStep(
        _("Give the data steward a sign-in link"),
        bool(stewards) and not waiting,
        _("%(names)s: no password set yet.")
        % {"names": ", ".join(row.user.name for row in waiting)}
        if waiting
        else "",
        reverse("partners:invite", args=(waiting[0].pk,)) if waiting and may_change else "",
        _("Create sign-in link"),
        posts=True,
    )


def _list_agreement_steps(
    progress: PartnerProgress, actor: Actor, on: date
) -> Iterator[PartnerStep]:
    drafts, agreements = progress.drafts, progress.agreements
    may_draft = may_open_page(Action.DRAFT_AGREEMENT, actor, on=on).allowed
    query = urlencode({"partner": progress.organization.slug})
    yield PartnerStep(
        _("Write an agreement"),
        bool(drafts or agreements),
        "",
        f"{reverse('agreements:begin')}?{query}" if may_draft else "",
        _("Write an agreement"),
    )
    in_force = any(listing.standing.allowed for listing in agreements)
    draft = drafts[0] if drafts else None
    yield PartnerStep(
        _("Have counsel review it, and sign it for every party"),
        in_force,
        f"{draft.reference}: {draft.get_state_display()}" if draft and not in_force else "",
        reverse("agreements:draft", args=(draft.pk,)) if draft else "",
        _("Open draft"),
    )


def _list_upload_steps(progress: PartnerProgress, actor: Actor, on: date) -> Iterator[PartnerStep]:
    slug = progress.organization.slug
    providing = [
        listing
        for listing in progress.agreements
        if slug in listing.terms.list_organizations(PartyRole.PROVIDER)
    ]
    if progress.agreements and not providing:
        return  # It receives data only.
    if not all(step.is_done for step in list_access_steps(actor, on)):
        yield PartnerStep(
            _("Complete your own access requirements"),
            is_done=False,
            detail=_("You can upload files after that."),
            url=f"{reverse('web:home')}#access",
            label=_("See what is missing"),
        )
    usable = [listing for listing in providing if listing.standing.allowed and listing.terms.data]
    may_send = may_open_page(Action.RECEIVE, actor, organization=slug, on=on).allowed
    query = urlencode(
        {"organization": slug, "agreement": usable[0].row.reference if usable else ""}
    )
    yield PartnerStep(
        _("Upload its first file"),
        any(row.state == DeliveryState.CONFORMED.value for row in progress.deliveries or ()),
        "",
        f"{reverse('intake:upload')}?{query}" if usable and may_send else "",
        _("Upload a file"),
    )
