"""Find the students that a user may see, and ask policy, in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from django.db.models import QuerySet

from cairn.data.identity.api import LinkedId, find_linked_ids
from cairn.data.intake.api import list_current_deliveries, load_received_elements
from cairn.data.records.api import StudentFile, read_students
from cairn.governance.consents.api import (
    Child,
    ChildLabel,
    RosterEntry,
    add_child_facts,
    gather_use_facts,
    list_program_uses,
    load_person_facts,
    make_child_namer,
    select_assigned_rows,
    select_current_entries,
    unseal_child_label,
)
from cairn.governance.partners.api import Organization
from cairn.matching.standardize import normalize_text
from cairn.platform.actions.api import keep_while_rows_unchanged, open_request_cache
from cairn.policy import questions
from cairn.policy.checks import ElementOpening
from cairn.policy.engine import Decision
from cairn.policy.facts import Actor, Facts, PersonFact, UseRequest
from cairn.policy.vocabulary import EDUCATION_AUTHORITY_KINDS, Action, Level, Purpose

_SCHOOL_KINDS: Final = frozenset(kind.value for kind in EDUCATION_AUTHORITY_KINDS)
_EVERY_RECORD: Final[frozenset[str]] = frozenset()


@dataclass(frozen=True, slots=True)
class SharedRecords:
    """One answered use, with the records that it opens.

    Attributes:
        decision: the answer.
        files: records by student key; none if it is refused.
        openings: what opens each element, by student key.
        interest: why the organization sees the records, in the words of its agreements.
        countable: organizations with programs that a school's list may name.
    """

    decision: Decision
    files: Mapping[str, StudentFile]
    openings: Mapping[str, tuple[ElementOpening, ...]]
    interest: str
    countable: frozenset[str] = frozenset()

    def list_shown_elements(self) -> list[str]:
        """List the elements with a value that leaves."""
        return sorted(
            {
                f"{line.record}.{name}"
                for found in self.files.values()
                for line in found.lines
                for name in line.values
                if f"{line.record}.{name}" in self.decision.elements
            }
        )


def list_student_organizations(who: Actor, on: date) -> QuerySet[Organization]:
    """List the organizations for which a user may see students: the user's own.

    Args:
        who: the policy facts about the user.
        on: the date.

    Returns:
        The organizations.

    Raises:
        Refused: the user may see students for no organization.
    """
    questions.may_open_page(Action.VIEW_STUDENT, who, on=on).require()
    scope = questions.find_organization_scope(Action.VIEW_STUDENT, who, on)
    return Organization.objects.filter(slug__in=scope.organizations).order_by("name")


def list_schools(who: Actor, on: date) -> QuerySet[Organization]:
    """List the user's own districts and schools, which have a list of programs of their students.

    Args:
        who: the policy facts about the user.
        on: the date.

    Returns:
        The organizations.

    Raises:
        Refused: the user may see students for no organization.
    """
    return list_student_organizations(who, on).filter(kind__in=_SCHOOL_KINDS)


def is_school(organization: Organization) -> bool:
    """Tell whether an organization has a list of programs of its students."""
    return organization.kind in _SCHOOL_KINDS


@dataclass(frozen=True, slots=True)
class RosterStudent:
    """One student on an organization's roster.

    Attributes:
        entry: primary key of the roster entry.
        key: key of the student.
        label: who the student is.
        is_own: whether the organization is the student's own school or district.
    """

    entry: int
    key: str
    label: ChildLabel
    is_own: bool


def list_roster_students(
    organization: Organization, who: Actor, on: date, *, name: str = "", own: bool = False
) -> list[RosterStudent]:
    """List the students on an organization's roster by name, as far as the user works with them.

    Args:
        organization: the organization that the user acts for.
        who: the policy facts about the user.
        on: the date.
        name: words that the name or the ID must contain; empty for all students.
        own: whether to list the organization's own students alone, not those of another one.

    Returns:
        The students.
    """
    entries = select_current_entries(organization, on)
    if own:
        entries = entries.filter(child__organization=organization)
    assigned = select_assigned_rows(entries, organization.slug, who, on)
    students = [_build_roster_student(entry) for entry in assigned]
    words = normalize_text(name).split()
    return sorted(
        (
            student
            for student in students
            if all(word in normalize_text(str(student.label)) for word in words)
        ),
        key=lambda student: str(student.label),
    )


def _build_roster_student(entry: RosterEntry) -> RosterStudent:
    child = entry.child
    label = unseal_child_label(child.key, child.sealed)
    return RosterStudent(entry.pk, child.key, label, child.organization_id == entry.organization_id)


@dataclass(frozen=True, slots=True)
class StudentAnswers:
    """What an organization may see of the student behind one roster entry.

    Attributes:
        key: key of the student; a text that names no student where there is no such entry.
        answers: the answers about the entry itself.
        elsewhere: the answers about the same student's other entries on the roster, by key. A
            student who changed districts is on the roster once for each; each is asked about by
            itself, with that district's own forms and restrictions.
    """

    key: str
    answers: tuple[SharedRecords, ...]
    elsewhere: Mapping[str, tuple[SharedRecords, ...]]


def load_student_answers(
    organization: Organization, entry: int, who: Actor, on: date
) -> StudentAnswers:
    """Ask policy about the student behind a roster entry, and read the shared records.

    An entry that does not exist is asked about in the same way.

    Args:
        organization: the organization that the user acts for.
        entry: primary key of the entry.
        who: the policy facts about the user.
        on: the date.

    Returns:
        The answers; at least one about the entry.
    """
    roster = select_current_entries(organization, on)
    found = roster.filter(pk=entry).first()
    key = found.child.key if found is not None else f"entry {entry}"
    answers = load_shared_records(organization, (key,), Action.VIEW, who, on)
    others = () if found is None else _list_other_keys(found, roster, who, on)
    return StudentAnswers(
        key,
        tuple(answers),
        {
            other: tuple(load_shared_records(organization, (other,), Action.VIEW, who, on))
            for other in others
        },
    )


def _list_other_keys(
    found: RosterEntry, roster: QuerySet[RosterEntry], who: Actor, on: date
) -> tuple[str, ...]:
    """List the student's keys behind other entries of the same roster."""
    label = unseal_child_label(found.child.key, found.child.sealed)
    district = found.child.organization.slug
    terms = _gather_terms(found.organization.slug, who, on)
    linked = find_linked_ids(district, [label.local_id], _list_serving_deliveries(terms))
    names = _name_students(linked.get(label.local_id, frozenset()))
    keys = roster.filter(child__key__in=list(names)).values_list("child__key", flat=True)
    return tuple(sorted({*keys} - {found.child.key}))


