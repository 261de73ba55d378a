"""Open a student's page or an organization's list: ask, read, and log before anything is sent.

If the line of the disclosure log cannot be written, no page is sent (34 CFR 99.32).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import transaction
from django.utils import timezone

from cairn.data.records.api import RecordLine, StudentFile
from cairn.governance.consents.api import ChildLabel
from cairn.governance.disclosure_log.api import load_organization_names, record_disclosure
from cairn.governance.partners.api import Organization
from cairn.platform.accounts.api import User
from cairn.platform.actions.api import record_refusal
from cairn.policy.engine import Refused
from cairn.policy.facts import Actor
from cairn.policy.questions import limit_hidden_count
from cairn.policy.vocabulary import Action
from cairn.services.students import queries, school_list, student_view
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


class ProgramRecord(StrEnum):
    """Whether a school's student has a program on record that may be shown."""

    SHOWN = "shown"
    NONE_SHOWN = "none"
    NOT_LISTED = ""


@dataclass(frozen=True, slots=True)
class CaseloadRow:
    """One student of an organization's list.

    Attributes:
        organization: slug of the organization that has the student on its roster.
        entry: primary key of the roster entry, by which the page is opened.
        label: who the student is.
        rate: attendance rate in percent; None if it is not shared.
        level: newest assessment result; empty if it is not shared.
        grade: grade level in the newest school year; empty if it is not shared.
        school: school in that year; empty if it is not shared.
        language: home language; empty if it is not shared.
        record: whether a program is on record that may be shown, on a school's list of its own
            students; empty on any other list.
    """

    organization: str
    entry: int
    label: ChildLabel
    rate: float | None
    level: str
    grade: str
    school: str
    language: str
    record: ProgramRecord

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
    found = queries.load_student_answers(organization, entry, who, on)
    shared = [(found.key, answer) for answer in found.answers if found.key in answer.files]
    if not shared:
        record_refusal(Refused(found.answers[0].decision), "door:students:student", by=by, at=at)
        return None
    shared += [
        (key, answer)
        for key, answers in found.elsewhere.items()
        for answer in answers
        if key in answer.files
    ]
    opened = [answer for _key, answer in shared]
    _log_answers(opened, organization, by, at)
    lines = tuple(line for key, answer in shared for line in answer.files[key].lines)
    label = opened[0].files[found.key].label
    openings = [item for key, answer in shared for item in answer.openings[key]]
    names = load_organization_names()
    return StudentPage(
        label=label,
        sections=student_view.build_sections(StudentFile(label, lines), openings, names),
        agreements=_list_agreements(opened),
    )


def open_caseload(
    *, organization: Organization, who: Actor, by: User, at: datetime, name: str = ""
) -> Caseload:
    """Open the list of the students on an organization's roster, and log it first.

    Args:
        organization: the organization that the user acts for on this screen.
        who: the policy facts about the user.
        by: the user who acts.
        at: the moment of the action.
        name: words that the name or the ID must contain; then policy is asked about those students
            alone, and the others are not counted. Empty for all students.

    Returns:
        The students with something that is shared; an empty list if there is none.
    """
    on = timezone.localdate(at)
    students = queries.list_roster_students(organization, who, on, name=name)
    keys = tuple(student.key for student in students)
    answers = queries.load_shared_records(organization, keys, Action.LIST, who, on)
    shared = [answer for answer in answers if answer.files]
    if shared:
        _log_answers(shared, organization, by, at)
    elif students:
        record_refusal(Refused(answers[0].decision), "door:students:caseload", by=by, at=at)
    files: defaultdict[str, list[StudentFile]] = defaultdict(list)
    for answer in shared:
        for key, found in answer.files.items():
            files[key].append(found)
    served: frozenset[str] = frozenset()
    if is_school := queries.is_school(organization):
        served = frozenset(key for key, found in _list_programs(shared)[1].items() if found)
    rows = tuple(
        _build_row(
            organization.slug,
            student.entry,
            files[student.key],
            _find_program_record(student, served) if is_school else ProgramRecord.NOT_LISTED,
        )
        for student in students
        if student.key in files
    )
    hidden = 0 if name else len(students) - len(rows)
    return Caseload(rows, limit_hidden_count(hidden), _list_agreements(shared))


@dataclass(frozen=True, slots=True)
class SchoolListRow:
    """One student of a school in one program, or without any that may be shown.

    Attributes:
        organization: slug of the school's organization.
        entry: primary key of the roster entry, by which the student's page is opened; None if
            nothing of the student is shared there.
        label: who the student is.
        placement: school and grade.
        dosage: the program and how much; None without a program that may be shown.
    """

    organization: str
    entry: int | None
    label: ChildLabel
    placement: school_list.Placement
    dosage: school_list.ProgramDosage | None


