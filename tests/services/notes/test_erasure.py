"""What was written about a child goes with the child's record, and nothing about another child."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from tests.services.programs.reading_club import NOW, TODAY, Club

from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.organizations import OrganizationKind
from cairn.services.notes import models
from cairn.services.programs.models import Participant, RecordPeriod
from cairn.services.programs.retention.actions import destroy_participant_records

pytestmark = pytest.mark.django_db(databases=["default", "identities"])


def _write_about(child: Participant, club: Club) -> None:
    """A corrected note, a contact, and an appointment that was moved."""
    note = models.ParticipantNote.objects.create(key=f"n{child.pk}", participant=child)
    for number in (1, 2):
        note.versions.create(
            number=number,
            key=f"v{number}-{child.pk}",
            kind="other",
            audience="staff",
            day=TODAY,
            author=club.tutor,
            written_at=NOW,
        )
    models.FamilyContact.objects.create(
        key=f"c{child.pk}",
        participant=child,
        day=TODAY,
        channel="phone",
        outcome="reached",
        recorded_by=club.tutor,
        recorded_at=NOW,
    )
    earlier = None
    for number in (1, 2):
        earlier = models.Appointment.objects.create(
            key=f"a{number}-{child.pk}",
            participant=child,
            starts_at=NOW,
            minutes=30,
            staff=club.tutor,
            replaces=earlier,
            planned_by=club.tutor,
            planned_at=NOW,
        )
    for key in ("v1-", "v2-", "c", "a1-", "a2-"):
        models.NoteText.objects.create(key=f"{key}{child.pk}", sealed=b"x")


def test_destroying_a_record_erases_all_that_was_written_about_the_child(
    club: Club, person: Callable[..., Any]
) -> None:
    ana, ben = (club.enrolled[name].participant for name in ("Ana", "Ben"))
    for child in (ana, ben):
        _write_about(child, club)
    steward = person(Role.STEWARD, at="maple", kind=OrganizationKind.COMMUNITY_PROGRAM)
    RecordPeriod.objects.create(
        organization=ana.organization, years=1, chosen_by=steward, chosen_at=NOW
    )
    destroy_participant_records(
        organization=ana.organization,
        participants=[ana],
        by=steward,
        at=NOW + timedelta(days=3 * 365),
    )
    assert {row.key.removesuffix(str(ben.pk)) for row in models.NoteText.objects.all()} == {
        "v1-", "v2-", "c", "a1-", "a2-"
    }  # fmt: skip
    for model in (models.ParticipantNote, models.FamilyContact):
        assert {row.participant for row in model.objects.all()} == {ben}
    assert models.Appointment.objects.filter(participant=ben).count() == 2
    assert models.Appointment.objects.count() == 2