def load_shared_records(
    organization: Organization,
    keys: tuple[str, ...],
    action: Action,
    who: Actor,
    on: date,
    *,
    records: frozenset[str] = _EVERY_RECORD,
) -> list[SharedRecords]:
    """Ask policy what an organization may see of students, and read it.

    A student who is not on record is asked about in the same way. A school's own student is asked
    about with what programs have on record about the same student.

    Args:
        organization: the organization that the user acts for.
        keys: student keys.
        action: viewing one student, or a list.
        who: the policy facts about the user.
        on: the date.
        records: the record types to ask about; empty for all.

    Returns:
        One answer for each newest school year of the data; at least one.
    """
    linked = _find_linked_records(organization, keys, who, on)
    answers = _decide_about_students(
        organization.slug,
        keys,
        action,
        who,
        on,
        records=records,
        linked=linked,
        with_own_records=is_school(organization),
    )
    student_by_other = {record.key: record.student for record in linked}
    return [_read_answer(answer, student_by_other) for answer in answers]


@dataclass(frozen=True, slots=True)
class _LinkedRecord:
    """The key that a program gives to a school's own student.

    Attributes:
        key: the student's key at the program.
        student: the student's key at the school.
        holder: slug of the program.
    """

    key: str
    student: str
    holder: str


@dataclass(frozen=True, slots=True)
class _Answer:
    """What policy answers about one use, without any record of a student.

    Attributes:
        decision: the answer.
        openings: what opens each element, by student key.
        interest: why the organization sees the records.
        countable: organizations with programs that a school's list may name.
    """

    decision: Decision
    openings: Mapping[str, tuple[ElementOpening, ...]]
    interest: str
    countable: frozenset[str]


def _count_students(
    _organization: str, keys: tuple[str, ...], *_others: object, **_named: object
) -> int:
    return len(keys)


@keep_while_rows_unchanged(count_children=_count_students)
def _decide_about_students(
    organization: str,
    keys: tuple[str, ...],
    action: Action,
    who: Actor,
    on: date,
    *,
    records: frozenset[str],
    linked: tuple[_LinkedRecord, ...],
    with_own_records: bool,
) -> tuple[_Answer, ...]:
    """Ask policy about students; the answers hold until a fact changes on which they rest."""
    facts = _add_linked_records(gather_viewer_facts(organization, keys, who, on), linked, on)
    uses = [
        narrowed
        for use in list_program_uses(
            organization, keys, action, facts, on, with_own_records=with_own_records
        )
        if use.purpose is Purpose.SERVICE_COORDINATION
        and (narrowed := _narrow_use(use, records)).elements
    ] or [_build_empty_use(organization, keys, action, who)]
    return tuple(_answer_use(use, facts, on) for use in uses)


