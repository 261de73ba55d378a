"""Read a program's roster, and what schools declared about their children.

A roster shows exactly the children that the program may see on the day of the request. No stored
status is used. Each child is judged by the same question as every use of data, with agreements,
dictionaries and state law, so that a revoked consent or an ended agreement takes effect at once.
Schools declare tribal nations and withheld elements.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Count, Q, QuerySet

from cairn.governance.consents.facts import load_person_fact
from cairn.governance.consents.models.child import (
    Child,
    RosterEntry,
    Statement,
    Subject,
    TaxEvidence,
)
from cairn.governance.consents.models.consent_form import PURPOSES
from cairn.governance.consents.protected_identity import ChildLabel, unseal_child_label
from cairn.governance.consents.queries.consents import list_permitted_organizations
from cairn.governance.consents.queries.statements import StatementToSend, list_statements_to_send
from cairn.governance.consents.use_facts import (
    gather_use_facts,
    list_program_uses,
    select_assigned_rows,
    select_current_entries,
)
from cairn.governance.partners.api import Organization
from cairn.policy.checks import find_tax_dependency_end
from cairn.policy.engine import Decision, redact_decision
from cairn.policy.facts import Actor
from cairn.policy.questions import (
    decide_use,
    limit_hidden_count,
    may_open_page,
    may_record_tax_dependency,
)
from cairn.policy.vocabulary import Action, Audience, Level, Purpose, label_code
from cairn.warehouse.schema import describe_element


@dataclass(frozen=True, slots=True)
class VisibleChild:
    """One child that a program may see, with the elements of each purpose.

    `statements` are those of the family about a part of the record that the program may see.
    """

    entry: RosterEntry
    child: ChildLabel
    allowed: Mapping[Purpose, frozenset[str]]
    statements: tuple[StatementToSend, ...] = ()

    @property
    def allowed_in_words(self) -> list[tuple[str, list[str]]]:
        """The purposes, each with its elements, in words."""
        labels = dict(PURPOSES)
        return [
            (
                str(labels.get(purpose.value, label_code(purpose))),
                sorted(map(describe_element, elements)),
            )
            for purpose, elements in self.allowed.items()
        ]


@dataclass(frozen=True, slots=True)
class ProgramRoster:
    """A program's view of its roster on a date.

    Attributes:
        organization: the program.
        visible: children with data that it may see.
        others: number of the other children on the roster; None if it is not shown.
        agreements: references of the agreements that open the data.
        obstacles: if it may see no child, what concerns the program as a whole: messages, each
            with its next step.
        has_agreement: whether an agreement gives the program data about students.
    """

    organization: Organization
    visible: tuple[VisibleChild, ...]
    others: int | None = None
    agreements: tuple[str, ...] = ()
    obstacles: tuple[tuple[str, str], ...] = ()
    has_agreement: bool = True

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


@dataclass(frozen=True, slots=True)
class ListedTaxEvidence:
    """Evidence of tax dependency with the last day on which it counts."""

    row: TaxEvidence
    ends: date


def list_tax_evidence(child: Child) -> list[ListedTaxEvidence]:
    """List the evidence that a child is a tax dependent; the caller has checked the right."""
    rows = child.tax_evidence.select_related("recorded_by", "ended_by")
    return [ListedTaxEvidence(row, find_tax_dependency_end(row.tax_year)) for row in rows]


def may_record_tax_evidence(child: Child, who: Actor, on: date) -> bool:
    """Tell whether a user may record evidence for the last tax year about a child."""
    person, slug = load_person_fact(child, on), child.organization.slug
    return may_record_tax_dependency(on.year - 1, person, slug, who, on).allowed


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

    It asks the same question as "Can I use or share this data?" of every purpose and element of
    the program's agreements. No reason is given for a hidden child: each reason would disclose
    something. A reason that concerns the whole program is given.

    Args:
        organization: the program.
        who: the policy facts about the person who asks.
        on: the date.

    Returns:
        The roster.

    Raises:
        Refused: the person may not see rosters of this program.
    """
    may_open_page(Action.VIEW_CONSENTS, who, organization=organization.slug, on=on).require()
    entries = select_assigned_rows(
        select_current_entries(organization, on), organization.slug, who, on
    )
    keys = tuple(entry.child.key for entry in entries)
    decisions = _decide_program_uses(organization, who, keys, on)
    allowed = _collect_allowed_elements(decisions)
    visible = tuple(
        VisibleChild(
            entry,
            unseal_child_label(entry.child.key, entry.child.sealed),
            allowed[entry.child.key],
            _list_own_statements(entry.child, allowed[entry.child.key], on),
        )
        for entry in entries
        if entry.child.key in allowed
    )
    others = len(entries) - len(visible)
    shown_others = limit_hidden_count(others)
    opening = [decision for decision in decisions.values() if decision.allowed]
    return ProgramRoster(
        organization,
        tuple(sorted(visible, key=lambda item: str(item.child))),
        shown_others,
        agreements=tuple(sorted({name for item in opening for name in item.agreements})),
        obstacles=() if opening or not entries else _list_obstacles(decisions.values()),
        has_agreement=bool(decisions) or not entries,
    )


def _list_own_statements(
    child: Child, allowed: Mapping[Purpose, frozenset[str]], on: date
) -> tuple[StatementToSend, ...]:
    if child.statement_on is None:
        return ()
    elements = frozenset[str]().union(*allowed.values())
    return tuple(list_statements_to_send([child.key], elements, Level.INDIVIDUAL, on))


def _decide_program_uses(
    organization: Organization, who: Actor, keys: tuple[str, ...], on: date
) -> dict[tuple[Purpose, str], Decision]:
    """Decide on each purpose and school year of the program's agreements about students."""
    use_facts = gather_use_facts(who, "", keys, on, viewer=organization.slug)
    uses = list_program_uses(organization.slug, keys, Action.LIST, use_facts, on)
    return {(use.purpose, use.first_year): decide_use(use, use_facts, on) for use in uses}


def _collect_allowed_elements(
    decisions: Mapping[tuple[Purpose, str], Decision],
) -> dict[str, dict[Purpose, frozenset[str]]]:
    """Return child key → purpose → elements that the decisions allow."""
    allowed: dict[str, dict[Purpose, frozenset[str]]] = defaultdict(dict)
    for (purpose, _year), decision in decisions.items():
        if decision.allowed:
            by_child = dict.fromkeys(decision.included, decision.usable) | dict(decision.partly)
            for key, elements in by_child.items():
                allowed[key][purpose] = allowed[key].get(purpose, frozenset()) | elements
    return allowed


_SINGLE_REASON_CODES: Final = frozenset({"ELEMENT", "PEOPLE"})
"""Codes of a redacted decision for an element, and for children who are left out."""


def _list_obstacles(decisions: Iterable[Decision]) -> tuple[tuple[str, str], ...]:
    """List why the program may see no student at all: messages, each with its next step.

    Only reasons that concern no single child are listed.
    """
    pairs = (
        (reason["message"], reason.get("next_step", ""))
        for decision in decisions
        for reason in redact_decision(decision, Audience.RECIPIENT)["reasons"]
        if reason["code"] not in _SINGLE_REASON_CODES
    )
    return tuple(dict.fromkeys(pairs))


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
