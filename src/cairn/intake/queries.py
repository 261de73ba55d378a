"""Reads of what arrived, narrowed to who asks before anything is fetched."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Self

from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils.translation import ngettext

from cairn.intake.models import STANDING, Delivery, SavedMapping
from cairn.intake.newer import waiting_for_a_check
from cairn.partners.models import Organization
from cairn.partners.waiting import Waiting
from cairn.rules.access import may_open
from cairn.rules.actor import Actor
from cairn.rules.delivery import may_view_delivery
from cairn.rules.vocabulary import Action, DeliveryState


@dataclass(frozen=True, slots=True)
class Slot:
    """The place that one delivery at a time fills."""

    organization: Organization
    agreement: str
    feed: str
    period: str

    @classmethod
    def of(cls, row: Delivery) -> Self:
        """The slot that a delivery is for."""
        return cls(row.organization, row.agreement_reference, row.feed, row.period)

    def deliveries(self) -> QuerySet[Delivery]:
        """Everything ever sent for this slot."""
        return Delivery.objects.filter(
            organization=self.organization,
            agreement_reference=self.agreement,
            feed=self.feed,
            period=self.period,
        )

    def standing(self, *, locked: bool = False) -> Delivery | None:
        """The delivery that counts now, if there is one; `locked` until the transaction ends."""
        rows = self.deliveries().filter(state__in=STANDING)
        return (rows.select_for_update() if locked else rows).first()


@dataclass(frozen=True, slots=True)
class Current:
    """One delivery whose rows count now, for the steps after this room. References are text."""

    delivery: int
    organization: str
    agreement: str
    feed: str
    period: str
    record: str
    conformed_ref: str
    synthetic: bool = False


def current() -> tuple[Current, ...]:
    """What counts now, over all organizations, in a stable order."""
    rows = Delivery.objects.filter(state=DeliveryState.CONFORMED).select_related("organization")
    return tuple(
        Current(
            delivery=row.pk,
            organization=row.organization.slug,
            agreement=row.agreement_reference,
            feed=row.feed,
            period=row.period,
            record=row.record,
            conformed_ref=row.conformed,
            synthetic=row.pilot,
        )
        for row in rows.order_by("organization__slug", "agreement_reference", "feed", "period")
    )


def no_longer_counting(deliveries: Iterable[int]) -> frozenset[int]:
    """Those that were withdrawn, replaced or destroyed, or are being read anew, by their keys."""
    rows = Delivery.objects.filter(pk__in=list(deliveries)).exclude(state=DeliveryState.CONFORMED)
    return frozenset(rows.values_list("pk", flat=True))


def superseded(deliveries: Iterable[int]) -> frozenset[int]:
    """Those of them in whose place a newer one came."""
    rows = Delivery.objects.filter(pk__in=list(deliveries), state=DeliveryState.SUPERSEDED)
    return frozenset(rows.values_list("pk", flat=True))


def organizations(action: Action, who: Actor, on: date) -> list[Organization]:
    """The organizations for which someone may take an action on a date."""
    return [
        organization
        for organization in Organization.objects.all()
        if may_open(action, who, organization=organization.slug, on=on).allowed
    ]


def deliveries(who: Actor, on: date) -> QuerySet[Delivery]:
    """The deliveries that someone may see on a date, newest first."""
    seen = [o.pk for o in Organization.objects.all() if may_view_delivery(o.slug, who, on).allowed]
    return Delivery.objects.filter(organization__in=seen).select_related(
        "organization", "received_by", "mapping"
    )


def overdue(rows: QuerySet[Delivery], on: date) -> QuerySet[Delivery]:
    """Those whose rows are still here on or after the day by which they must be destroyed."""
    held = rows.filter(landed__gt="", destroy_by__lte=on)
    return held.exclude(state=DeliveryState.DESTROYED).order_by("destroy_by", "pk")


def set_aside(rows: QuerySet[Delivery]) -> QuerySet[Delivery]:
    """Those that count now and have rows that were set aside."""
    return rows.filter(state=DeliveryState.CONFORMED, rows_kept__lt=F("rows_in"))


def newest_mapping(organization: Organization, feed: str) -> SavedMapping | None:
    """The version of a feed's mapping that counts."""
    return SavedMapping.objects.filter(organization=organization, feed=feed).first()


def saved_mappings(organization: Organization) -> list[SavedMapping]:
    """The newest version for each feed of an organization."""
    newest: dict[str, SavedMapping] = {}
    for row in SavedMapping.objects.filter(organization=organization).order_by("feed", "-version"):
        newest.setdefault(row.feed, row)
    return list(newest.values())


def waiting(who: Actor, on: date) -> list[Waiting]:
    """What waits in this room for a person: rows set aside, and duties to destroy."""
    seen = deliveries(who, on)
    address = reverse("intake:deliveries")
    found = []
    if n := set_aside(seen).count():
        title = ngettext("delivery with rows set aside", "deliveries with rows set aside", n)
        found.append(Waiting(n, title, f"{address}?show=aside"))
    if again := waiting_for_a_check(seen):
        n = len(again)
        title = ngettext(
            "delivery to check again, since a newer roster came",
            "deliveries to check again, since newer rosters came",
            n,
        )
        one = reverse("intake:delivery", args=[again[0].pk])
        found.append(Waiting(n, title, one if n == 1 else f"{address}?show=aside"))
    if earliest := overdue(seen, on).first():
        n = overdue(seen, on).count()
        title = ngettext(
            "delivery whose time to be kept is over", "deliveries whose time to be kept is over", n
        )
        found.append(Waiting(n, title, f"{address}?show=due", due=earliest.destroy_by))
    return found


def files() -> Iterable[str]:
    """Every file in the storehouse that this room points at, as ``zone/digest``."""
    for row in Delivery.objects.values_list("landed", "conformed", "quarantined"):
        yield from filter(None, row)