def _narrow_use(use: UseRequest, records: frozenset[str]) -> UseRequest:
    if not records:
        return use
    elements = (name for name in use.elements if name.partition(".")[0] in records)
    return replace(use, elements=frozenset(elements))


def gather_viewer_facts(viewer: str, keys: tuple[str, ...], who: Actor, on: date) -> Facts:
    """Gather what decides about a view, with the elements that files brought."""
    return add_child_facts(_gather_terms(viewer, who, on), keys, on)


@keep_while_rows_unchanged()
def _gather_terms(viewer: str, who: Actor, on: date) -> Facts:
    """Gather what decides about the views of an organization, without any student."""
    known: dict[tuple[str, Actor, date], Facts] = open_request_cache("terms of a view")
    if (viewer, who, on) not in known:
        facts = gather_use_facts(who, "", (), on, viewer=viewer)
        elements = frozenset(name for agreement in facts.agreements for name in agreement.elements)
        received = load_received_elements(elements, "").received
        known[viewer, who, on] = questions.select_viewer_facts(
            replace(facts, received=received), viewer
        )
    return known[viewer, who, on]


def _list_serving_deliveries(facts: Facts) -> frozenset[int]:
    """List the current data submissions that may connect a student with a service."""
    agreements = questions.list_serving_agreements(facts)
    return frozenset(
        row.delivery for row in list_current_deliveries(agreements) if not row.synthetic
    )


def _find_linked_records(
    organization: Organization, keys: tuple[str, ...], who: Actor, on: date
) -> tuple[_LinkedRecord, ...]:
    """Find what programs have on record about a school's own students."""
    own = Child.objects.filter(key__in=keys, organization=organization)
    key_by_id = {unseal_child_label(row.key, row.sealed).local_id: row.key for row in own}
    if not key_by_id:
        return ()
    terms = _gather_terms(organization.slug, who, on)
    linked = find_linked_ids(organization.slug, key_by_id, _list_serving_deliveries(terms))
    found: dict[str, _LinkedRecord] = {}
    for local_id, ids in linked.items():
        holders = questions.select_record_holders(
            organization.slug, {item.organization for item in ids}, terms.organizations
        )
        others = _name_students(item for item in ids if item.organization in holders)
        for key, holder in others.items():
            found[key] = _LinkedRecord(key, key_by_id[local_id], holder)
    return tuple(found[key] for key in sorted(found))


def _add_linked_records(facts: Facts, linked: tuple[_LinkedRecord, ...], on: date) -> Facts:
    """Add to the facts about each student those about the same student at programs."""
    person_by_key = {fact.id: fact for fact in load_person_facts((r.key for r in linked), on)}
    records: defaultdict[str, dict[str, PersonFact]] = defaultdict(dict)
    for record in linked:
        records[record.student][record.holder] = person_by_key[record.key]
    people = tuple(
        questions.add_record_holders(person, records[person.id]) if person.id in records else person
        for person in facts.people
    )
    return replace(facts, people=people)


def _name_students(ids: Iterable[LinkedId]) -> dict[str, str]:
    """Compute the keys of students under their IDs; return each key's organization."""
    return {
        make_child_namer(item.organization)([item.local_id])[0]: item.organization for item in ids
    }


def _build_empty_use(
    organization: str, keys: tuple[str, ...], action: Action, who: Actor
) -> UseRequest:
    """Build the use of an organization without any agreement, which is refused."""
    return UseRequest(
        actor=who.id,
        acting_for=organization,
        action=action,
        purpose=Purpose.SERVICE_COORDINATION,
        elements=frozenset(),
        level=Level.INDIVIDUAL,
        people=keys,
    )


def _answer_use(use: UseRequest, facts: Facts, on: date) -> _Answer:
    decision = questions.decide_student_access(use, facts, on)
    return _Answer(
        decision,
        questions.list_student_openings(use, decision, facts, on),
        find_interest(use, decision, facts),
        questions.list_countable_programs(facts) - {use.acting_for},
    )


def _read_answer(answer: _Answer, linked: Mapping[str, str]) -> SharedRecords:
    decision = answer.decision
    files = read_students(decision.require(), answer.openings, linked) if decision.allowed else {}
    return SharedRecords(decision, files, answer.openings, answer.interest, answer.countable)


def find_interest(use: UseRequest, decision: Decision, facts: Facts) -> str:
    """Find why the organization sees the records: in its agreements' words, else the purpose."""
    stated = {
        term.interest
        for agreement in facts.agreements
        if agreement.reference in decision.agreements
        for term in agreement.access
        if term.organization == use.acting_for and term.interest
    }
    return "; ".join(sorted(stated)) or "serves the student"