@dataclass(frozen=True, slots=True)
class SchoolList:
    """The students of a school and the programs that serve them in the newest school year.

    Attributes:
        year: the school year; empty if no record of a program is shared.
        rows: one for each student and program, and one for each student without a program.
        students: how many students have a program, after disclosure control.
        programs: how many students each program serves, after disclosure control.
        minimum: the smallest number that is shown.
        agreements: references of the agreements that open the records.
        has_roster: whether the school has any student on its roster.
    """

    year: str
    rows: tuple[SchoolListRow, ...]
    students: school_list.RosterCount
    programs: tuple[school_list.ProgramCount, ...]
    minimum: int
    agreements: tuple[str, ...]
    has_roster: bool


def open_school_list(
    *, organization: Organization, who: Actor, by: User, at: datetime
) -> SchoolList:
    """Open a school's list of its own students and their programs, and log it first.

    Args:
        organization: the school's organization, for which the user acts on this screen.
        who: the policy facts about the user.
        by: the user who acts.
        at: the moment of the action.

    Returns:
        The list; without rows if no agreement shows the school anything.
    """
    on = timezone.localdate(at)
    students = queries.list_roster_students(organization, who, on, own=True)
    keys = tuple(student.key for student in students)
    answers = queries.load_shared_records(
        organization, keys, Action.LIST, who, on, records=school_list.LIST_RECORDS
    )
    shared = [answer for answer in answers if answer.files]
    if shared:
        _log_answers(shared, organization, by, at)
    elif students:
        record_refusal(Refused(answers[0].decision), "door:students:programs", by=by, at=at)
    lines = _collect_lines(shared)
    year, dosages = _list_programs(shared)
    agreed = (answer.decision.minimum_cell or 0 for answer in shared)
    minimum = max(agreed, default=0) or school_list.SMALLEST_COUNT
    with_program = sum(1 for found in dosages.values() if found)
    return SchoolList(
        year=year,
        rows=tuple(
            row
            for student in (students if shared else ())
            for row in _list_student_rows(organization.slug, student, lines, dosages)
        ),
        students=school_list.count_students(with_program, len(students), minimum),
        programs=school_list.count_programs(
            (item for found in dosages.values() for item in found), minimum
        ),
        minimum=minimum,
        agreements=_list_agreements(shared),
        has_roster=bool(students),
    )


def _collect_lines(shared: Iterable[queries.SharedRecords]) -> dict[str, list[RecordLine]]:
    lines: defaultdict[str, list[RecordLine]] = defaultdict(list)
    for answer in shared:
        for key, found in answer.files.items():
            lines[key] += found.lines
    return lines


def _list_programs(
    shared: Collection[queries.SharedRecords],
) -> tuple[str, dict[str, tuple[school_list.ProgramDosage, ...]]]:
    """List the programs of each student in the newest school year, and find that year."""
    lines = _collect_lines(shared)
    countable = frozenset[str]().union(*(answer.countable for answer in shared))
    names = load_organization_names()
    every_line = [line for found in lines.values() for line in found]
    year = school_list.find_newest_school_year(every_line, countable)
    return year, {
        key: school_list.list_program_dosages(found, countable, names, year)
        for key, found in lines.items()
    }


def _find_program_record(student: queries.RosterStudent, served: Collection[str]) -> ProgramRecord:
    if not student.is_own:
        return ProgramRecord.NOT_LISTED
    return ProgramRecord.SHOWN if student.key in served else ProgramRecord.NONE_SHOWN


def _list_student_rows(
    organization: str,
    student: queries.RosterStudent,
    lines: Mapping[str, list[RecordLine]],
    dosages: Mapping[str, tuple[school_list.ProgramDosage, ...]],
) -> list[SchoolListRow]:
    placement = school_list.find_placement(lines.get(student.key, ()), organization)
    entry = student.entry if student.key in lines else None
    return [
        SchoolListRow(organization, entry, student.label, placement, dosage)
        for dosage in dosages.get(student.key) or (None,)
    ]


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


def _list_agreements(shared: Iterable[queries.SharedRecords]) -> tuple[str, ...]:
    """List the agreements that open something of these students, and no other one."""
    openings = (item for answer in shared for found in answer.openings.values() for item in found)
    return tuple(sorted({item.agreement for item in openings}))


def _build_row(
    organization: str, entry: int, found: list[StudentFile], record: ProgramRecord
) -> CaseloadRow:
    lines = tuple(line for item in found for line in item.lines)
    results = [line for line in lines if line.record == "assessment"]
    newest = max(results, key=lambda line: line.year, default=None)
    level = str(newest.values.get("performance_level", "")) if newest else ""
    whole = StudentFile(found[0].label, lines)
    return CaseloadRow(
        organization=organization,
        entry=entry,
        label=whole.label,
        rate=student_view.find_attendance_rate(whole),
        level=level,
        grade=student_view.find_newest_value(whole, "enrollment", "grade"),
        school=student_view.find_newest_value(whole, "enrollment", "school_name"),
        language=student_view.find_newest_value(whole, "student", "home_language"),
        record=record,
    )
