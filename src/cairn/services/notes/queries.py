"""Read notes about participants and contacts with families, limited to what the user may see."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.db.models import Prefetch

from cairn.policy.engine import Decision
from cairn.policy.facts import Actor
from cairn.policy.questions import list_readable_audiences, may_change_note, may_view_note
from cairn.policy.vocabulary import Action, NoteAudience
from cairn.services.notes import facts, models, note_texts
from cairn.services.programs import api as programs_api

__all__: list[str] = []

REACHED_WITHIN: Final = 30
"""Days after which a family counts as not reached, unless the reader chooses otherwise."""


@dataclass(frozen=True, slots=True)
class ChildRecord:
    """The child of a page of notes, contacts or appointments.

    Attributes:
        participant: the organization's own record of the child.
        details: who the child is.
    """

    participant: programs_api.Participant
    details: programs_api.ParticipantDetails


@dataclass(frozen=True, slots=True)
class NoteRow:
    """One note as the list shows it: its present version.

    Attributes:
        note: the note.
        version: its present version.
        text: what it says; empty if it is for data stewards only, which is read on its own page.
    """

    note: models.ParticipantNote
    version: models.NoteVersion
    text: str


@dataclass(frozen=True, slots=True)
class VersionText:
    """One version of a note with its text.

    Attributes:
        version: the version.
        text: what it says.
        reason: why it replaced the one before; empty for the first one.
    """

    version: models.NoteVersion
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class NoteRecord:
    """A note with its history.

    Attributes:
        note: the note.
        child: the child that it is about.
        versions: the versions that the user may read, the newest first.
        decision: whether the user may correct it or take it back.
    """

    note: models.ParticipantNote
    child: ChildRecord
    versions: tuple[VersionText, ...]
    decision: Decision

    @property
    def current(self) -> VersionText:
        """The present version."""
        return self.versions[0]

    @property
    def is_sensitive(self) -> bool:
        """Whether only data stewards read it, or a version that is shown with it."""
        return any(row.version.audience == NoteAudience.STEWARD.value for row in self.versions)


@dataclass(frozen=True, slots=True)
class ContactRow:
    """One contact with a family.

    Attributes:
        contact: the contact.
        adult: the adult who was contacted.
        language: in which language.
        summary: what was discussed.
        may_change: whether the user may take it back.
    """

    contact: models.FamilyContact
    adult: str
    language: str
    summary: str
    may_change: bool


@dataclass(frozen=True, slots=True)
class GroupContactRow:
    """One child of a group, with when the family was last reached.

    Attributes:
        roster: the child on the roster.
        reached_on: the day on which the family was last reached; None if never.
        tried_on: the day of the last contact, reached or not; None if there was none.
        follow_up_on: the day of the follow-up that waits; None if none does.
    """

    roster: programs_api.RosterRow
    reached_on: date | None
    tried_on: date | None
    follow_up_on: date | None


def load_child(pk: int, who: Actor, on: date, action: Action) -> ChildRecord:
    """Load the child of a page of notes.

    Args:
        pk: number of the participant.
        who: the policy facts about the user.
        on: the date.
        action: what the user wants to do.

    Returns:
        The child.

    Raises:
        Refused: the user may take the action for no organization.
        Participant.DoesNotExist: there is no such record, or another organization keeps it.
    """
    participant = programs_api.get_participant(pk, who, on, action)
    return ChildRecord(
        participant, programs_api.load_participant_details([participant])[participant.key]
    )


def list_notes(participant: programs_api.Participant, who: Actor, on: date) -> list[NoteRow]:
    """List the notes about a child that a user may read, the newest day first.

    Args:
        participant: the organization's own record of the child.
        who: the policy facts about the user.
        on: the date.

    Returns:
        The notes that were not taken back.
    """
    readable = list_readable_audiences(facts.build_served_child(participant), who, on)
    notes = participant.notes.filter(withdrawn_at=None).prefetch_related(
        Prefetch("versions", models.NoteVersion.objects.select_related("author"))
    )
    rows = [(note, list(note.versions.all())[-1]) for note in notes]
    rows = [(note, version) for note, version in rows if version.audience in readable]
    texts = note_texts.load_texts(
        version.key for _note, version in rows if version.audience != NoteAudience.STEWARD.value
    )
    listed = [
        NoteRow(note, version, texts.get(version.key, {}).get("text", "")) for note, version in rows
    ]
    return sorted(listed, key=lambda row: (row.version.day, row.note.pk), reverse=True)


def load_note(pk: int, who: Actor, on: date, action: Action) -> NoteRecord:
    """Load a note with its history.

    Args:
        pk: number of the note.
        who: the policy facts about the user.
        on: the date.
        action: what the user wants to do.

    Returns:
        The note, with the versions that the user may read.

    Raises:
        Refused: the user may take the action for no organization.
        ParticipantNote.DoesNotExist: there is no such note, another organization keeps it, or it
            is for others.
    """
    note = models.ParticipantNote.objects.filter(pk=pk).select_related("withdrawn_by").first()
    try:
        child = load_child(note.participant_id if note else 0, who, on, action)
    except programs_api.Participant.DoesNotExist as error:
        raise models.ParticipantNote.DoesNotExist from error
    assert note is not None  # noqa: S101 - no participant has the number 0
    versions = list(
        note.versions.select_related("author", "note__participant__organization").reverse()
    )
    author = versions[-1].author_id
    sites = programs_api.list_participant_sites([note.participant_id])
    readable = [
        row
        for row in versions
        if may_view_note(facts.build_note_fact(row, author, sites), who, on).allowed
    ]
    if versions[0] not in readable:
        raise models.ParticipantNote.DoesNotExist
    texts = note_texts.load_texts(row.key for row in readable)
    return NoteRecord(
        note,
        child,
        tuple(VersionText(row, **texts[row.key]) for row in readable),
        may_change_note(facts.build_note_fact(versions[0], author, sites), who, on),
    )


def list_family_contacts(
    participant: programs_api.Participant, who: Actor, on: date
) -> list[ContactRow]:
    """List the contacts with a child's family, the newest first.

    Args:
        participant: the organization's own record of the child; the user may see it.
        who: the policy facts about the user.
        on: the date.

    Returns:
        The contacts that were not taken back.
    """
    rows = list(
        participant.family_contacts.filter(withdrawn_at=None).select_related(
            "recorded_by", "participant__organization"
        )
    )
    texts = note_texts.load_texts(row.key for row in rows)
    sites = programs_api.list_participant_sites([participant.pk])
    return [
        ContactRow(
            contact=row,
            may_change=may_change_note(facts.build_contact_fact(row, sites), who, on).allowed,
            **texts[row.key],
        )
        for row in rows
    ]


def find_last_reached(contacts: Iterable[ContactRow]) -> ContactRow | None:
    """Find the last contact in which a family was reached; None if it never was."""
    reached = (row for row in contacts if row.contact.outcome == models.ContactOutcome.REACHED)
    return next(reached, None)


def get_contact(pk: int, who: Actor, on: date) -> models.FamilyContact:
    """Find one contact of the user's own organizations.

    Raises:
        Refused: the user may write notes for no organization.
        FamilyContact.DoesNotExist: there is none, or another organization keeps it.
    """
    row = models.FamilyContact.objects.select_related("participant__organization").filter(pk=pk)
    contact = row.first()
    try:
        programs_api.get_participant(
            contact.participant_id if contact else 0, who, on, Action.WRITE_NOTE
        )
    except programs_api.Participant.DoesNotExist as error:
        raise models.FamilyContact.DoesNotExist from error
    assert contact is not None  # noqa: S101 - no participant has the number 0
    return contact


def list_group_contacts(
    series: programs_api.SessionSeries, who: Actor, on: date
) -> list[GroupContactRow]:
    """List the children of a group with when each family was last reached, the longest ago first.

    Args:
        series: the group.
        who: the policy facts about the user.
        on: the date.

    Returns:
        The rows.

    Raises:
        Refused: the user may not see the records of this program.
    """
    roster = programs_api.list_roster(series, who, on, series.find_roster_day(on))
    contacts: dict[int, list[models.FamilyContact]] = {}
    for contact in models.FamilyContact.objects.filter(
        participant__in=[row.enrollment.participant_id for row in roster], withdrawn_at=None
    ).order_by("-day", "-pk"):
        contacts.setdefault(contact.participant_id, []).append(contact)
    rows = [
        _describe_contacts(row, contacts.get(row.enrollment.participant_id, [])) for row in roster
    ]
    return sorted(rows, key=lambda row: row.reached_on or date.min)


def filter_not_reached(
    rows: Iterable[GroupContactRow], on: date, days: int
) -> list[GroupContactRow]:
    """Keep the families that were not reached in a number of days before a date."""
    since = on - timedelta(days=days)
    return [row for row in rows if row.reached_on is None or row.reached_on < since]


def find_open_follow_up(contacts: Iterable[models.FamilyContact]) -> date | None:
    """Find the follow-up that waits: that of the newest contact.

    Args:
        contacts: contacts about one child that count, the newest first.

    Returns:
        The day; None if the newest contact needs none.
    """
    newest = next(iter(contacts), None)
    return newest.follow_up_on if newest else None


def _describe_contacts(
    roster: programs_api.RosterRow, contacts: list[models.FamilyContact]
) -> GroupContactRow:
    reached = (row.day for row in contacts if row.outcome == models.ContactOutcome.REACHED)
    return GroupContactRow(
        roster=roster,
        reached_on=next(reached, None),
        tried_on=contacts[0].day if contacts else None,
        follow_up_on=find_open_follow_up(contacts),
    )
