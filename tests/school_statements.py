"""Schools that have said what they know of all their children: silence is not in the way then."""

from datetime import datetime
from typing import Any


def say(*slugs: str, by: Any, at: datetime) -> None:
    """Each school says that its records hold no tribal nations and that nothing is kept back.

    Rows are made as they lie: which person said it is no part of what the rows' tests ask.
    """
    from cairn.governance.consents.models.child import Says, Statement, Subject
    from cairn.governance.partners.models import Organization

    for school in Organization.objects.filter(slug__in=slugs):
        for subject in Subject:
            Statement.objects.create(
                organization=school,
                subject=subject.value,
                says=Says.NO_RECORD.value,
                said_by=by,
                said_at=at,
            )
