"""Send the district's records of the tutored children, so that a tutor sees something of each.

The district sends days absent and reading results under the tutoring agreement. Only rows of
children with a consent go on.
"""

import random
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Final

from django.utils import timezone

from cairn.data.intake.api import check_delivery, receive_delivery
from cairn.demo.governance import consents, staff
from cairn.governance.agreements.api import Agreement
from cairn.governance.consents.api import compute_school_year
from cairn.governance.partners.api import Organization
from cairn.platform.accounts.api import User
from cairn.policy.vocabulary import Channel
from cairn.warehouse.schema import ColumnMapping

_SEED: Final = 20_260_915
_YEAR_DAYS: Final = 175
AUTUMN_DAYS: Final = 60
_OFTEN_ABSENT: Final = 0.3
"""Share of the children who miss more than a day in ten: the reason for tutoring them."""

ATTENDANCE: Final = ColumnMapping(
    record="attendance_total",
    columns={
        "Student Number": "local_id",
        "School Year": "school_year",
        "Days in membership": "days_enrolled",
        "Days absent": "days_absent",
    },
)
_READING: Final = ColumnMapping(
    record="assessment",
    columns={
        "Student Number": "local_id",
        "School Year": "school_year",
        "Subject": "subject",
        "Level": "performance_level",
    },
)
_LEVELS: Final = ("Well below grade", "Below grade", "At grade", "Above grade")


def send_tutoring_records(at: datetime) -> int:
    """Send the two files of this school year, and check their rows. A second run changes nothing.

    Args:
        at: the moment of the actions.

    Returns:
        The number of rows that went on.
    """
    today = timezone.localdate(at)
    ids = [child.local_id for child in consents.list_tutoring_children(today)]
    this_year, last_year = compute_school_year(today), _find_last_year(today)
    draw = random.Random(_SEED)  # noqa: S311 - invented children
    attendance = [
        (local_id, year, str(days), str(_draw_days_absent(draw, days)))
        for local_id in ids
        for year, days in ((last_year, _YEAR_DAYS), (this_year, AUTUMN_DAYS))
    ]
    reading = [(local_id, last_year, "Reading", draw.choice(_LEVELS)) for local_id in ids]
    return _send_file(attendance, ATTENDANCE, "tutoring-attendance", at) + _send_file(
        reading, _READING, "tutoring-reading", at
    )


def _find_last_year(today: date) -> str:
    return compute_school_year(date(today.year - 1, today.month, 1))


def _draw_days_absent(draw: random.Random, days: int) -> int:
    highest = 0.2 if draw.random() < _OFTEN_ABSENT else 0.08
    return round(days * draw.uniform(0, highest))


def _send_file(
    rows: Iterable[Sequence[str]], mapping: ColumnMapping, feed: str, at: datetime
) -> int:
    steward = User.objects.get(email=staff.find_demo_steward(consents.TUTORING_DISTRICT).email)
    lines = [",".join(mapping.columns), *(",".join(row) for row in rows)]
    received = receive_delivery(
        name=f"{feed}.csv",
        content="\n".join(lines).encode(),
        organization=Organization.objects.get(slug=consents.TUTORING_DISTRICT),
        agreement=Agreement.objects.get(reference=consents.TUTORING_AGREEMENT),
        feed=feed,
        period=compute_school_year(timezone.localdate(at)),
        channel=Channel.UPLOAD,
        mapping=mapping,
        by=steward,
        at=at,
    )
    return check_delivery(delivery=received.delivery, by=steward, at=at).rows_kept
