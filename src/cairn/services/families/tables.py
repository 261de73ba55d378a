"""Lay out the district's lists of letters to families and of record requests.

A list that names students has filters but no search: a search would put a student's name into the
address of the page. `FindLettersForm` posts the student ID instead.
"""

from datetime import datetime
from typing import Any, ClassVar

import django_tables2 as columns
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _
from django_tables2.utils import A

from cairn.platform.tables.api import ListTable

__all__ = [
    "AmendmentTable",
    "CopyRequestTable",
    "FoundLetterTable",
    "LetterRunTable",
    "LetterTable",
]


class LetterRunTable(ListTable):
    """Letters that were printed together, newest first; no student is named."""

    caption = _("Printed letters")
    filter_columns = ("organization",)
    may_download = True

    printed_at = columns.Column(_("Printed"), linkify=("families:run", (A("pk"),)))
    organization = columns.Column(
        _("District"),
        order_by="organization__name",
        linkify=("web:partner", (A("organization__slug"),)),
    )
    expires_on = columns.Column(_("Codes valid through"))
    printed_by = columns.Column(_("Printed by"), accessor="printed_by__name")
    actions = columns.TemplateColumn(
        template_name="families/parts/run_actions.html",
        verbose_name=_("Actions"),
        accessor="pk",
        orderable=False,
        exclude_from_export=True,
    )

    def render_printed_at(self, value: datetime) -> str:
        """Write the local time, which the link shows."""
        return date_format(timezone.localtime(value), "DATETIME_FORMAT")

    def value_printed_at(self, value: datetime) -> str:
        """Write the local time into the file."""
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")


class LetterTable(ListTable):
    """Letters with their students, for users who may see them; rows are `SentLetter`."""

    caption = _("Letters")
    filter_columns: ClassVar[tuple[str, ...]] = ("language", "status")
    may_search = False

    student = columns.Column(
        _("Student"), accessor="child", order_by=("child__name", "child__local_id")
    )
    printed_at = columns.Column(_("Printed"), accessor="letter__run__printed_at")
    language = columns.Column(_("Language"), accessor="letter__language")
    opened_at = columns.Column(_("Last opened"), accessor="letter__opened_at", default=_("not yet"))
    status = columns.TemplateColumn(
        template_name="families/parts/letter_status.html",
        verbose_name=_("Status"),
        accessor="state",
    )
    actions = columns.TemplateColumn(
        template_name="families/parts/letter_actions.html",
        verbose_name=_("Actions"),
        accessor="letter__pk",
        orderable=False,
    )

    def render_printed_at(self, value: datetime) -> Any:
        """Show the day."""
        return timezone.localdate(value)

    def render_language(self, value: str) -> str:
        """Name the language in the reader's language."""
        return str(get_language_info(value)["name_translated"])


class FoundLetterTable(LetterTable):
    """The letters of one student, found by a posted student ID, which no link may repeat."""

    filter_columns = ()

    class Meta:
        orderable = False


class CopyRequestTable(ListTable):
    """Families' requests for copies, open ones first; rows are `CopyRequestDetail`."""

    caption = _("Record requests")
    filter_columns = ("status",)
    may_search = False

    student = columns.Column(
        _("Student"), accessor="child", order_by=("child__name", "child__local_id")
    )
    requester = columns.Column(_("Requested by"))
    asked_on = columns.Column(_("Requested"), accessor="row__asked_on")
    due = columns.Column(_("Due"), accessor="row__due")
    status = columns.TemplateColumn(
        template_name="families/parts/copy_status.html",
        verbose_name=_("Status"),
        accessor="row__answered_at",
    )
    answer = columns.TemplateColumn(
        template_name="families/parts/copy_answer.html",
        verbose_name=_("Answer"),
        accessor="row__answer",
        orderable=False,
    )


class AmendmentTable(ListTable):
    """Families' requests to amend a record, open ones first; rows are `AmendmentDetail`."""

    caption = _("Requests to correct a record")
    filter_columns = ("status",)
    may_search = False

    student = columns.Column(
        _("Student"),
        accessor="child",
        order_by=("child__name", "child__local_id"),
        linkify=("families:amendment_detail", (A("row__pk"),)),
    )
    asked_on = columns.Column(_("Requested"), accessor="row__asked_on")
    due = columns.Column(_("Next step by"), accessor="row__due", default="—")
    status = columns.TemplateColumn(
        template_name="families/parts/amendment_status.html",
        verbose_name=_("Status"),
        accessor="row__state",
    )
