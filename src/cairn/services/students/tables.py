"""The table of an organization's students."""

from typing import ClassVar, Final

import django_tables2
from django.utils.translation import gettext_lazy as _
from django_tables2.utils import A

from cairn.platform.tables.api import ListTable
from cairn.services.students.actions import CaseloadRow

_CHRONIC_ABSENCE_RATE: Final = 90
"""Percent; below it a student misses more than a day in ten."""


class CaseloadTable(ListTable):
    """Students with something that is shared; rows are `CaseloadRow`.

    It offers filters but no search: a search would put a student's name into the address of the
    page, where browsers and proxies keep it.
    """

    caption = _("Students")
    filter_columns: ClassVar[tuple[str, ...]] = ("need", "level")
    may_search = False

    student = django_tables2.Column(
        _("Student"),
        accessor="label",
        order_by=("label__name", "label__local_id"),
        linkify=("students:student", (A("organization"), A("entry"))),
    )
    rate = django_tables2.Column(
        _("Attendance rate"), accessor="rate_in_words", order_by="rate", default=_("Not shared")
    )
    need = django_tables2.Column(_("Need"), accessor="rate", orderable=False, empty_values=())
    level = django_tables2.Column(_("Newest assessment result"), default=_("Not shared"))

    def render_need(self, record: CaseloadRow) -> str:
        """Say whether the attendance is low; nothing where it is not shared."""
        if record.rate is None:
            return ""
        low = record.rate < _CHRONIC_ABSENCE_RATE
        return str(_("Attendance below 90%") if low else _("Attendance 90% or more"))
