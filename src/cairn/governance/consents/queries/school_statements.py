"""Read what schools declared about their children's tribal nations and withheld elements."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from cairn.governance.consents.models.child import Child
from cairn.governance.consents.models.statement import Statement, Subject
from cairn.governance.consents.queries.consents import list_permitted_organizations
from cairn.governance.partners.api import Organization
from cairn.policy.facts import Actor
from cairn.policy.vocabulary import Action


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
