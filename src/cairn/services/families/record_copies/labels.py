"""Name the fields of a copy in plain words that have a Spanish translation."""

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrPromise

from cairn.data.records.api import EVENT_COUNT

COPY_FIELD_NAMES: Final[Mapping[str, StrPromise]] = {
    EVENT_COUNT: _("Number"),
    "school_year": _("School year"),
    "days_enrolled": _("Days enrolled"),
    "days_absent": _("Days absent"),
    "days_present": _("Days present"),
    "event": _("Attendance event"),
    "duration": _("Duration"),
    "grade": _("Grade"),
    "school_id": _("School ID"),
    "school_name": _("School"),
    "subject": _("Subject"),
    "performance_level": _("Performance level"),
    "score": _("Score"),
    "test": _("Test"),
    "program": _("Program"),
    "present": _("Attended"),
    "hours": _("Hours"),
    "start_date": _("First day"),
    "end_date": _("Last day"),
    "date": _("Date"),
    "gender": _("Gender"),
    "race_ethnicity": _("Race and ethnicity"),
    "meal_status": _("School meals"),
}
