"""A district with its own roster, and a program that shares its records with the district."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

import pyarrow as pa
from tests.governance.consents import sample_consents
from tests.governance.consents.sample_consents import AT, SAID, World
from tests.known_states import once_for_each_state

from cairn.data.identity.models.person_index import Link, Person, Record, SourceId
from cairn.data.identity.storage import statements
from cairn.data.identity.storage.person_ids import create_person_id
from cairn.data.identity.storage.statements import IdentitySealer
from cairn.data.intake.actions.conformance import check_delivery
from cairn.data.intake.actions.receipt import receive_delivery
from cairn.data.intake.models import Delivery
from cairn.governance.agreements.actions.signature_and_record import load_agreement
from cairn.governance.agreements.models import Agreement
from cairn.governance.consents.actions.children import add_children_to_roster
from cairn.governance.consents.protected_identity import ChildLabel
from cairn.governance.partners.models import Organization
from cairn.matching.standardize import extract_identifying_fields
from cairn.platform.accounts.models import User
from cairn.platform.storage.api import open_key_ring
from cairn.policy.vocabulary.access import Role
from cairn.policy.vocabulary.deliveries import Channel
from cairn.warehouse.schema.column_mapping import ColumnMapping

ENROLLMENT, PROGRAM = "RC-DSA-31", "RC-DSA-32"
LIST = "/students/river/programs/"
ENROLLMENT_MAPPING = ColumnMapping(
    record="enrollment",
    columns={"ID": "local_id", "Year": "school_year", "School": "school_name", "Grade": "grade"},
)
STUDENT_MAPPING = ColumnMapping(
    record="student",
    columns={
        "ID": "local_id",
        "First": "given_name",
        "Last": "family_name",
        "Born": "birth_date",
    },
)
ROSTER_MAPPING = ColumnMapping(
    record="participation",
    columns={
        "ID": "local_id",
        "First": "given_name",
        "Last": "family_name",
        "Born": "birth_date",
        "Program": "program",
        "Start": "start_date",
        "End": "end_date",
    },
)
SESSIONS_MAPPING = ColumnMapping(
    record="session_attendance",
    columns={
        "ID": "local_id",
        "Program": "program",
        "Date": "date",
        "Minutes": "hours:minutes",
        "Attended": "present",
    },
)
_OFFICIAL = """[legal_basis]
basis = "school_official"
clause = "§4"

[legal_basis.criteria]
institutional_service = "The Recipient keeps the roster, a task of employees."
direct_control = "The Provider controls the use and maintenance of the records."
redisclosure_limits = "34 CFR 99.33(a) binds the Recipient."
legitimate_interest = "Only staff who keep the roster see it."
annual_notice = "The annual notice says who is a school official."
"""


def _write_term(record: str, elements: Iterable[str], *, years: bool = True) -> str:
    listed = ", ".join(f'"{name}"' for name in elements)
    term = f'[[data]]\nrecord = "{record}"\nelements = [{listed}]\nclause = "Exhibit B"\n'
    return term + ('years = ["2024-25", "2027-28"]\n\n' if years else "\n")


def write_agreement(
    reference: str, terms: str, basis: str = "", *, provider: str = "river", recipient: str = ""
) -> str:
    """The text of an agreement for help and services to students."""
    text = sample_consents.AGREEMENT
    head, tail = text[: text.index("[legal_basis]")], text[text.index("[disclosure]") :]
    head = head.replace("RC-DSA-09", reference)
    if provider != "river":
        head = head.replace('"river"', '"swap"').replace('"lanterns"', '"river"')
        head = head.replace('"swap"', f'"{provider}"')
        head = head.replace('"school_district"', '"swap"').replace(
            '"community_program"', '"school_district"'
        )
        head = head.replace('"swap"', '"community_program"')
    if recipient:
        head = head.replace('"lanterns"', f'"{recipient}"')
    basis = basis or '[legal_basis]\nbasis = "own_records"\nclause = "§4"\n'
    return f"{head}{basis}\n[children]\neveryone = true\n\n{terms}{tail}"


ENROLLMENT_TERMS = _write_term(
    "enrollment", ("local_id", "school_year", "school_name", "grade")
) + _write_term("student", ("local_id", "given_name", "family_name", "birth_date"))
ATTENDANCE_TERMS = _write_term(
    "session_attendance", ("local_id", "program", "date", "hours", "present")
)
PROGRAM_TERMS = ATTENDANCE_TERMS + _write_term(
    "participation",
    ("local_id", "given_name", "family_name", "birth_date", "program", "start_date", "end_date"),
)


def add_program_agreement(by: User, terms: str = PROGRAM_TERMS, **changes: Any) -> None:
    """The program shares its own records with the district."""
    given = {"provider": "lanterns"} | changes
    load_agreement(
        text=write_agreement(given.pop("reference", PROGRAM), terms, **given), by=by, at=SAID
    )


def add_enrollment_agreement(by: User, recipient: str = "") -> None:
    """The district's own roster is kept for it, by an organization that acts as its official."""
    text = write_agreement(ENROLLMENT, ENROLLMENT_TERMS, _OFFICIAL, recipient=recipient)
    load_agreement(text=text, by=by, at=SAID)


