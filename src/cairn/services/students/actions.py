"""Open a student's page or an organization's list: ask, read, and log before anything is sent.

If the line of the disclosure log cannot be written, no page is sent (34 CFR 99.32).
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from cairn.data.records.api import StudentFile
from cairn.governance.consents.api import ChildLabel, select_current_entries
from cairn.governance.disclosure_log.api import record_disclosure
from cairn.governance.partners.api import Organization
from cairn.platform.accounts.api import User
from cairn.platform.actions.api import record_refusal
from cairn.policy.engine import Refused
from cairn.policy.facts import Actor
from cairn.policy.questions import limit_hidden_count
from cairn.policy.vocabulary import Action
from cairn.services.students import queries, student_view
from cairn.services.students.student_view import RecordSection


@dataclass(frozen=True, slots=True)
class StudentPage:
    """What the page shows of one student.

    Attributes:
        label: who the student is.
        sections: tables by record type.
        agreements: references of the agreements that open them.
    """

    label: ChildLabel
    sections: tuple[RecordSection, ...]
    agreements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CaseloadRow:
    """One student of an organization's list.

    Attributes:
        organization: slug of the organization that has the student on its roster.
        entry: primary key of the roster entry, by which the page is opened.
        label: who the student is.
        rate: attendance rate in percent; None if it is not shared.
        level: newest assessment result; empty if it is not shared.
    """

    organization: str
    entry: int
    label: ChildLabel
    rate: float | None
    level: str

    @property
    def rate_in_words(self) -> str:
        """The rate, such as "87.5%"; empty if it is not shared."""
        return "" if self.rate is None else student_view.format_rate(self.rate)


@dataclass(frozen=True, slots=True)
class Caseload:
    """The students of an organization that a user may see today.

    Attributes:
        rows: the students.
        others: number of the other students on the roster; None if it is too small to be shown.
        agreements: references of the agreements that open the records.
    """

    rows: tuple[CaseloadRow, ...]
    others: int | None
    agreements: tuple[str, ...]


def open_student_page(
    *, organization: Organization, entry: int, who: Actor, by: User, at: datetime
) -> StudentPage | None:
    """Open the page about one student, and log it first.

    Args:
        organization: the organization that the user acts for on this screen.
        entry: primary key of the student's roster entry.
        who: the policy facts about the user.
        by: the user who acts.
        at: the moment of the action.

    Returns:
        The page; None if nothing of this student is shared, or there is no such student.
    """
    on = timezone.localdate(at)
    key = queries.find_student_key(organization, entry, on)
    answers = queries.load_shared_records(organization, (key,), Action.VIEW, who, on)
    shared = [answer for answer in answers if key in answer.files]
    if not shared:
        record_refusal(Refused(answers[0].decision), "door:students:student", by=by, at=at)
        return None
    _log_answers(shared, organization, by, at)
    lines = tuple(line for answer in shared for line in answer.files[key].lines)
    label = shared[0].files[key].label
    openings = [item for answer in shared for item in answer.openings[key]]
    return StudentPage(
        label=label,
        sections=student_view.build_sections(StudentFile(label, lines), openings),
        agreements=_list_agreements(shared),
    )


def open_caseload(*, organization: Organization, who: Actor, by: User, at: datetime) -> Caseload:
    """Open the list of the students on an organization's roster, and log it first.

    Args:
        organization: the organization that the user acts for on this screen.
        who: the policy facts about the user.
        by: the user who acts.
        at: the moment of the action.

    Returns:
        The students with something that is shared; an empty list if there is none.
    """
    on = timezone.localdate(at)
    entries = list(select_current_entries(organization, on))
    keys = tuple(entry.child.key for entry in entries)
    answers = queries.load_shared_records(organization, keys, Action.LIST, who, on)
    shared = [answer for answer in answers if answer.files]
    if shared:
        _log_answers(shared, organization, by, at)
    elif entries:
        record_refusal(Refused(answers[0].decision), "door:students:caseload", by=by, at=at)
    files: defaultdict[str, list[StudentFile]] = defaultdict(list)
    for answer in shared:
        for key, found in answer.files.items():
            files[key].append(found)
    rows = [
        _build_row(organization.slug, entry.pk, files[entry.child.key])
        for entry in entries
        if entry.child.key in files
    ]
    others = len(entries) - len(rows)
    return Caseload(
        tuple(sorted(rows, key=lambda row: str(row.label))),
        limit_hidden_count(others),
        _list_agreements(shared),
    )


@transaction.atomic
def _log_answers(
    shared: list[queries.SharedRecords], organization: Organization, by: User, at: datetime
) -> None:
    for answer in shared:
        record_disclosure(
            answer.decision,
            by=by,
            at=at,
            parties=[organization.slug],
            interest=answer.interest,
            elements=answer.list_shown_elements(),
            children=answer.files,
        )


def _list_agreements(shared: list[queries.SharedRecords]) -> tuple[str, ...]:
    return tuple(sorted({name for answer in shared for name in answer.decision.agreements}))


def _build_row(organization: str, entry: int, found: list[StudentFile]) -> CaseloadRow:
    lines = tuple(line for item in found for line in item.lines)
    results = [line for line in lines if line.record == "assessment"]
    newest = max(results, key=lambda line: line.year, default=None)
    level = str(newest.values.get("performance_level", "")) if newest else ""
    whole = StudentFile(found[0].label, lines)
    return CaseloadRow(
        organization, entry, whole.label, student_view.find_attendance_rate(whole), level
    )
