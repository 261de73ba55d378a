"""What schools have said of all their children at once, on a day."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from cairn.consents.models import Statement
from cairn.consents.models.statement import KNOWN

Newest = Mapping[tuple[int, str], str]
"""Organization's key and subject → what its newest statement says."""


def newest(organizations: Iterable[int], on: date) -> Newest:
    """The newest statement of each organization about each subject, by the end of a day."""
    until = timezone.make_aware(datetime.combine(on + timedelta(days=1), time.min))
    rows = Statement.objects.filter(organization__in=set(organizations), said_at__lt=until)
    found: dict[tuple[int, str], str] = {}
    for row in rows.order_by("said_at", "pk"):
        found[row.organization_id, row.subject] = row.says
    return found


def recorded(
    of_child: list[str] | None, says: Newest, organization: int, subject: str
) -> frozenset[str] | None:
    """What is on record of one child; of whom nothing is, what its school said of everybody."""
    if of_child is not None:
        return frozenset(of_child)
    return frozenset() if says.get((organization, subject)) in KNOWN else None
