"""Find the record that an organization's own programs keep of a student on its roster.

The page of a student shows it beside what schools share, so that staff need not look twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, Q

from cairn.policy.facts import Actor
from cairn.services.programs import facts, models, participant_identity, queries
from cairn.services.programs.dosage import ParticipantDosage, compute_dosage

__all__ = ["OwnRecord", "find_own_records"]


@dataclass(frozen=True, slots=True)
class OwnRecord:
    """A program's own record of one student.

    Attributes:
        participant: number of the record, by which its page is opened.
        groups: the groups of the student's enrollments, the newest first.
        dosage: what the student received; None if no attendance was recorded.
    """

    participant: int
    groups: tuple[str, ...]
    dosage: ParticipantDosage | None


def find_own_records(
    organization: str, name: str, birth_date: date | None, who: Actor, on: date
) -> tuple[OwnRecord, ...]:
    """Find the records of an organization's programs about a student, as far as the user sees them.

    Nothing is decrypted: a record is found by the keyed hash of name and birth date. One that is
    written differently there is not found.

    Args:
        organization: slug of the user's own organization.
        name: full name of the student; spaces and letter case are ignored.
        birth_date: day of birth; None if unknown, and then nothing is found.
        who: the policy facts about the user.
        on: the date.

    Returns:
        The records, the newest first; none for a user who sees no program records there.
    """
    if birth_date is None or not name.strip():
        return ()
    details = participant_identity.ParticipantDetails(name, "", birth_date)
    keys = models.ParticipantIdentity.objects.filter(
        lookup=participant_identity.compute_participant_lookup(organization, details)
    ).values_list("key", flat=True)
    enrollments = facts.select_actual_enrollments().select_related("series").order_by("-starts")
    participants = list(
        queries.select_reachable_participants(who, on)
        .filter(key__in=list(keys), organization__slug=organization)
        .prefetch_related(Prefetch("enrollments", enrollments))
        .order_by("-pk")
    )
    dosages = _compute_dosages(participants)
    return tuple(
        OwnRecord(
            participant.pk,
            tuple(dict.fromkeys(str(item.series) for item in participant.enrollments.all())),
            dosages.get(participant.pk),
        )
        for participant in participants
    )


def _compute_dosages(
    participants: Sequence[models.Participant],
) -> dict[int, ParticipantDosage]:
    if not participants:
        return {}
    sessions = queries.read_attended_sessions(Q(enrollment__participant__in=participants))
    return {row.participant: row for row in compute_dosage(sessions)}
