"""Turn rows of notes, contacts and appointments into the frozen facts of the policy package."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import QuerySet
from django.utils import timezone

from cairn.governance.partners.api import Affiliation, Organization
from cairn.platform.accounts.api import User
from cairn.policy.facts import AppointmentFact, NoteFact, ProgramSite, ServedChildFact
from cairn.policy.vocabulary import NoteAudience, Role
from cairn.services.notes.models import FamilyContact, NoteVersion
from cairn.services.programs.api import ExitReason, Participant, list_participant_sites

_STAFF_ROLES = (Role.STEWARD, Role.PROGRAM_STAFF)


def build_served_child(participant: Participant) -> ServedChildFact:
    """Build the facts of the time for which an organization serves a child.

    Args:
        participant: the organization's own record of the child.

    Returns:
        The facts. An enrollment that was a mistake does not count, and a record that was
        destroyed has no time; an enrollment without a last day ends with its group.
    """
    spells = [
        (min(starts, timezone.localdate(enrolled_at)), ends or group_end)
        for starts, enrolled_at, ends, group_end in participant.enrollments.exclude(
            exit_reason=ExitReason.MISTAKE
        ).values_list("starts", "enrolled_at", "ends", "series__last_day")
    ]
    slug, sites = participant.organization.slug, list_participant_sites([participant.pk])
    if not spells or participant.destruction_id is not None:
        return ServedChildFact(slug, None, sites=sites)
    ends = [last for _first, last in spells]
    last_day = None if None in ends else max(day for day in ends if day is not None)
    return ServedChildFact(slug, min(first for first, _last in spells), last_day, sites)


def lock_served_child(participant: Participant) -> ServedChildFact:
    """Lock the record of a child, so that two people who write about it wait for each other.

    Args:
        participant: the record.

    Returns:
        The facts of the time for which the organization serves the child.
    """
    rows = Participant.objects.select_for_update(of=("self",)).select_related("organization")
    return build_served_child(rows.get(pk=participant.pk))


def build_note_fact(
    version: NoteVersion, author: int, sites: frozenset[ProgramSite] | None = None
) -> NoteFact:
    """Build the facts of a note.

    Args:
        version: its present version.
        author: number of the user who wrote the first version.
        sites: sites at which the child is or was enrolled, if the caller has loaded them.

    Returns:
        The facts.
    """
    child = version.note.participant
    sites = list_participant_sites([child.pk]) if sites is None else sites
    audience = NoteAudience(version.audience)
    return NoteFact(child.organization.slug, audience, str(author), sites)


def build_contact_fact(
    contact: FamilyContact, sites: frozenset[ProgramSite] | None = None
) -> NoteFact:
    """Build the facts of a contact with a family, which all staff read.

    Args:
        contact: the contact.
        sites: sites at which the child is or was enrolled, if the caller has loaded them.

    Returns:
        The facts.
    """
    child = contact.participant
    sites = list_participant_sites([child.pk]) if sites is None else sites
    author = str(contact.recorded_by_id)
    return NoteFact(child.organization.slug, NoteAudience.STAFF, author, sites)


def select_staff(organization: Organization, days: Iterable[date]) -> QuerySet[User]:
    """Select the people who work with children at an organization on all of some days.

    Args:
        organization: the organization.
        days: the days.

    Returns:
        The people, by name.
    """
    people = User.objects.filter(is_active=True)
    for day in days:
        roles = Affiliation.objects.filter_active(day).filter(
            organization=organization, role__in=_STAFF_ROLES
        )
        people = people.filter(pk__in=roles.values("user"))
    return people.order_by("name")


def lock_appointment_facts(
    participant: Participant, starts_at: datetime, staff: User
) -> AppointmentFact:
    """Lock the record of a child and build the facts of an appointment.

    Args:
        participant: the record.
        starts_at: when it begins.
        staff: the person who is to hold it.

    Returns:
        The facts.
    """
    day = timezone.localdate(starts_at)
    child = lock_served_child(participant)
    has_staff = select_staff(participant.organization, [day]).filter(pk=staff.pk).exists()
    return AppointmentFact(child, day, has_staff)