def send(
    world: World,
    lines: Iterable[str],
    mapping: ColumnMapping,
    reference: str,
    *,
    sender: Organization | None = None,
) -> Delivery:
    """An organization sends a file, and its rows are checked."""
    content = "\n".join((",".join(mapping.columns), *lines)).encode()
    by = world.tutor if sender == world.lanterns else world.steward
    received = receive_delivery(
        name=f"{mapping.record}.csv",
        content=content,
        organization=sender or world.river,
        agreement=Agreement.objects.get(reference=reference),
        feed=mapping.record,
        period="2026-27",
        channel=Channel.UPLOAD,
        mapping=mapping,
        by=by,
        at=AT,
    )
    return check_delivery(delivery=received.delivery, by=by, at=AT)


def enroll(world: World, *local_ids: str) -> None:
    """The district's own roster."""
    children = [ChildLabel(local_id, f"Child {local_id}") for local_id in local_ids]
    add_children_to_roster(
        program=world.river, district=world.river, children=children, by=world.steward, at=AT
    )


def link(*ids: tuple[str, str, int]) -> None:
    """Records under these IDs are of one student: organization, ID and number of the submission."""
    person = Person.objects.create(id=create_person_id(), created=AT)
    keys = open_key_ring()
    for organization, local_id, delivery in ids:
        names = ("local_id", "given_name", "family_name")
        columns: dict[str, Any] = {
            name: pa.array([value])
            for name, value in zip(names, (local_id, "Ada", f"Of {person.id}"), strict=True)
        }
        columns["birth_date"] = pa.array([date(2014, 3, 4)])
        found = statements.extract_statements(
            extract_identifying_fields(
                pa.table(columns), source=organization, key=keys.subkey("linkage/records")
            )
        )
        before = set(Record.objects.values_list("pk", flat=True))
        earlier = list(statements.Statement.objects.filter(delivery=delivery))
        statements.store_delivery_statements(delivery, found, IdentitySealer(keys), AT)
        statements.Statement.objects.bulk_create(earlier)
        record = Record.objects.exclude(pk__in=before).get()
        Link.objects.create(record=record, person=person, since=AT)
        SourceId.objects.filter(pk=record.source_id_id).update(person=person)


@once_for_each_state
def make_school(person: Callable[..., Any], organization: Callable[..., Any]) -> World:
    """Four students of the district; two of them in the program, under its own IDs."""
    world = sample_consents.make(person, organization)
    add_school(world, person(Role.DATA_MANAGER))
    return world


def add_school(world: World, manager: User) -> None:
    """The same for a program and a district that exist."""
    Organization.objects.update(state="UT")
    add_enrollment_agreement(manager)
    add_program_agreement(manager)
    enroll(world, "S-1", "S-2", "S-3", "S-4")
    send(
        world,
        [f"S-{n},2026-27,{place},{n + 3}" for n, place in enumerate(("Elm", "Elm", "Oak"), 1)],
        ENROLLMENT_MAPPING,
        ENROLLMENT,
    )
    names = [f"S-{n},Ada,Of {n},2014-03-0{n}" for n in (1, 2, 3)]
    students = send(world, names, STUDENT_MAPPING, ENROLLMENT)
    roster = send(
        world,
        [
            "L-1,Ada,Of 1,2014-03-01,Reading,2026-09-01,",
            "L-2,Ada,Of 2,2014-03-02,Reading,2026-09-01,",
            "L-3,Ada,Of 3,2014-03-03,Reading,2025-09-01,2026-05-29",
        ],
        ROSTER_MAPPING,
        PROGRAM,
        sender=world.lanterns,
    )
    send(
        world,
        [
            "L-1,Reading,2026-09-02,90,yes",
            "L-1,Reading,2026-09-03,45,yes",
            "L-1,Reading,2026-09-04,0,no",
            "L-1,Reading,2025-10-01,60,yes",
            "L-3,Reading,2025-10-01,60,yes",
        ],
        SESSIONS_MAPPING,
        PROGRAM,
        sender=world.lanterns,
    )
    for n in (1, 2, 3):
        link(("river", f"S-{n}", students.pk), ("lanterns", f"L-{n}", roster.pk))
