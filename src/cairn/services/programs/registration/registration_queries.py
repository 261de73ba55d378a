"""Read groups that are open for registration, and the families who registered."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from cairn.governance.partners.api import Organization
from cairn.policy.facts import Actor, RegistrationFact
from cairn.policy.vocabulary import Action
from cairn.services.programs import facts, models, queries
from cairn.services.programs.registration import registration_identity

_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class OpenGroup:
    """A group on the public page of groups that are open for registration.

    Attributes:
        offer: how families register.
        free_places: places that are neither held nor waited for; None without a limit.
    """

    offer: models.RegistrationOffer
    free_places: int | None


@dataclass(frozen=True, slots=True)
class QueuedRegistration:
    """A registration on the staff's page, with what the family entered."""

    registration: models.Registration
    details: registration_identity.RegistrationDetails


def find_offer(series: int) -> models.RegistrationOffer | None:
    """Find how families register for a group; None if its registration was never opened.

    Args:
        series: number of the group.

    Returns:
        The offer, with the group, its program and organization.
    """
    offers = models.RegistrationOffer.objects.select_related("series__program__organization")
    return offers.filter(series=series).first()


def build_registration_fact(series: models.SessionSeries, at: datetime) -> RegistrationFact:
    """Build the facts of the online registration for a group.

    Args:
        series: the group, with its program and organization.
        at: the time, from which the registrations of the last minute are counted.

    Returns:
        The facts.
    """
    offer = find_offer(series.pk)
    return RegistrationFact(
        organization=series.program.organization.slug,
        closes_on=offer.closes_on if offer else None,
        latest=series.registrations.filter(sent_at__gt=at - _MINUTE).count(),
    )


def list_open_groups(on: date) -> list[OpenGroup]:
    """List the groups for which families may register today: the same list for everybody.

    Args:
        on: the day.

    Returns:
        The groups by program, site and name.
    """
    offers = models.RegistrationOffer.objects.filter(closes_on__gte=on).select_related(
        "series__program__organization"
    )
    ordered = offers.order_by("series__program__name", "series__site", "series__name")
    return [OpenGroup(offer, count_free_places(offer.series, on)) for offer in ordered]


def count_free_places(series: models.SessionSeries, on: date) -> int | None:
    """Count the places of a group that are neither held nor waited for; None without a limit.

    Args:
        series: the group.
        on: the day.

    Returns:
        The number, 0 at least.
    """
    open_places = count_open_places(series, on)
    if open_places is None:
        return None
    return max(0, open_places - count_waiting_families(series))


def count_open_places(series: models.SessionSeries, on: date) -> int | None:
    """Count the places of a group that are neither held nor promised; None without a limit.

    Args:
        series: the group.
        on: the day.

    Returns:
        The number, 0 at least. Families who wait may want more places than these.
    """
    if series.capacity is None:
        return None
    taken = queries.select_enrolled_in(series, max(on, series.first_day)).count()
    return max(0, series.capacity - taken - facts.count_promised_places(series, on))


def is_on_waitlist(row: models.Registration, on: date) -> bool:
    """Tell whether a family waits for a place of a full group.

    Args:
        row: the registration, with its group.
        on: the day.

    Returns:
        True if it waits, and the families who came before it may take the places that are free.
    """
    open_places = count_open_places(row.series, on)
    if open_places is None or row.state != models.RegistrationState.WAITING:
        return False
    earlier = Q(sent_at__lt=row.sent_at) | Q(sent_at=row.sent_at, pk__lt=row.pk)
    waiting = row.series.registrations.filter(earlier, state=models.RegistrationState.WAITING)
    return waiting.count() >= open_places


def count_waiting_families(series: models.SessionSeries) -> int:
    """Count the families who registered for a group and wait for a decision."""
    return series.registrations.filter(state=models.RegistrationState.WAITING).count()


def get_registration(pk: int, organizations: QuerySet[Organization]) -> models.Registration:
    """Find one registration of these organizations.

    Raises:
        models.Registration.DoesNotExist: there is none, or it belongs to another organization.
    """
    return models.Registration.objects.select_related("series__program__organization").get(
        pk=pk, series__program__organization__in=organizations
    )


def list_registrations_to_erase(before: datetime) -> list[models.Registration]:
    """List the registrations that ended before a time and were not erased yet.

    One ends when it is declined. One that was never decided ends with its group, or with the last
    day to register for a group without a last day, but not before the last day of an offer.

    Args:
        before: the time.

    Returns:
        The registrations.
    """
    day = timezone.localdate(before)
    declined = Q(state=models.RegistrationState.DECLINED, decided_at__lte=before)
    group_ended = Q(series__last_day__lt=day) | Q(
        series__last_day=None, series__registration_offer__closes_on__lt=day
    )
    offer_ended = Q(offered_until=None) | Q(offered_until__lt=day)
    undecided = Q(state__in=models.UNDECIDED_STATES)
    rows = models.Registration.objects.filter(declined | (undecided & group_ended & offer_ended))
    return registration_identity.leave_out_erased(rows.select_related("series"))


def list_queue(series: models.SessionSeries, who: Actor, on: date) -> list[QueuedRegistration]:
    """List the families who registered for a group, the first ones first.

    Args:
        series: the group.
        who: the policy facts about the user.
        on: the date.

    Returns:
        The registrations, without those that were erased.

    Raises:
        Refused: the user may not enroll children of this organization.
    """
    queries.require_series_access(series, who, on, Action.CHANGE_PROGRAM)
    rows = list(series.registrations.all())
    details = registration_identity.load_registration_details(rows)
    return [QueuedRegistration(row, details[row.key]) for row in rows if row.key in details]
