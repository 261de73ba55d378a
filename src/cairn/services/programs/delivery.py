"""Send a program's enrollments and attendance as data submissions, like a file.

A submission is one slot of `cairn.data.intake`: organization, agreement, feed, school year and
program. Sent again without a change, it is recognized; with a change, it replaces what was sent of
that slot and nothing else.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from cairn.data.intake import api as intake_api
from cairn.governance.agreements.api import Agreement, AgreementListing, list_visible_agreements
from cairn.platform.accounts.api import User
from cairn.policy.facts import Actor
from cairn.policy.vocabulary import Channel, PartyRole
from cairn.services.programs import record_files
from cairn.services.programs.models import Program

__all__ = ["prepare_record_files", "send_record_files"]


@dataclass(frozen=True, slots=True)
class RecordFile:
    """The records of one type that a program would send, and what would become of them.

    Attributes:
        submission: agreement, period and part under which they are sent.
        records: the records.
        preview: what would become of them; None if there are none.
    """

    submission: intake_api.Submission
    records: intake_api.TypedRecords
    preview: intake_api.ReceiptPreview | None

    @property
    def students(self) -> int:
        """The number of different students in the records."""
        return len({row["Student ID"] for row in self.records.rows})

    @property
    def is_new(self) -> bool:
        """Whether sending them would change the records in the warehouse."""
        preview = self.preview
        return preview is not None and preview.decision.allowed and preview.known is None

    @property
    def is_refused(self) -> bool:
        """Whether there are records, and they would be refused."""
        return self.preview is not None and not self.preview.decision.allowed

    @property
    def kept_here(self) -> tuple[str, ...]:
        """Headings of the columns that the agreement does not cover; they are not sent."""
        if self.preview is None or self.is_refused:
            return ()
        elements, record = self.preview.decision.elements, self.records.record
        return tuple(
            heading
            for heading, target in self.records.columns.items()
            if elements.get(f"{record}.{target.partition(':')[0]}") != "allow"
        )


def list_covering_agreements(program: Program, who: Actor, on: date) -> list[AgreementListing]:
    """List the agreements under which an organization shares such records, in force or not.

    Args:
        program: the program.
        who: the policy facts about the user.
        on: the date.

    Returns:
        The agreements that the user may read, those in force first.

    Raises:
        Refused: the user may read no agreement.
    """
    records = ("participation.", "session_attendance.")
    covering = [
        listing
        for listing in list_visible_agreements(who, on)
        if program.organization.slug in listing.terms.list_organizations(PartyRole.PROVIDER)
        and any(element.startswith(records) for element in listing.terms.elements)
    ]
    return sorted(covering, key=lambda listing: not listing.standing.allowed)


def prepare_record_files(
    program: Program,
    agreement: Agreement,
    year: str,
    *,
    by: User,
    at: datetime,
    requester: Actor | None = None,
) -> tuple[RecordFile, RecordFile]:
    """Prepare the roster and the attendance of a program, and ask what would become of each.

    Args:
        program: the program.
        agreement: the agreement.
        year: the school year.
        by: the user who would send them.
        at: the time.
        requester: facts about `by`, where a browser session supplied them.

    Returns:
        The two files.
    """
    attendance = build_program_submission(
        program, agreement, year, by=by, at=at, requester=requester
    )
    roster = build_program_submission(
        program,
        agreement,
        year,
        feed=record_files.ROSTER_FEED,
        by=by,
        at=at,
        requester=requester,
    )
    return (
        _prepare_file(roster, record_files.build_roster_records(program, year, roster.on)),
        _prepare_file(attendance, record_files.build_attendance_records(program, year)),
    )


def build_program_submission(
    program: Program,
    agreement: Agreement,
    year: str,
    *,
    feed: str = record_files.ATTENDANCE_FEED,
    by: User,
    at: datetime,
    requester: Actor | None = None,
) -> intake_api.Submission:
    """Build the submission of a program's records of one type.

    The part has the number of the program, so that no two programs share one.

    Args:
        program: the program.
        agreement: the agreement.
        year: the school year.
        feed: what the records are.
        by: the user who sends them.
        at: the time.
        requester: facts about `by`, where a browser session supplied them.

    Returns:
        The submission.
    """
    return intake_api.Submission(
        organization=program.organization,
        agreement=agreement,
        channel=Channel.UPLOAD,
        by=by,
        at=at,
        feed=feed,
        period=year,
        part=f"program {program.pk} {program.name}",
        requester=requester,
    )


def _prepare_file(
    submission: intake_api.Submission, records: intake_api.TypedRecords
) -> RecordFile:
    preview = intake_api.preview_typed_records(submission, records) if records.rows else None
    return RecordFile(submission, records, preview)


def compute_files_digest(files: Sequence[RecordFile]) -> str:
    """Compute a digest of what a person saw before sending: the records, and what they replace."""
    digest = hashlib.sha256()
    for file in files:
        earlier = file.preview.earlier if file.preview else None
        digest.update(f"{earlier.pk if earlier else 0};".encode() + file.records.format_csv())
    return digest.hexdigest()


def send_record_files(
    files: Sequence[RecordFile], *, by: User, at: datetime
) -> list[intake_api.DeliveryReceipt]:
    """Send the files with something new; if all are refused, record that.

    Args:
        files: the files, as prepared.
        by: the user who sends them.
        at: the time.

    Returns:
        The receipts; empty if there is nothing new.

    Raises:
        DeliveryStateConflict: the facts kept changing meanwhile.
    """
    refused = [file for file in files if file.is_refused]
    is_all_refused = refused and not any(
        file.preview and file.preview.decision.allowed for file in files
    )
    return [
        intake_api.receive_typed_records(
            submission=file.submission,
            records=file.records,
            by=by,
            at=at,
            on_received=lambda row: intake_api.enqueue_delivery_check(row, by),
        )
        for file in (refused if is_all_refused else files)
        if file.is_new or is_all_refused
    ]
