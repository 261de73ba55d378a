"""Open the registration for a group, take a family's registration, accept or decline it.

A family has no account: `register_child` takes `who`, the actor of the session, and `by: None`.
"""

import secrets
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from django.utils.translation import get_language_info

from cairn.platform.accounts.api import User
from cairn.platform.actions.api import ActionResult, action, system_action
from cairn.policy.engine import Permit
from cairn.policy.facts import Actor, RegistrationFact
from cairn.policy.questions import may_change_program_sites, may_register_child
from cairn.services.programs import facts, models
from cairn.services.programs.actions import ProgramConflict, enroll_participant
from cairn.services.programs.registration import drafts, registration_identity
from cairn.services.programs.registration.registration_queries import build_registration_fact

__all__ = ["OfferDetails", "open_registration", "register_child"]

_KEY_BYTES: Final = 16
_LETTERS: Final = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
_REFERENCE_LENGTH: Final = 8


@dataclass(frozen=True, slots=True)
class OfferDetails:
    """How families register for a group, as staff state it; as in `RegistrationOffer`.

    Attributes:
        closes_on: last day to register.
        asks_safety: whether families are asked for allergies and pick-up adults.
        consent_text: consent to sharing, in English; empty if none is asked for.
        consent_text_es: the same in Spanish.
    """

    closes_on: date
    asks_safety: bool
    consent_text: str
    consent_text_es: str


def _get_series_sites(*, series: models.SessionSeries) -> facts.SitesFacts:
    return series.program.organization.slug, facts.list_series_sites(series)


def _lock_registration_facts(
    *, series: models.SessionSeries, at: datetime
) -> tuple[RegistrationFact]:
    return (build_registration_fact(facts.lock_series(series.pk), at),)


def _lock_registration(*, registration: models.Registration) -> facts.SitesFacts:
    return facts.lock_series_for_change(registration.series)


@action("program.registration_opened", asks=may_change_program_sites, facts=_get_series_sites)
def open_registration(
    permit: Permit,
    /,
    *,
    series: models.SessionSeries,
    details: OfferDetails,
    by: User,
    at: datetime,
) -> ActionResult[None]:
    """Let families register for a group online until a day, or change how.

    Args:
        series: the group.
        details: how families register.
        by: the user who acts.
        at: the moment of the action.

    Raises:
        Refused: the policy does not allow it.
    """
    values = {name: getattr(details, name) for name in details.__slots__}
    models.RegistrationOffer.objects.update_or_create(
        series=series, defaults=values | {"opened_by": by, "opened_at": at}
    )
    return ActionResult(subject=series)


@action(
    "program.child_registered",
    asks=may_register_child,
    facts=_lock_registration_facts,
    also_in="identities",
)
def register_child(  # noqa: PLR0913 - each is one property of the registration
    permit: Permit,
    /,
    *,
    series: models.SessionSeries,
    details: registration_identity.RegistrationDetails,
    consents: bool | None,
    language: str,
    token: str,
    who: Actor,
    by: None,
    at: datetime,
) -> ActionResult[models.Registration]:
    """Record that a family registered a child; nothing is looked up about the child.

    Sent twice, it registers once. What the family saved of it on the way is deleted.

    Args:
        series: the group.
        details: what the family entered.
        consents: the answer to the consent; None if none was asked for.
        language: the language of the page, "en" or "es".
        token: random token of the page that was sent.
        who: the person who registers the child.
        by: None, since they have no account.
        at: the moment of the action.

    Returns:
        The registration.

    Raises:
        Refused: the registration is not open.
    """
    row = models.Registration.objects.filter(token=token, series=series).first()
    if row is None:
        row = models.Registration.objects.create(
            series=series,
            key=secrets.token_hex(_KEY_BYTES),
            token=token,
            reference="".join(secrets.choice(_LETTERS) for _ in range(_REFERENCE_LENGTH)),
            language=language,
            consents=consents,
            sent_at=at,
        )
        registration_identity.build_registration_identity(row.key, details).save(force_insert=True)
    drafts.delete_drafts_of(token)
    return ActionResult(row, subject=series)


