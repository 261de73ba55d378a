"""Read what the copy of a program's own record of a child holds, and what which rule leaves out."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cairn.governance.agreements.api import Agreement, load_agreement_facts
from cairn.governance.partners.api import load_organization_fact
from cairn.platform.sealing.api import compute_keyed_hash
from cairn.policy.checks import ATTENDANCE_ELEMENT
from cairn.policy.engine import Decision, Permit, Reason
from cairn.policy.facts import Actor, ParticipantCopyFact
from cairn.policy.questions import decide_participant_copy
from cairn.policy.vocabulary import Action
from cairn.services.families.program_copies.labels import write_text_heading
from cairn.services.families.record_copies.content import CopySection
from cairn.services.families.record_copies.queries import CopyChoices
from cairn.services.notes import api as notes_api
from cairn.services.programs import api as programs_api

_SEEN_LABEL: Final = "families-program-copy-seen"


@dataclass(frozen=True, slots=True)
class ProgramCopyRecord:
    """What the copy of a program's own record of a child is made from.

    Attributes:
        participant: the record.
        texts: the notes and contacts, the newest first, without what was written.
        fact: the copy as policy sees it, before its reviewer chooses anything.
    """

    participant: programs_api.Participant
    texts: tuple[notes_api.CopiedText, ...]
    fact: ParticipantCopyFact

    @property
    def headings(self) -> dict[str, str]:
        """Heading of each note and contact by data element, in the active language."""
        return {item.element: write_text_heading(item) for item in self.texts}

    @property
    def parts(self) -> tuple[tuple[str, str], ...]:
        """Data element and heading of each part that a reviewer can leave out."""
        return ((ATTENDANCE_ELEMENT, _("Programs and attendance")), *self.headings.items())


@dataclass(frozen=True, slots=True)
class ProgramCopyContent:
    """The content of a copy of a program's own record.

    Attributes:
        times: times in programs, with attendance by month; None if they are left out.
        items: each note and contact with its text, the newest first.
    """

    times: tuple[programs_api.ProgramTime, ...] | None
    items: tuple[tuple[notes_api.CopiedText, str], ...]

    @property
    def sections(self) -> tuple[CopySection, ...]:
        """Times in programs and attendance by month, as tables in the active language."""
        return () if self.times is None else tuple(_build_sections(self.times))

    @property
    def texts(self) -> tuple[tuple[str, str], ...]:
        """Heading and text of each note and contact, in the active language."""
        return tuple((write_text_heading(item), text) for item, text in self.items)

    def compute_digest(self) -> str:
        """Compute the keyed hash by which the page knows that nothing changed since it was seen."""
        texts = [(item.element, item.key, text) for item, text in self.items]
        return compute_keyed_hash(_SEEN_LABEL, repr((self.times, texts)).encode())


@dataclass(frozen=True, slots=True)
class ProgramCopyReview:
    """What a copy would hold, for its reviewer.

    Attributes:
        decision: the answer about the copy.
        content: what goes out; empty if nothing may.
        readable: heading and text of what a person reads before it goes out.
        withheld: what stays out, with the rule.
    """

    decision: Decision
    content: ProgramCopyContent
    readable: tuple[tuple[str, str], ...]
    withheld: tuple[tuple[str, Reason], ...]


def load_participant(pk: int, who: Actor, on: date) -> programs_api.Participant:
    """Find the record of a child that the user's organization answers for.

    Raises:
        Refused: the user may release a copy for no organization.
        Participant.DoesNotExist: there is none, or another organization keeps it.
    """
    return programs_api.get_participant(pk, who, on, Action.RELEASE_COPY)


def load_program_copy_record(participant: programs_api.Participant, on: date) -> ProgramCopyRecord:
    """Load what a copy of a child's record is made from, with everything that policy asks about."""
    details = programs_api.load_participant_details([participant])[participant.key]
    organization = participant.organization
    texts = notes_api.list_copied_texts(participant)
    return ProgramCopyRecord(
        participant,
        texts,
        ParticipantCopyFact(
            organization=load_organization_fact(organization),
            agreements=load_agreement_facts(Agreement.objects.filter(parties=organization), on),
            notes={item.element: item.audience for item in texts},
            order=bool(details.barred_adults.strip()),
        ),
    )


