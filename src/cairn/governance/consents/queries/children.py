"""Read a program's roster, and what schools declared about their children.

A roster is exactly the children whom the program may see on the day of the request. No stored
status is used. Each child is judged by the same policy as every use of data, so that a revoked
consent takes effect at once. Schools declare tribal nations and withheld elements.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from django.db.models import Count, Q, QuerySet

from cairn.governance.consents import facts
from cairn.governance.consents.models.child import Child, RosterEntry, Statement, Subject
from cairn.governance.consents.models.form import PURPOSES, ConsentForm
from cairn.governance.consents.protected_identity import ChildLabel, unseal_child_label
from cairn.governance.consents.queries.consents import list_permitted_organizations
from cairn.governance.partners.api import Organization
from cairn.policy.checks import ElementPermission, StudentTerms, judge_students
from cairn.policy.facts import Actor, LocalPolicy, PersonFact
from cairn.policy.questions import may_open_page
from cairn.policy.vocabulary import Action, LegalBasis, OrganizationKind, Outcome, Purpose
from cairn.warehouse.schema import describe_element

MIN_SHOWN_HIDDEN_CHILDREN: Final = 10
"""Smaller numbers of hidden children are not shown.

With the roster in hand, a small number would identify them.
"""


@dataclass(frozen=True, slots=True)
class VisibleChild:
    """One child with consent: for each purpose, the elements that the program may see."""

    entry: RosterEntry
    child: ChildLabel
    allowed: Mapping[Purpose, frozenset[str]]

    @property
    def allowed_in_words(self) -> list[tuple[str, list[str]]]:
        """The purposes, each with its elements, in words."""
        labels = dict(PURPOSES)
        return [
            (str(labels[purpose.value]), sorted(map(describe_element, elements)))
            for purpose, elements in self.allowed.items()
        ]


@dataclass(frozen=True, slots=True)
class ProgramRoster:
    """A program's view of its roster on a date; `others` is None if the number is not shown."""

    organization: Organization
    visible: tuple[VisibleChild, ...]
    others: int | None = field(default=None)

    @property
    def common_permission(self) -> list[tuple[str, list[str]]]:
        """What every family allowed, if several families allowed exactly the same; otherwise
        empty.
        """
        descriptions = [item.allowed_in_words for item in self.visible]
        return (
            descriptions[0]
            if len(descriptions) > 1 and all(item == descriptions[0] for item in descriptions)
            else []
        )


def list_programs_with_rosters(who: Actor, on: date) -> QuerySet[Organization]:
    """List the user's own programs that have a roster or are named in a form; it can be empty."""
    if not may_open_page(Action.VIEW_CONSENTS, who, on=on).allowed:
        return Organization.objects.none()
    permitted_pks = [
        organization.pk
        for organization in Organization.objects.filter(
            Q(roster__isnull=False) | Q(named_in_forms__isnull=False)
        ).distinct()
        if may_open_page(Action.VIEW_CONSENTS, who, organization=organization.slug, on=on).allowed
    ]
    return Organization.objects.filter(pk__in=permitted_pks)


@dataclass(frozen=True, slots=True)
class UnconfirmedRoster:
    """The roster entries of a program that the children's own district has not confirmed yet."""

    program: Organization
    entries: tuple[tuple[RosterEntry, ChildLabel], ...]


def list_unconfirmed_rosters(who: Actor, on: date) -> list[UnconfirmedRoster]:
    """Group the unconfirmed entries of the user's own children by program. Raises `Refused`."""
    entries_by_program: dict[Organization, list[tuple[RosterEntry, ChildLabel]]] = defaultdict(list)
    for row in list_roster_entries_to_confirm(who, on):
        entries_by_program[row.organization].append(
            (row, unseal_child_label(row.child.key, row.child.sealed))
        )
    return [UnconfirmedRoster(program, tuple(rows)) for program, rows in entries_by_program.items()]


def list_roster_entries_to_confirm(who: Actor, on: date) -> QuerySet[RosterEntry]:
    """List the roster entries that wait for the user's own district. Raises `Refused`."""
    districts = list_permitted_organizations(Action.VERIFY_CONSENT, who, on)
    return (
        RosterEntry.objects.filter(child__organization__in=districts, confirmed_on=None, ends=None)
        .select_related("child__organization", "organization")
        .order_by("organization__name", "pk")
    )


