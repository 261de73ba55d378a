"""The table of an organization's students."""

from collections.abc import Iterable
from typing import ClassVar, Final

import django_tables2
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrPromise
from django_tables2.utils import A

from cairn.platform.tables.api import ListTable
from cairn.services.students.actions import CaseloadRow, ProgramRecord, SchoolListRow

_CHRONIC_ABSENCE_RATE: Final = 90
"""Percent; below it a student misses more than a day in ten."""
_NOT_SHARED: Final = _("Not shared")


class CaseloadTable(ListTable):
    """Students with something that is shared; rows are `CaseloadRow`.

    It offers filters but no search: a search would put a student's name into the address of the
    page, where browsers and proxies keep it.
    """

    caption = _("Students")
    filter_columns: ClassVar[tuple[str, ...]] = (
        "need",
        "record",
        "level",
        "grade",
        "school",
        "language",
    )
    unknown_texts = (_NOT_SHARED,)
    wide_columns = frozenset({"record", "grade", "school", "language"})
    may_search = False

    student = django_tables2.Column(
        _("Student"),
        accessor="label",
        order_by=("label__name", "label__local_id"),
        linkify=("students:student", (A("organization"), A("entry"))),
    )
    rate = django_tables2.Column(
        _("Attendance rate"), accessor="rate_in_words", order_by="rate", default=_NOT_SHARED
    )
    need = django_tables2.Column(_("Attendance"), accessor="rate", orderable=False, empty_values=())
    record = django_tables2.Column(_("Program on record"), orderable=False, default=_NOT_SHARED)
    level = django_tables2.Column(_("Newest assessment result"), default=_NOT_SHARED)
    grade = django_tables2.Column(_("Grade"), default=_NOT_SHARED)
    school = django_tables2.Column(_("School"), default=_NOT_SHARED)
    language = django_tables2.Column(_("Home language"), default=_NOT_SHARED)

    @classmethod
    def describe_record(cls, record: CaseloadRow) -> dict[str, str]:
        """Return the texts by which the list is filtered; it is neither searched nor downloaded."""
        texts = {name: getattr(record, name) for name in ("level", "grade", "school", "language")}
        if record.record:
            texts["record"] = _describe_program_record(record.record is ProgramRecord.SHOWN)
        shared = {name: str(texts.get(name) or _NOT_SHARED) for name in cls.filter_columns[1:]}
        return {"need": _describe_attendance(record.rate), **shared}

    def hide_unshared_columns(self, rows: Iterable[CaseloadRow]) -> None:
        """Hide a column that says nothing about anybody on the whole list, such as the grade."""
        every_row = list(rows)
        for name in sorted(self.wide_columns):
            if not any(getattr(row, name) for row in every_row):
                self.columns.hide(name)

    def render_need(self, record: CaseloadRow) -> str:
        """Say whether the attendance is low; nothing where it is not shared."""
        return _describe_attendance(record.rate)

    def render_record(self, value: ProgramRecord) -> str:
        """Say whether a program is on record that may be shown, and nothing about others."""
        return str(_describe_program_record(value is ProgramRecord.SHOWN))


class SchoolListTable(ListTable):
    """A school's students and their programs; rows are `SchoolListRow`.

    Like the list of students, it offers no search, which would put a name into the address.
    """

    caption = _("Students and programs")
    filter_columns: ClassVar[tuple[str, ...]] = ("record", "program", "school", "grade")
    may_search = False

    student = django_tables2.Column(
        _("Student"), accessor="label", order_by=("label__name", "label__local_id")
    )
    school = django_tables2.Column(_("School"), accessor="placement__school", default=_NOT_SHARED)
    grade = django_tables2.Column(_("Grade"), accessor="placement__grade", default=_NOT_SHARED)
    record = django_tables2.Column(
        _("Program on record"), accessor="dosage", orderable=False, empty_values=()
    )
    program = django_tables2.Column(_("Program"), accessor="dosage__program", default="")
    days = django_tables2.Column(_("Days"), accessor="dosage__days", default="")
    minutes = django_tables2.Column(_("Minutes"), accessor="dosage__minutes", default="")
    band = django_tables2.Column(_("Hours"), accessor="dosage__band", default="", orderable=False)

    def render_student(self, record: SchoolListRow) -> str:
        """Link to the student's page where something is shared on it."""
        if record.entry is None:
            return str(record.label)
        url = reverse("students:student", args=[record.organization, record.entry])
        return format_html('<a href="{}">{}</a>', url, record.label)

    def value_student(self, record: SchoolListRow) -> str:
        """The name without the link."""
        return str(record.label)

    def render_record(self, record: SchoolListRow) -> str:
        """Say whether a program is on record that may be shown, and nothing about others."""
        return str(_describe_program_record(record.dosage is not None))


def _describe_attendance(rate: float | None) -> str:
    if rate is None:
        return ""
    low = rate < _CHRONIC_ABSENCE_RATE
    return str(_("Attendance below 90%") if low else _("Attendance 90% or more"))


def _describe_program_record(has_program: bool) -> StrPromise:  # noqa: FBT001 - one fact in words
    return _("Yes") if has_program else _("No program on record that may be shown")
