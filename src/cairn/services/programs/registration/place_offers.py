"""Offer a free place to the family that waits longest, and take the family's answer.

The key of the link is in the email and nowhere else: the database keeps its hash. The link opens no
data, and names no child.
"""

import hashlib
import secrets
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from cairn.platform.accounts.api import User
from cairn.platform.actions.api import ActionResult, action
from cairn.platform.notifications.api import (
    MailMessage,
    email_link,
    is_email_on,
    is_undeliverable,
)
from cairn.policy.engine import Permit
from cairn.policy.facts import Actor, PlaceOfferFact, SessionSeriesFact
from cairn.policy.questions import may_answer_offer, may_offer_place
from cairn.services.programs import facts, models
from cairn.services.programs.registration import registration_identity

__all__ = ["offer_next_place"]


def hash_offer_key(key: str) -> str:
    """Compute the hash by which a link is found, 64 hexadecimal digits (SHA-256)."""
    return hashlib.sha256(key.encode()).hexdigest()


def find_offered_registration(key: str) -> models.Registration | None:
    """Find the registration of a link; None if the link is unknown."""
    rows = models.Registration.objects.select_related("series__program__organization")
    return rows.filter(offer_digest=hash_offer_key(key)).first()


def build_offer_fact(row: models.Registration | None) -> PlaceOfferFact:
    """Build the facts of an offer; of None, that no family waits."""
    return PlaceOfferFact(row.state, row.offered_until) if row else PlaceOfferFact("none")


def find_next_registration(series: models.SessionSeries, on: date) -> models.Registration | None:
    """Find the registration that waits longest, and after those the earliest expired offer.

    Args:
        series: the group.
        on: the day.

    Returns:
        The registration; None if there is neither, or what the families entered was erased.
    """
    waiting = Q(state=models.RegistrationState.WAITING)
    expired = Q(state=models.RegistrationState.OFFERED, offered_until__lt=on)
    order = (F("offered_until").asc(nulls_first=True), "sent_at", "pk")
    rows = series.registrations.filter(waiting | expired).order_by(*order)
    return next(iter(registration_identity.leave_out_erased(rows)), None)


def _lock_next(
    *, series: models.SessionSeries, at: datetime
) -> tuple[SessionSeriesFact, PlaceOfferFact, date]:
    today = timezone.localdate(at)
    starts = max(today, series.first_day)
    group, _starts = facts.lock_series_for_enrollment(series, starts, at)
    return group, build_offer_fact(find_next_registration(series, today)), starts


@action("program.place_offered", asks=may_offer_place, facts=_lock_next)
def offer_next_place(
    permit: Permit, /, *, series: models.SessionSeries, days: int, by: User, at: datetime
) -> ActionResult[tuple[models.Registration, str]]:
    """Offer a free place to the family that waits longest, and email it the link.

    If none waits, a family with an expired offer gets it again; its earlier link ends.

    Args:
        series: the group.
        days: how many days the family has to answer.
        by: the user who acts.
        at: the moment of the action.

    Returns:
        The registration, and the address of the link if the family gets no email: it gave no
        address, its address bounced, or there is no mail server. Empty if it was emailed.

    Raises:
        Refused: all places are taken or promised, no family waits, or the user may not do so.
    """
    today = timezone.localdate(at)
    row = find_next_registration(series, today)
    assert row is not None  # noqa: S101 - for mypy; else the policy refused
    key = secrets.token_urlsafe(32)
    row.state = models.RegistrationState.OFFERED
    row.offer_digest = hash_offer_key(key)
    until = row.offered_until = today + timedelta(days=days)
    row.save(update_fields=["state", "offer_digest", "offered_until"])
    link = f"{settings.CAIRN_SITE}{reverse('programs:answer_offer', args=[key])}"
    address = registration_identity.load_registration_details([row])[row.key].email
    is_emailed = bool(address) and is_email_on() and not is_undeliverable(address)
    if is_emailed:
        subject, text = _compose_offer(row, link, until)
        email_link(
            kind=MailMessage.Kind.PLACE_OFFER,
            address=address,
            subject=subject,
            text=text,
            by=by,
            at=at,
        )
    detail: dict[str, str | int] = {"until": until.isoformat(), "emailed": int(is_emailed)}
    return ActionResult((row, "" if is_emailed else link), subject=row, detail=detail)


def _lock_offer(*, registration: models.Registration) -> tuple[PlaceOfferFact]:
    """Lock the group, then read the registration again: two answers wait for each other."""
    facts.lock_series(registration.series_id)
    return (build_offer_fact(models.Registration.objects.get(pk=registration.pk)),)


@action("program.place_answered", asks=may_answer_offer, facts=_lock_offer)
def answer_offer(
    permit: Permit,
    /,
    *,
    registration: models.Registration,
    accepts: bool,
    who: Actor,
    by: None,
    at: datetime,
) -> ActionResult[models.Registration]:
    """Record that a family accepts or declines the place that it was offered.

    An accepted place is kept for the child until staff enroll it.

    Args:
        registration: the registration.
        accepts: whether the family accepts.
        who: the person who opened the link.
        by: None, since they have no account.
        at: the moment of the action.

    Returns:
        The registration.

    Raises:
        Refused: it was answered, or its last day has passed.
    """
    state = models.RegistrationState
    row = models.Registration.objects.get(pk=registration.pk)
    row.state = state.ACCEPTED if accepts else state.DECLINED
    if not accepts:
        row.decided_at = at
    row.save(update_fields=["state", "decided_at"])
    return ActionResult(row, subject=row, detail={"answer": row.state})


def find_offer_answer(row: models.Registration) -> str:
    """Find what became of an offer: "accepted", "declined" by the family, or "enrolled".

    Args:
        row: the registration.

    Returns:
        The state; empty if the family did not answer, or staff declined the registration.
    """
    state = models.RegistrationState
    is_own = row.state in (state.ACCEPTED, state.DECLINED) and row.decided_by_id is None
    return row.state if is_own or row.state == state.ENROLLED else ""


def _compose_offer(row: models.Registration, link: str, until: date) -> tuple[str, str]:
    """Compose subject and text in the family's language; they name no child."""
    with override(row.language):
        values = {
            "program": row.series.program.name,
            "reference": row.reference,
            "day": date_format(until, "DATE_FORMAT"),
            "link": link,
        }
        text = _(
            "A place in %(program)s is free for your registration %(reference)s.\n\nOpen this page "
            "to accept or decline it by %(day)s:\n\n%(link)s\n\nAfter that day the place goes to "
            "the next family. You do not need an account. Do not pass the link on.\n"
        )
        return _("A place is free"), text % values
