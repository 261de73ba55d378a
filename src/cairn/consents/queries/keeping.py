"""What schools have said of their children's nations and of what they keep back."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from cairn.consents.models import Child, Statement, Subject
from cairn.consents.queries.consents import organizations
from cairn.partners.models import Organization
from cairn.rules.actor import Actor
from cairn.rules.vocabulary import Action


@dataclass(frozen=True, slots=True)
class Line:
    """One subject: what a school's newest statement says, and for how many children it is so."""

    subject: str
    statement: Statement | None
    children: int


@dataclass(frozen=True, slots=True)
class School:
    """One school, for its own steward: the children are numbers."""

    organization: Organization
    lines: tuple[Line, ...]


def schools(who: Actor, on: date) -> list[School]:
    """The schools for which this person may speak. Raises `Refused` where there is none."""
    mine = organizations(Action.VERIFY_CONSENT, who, on)
    return [School(one, tuple(_lines(one))) for one in mine.order_by("name")]


def _lines(organization: Organization) -> list[Line]:
    named = Q(nations__isnull=False) & ~Q(nations=[])
    kept = Q(withheld__isnull=False) & ~Q(withheld=[])
    counted = Child.objects.filter(organization=organization).aggregate(
        nations=Count("pk", filter=named), withheld=Count("pk", filter=kept)
    )
    said = Statement.objects.filter(organization=organization).select_related("said_by")
    return [
        Line(str(subject.label), said.filter(subject=subject.value).first(), counted[subject.value])
        for subject in Subject
    ]
