"""Give Alder Creek a roster of its own, and let the tutoring program share its records with it.

The district's staff then see which students the program serves this school year, with days and
minutes, who has no program on record that may be shown, and who of these misses school. The days
absent of the tutored students arrive under the tutoring agreement, where their families agreed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from django.utils import timezone

from cairn.data.intake.api import check_delivery, receive_delivery
from cairn.demo import tutoring_records
from cairn.demo.governance import consents, staff
from cairn.governance.agreements.api import Agreement, load_agreement
from cairn.governance.consents.api import (
    ChildLabel,
    add_children_to_roster,
    compute_school_year,
    confirm_roster_entries,
    select_current_entries,
)
from cairn.governance.partners.api import Organization
from cairn.platform.accounts.api import User
from cairn.policy.vocabulary import Channel
from cairn.services.programs.api import Program, prepare_record_files, send_record_files
from cairn.warehouse.schema import ColumnMapping

_LISTS: Final = Path(__file__).parent / "lists"
_PROGRAM_AGREEMENT, _ROSTER_AGREEMENT = "RC-DSA-23", "RC-DSA-24"
_OTHER_STUDENTS: Final = 15
_MANY_DAYS: Final = 8
_SCHOOLS: Final = ("Sage Meadow Elementary", "Granite Elementary")
_GRADES: Final = ("01", "02", "03", "04")
_NAMES: Final = ("Noor", "Otis", "Pilar", "Quinn", "Rhea")
_FAMILIES: Final = ("Dahl", "Eko", "Farouk")

_STUDENTS: Final = ColumnMapping(
    record="student",
    columns={
        "Student Number": "local_id",
        "First Name": "given_name",
        "Last Name": "family_name",
        "Birthdate": "birth_date",
    },
)
_ENROLLMENT: Final = ColumnMapping(
    record="enrollment",
    columns={
        "Student Number": "local_id",
        "School Year": "school_year",
        "School": "school_name",
        "Grade": "grade",
    },
)


@dataclass(frozen=True, slots=True)
class _RosterSender:
    """The district, its steward and the day of the roster."""

    district: Organization
    steward: User
    at: datetime

    def send(self, rows: Iterable[Sequence[str]], mapping: ColumnMapping) -> None:
        """Send a file of the roster, and check its rows."""
        lines = [",".join(mapping.columns), *(",".join(row) for row in rows)]
        received = receive_delivery(
            name=f"roster-{mapping.record}.csv",
            content="\n".join(lines).encode(),
            organization=self.district,
            agreement=Agreement.objects.get(reference=_ROSTER_AGREEMENT),
            feed=f"roster-{mapping.record}",
            period=compute_school_year(timezone.localdate(self.at)),
            channel=Channel.UPLOAD,
            mapping=mapping,
            by=self.steward,
            at=self.at,
        )
        check_delivery(delivery=received.delivery, by=self.steward, at=self.at)


def share_school_roster(manager: User, at: datetime) -> None:
    """Record both agreements, the roster and its files, and send the program's records.

    It does nothing if the agreements are on record.

    Args:
        manager: the data manager, who records the agreements.
        at: the moment of the actions.
    """
    if Agreement.objects.filter(reference=_ROSTER_AGREEMENT).exists():
        return
    for reference in (_PROGRAM_AGREEMENT, _ROSTER_AGREEMENT):
        text = (_LISTS / f"{reference}.toml").read_text(encoding="utf-8")
        load_agreement(text=text, by=manager, at=at)
    district = Organization.objects.get(slug=consents.TUTORING_DISTRICT)
    steward = User.objects.get(email=staff.find_demo_steward(district.slug).email)
    today = timezone.localdate(at)
    tutored = consents.list_tutoring_children(today)
    students = [*tutored, *_list_other_students(tutored)]
    add_children_to_roster(
        program=district, district=district, children=students, by=steward, at=at
    )
    entries = list(select_current_entries(district, today))
    confirm_roster_entries(district=district, entries=entries, by=steward, at=at)
    sender, year = _RosterSender(district, steward, at), compute_school_year(today)
    sender.send(map(_write_student, students), _STUDENTS)
    sender.send(
        (
            (student.local_id, year, _SCHOOLS[number % 2], _GRADES[number % 4])
            for number, student in enumerate(students)
        ),
        _ENROLLMENT,
    )
    sender.send(_list_absences(students[len(tutored) :], year), tutoring_records.ATTENDANCE)
    _send_program_records(year, at)


def _list_absences(students: Iterable[ChildLabel], year: str) -> Iterable[Sequence[str]]:
    """List the days absent of each student in the 60 days of this autumn; one in three misses 8."""
    for number, student in enumerate(students):
        absent = _MANY_DAYS if number % 3 == 0 else number % 5
        yield (student.local_id, year, str(tutoring_records.AUTUMN_DAYS), str(absent))


def _list_other_students(tutored: Sequence[ChildLabel]) -> list[ChildLabel]:
    """List students of the same schools that the program does not serve."""
    return [
        ChildLabel(
            f"AC-{number + 1:03}",
            f"{_NAMES[number % len(_NAMES)]} {_FAMILIES[number // len(_NAMES)]}",
            tutored[number].birth_date,
        )
        for number in range(_OTHER_STUDENTS)
    ]


def _write_student(student: ChildLabel) -> tuple[str, str, str, str]:
    given_name, _, family_name = student.name.partition(" ")
    born = student.birth_date.isoformat() if student.birth_date else ""
    return (student.local_id, given_name, family_name, born)


def _send_program_records(year: str, at: datetime) -> None:
    """Send what the tutoring program recorded this school year, as its staff would."""
    tutor = User.objects.get(email=staff.PROGRAM_STAFF.email)
    program = Program.objects.get(organization__slug=staff.PROGRAM_STAFF.organization)
    agreement = Agreement.objects.get(reference=_PROGRAM_AGREEMENT)
    files = prepare_record_files(program, agreement, year, by=tutor, at=at)
    for receipt in send_record_files(files, by=tutor, at=at):
        check_delivery(delivery=receipt.delivery, by=tutor, at=at)
