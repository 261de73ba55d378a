"""Find which records of children a program keeps past its period."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce, TruncDate
from django.urls import reverse
from django.utils.translation import ngettext

from cairn.governance.partners.api import Organization
from cairn.platform.inbox.api import InboxTask
from cairn.policy.facts import Actor, ParticipantRecordFact, RetentionPeriodFact
from cairn.policy.questions import may_open_page
from cairn.policy.vocabulary import Action
from cairn.services.programs import models, participant_identity, queries

__all__ = ["list_record_destruction_tasks"]


@dataclass(frozen=True, slots=True)
class KeptRecord:
    """One child's record, with the child's last day (None while the child holds a place)."""

    participant: models.Participant
    last_day: date | None
    hold: models.RecordHold | None


@dataclass(frozen=True, slots=True)
class NamedRecord:
    """A record past its period, with who the child is."""

    record: KeptRecord
    details: participant_identity.ParticipantDetails


@dataclass(frozen=True, slots=True)
class RecordOverview:
    """What a steward sees about the records of an organization.

    Attributes:
        period: the period on record.
        due: records that can be destroyed, by last day.
        held: records past their period that are on hold.
        kept: number of records within the period, children who hold a place included.
        next_due: day on which the next record within the period can be destroyed.
    """

    period: RetentionPeriodFact
    due: tuple[NamedRecord, ...]
    held: tuple[NamedRecord, ...]
    kept: int
    next_due: date | None

    @property
    def digest(self) -> str:
        """A digest by which a form knows whether the records are still those it showed."""
        return digest_records(row.record.participant for row in self.due)


def digest_records(participants: Iterable[models.Participant]) -> str:
    """Compute the digest of a set of records.

    Args:
        participants: the records, in any order.

    Returns:
        64 hexadecimal digits.
    """
    numbers = sorted(participant.pk for participant in participants)
    return hashlib.sha256(",".join(map(str, numbers)).encode()).hexdigest()


def build_period_fact(organization: Organization) -> RetentionPeriodFact:
    """Build the fact of how long an organization keeps its records.

    Args:
        organization: the organization.

    Returns:
        The fact, without years while no period is chosen.
    """
    row = models.RecordPeriod.objects.filter(organization=organization).first()
    if row is None:
        return RetentionPeriodFact(organization.slug, None)
    return RetentionPeriodFact(organization.slug, row.years, row.has_federal_award)


def list_kept_records(participants: QuerySet[models.Participant], on: date) -> list[KeptRecord]:
    """List the last day of each child, with the hold on the record.

    Args:
        participants: the records; those that were destroyed are left out.
        on: the date.

    Returns:
        The records, the longest ago first. A child who never had a place counts from the day on
        which the record was added.
    """
    enrollments = models.ProgramEnrollment.objects.filter(participant=OuterRef("pk"), ends=None)
    rows = (
        participants.filter(destruction=None)
        .annotate(
            holds_place=Exists(
                enrollments.filter(Q(series__last_day=None) | Q(series__last_day__gte=on))
            ),
            left_on=Coalesce(
                Max(Coalesce("enrollments__ends", "enrollments__series__last_day")),
                TruncDate("added_at"),
            ),
        )
        .order_by("left_on", "pk")
    )
    found = list(rows)
    holds = {
        row.participant_id: row
        for row in models.RecordHold.objects.filter(participant__in=found, ended_at=None)
    }
    return [
        KeptRecord(row, None if row.holds_place else row.left_on, holds.get(row.pk))
        for row in found
    ]


def build_record_fact(record: KeptRecord) -> ParticipantRecordFact:
    """Build the fact of one record.

    Args:
        record: the record.

    Returns:
        The fact; it does not say who the child is.
    """
    return ParticipantRecordFact(record.last_day, record.hold is not None)


def load_record_overview(organization: Organization, who: Actor, on: date) -> RecordOverview:
    """Load which records of an organization can be destroyed, with the names of the children.

    Args:
        organization: the organization.
        who: the policy facts about the user.
        on: the date.

    Returns:
        The overview.

    Raises:
        Refused: the user may not destroy records of this organization.
    """
    may_open_page(
        Action.DESTROY_PROGRAM_RECORDS, who, organization=organization.slug, on=on
    ).require()
    period = build_period_fact(organization)
    records = list_kept_records(models.Participant.objects.filter(organization=organization), on)
    over = [row for row in records if period.is_over(row.last_day, on)]
    within = [row for row in records if not period.is_over(row.last_day, on)]
    details = participant_identity.load_participant_details(row.participant for row in over)
    named = [NamedRecord(row, details[row.participant.key]) for row in over]
    days = [
        day for row in within if row.last_day and (day := period.find_last_day_kept(row.last_day))
    ]
    return RecordOverview(
        period=period,
        due=tuple(row for row in named if row.record.hold is None),
        held=tuple(row for row in named if row.record.hold is not None),
        kept=len(within),
        next_due=min(days, default=None),
    )


def list_record_organizations(who: Actor, on: date) -> list[Organization]:
    """List the organizations that run programs and let a user destroy records; often none."""
    if not may_open_page(Action.DESTROY_PROGRAM_RECORDS, who, on=on).allowed:
        return []
    organizations = queries.list_program_organizations(who, on, Action.DESTROY_PROGRAM_RECORDS)
    return list(organizations.filter(programs_run__isnull=False).distinct())


def list_destructions(organization: Organization) -> QuerySet[models.RecordDestruction]:
    """List the certificates of an organization, the newest first."""
    return organization.record_destructions.select_related("destroyed_by", "organization")


def list_record_destruction_tasks(who: Actor, on: date) -> list[InboxTask]:
    """List the task to destroy records past their period.

    Args:
        who: facts about the user.
        on: the day for which access is computed.

    Returns:
        At most one task for each organization; none for a user who may not destroy records.
    """
    return [
        task
        for organization in list_record_organizations(who, on)
        if (task := _build_task(organization, on))
    ]


def _build_task(organization: Organization, on: date) -> InboxTask | None:
    period = build_period_fact(organization)
    if period.years is None:
        return None
    records = list_kept_records(models.Participant.objects.filter(organization=organization), on)
    due = sum(row.hold is None and period.is_over(row.last_day, on) for row in records)
    if not due:
        return None
    title = ngettext(
        "record of a child to destroy, kept past its period",
        "records of children to destroy, kept past their period",
        due,
    )
    address = reverse("programs:records", args=[organization.slug])
    return InboxTask(due, title, address, minutes=5, keys=(f"records:{organization.slug}",))