@action(
    "program.registration_accepted",
    asks=may_change_program_sites,
    facts=_lock_registration,
    also_in="identities",
)
def accept_registration(
    permit: Permit,
    /,
    *,
    registration: models.Registration,
    participant: models.Participant | None,
    other_than: Collection[int],
    starts: date,
    by: User,
    at: datetime,
) -> ActionResult[models.ProgramEnrollment]:
    """Enroll the child of a registration: one who is on record here, or a new one.

    A registration that was declined can still be accepted until it is erased.

    Args:
        registration: the registration.
        participant: the organization's own record of the child; None for a new child.
        other_than: numbers of participants of the same name who are other children.
        starts: first day of the enrollment.
        by: the user who acts.
        at: the moment of the action.

    Returns:
        The enrollment.

    Raises:
        SameChildConflict: a child of this name and birth date is on record here.
        ProgramConflict: it was decided already.
        Refused: the group is full, or does not meet on that day.
    """
    row = _lock_undecided(registration, *models.UNDECIDED_STATES, models.RegistrationState.DECLINED)
    # From here on the place is the child's, and no longer promised: it counts once.
    row.state = models.RegistrationState.ENROLLED
    row.save(update_fields=["state"])
    entered = registration_identity.load_registration_details([row])[row.key].child
    details = replace(entered, language=get_language_info(row.language)["name"])
    enrollment = enroll_participant(
        series=row.series,
        participant=participant,
        details=None if participant else details,
        starts=starts,
        other_than=other_than,
        by=by,
        at=at,
    )
    row.enrollment = enrollment
    row.decided_by, row.decided_at = by, at
    row.save()
    return ActionResult(enrollment, subject=row)


@action("program.registration_declined", asks=may_change_program_sites, facts=_lock_registration)
def decline_registration(
    permit: Permit,
    /,
    *,
    registration: models.Registration,
    shown_state: str,
    by: User,
    at: datetime,
) -> ActionResult[None]:
    """Decline a registration; what the family entered is erased after 30 days.

    Args:
        registration: the registration.
        shown_state: the state that the user saw; the family may have answered an offer since.
        by: the user who acts.
        at: the moment of the action.

    Raises:
        ProgramConflict: it was decided already, or its state is not the one that was shown.
        Refused: the policy does not allow it.
    """
    row = _lock_undecided(registration, *models.UNDECIDED_STATES)
    if row.state != shown_state:
        raise ProgramConflict("The status changed in the meantime. Look at it before you decide.")
    row.state, row.decided_by, row.decided_at = models.RegistrationState.DECLINED, by, at
    row.save()
    return ActionResult(subject=row)


@system_action("program.registration_erased", reason="the calendar, 30 days after it ended")
def erase_registration(
    *, registration: models.Registration, by: None, at: datetime
) -> ActionResult[None]:
    """Erase what a family entered in a registration that ended, and the emails to its address.

    One that was never decided is declined by it, and its link ends: no place is offered to it.

    Args:
        registration: the registration.
        by: None, since no person asks for it.
        at: the moment of the action.
    """
    undecided = models.Registration.objects.filter(
        pk=registration.pk, state__in=models.UNDECIDED_STATES
    )
    undecided.update(state=models.RegistrationState.DECLINED, decided_at=at, offer_digest="")
    registration_identity.erase_registration_details([registration], at)
    return ActionResult(subject=registration)


def _lock_undecided(
    registration: models.Registration, *states: models.RegistrationState
) -> models.Registration:
    row = models.Registration.objects.select_for_update(of=("self",)).get(pk=registration.pk)
    if row.state not in states:
        raise ProgramConflict("This registration was decided already. Look at the list again.")
    return row
