"""Lay out the lists of consents, consent forms, batches of signed forms, and opt-outs.

A list that names students offers filters but no search: a search would put a student's name into
the address of the page, where browsers and proxies keep it.
"""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

import django_tables2 as columns
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_tables2.utils import A

from cairn.governance.consents.models.consent import RELATIONS
from cairn.platform.tables.api import DayColumn, ListTable

__all__ = [
    "AnnualNoticeTable",
    "ConsentFormTable",
    "ConsentTable",
    "OptOutRecordingTable",
    "OptOutTallyTable",
    "PaperSittingTable",
    "RosterTable",
]


# Django's own look-up of a label translates all choices each time.
_RELATION_LABELS: Final = MappingProxyType(dict(RELATIONS))
_PARTNER_PAGE: Final = ("web:partner", (A("organization__slug"),))


def _get_permissions(table: Any) -> Mapping[str, Any]:
    permissions: Mapping[str, Any] = table.permissions
    return permissions


def _build_actions_column(template_name: str) -> Any:
    """Build the column of what the user can do with a row.

    Its template gets the `permissions` of the table.
    """
    return columns.TemplateColumn(
        template_name=template_name,
        verbose_name=_("Actions"),
        accessor="pk",
        orderable=False,
        exclude_from_export=True,
        extra_context=_get_permissions,
    )