def load_program_copy_question(
    participant: programs_api.Participant, choices: CopyChoices, on: date
) -> tuple[ParticipantCopyFact]:
    """Load the facts of the question about a copy."""
    return (_apply_choices(load_program_copy_record(participant, on).fact, choices),)


def _apply_choices(fact: ParticipantCopyFact, choices: CopyChoices) -> ParticipantCopyFact:
    return replace(
        fact,
        exclusions=choices.exclusions,
        left_out=choices.left_out,
        texts_read=choices.texts_read,
        counsel=choices.counsel,
    )


def review_program_copy(
    record: ProgramCopyRecord, choices: CopyChoices, who: Actor, on: date
) -> ProgramCopyReview:
    """Show a reviewer what a copy would hold, and what which rule leaves out.

    Args:
        record: what the copy is made from.
        choices: what the reviewer chose so far.
        who: the policy facts about the user.
        on: the date.

    Returns:
        The review; without content while counsel or a reason is missing.
    """
    headings = record.headings
    fact = _apply_choices(record.fact, choices)
    decision = decide_participant_copy(fact, who, on)
    readable = decide_participant_copy(replace(fact, texts_read=True), who, on)
    plain = (
        notes_api.read_copied_texts(readable.require(), record.texts) if readable.allowed else {}
    )
    content = ProgramCopyContent(None, ())
    if decision.allowed:
        content = _read_content(decision.require(), record.participant, record.texts)
    return ProgramCopyReview(
        decision=decision,
        content=content,
        readable=tuple((headings[name], plain[name]) for name in headings if name in plain),
        withheld=tuple(_list_withheld(decision, headings)),
    )


def read_program_copy(permit: Permit, participant: programs_api.Participant) -> ProgramCopyContent:
    """Read what a permit lets out of a program's own record of a child."""
    return _read_content(permit, participant, notes_api.list_copied_texts(participant))


def _read_content(
    permit: Permit,
    participant: programs_api.Participant,
    texts: tuple[notes_api.CopiedText, ...],
) -> ProgramCopyContent:
    plain = notes_api.read_copied_texts(permit, texts)
    times = (
        tuple(
            time
            for item in programs_api.list_record_programs(participant)
            for time in programs_api.read_program_times(permit, item, permit.on)
        )
        if ATTENDANCE_ELEMENT in permit.elements
        else None
    )
    return ProgramCopyContent(
        times, tuple((item, plain[item.element]) for item in texts if item.element in plain)
    )


def _list_withheld(decision: Decision, headings: dict[str, str]) -> Iterable[tuple[str, Reason]]:
    titles = headings | {ATTENDANCE_ELEMENT: _("Programs and attendance")}
    for reason in decision.refusals:
        if reason.about in titles:
            yield titles[reason.about], reason


def _build_sections(times: Iterable[programs_api.ProgramTime]) -> Iterable[CopySection]:
    yield CopySection(
        "participation",
        _("Times in programs"),
        (_("Program"), _("First day"), _("Last day"), _("Days attended"), _("Hours")),
        tuple(
            (
                time.program,
                date_format(time.starts),
                date_format(time.ends) if time.ends else "—",
                str(time.days),
                f"{time.hours:g}",
            )
            for time in times
        ),
    )
    yield CopySection(
        "session_attendance",
        _("Attendance by month"),
        (_("Program"), _("Month"), _("Days attended"), _("Hours")),
        tuple(
            (time.program, date_format(month.month, "F Y"), str(month.days), f"{month.hours:g}")
            for time in times
            for month in time.months
        ),
    )
