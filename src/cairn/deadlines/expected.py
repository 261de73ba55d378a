"""What agreements expect to come and to be given back, from the deliveries that are here."""

from collections.abc import Iterable, Iterator
from datetime import date

from django.db.models import Max
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from cairn.agreements import facts as agreed
from cairn.agreements.models import Agreement as AgreementRow
from cairn.intake.models import Delivery
from cairn.partners.due import Due, DueKind
from cairn.rules.actor import Actor
from cairn.rules.agreement import Agreement
from cairn.rules.authority import in_force, may_view_agreement
from cairn.rules.recurring import next_delivery, next_give_back
from cairn.rules.vocabulary import RECIPIENTS, DeliveryState, PartyRole

_GONE = (DeliveryState.REFUSED, DeliveryState.WITHDRAWN)


def due(who: Actor, on: date, until: date) -> list[Due]:
    """The next delivery and the next give-back of each agreement in force that one may see.

    What is late is told on its own day, before ``on``.
    """
    found: list[Due] = []
    for terms in agreed.agreements(AgreementRow.objects.order_by("reference"), on):
        if may_view_agreement(terms, who, on).allowed and in_force(terms, on).allowed:
            found += _deliveries(terms)
            found += _give_backs(terms, on)
    return [one for one in found if one.on <= until]


def _deliveries(terms: Agreement) -> Iterator[Due]:
    address = reverse("intake:deliveries")
    for sender in sorted(terms.organizations(PartyRole.PROVIDER)):
        day = next_delivery(terms, _last(terms.reference, [sender]))
        if day is not None:
            said = {"sender": sender, "agreement": terms.reference}
            what = _("Delivery of %(sender)s under %(agreement)s") % said
            yield Due(day, what, DueKind.DELIVERY, sender, address)


def _give_backs(terms: Agreement, on: date) -> Iterator[Due]:
    received = _last(terms.reference, terms.organizations(PartyRole.PROVIDER))
    address = reverse("agreements:detail", args=(terms.reference,))
    owing = ", ".join(sorted(terms.organizations(*RECIPIENTS)))
    for give in terms.giveback:
        day = next_give_back(give, terms, received, on)
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