def load_program_roster(organization: Organization, who: Actor, on: date) -> ProgramRoster:
    """Return the children on a program's roster that it may see, and the number that it may not.

    Raises `Refused`. No reason is given for a hidden child: each reason would disclose something.
    """
    may_open_page(Action.VIEW_CONSENTS, who, organization=organization.slug, on=on).require()
    entries = list(_select_current_entries(organization, on))
    people = {
        person.id: person
        for person in facts.load_person_facts(
            (roster_entry.child.key for roster_entry in entries), on
        )
    }
    allowed = _find_allowed_elements(organization, people, on)
    visible = tuple(
        VisibleChild(
            entry, unseal_child_label(entry.child.key, entry.child.sealed), allowed[entry.child.key]
        )
        for entry in entries
        if entry.child.key in allowed
    )
    others = len(entries) - len(visible)
    shown_others = others if others == 0 or others >= MIN_SHOWN_HIDDEN_CHILDREN else None
    return ProgramRoster(
        organization, tuple(sorted(visible, key=lambda item: str(item.child))), shown_others
    )


def _select_current_entries(organization: Organization, on: date) -> QuerySet[RosterEntry]:
    return (
        RosterEntry.objects.filter(organization=organization, starts__lte=on)
        .filter(Q(ends__isnull=True) | Q(ends__gte=on))
        .select_related("child__organization", "organization")
    )


def _find_allowed_elements(
    organization: Organization, people: Mapping[str, PersonFact], on: date
) -> dict[str, dict[Purpose, frozenset[str]]]:
    """Return child key → purpose → elements, as the policy answers for each child."""
    allowed: dict[str, dict[Purpose, frozenset[str]]] = defaultdict(dict)
    for district, elements in _collect_form_elements(organization).items():
        ids = [key for key, person in people.items() if district in person.organizations]
        for purpose in map(Purpose, dict(PURPOSES)):
            answer = judge_students(
                ids, people, _build_terms(organization, district, elements, purpose), elements, on
            )
            for key, outcome in answer.outcomes.items():
                if outcome is Outcome.ALLOW:
                    allowed[key][purpose] = elements
                elif outcome is Outcome.ALLOW_SUBSET:
                    allowed[key][purpose] = answer.partly[key]
    return allowed


def _collect_form_elements(organization: Organization) -> dict[str, frozenset[str]]:
    """Return district slug → the elements of all its forms that could name this program."""
    rows = ConsentForm.objects.filter(consents__child__rosters__organization=organization)
    elements_by_district: dict[str, frozenset[str]] = defaultdict(frozenset)
    for form in rows.select_related("organization").distinct():
        elements_by_district[form.organization.slug] |= frozenset(form.records)
    return elements_by_district


def _build_terms(
    organization: Organization, district: str, elements: frozenset[str], purpose: Purpose
) -> StudentTerms:
    consent_way = ElementPermission(
        agreement="", basis=LegalBasis.CONSENT, providers=frozenset({district})
    )
    return StudentTerms(
        permissions=dict.fromkeys(elements, (consent_way,)),
        receiver=organization.slug,
        kind=OrganizationKind(organization.kind),
        purpose=purpose,
        caseload=True,
        policy=LocalPolicy(),
    )


@dataclass(frozen=True, slots=True)
class StatementSummary:
    """One subject: a school's newest statement, and the number of children with a record."""

    subject: str
    statement: Statement | None
    children: int


@dataclass(frozen=True, slots=True)
class SchoolStatements:
    """One school for its own steward; children appear only as numbers."""

    organization: Organization
    lines: tuple[StatementSummary, ...]


def list_school_statements(who: Actor, on: date) -> list[SchoolStatements]:
    """List the schools that this user may make statements for. Raises `Refused` if none."""
    permitted = list_permitted_organizations(Action.VERIFY_CONSENT, who, on)
    return [
        SchoolStatements(school, tuple(_summarize_statements(school)))
        for school in permitted.order_by("name")
    ]


def _summarize_statements(organization: Organization) -> list[StatementSummary]:
    has_nations = Q(nations__isnull=False) & ~Q(nations=[])
    has_withheld = Q(withheld__isnull=False) & ~Q(withheld=[])
    child_counts = Child.objects.filter(organization=organization).aggregate(
        nations=Count("pk", filter=has_nations), withheld=Count("pk", filter=has_withheld)
    )
    statements = Statement.objects.filter(organization=organization).select_related("said_by")
    return [
        StatementSummary(
            str(subject.label),
            statements.filter(subject=subject.value).first(),
            child_counts[subject.value],
        )
        for subject in Subject
    ]
