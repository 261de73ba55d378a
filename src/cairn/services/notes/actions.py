"""Write, correct and take back notes about participants, and record contacts with families."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from cairn.platform.accounts.api import User
from cairn.platform.actions.api import ActionResult, action
from cairn.policy import questions
from cairn.policy.engine import Permit
from cairn.policy.facts import NewNoteFact, NoteFact, ServedChildFact
from cairn.policy.vocabulary import NoteAudience
from cairn.services.notes import facts, models, note_texts
from cairn.services.notes.note_texts import NoteConflict, require_same_page
from cairn.services.programs.api import ContactChannel, Participant

__all__ = [
    "ContactDetails",
    "NoteConflict",
    "NoteDetails",
    "correct_note",
    "record_family_contact",
    "withdraw_contact",
    "withdraw_note",
    "write_note",
]

_KEY_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class NoteDetails:
    """What a person enters in a note.

    Attributes:
        day: the day that it is about.
        kind: what it is about.
        audience: who may read it.
        text: what it says.
        has_no_treatment_record: the author's statement that it holds no psychotherapy note and no
            record of substance use treatment.
    """

    day: date
    kind: models.NoteKind
    audience: NoteAudience
    text: str
    has_no_treatment_record: bool = False


@dataclass(frozen=True, slots=True)
class ContactDetails:
    """What a person enters about a contact with a family.

    Attributes:
        day: the day.
        channel: how.
        outcome: what came of it.
        adult: the adult who was contacted.
        language: the language that was used; empty if none was.
        summary: what was discussed.
        follow_up_on: the day on which to try again or to follow up; None if none is needed.
    """

    day: date
    channel: ContactChannel
    outcome: models.ContactOutcome
    adult: str
    language: str = ""
    summary: str = ""
    follow_up_on: date | None = None


def _build_new_note_fact(child: ServedChildFact, details: NoteDetails) -> NewNoteFact:
    return NewNoteFact(
        child=child,
        day=details.day,
        is_about_health=details.kind == models.NoteKind.HEALTH,
        has_no_treatment_record=details.has_no_treatment_record,
    )


def _lock_new_note(*, participant: Participant, details: NoteDetails) -> tuple[NewNoteFact]:
    return (_build_new_note_fact(facts.lock_served_child(participant), details),)


def _lock_note(*, note: models.ParticipantNote) -> tuple[NoteFact]:
    models.ParticipantNote.objects.select_for_update().get(pk=note.pk)
    first, last = (
        note.versions.first(),
        note.versions.select_related("note__participant__organization").last(),
    )
    assert first is not None and last is not None  # noqa: S101, PT018 - a note has a version
    return (facts.build_note_fact(last, first.author_id),)


def _lock_correction(
    *, note: models.ParticipantNote, details: NoteDetails
) -> tuple[NoteFact, NewNoteFact]:
    (fact,) = _lock_note(note=note)
    child = facts.build_served_child(note.participant)
    return fact, _build_new_note_fact(child, details)


def _lock_new_contact(
    *, participant: Participant, details: ContactDetails
) -> tuple[ServedChildFact, date]:
    return facts.lock_served_child(participant), details.day


def _lock_contact(*, contact: models.FamilyContact) -> tuple[NoteFact]:
    rows = models.FamilyContact.objects.select_for_update(of=("self",))
    return (facts.build_contact_fact(rows.get(pk=contact.pk)),)


@action("note.written", asks=questions.may_write_note, facts=_lock_new_note, also_in="identities")
def write_note(
    permit: Permit,
    /,
    *,
    participant: Participant,
    details: NoteDetails,
    key: str,
    by: User,
    at: datetime,
) -> ActionResult[models.ParticipantNote]:
    """Write a note about a participant. Sent twice, it is saved once.

    Args:
        participant: the organization's own record of the child.
        details: what the note says, and who may read it.
        key: random key of the page that was sent, 32 hexadecimal digits.
        by: the user who acts.
        at: the moment of the action.

    Returns:
        The note.

    Raises:
        NoteConflict: the page was saved before with other entries.
        Refused: the policy does not allow it.
    """
    note, is_new = models.ParticipantNote.objects.get_or_create(
        key=key, defaults={"participant": participant}
    )
    if is_new:
        _add_version(note, 1, details, "", by, at)
    else:
        first = note.versions.get(number=1)
        saved = (note.participant_id, first.kind, first.audience, first.day)
        sent = (participant.pk, details.kind, details.audience, details.day)
        require_same_page(first.key, is_same=saved == sent, text=details.text)
    return ActionResult(note, subject=note, detail={"audience": details.audience.value})


@action(
    "note.corrected", asks=questions.may_correct_note, facts=_lock_correction, also_in="identities"
)
def correct_note(
    permit: Permit,
    /,
    *,
    note: models.ParticipantNote,
    details: NoteDetails,
    reason: str,
    seen: int,
    by: User,
    at: datetime,
) -> ActionResult[None]:
    """Replace what a note says; the old text stays, with its author and the reason.

    Args:
        note: the note.
        details: what it says from now on.
        reason: why.
        seen: number of the version that the user saw.
        by: the user who acts.
        at: the moment of the action.

    Raises:
        NoteConflict: someone corrected the note in the meantime, or took it back.
        Refused: the policy does not allow it.
    """
    _require_not_withdrawn(models.ParticipantNote.objects.get(pk=note.pk))
    if note.versions.count() != seen:
        raise NoteConflict(
            "Someone corrected this note in the meantime. Read it again, then enter your change."
        )
    _add_version(note, seen + 1, details, reason, by, at)
    return ActionResult(subject=note, detail={"version": seen + 1})


@action("note.withdrawn", asks=questions.may_change_note, facts=_lock_note)
def withdraw_note(
    permit: Permit,
    /,
    *,
    note: models.ParticipantNote,
    reason: models.WithdrawalReason,
    by: User,
    at: datetime,
) -> ActionResult[None]:
    """Take a mistaken note back; it stays on record as taken back.

    Args:
        note: the note.
        reason: why.
        by: the user who acts.
        at: the moment of the action.

    Raises:
        NoteConflict: it was taken back already.
        Refused: the policy does not allow it.
    """
    row = models.ParticipantNote.objects.get(pk=note.pk)
    _withdraw(row, reason, by, at)
    return ActionResult(subject=row, detail={"reason": reason.value})


@action("note.sensitive_viewed", asks=questions.may_view_note, facts=_lock_note)
def record_sensitive_view(
    permit: Permit, /, *, note: models.ParticipantNote, by: User, at: datetime
) -> ActionResult[None]:
    """Record that a data steward reads a note that only data stewards may read.

    Args:
        note: the note.
        by: the user who acts.
        at: the moment of the action.

    Raises:
        Refused: the policy does not allow it.
    """
    return ActionResult(subject=note)


@action(
    "family_contact.recorded",
    asks=questions.may_record_family_contact,
    facts=_lock_new_contact,
    also_in="identities",
)
def record_family_contact(
    permit: Permit,
    /,
    *,
    participant: Participant,
    details: ContactDetails,
    key: str,
    by: User,
    at: datetime,
) -> ActionResult[models.FamilyContact]:
    """Record a contact with the family of a participant. Sent twice, it is saved once.

    Args:
        participant: the organization's own record of the child.
        details: day, channel, adult and outcome.
        key: random key of the page that was sent, 32 hexadecimal digits.
        by: the user who acts.
        at: the moment of the action.

    Returns:
        The contact.

    Raises:
        NoteConflict: the page was saved before with other entries.
        Refused: the policy does not allow it.
    """
    row, is_new = models.FamilyContact.objects.get_or_create(
        key=key,
        defaults={
            "participant": participant,
            "day": details.day,
            "channel": details.channel.value,
            "outcome": details.outcome.value,
            "follow_up_on": details.follow_up_on,
            "recorded_by": by,
            "recorded_at": at,
        },
    )
    texts = {
        "adult": details.adult,
        "language": details.language,
        "summary": details.summary,
    }
    if is_new:
        note_texts.save_text(key, **texts)
    else:
        saved = (row.participant_id, row.day, row.channel, row.outcome, row.follow_up_on)
        sent = (
            participant.pk, details.day, details.channel, details.outcome, details.follow_up_on
        )  # fmt: skip
        require_same_page(key, is_same=saved == sent, **texts)
    return ActionResult(row, subject=row, detail={"outcome": details.outcome.value})


@action("family_contact.withdrawn", asks=questions.may_change_note, facts=_lock_contact)
def withdraw_contact(
    permit: Permit,
    /,
    *,
    contact: models.FamilyContact,
    reason: models.WithdrawalReason,
    by: User,
    at: datetime,
) -> ActionResult[None]:
    """Take a mistaken contact back; it stays on record as taken back.

    Args:
        contact: the contact.
        reason: why.
        by: the user who acts.
        at: the moment of the action.

    Raises:
        NoteConflict: it was taken back already.
        Refused: the policy does not allow it.
    """
    row = models.FamilyContact.objects.get(pk=contact.pk)
    _withdraw(row, reason, by, at)
    return ActionResult(subject=row, detail={"reason": reason.value})


def _add_version(
    note: models.ParticipantNote,
    number: int,
    details: NoteDetails,
    reason: str,
    by: User,
    at: datetime,
) -> None:
    row = note.versions.create(
        number=number,
        key=secrets.token_hex(_KEY_BYTES),
        kind=details.kind.value,
        audience=details.audience.value,
        day=details.day,
        author=by,
        written_at=at,
    )
    note_texts.save_text(row.key, text=details.text, reason=reason)


def _require_not_withdrawn(row: models.WithdrawableRecord) -> None:
    if row.withdrawn_at is not None:
        raise NoteConflict("This was taken back already.")


def _withdraw(
    row: models.WithdrawableRecord, reason: models.WithdrawalReason, by: User, at: datetime
) -> None:
    _require_not_withdrawn(row)
    row.withdrawn_by, row.withdrawn_at, row.withdrawal_reason = by, at, reason.value
    row.save(update_fields=["withdrawn_by", "withdrawn_at", "withdrawal_reason"])