class _ActionsTable(ListTable):
    """A table with actions; `permissions` says which of them the user may take."""

    def __init__(self, *args: Any, permissions: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.permissions = permissions


class ConsentTable(ListTable):
    """Consents with their students, for users who may see them; rows are `ConsentDetail`."""

    caption = _("Consents")
    filter_columns = ("form", "status")
    may_search = False

    student = columns.Column(
        _("Student"),
        accessor="child",
        order_by=("child__name", "child__local_id"),
        linkify=("consents:detail", (A("row__reference"),)),
    )
    form = columns.Column(_("Form"), accessor="row__form", order_by="row__form__slug")
    signer = columns.Column(_("Signed by"))
    signed_on = columns.Column(_("Signed on"), accessor="row__signed_on")
    status = columns.TemplateColumn(
        template_name="consents/parts/status_cell.html",
        accessor="row__state",
        order_by=("standing", "row__state"),
        verbose_name=_("Status"),
    )

    @classmethod
    def describe_record(cls, record: Any) -> dict[str, str]:
        """Say of a consent what the filters offer; it is neither searched nor downloaded."""
        return {"form": str(record.row.form), "status": record.status_label}

    def render_signer(self, value: str, record: Any) -> str:
        """Name the signer with the relation to the student."""
        return f"{value}, {_RELATION_LABELS[record.row.relation]}"


class ConsentFormTable(_ActionsTable):
    """Consent forms, one row for each version."""

    caption = _("Consent forms")
    filter_columns = ("status",)
    may_download = True

    form = columns.Column(_("Form"), accessor="title", order_by=("slug", "version"))
    organization = columns.Column(
        _("District"), order_by="organization__name", linkify=_PARTNER_PAGE
    )
    recipients = columns.Column(_("Recipients"), accessor="parties", orderable=False)
    given = columns.Column(_("Consents"))
    waits = columns.Column(_("To verify"))
    status = columns.Column(_("Status"), accessor="retired_at", empty_values=())
    actions = _build_actions_column("consents/parts/form_actions.html")

    def render_form(self, record: Any) -> str:
        """Name the form with its version."""
        return str(record)

    def render_recipients(self, record: Any) -> str:
        """Name the organizations that receive the records."""
        return ", ".join(str(party) for party in record.parties.all())

    def render_status(self, record: Any) -> str:
        """Say whether families can sign the form."""
        return str(_("Retired") if record.retired_at else _("In use"))


class PaperSittingTable(_ActionsTable):
    """Batches of signed forms, newest first."""

    caption = _("Batches of signed forms")
    may_search = False

    recorded_at = columns.Column(_("Recorded"))
    form = columns.Column(_("Form"), order_by="form__slug")
    collected_by = columns.Column(
        _("Collected by"),
        order_by="collected_by__name",
        linkify=("web:partner", (A("collected_by__slug"),)),
    )
    total = columns.Column(_("Answers"))
    recorded_by = columns.Column(_("Recorded by"), accessor="recorded_by__name")
    actions = _build_actions_column("consents/parts/sitting_actions.html")


class RosterTable(ListTable):
    """Students that a program may see today; rows are `VisibleChild`."""

    caption = _("Students with consent")
    may_search = False

    student = columns.Column(
        _("Student"),
        accessor="child",
        order_by=("child__name", "child__local_id"),
        linkify=("students:student", (A("entry__organization__slug"), A("entry__pk"))),
    )
    data = columns.TemplateColumn(
        template_name="consents/parts/data_by_purpose.html",
        verbose_name=_("Data by purpose"),
        accessor="child",
        orderable=False,
    )
    actions = columns.TemplateColumn(
        template_name="consents/parts/roster_actions.html",
        verbose_name=_("Actions"),
        accessor="entry__pk",
        orderable=False,
    )


class OptOutTallyTable(ListTable):
    """How many students of each organization are opted out, one row for each organization."""

    caption = _("Opt-outs by organization")
    may_download = True

    organization = columns.Column(
        _("Organization"), order_by="organization__name", linkify=_PARTNER_PAGE
    )
    everything = columns.Column(_("All optional sharing"))
    directory = columns.Column(_("Directory information"))


class OptOutRecordingTable(_ActionsTable):
    """Recorded opt-outs, newest first; they name no student."""

    caption = _("Recorded opt-outs")
    filter_columns = ("organization", "scope", "season")
    may_download = True

    recorded_at = columns.Column(_("Recorded"))
    organization = columns.Column(
        _("Organization"), order_by="organization__name", linkify=_PARTNER_PAGE
    )
    scope = columns.Column(_("Opted out of"))
    season = columns.Column(_("School year"))
    students = columns.Column(_("Students"), accessor="stands")
    recorded_by = columns.Column(_("Recorded by"), accessor="recorded_by__name", empty_values=())
    actions = _build_actions_column("opt_outs/parts/recording_actions.html")

    def value_recorded_at(self, value: datetime) -> str:
        """Write the local time into the file."""
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")

    def render_students(self, value: int, record: Any) -> str:
        """Count the opt-outs in effect, and the recorded ones if some have ended."""
        if value == record.total:
            return str(value)
        return str(_("%(n)s of %(total)s")) % {"n": value, "total": record.total}

    def render_recorded_by(self, value: str | None) -> str:
        """Name the user who recorded the opt-outs, or say that the family did."""
        return value or str(_("Family, on its page"))


class AnnualNoticeTable(ListTable):
    """Annual notices to families, one row for each school year; rows are `AnnualNoticeDetail`."""

    caption = _("Annual notices")
    filter_columns = ("season", "organization", "status")
    wide_columns = frozenset({"elements", "recipients"})
    may_download = True

    season = columns.Column(
        _("School year"), accessor="row__season", linkify=("notices:detail", (A("row__pk"),))
    )
    organization = columns.Column(
        _("Organization"),
        accessor="row__organization",
        order_by="row__organization__name",
        linkify=("web:partner", (A("row__organization__slug"),)),
    )
    published_on = DayColumn(verbose_name=_("Published"), accessor="row__published_on")
    opt_out_until = DayColumn(
        verbose_name=_("Last day to opt out"),
        accessor="row__opt_out_until",
        default=_("None stated"),
    )
    elements = columns.Column(_("Directory information"), orderable=False, empty_values=())
    recipients = columns.Column(_("Only recipients"), orderable=False, empty_values=())
    status = columns.Column(_("Status"), accessor="row__withdrawn_at", empty_values=())

    def render_elements(self, value: tuple[tuple[str, str], ...]) -> str:
        """Count the designated elements."""
        return str(len(value))

    def render_recipients(self, value: tuple[str, ...]) -> str:
        """Name the only recipients, or say that the notice is not limited."""
        return ", ".join(value) or str(_("Not limited"))

    def render_status(self, record: Any) -> str:
        """Say whether the notice is in effect, and whether families can still opt out."""
        if not record.row.is_in_effect:
            return str(_("Withdrawn"))
        return str(_("Opt-out period open") if record.is_window_open else _("In effect"))
