"""How a passed or attested course becomes a row that counts until a day."""

from datetime import date, datetime, timedelta

from cairn.accounts.models import User
from cairn.training.course import Course
from cairn.training.models import Completion


def completed(
    course: Course, *, user: User, on: date, how: str, at: datetime, attested_by: User | None = None
) -> Completion:
    """The new row. The caller has asked the rules, in the transaction that this joins.

    It counts from the day itself through the course's own number of days.
    """
    return Completion.objects.create(
        user=user,
        course=course.id,
        version=course.version,
        passed_on=on,
        expires_on=on + timedelta(days=course.valid_days - 1),
        how=how,
        attested_by=attested_by,
        recorded_at=at,
    )
