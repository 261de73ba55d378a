"""Describe a session for a device that keeps it: its roster, and the marks on record.

The plain text on a device has no name: a child is a keyed hash of the enrollment, and so is
the person who takes attendance.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from django.utils.formats import date_format

from cairn.platform.accounts.api import User
from cairn.platform.sealing.api import compute_keyed_hash
from cairn.services.programs import attendance_form, models, queries

_CHILD_LABEL: Final = "programs-offline-child"
_USER_LABEL: Final = "programs-offline-user"
_REFERENCE_DIGITS: Final = 32


def compute_child_reference(enrollment: models.ProgramEnrollment) -> str:
    """Compute the reference by which a device knows an enrollment; only this server resolves it.

    Args:
        enrollment: the enrollment.

    Returns:
        32 hexadecimal digits.
    """
    return compute_keyed_hash(_CHILD_LABEL, str(enrollment.pk).encode())[:_REFERENCE_DIGITS]


def compute_user_reference(user: User) -> str:
    """Compute the reference by which a device knows the person who takes attendance.

    Args:
        user: the person.

    Returns:
        32 hexadecimal digits.
    """
    return compute_keyed_hash(_USER_LABEL, str(user.pk).encode())[:_REFERENCE_DIGITS]


def describe_roster(
    series: models.SessionSeries,
    day: date,
    rows: Iterable[queries.RosterRow],
    problems: Iterable[str],
    *,
    user: User,
    today: date,
) -> dict[str, Any]:
    """Describe a session for a device, with the names of its children.

    Args:
        series: the group.
        day: the day of the session.
        rows: the children who hold a place on that day.
        problems: why no attendance can be recorded on that day, in sentences.
        user: the person who takes attendance.
        today: the date of the server.

    Returns:
        Values for JSON. Health notes and contacts are not among them.
    """
    return {
        "user": compute_user_reference(user),
        "place": f"{series.pk}/{day.isoformat()}",
        "group": series.name,
        "site": series.site,
        "day": date_format(day),
        "is_today": day == today,
        "is_past": day < today,
        "minutes": series.minutes,
        "problems": list(problems),
        "rows": [
            {
                "child": compute_child_reference(line.row.enrollment),
                "number": line.row.enrollment.pk,
                "name": line.row.details.full_name,
                "status": line.status,
                "minutes": line.minutes,
                "seen": line.seen,
            }
            for line in attendance_form.build_attendance_lines(rows)
        ],
    }
