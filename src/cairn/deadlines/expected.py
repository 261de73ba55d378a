"""What agreements expect to come and to be given back, from the deliveries that are here."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from django.db.models import Max
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from cairn.agreements import facts as agreed
from cairn.agreements.models import Agreement as AgreementRow
from cairn.intake.models import Delivery
from cairn.partners.due import Due, DueKind
from cairn.partners.models import Organization
from cairn.releases.give_back.queries import last_given
from cairn.rules.access import may_open
from cairn.rules.actor import Actor
from cairn.rules.agreement import Agreement
from cairn.rules.authority import in_force, may_view_agreement
from cairn.rules.recurring import next_delivery, next_give_back
from cairn.rules.vocabulary import RECIPIENTS, Action, DeliveryState, OrganizationKind, PartyRole

_GONE = (DeliveryState.REFUSED, DeliveryState.WITHDRAWN)


def due(who: Actor, on: date, until: date) -> list[Due]:
    """The next delivery and the next give-back of each agreement in force that one may see.

    What is late is told on its own day, before ``on``. A delivery is expected where the agreement
    names data and the partnership's own office receives them: a memorandum brings none, and what
    one partner sends another does not pass here.
    """
    found: list[Due] = []
    names = dict(Organization.objects.values_list("slug", "name"))
    here = frozenset(
        Organization.objects.filter(kind=OrganizationKind.BACKBONE.value).values_list(
            "slug", flat=True
        )
    )
    deliveries = (
        reverse("intake:deliveries") if may_open(Action.VIEW_DELIVERY, who, on=on).allowed else ""
    )
    for terms in agreed.agreements(AgreementRow.objects.order_by("reference"), on):
        if not may_view_agreement(terms, who, on).allowed or not in_force(terms, on).allowed:
            continue
        if terms.data and terms.organizations(*RECIPIENTS) & here:
            found += _deliveries(terms, names, deliveries)
        found += _give_backs(terms, on)
    return [one for one in found if one.on <= until]


def _deliveries(terms: Agreement, names: Mapping[str, str], address: str) -> Iterator[Due]:
    for sender in sorted(terms.organizations(PartyRole.PROVIDER)):
        day = next_delivery(terms, _last(terms.reference, [sender]))
        if day is not None:
            said = {"sender": names.get(sender, sender), "agreement": terms.reference}
            what = _("Delivery of %(sender)s under %(agreement)s") % said
            yield Due(day, what, DueKind.DELIVERY, sender, address)


def _give_backs(terms: Agreement, on: date) -> Iterator[Due]:
    received = _last(terms.reference, terms.organizations(PartyRole.PROVIDER))
    address = reverse("agreements:detail", args=(terms.reference,))
    owing = ", ".join(sorted(terms.organizations(*RECIPIENTS)))
    given = last_given(terms.reference)
    for give in terms.giveback:
        day = next_give_back(give, terms, received, on, given.get(give.what))
        if day is not None:
            said = {"what": give.what, "agreement": terms.reference}
            what = _("Give back under %(agreement)s: %(what)s") % said
            yield Due(day, what, DueKind.GIVE_BACK, owing, address)


def _last(reference: str, senders: Iterable[str]) -> date | None:
    """The day on which something last came under an agreement and was let in."""
    came = (
        Delivery.objects.filter(agreement_reference=reference, organization__slug__in=senders)
        .exclude(state__in=_GONE)
        .aggregate(last=Max("received_at"))["last"]
    )
    return None if came is None else timezone.localdate(came)
