"""Choose how long records are kept, place and end holds, and destroy records."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from cairn.governance.partners.api import Organization
from cairn.platform.accounts.api import User
from cairn.platform.actions.api import ActionResult, action, has_role_at
from cairn.policy.engine import Permit
from cairn.policy.facts import ParticipantRecordFact, RetentionPeriodFact
from cairn.policy.questions import (
    may_change_program_sites,
    may_choose_record_period,
    may_destroy_participant_records,
)
from cairn.policy.vocabulary import Action
from cairn.services.programs import actions, facts, models
from cairn.services.programs.incidents import incident_records
from cairn.services.programs.registration.registration_identity import erase_registration_details
from cairn.services.programs.retention import due_records, participant_erasers

__all__ = [
    "choose_record_period",
    "destroy_participant_records",
    "end_record_hold",
    "hold_participant_record",
]


def _build_chosen_period(
    *, organization: Organization, years: int, has_federal_award: bool
) -> tuple[RetentionPeriodFact]:
    return (RetentionPeriodFact(organization.slug, years, has_federal_award),)


def _lock_records(
    *, organization: Organization, participants: Sequence[models.Participant], at: datetime
) -> tuple[RetentionPeriodFact, tuple[ParticipantRecordFact, ...]]:
    """Lock the records, and read their last days and holds again."""
    rows = models.Participant.objects.filter(
        organization=organization, pk__in=[row.pk for row in participants]
    )
    list(rows.select_for_update(of=("self",)).order_by("pk"))
    kept = due_records.list_kept_records(rows, timezone.localdate(at))
    return (
        due_records.build_period_fact(organization),
        tuple(due_records.build_record_fact(row) for row in kept),
    )


def _lock_held_record(*, hold: models.RecordHold) -> tuple[str]:
    return facts.lock_participant(hold.participant)[:1]


@action("program.record_period_chosen", asks=may_choose_record_period, facts=_build_chosen_period)
def choose_record_period(
    permit: Permit,
    /,
    *,
    organization: Organization,
    years: int,
    has_federal_award: bool,
    by: User,
    at: datetime,
) -> ActionResult[models.RecordPeriod]:
    """Choose how long an organization keeps its own records of a child.

    Args:
        organization: the organization.
        years: whole years after the child's last day.
        has_federal_award: whether a federal award pays for a program of the organization.
        by: the user who acts.
        at: the moment of the action.

    Returns:
        The period on record.

    Raises:
        Refused: the period is too short, or the user may not choose it.
    """
    row, _created = models.RecordPeriod.objects.update_or_create(
        organization=organization,
        defaults={
            "years": years,
            "has_federal_award": has_federal_award,
            "chosen_by": by,
            "chosen_at": at,
        },
    )
    return ActionResult(row, subject=row, detail={"years": years})


@action("program.record_held", asks=may_change_program_sites, facts=facts.lock_participant)
def hold_participant_record(
    permit: Permit,
    /,
    *,
    participant: models.Participant,
    reason: models.HoldReason,
    by: User,
    at: datetime,
) -> ActionResult[models.RecordHold]:
    """Place a hold on a child's record: it is not destroyed until the hold ends.

    Args:
        participant: the record.
        reason: the kind of matter.
        by: the user who acts.
        at: the moment of the action.

    Returns:
        The hold.

    Raises:
        ProgramConflict: the record is on hold already, or was destroyed.
        Refused: the policy does not allow it.
    """
    if models.Participant.objects.get(pk=participant.pk).destruction_id is not None:
        raise actions.ProgramConflict("This record was destroyed in the meantime.")
    try:
        with transaction.atomic():
            row = models.RecordHold.objects.create(
                participant=participant, reason=reason, placed_by=by, placed_at=at
            )
    except IntegrityError as error:
        raise actions.ProgramConflict("This record is on hold already.") from error
    return ActionResult(row, subject=row, detail={"reason": reason.value})


@action(
    "program.record_hold_ended",
    asks=has_role_at(Action.DESTROY_PROGRAM_RECORDS),
    facts=_lock_held_record,
)
def end_record_hold(
    permit: Permit, /, *, hold: models.RecordHold, by: User, at: datetime
) -> ActionResult[None]:
    """End a hold; it stays on record. The data steward ends it, who also destroys records.

    Args:
        hold: the hold.
        by: the user who acts.
        at: the moment of the action.

    Raises:
        ProgramConflict: it ended already.
        Refused: the policy does not allow it.
    """
    row = models.RecordHold.objects.select_for_update().get(pk=hold.pk)
    if row.ended_at is not None:
        raise actions.ProgramConflict("This hold has ended already.")
    row.ended_by, row.ended_at = by, at
    row.save(update_fields=["ended_by", "ended_at"])
    return ActionResult(subject=row)


@action(
    "program.records_destroyed",
    asks=may_destroy_participant_records,
    facts=_lock_records,
    also_in="identities",
)
def destroy_participant_records(
    permit: Permit,
    /,
    *,
    organization: Organization,
    participants: Sequence[models.Participant],
    by: User,
    at: datetime,
) -> ActionResult[models.RecordDestruction]:
    """Destroy who children are, for good: names, contacts, health notes and pick-up adults.

    Attendance stays as numbers without a name, so that the hours of past years still add up.

    Args:
        organization: the organization that keeps the records.
        participants: the records, as the user saw them listed.
        by: the user who acts.
        at: the moment of the action.

    Returns:
        The certificate.

    Raises:
        ProgramConflict: some of the records were destroyed in the meantime.
        Refused: a record is within its period or on hold, or the user may not destroy it.
    """
    kept = due_records.list_kept_records(
        models.Participant.objects.filter(
            organization=organization, pk__in=[row.pk for row in participants]
        ),
        timezone.localdate(at),
    )
    if not kept or len(kept) != len(participants):
        raise actions.ProgramConflict("The list changed in the meantime. Look at it again.")
    last_days = [row.last_day or date.max for row in kept]
    certificate = models.RecordDestruction.objects.create(
        organization=organization,
        years=models.RecordPeriod.objects.get(organization=organization).years,
        children=len(kept),
        first_last_day=min(last_days),
        latest_last_day=max(last_days),
        destroyed_by=by,
        destroyed_at=at,
    )
    _erase_identities([row.participant for row in kept], at)
    models.Participant.objects.filter(pk__in=[row.participant.pk for row in kept]).update(
        destruction=certificate
    )
    return ActionResult(certificate, subject=certificate, detail={"children": len(kept)})


def _erase_identities(participants: Sequence[models.Participant], at: datetime) -> None:
    """Erase encrypted rows about children, names in reports, emails, and reasons staff typed."""
    pick_ups = models.ChildPickUp.objects.filter(enrollment__participant__in=participants)
    registrations = models.Registration.objects.filter(enrollment__participant__in=participants)
    participant_erasers.erase_in_other_apps(participants)
    incident_records.erase_children_from_reports(participants)
    # Lists of keys: the two databases cannot be joined.
    models.ParticipantIdentity.objects.filter(key__in=[row.key for row in participants]).delete()
    models.PickUpIdentity.objects.filter(
        key__in=list(pick_ups.values_list("key", flat=True))
    ).delete()
    erase_registration_details(list(registrations), at)
    models.AttendanceMark.objects.filter(enrollment__participant__in=participants).update(reason="")
