"""The columns of the lists on dashboards: gaps, questions of readers, and reports to partners."""

from urllib.parse import urlencode

import django_tables2 as columns
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cairn.outputs.dashboards.audiences.gaps import GroupGap
from cairn.outputs.dashboards.audiences.partner_report import ReportStatus
from cairn.outputs.dashboards.figure_requests.queries import QuestionLine
from cairn.outputs.dashboards.queries import encode_group
from cairn.platform.tables.api import DayColumn, ListTable


class GapTable(ListTable):
    """Gaps between groups and all children, the largest first."""

    caption = _("Gaps between groups and all children, largest first")
    filter_columns = ("outcome", "breakdown")
    wide_columns = frozenset({"breakdown", "shares"})
    may_search = False
    may_download = True

    group = columns.Column(_("Group"))
    outcome = columns.Column(_("Outcome"))
    breakdown = columns.Column(_("Breakdown"))
    points = columns.Column(_("Gap"), order_by="rank")
    shares = columns.Column(_("Figures"), orderable=False)
    size_text = columns.Column(_("Students"), order_by="size")
    target = columns.Column(_("Target"), accessor="target_text", empty_values=())

    def __init__(self, *args: object, may_set_target: bool = False, **options: object) -> None:
        super().__init__(*args, **options)
        self.may_set_target = may_set_target

    def render_group(self, record: GroupGap) -> SafeString:
        """Link to the outcome's public page."""
        address = reverse("dashboards:outcome", args=[record.published_outcome.definition.id])
        return format_html(
            '<a href="{}">{}<span class="hide-text">, {}</span></a>',
            address,
            record.group,
            record.outcome,
        )

    def value_group(self, record: GroupGap) -> str:
        """Return the group as text."""
        return record.group

    def render_target(self, record: GroupGap) -> SafeString:
        """Say how far the group is from its target, or link to the page that sets one."""
        if record.target is not None or not self.may_set_target:
            return format_html("{}", self.value_target(record))
        query = urlencode({"group": encode_group(record.key)})
        address = reverse("figures:set_target", args=[record.published_outcome.definition.id])
        return format_html(
            '<a href="{}?{}">{}<span class="hide-text">: {}, {}</span></a>',
            address,
            query,
            gettext("Set target"),
            record.outcome,
            record.group,
        )

    def value_target(self, record: GroupGap) -> str:
        """Return the target and the gap to it as text."""
        return record.target_text or gettext("no target")


class FigureQuestionTable(ListTable):
    """What was asked, answered and changed. Who asked is not in it."""

    caption = _("Questions")
    filter_columns = ("state",)
    wide_columns = frozenset({"described", "wish", "agreements", "answer", "change"})
    may_download = True

    described = columns.Column(_("Figure"))
    wish = columns.Column(_("Asked"))
    asked_on = columns.Column(_("Asked on"))
    state = columns.Column(_("State"))
    answer = columns.Column(_("Answer"))
    change = columns.Column(_("What changed"))
    agreements = columns.Column(_("Agreements behind the outcome"))

    def render_described(self, record: QuestionLine) -> SafeString:
        """Link to the page of the question."""
        address = reverse("figures:answer_question", args=[record.pk])
        return format_html('<a href="{}">{}</a>', address, record.described)

    def value_described(self, record: QuestionLine) -> str:
        """Return the figure as text."""
        return record.described


class PartnerReportTable(ListTable):
    """The reports of published tables that agreements promise, and what became of each."""

    caption = _("Promised reports of published tables")
    filter_columns = ("state",)
    wide_columns = frozenset({"promise", "due"})
    may_search = False
    may_download = True

    partner = columns.Column(_("Partner"))
    agreement = columns.Column(_("Agreement"))
    promise = columns.Column(_("Report"))
    state = columns.Column(_("State"))
    delivered_on = DayColumn(verbose_name=_("Last delivered"))
    due = DayColumn(verbose_name=_("Next due"))

    def render_partner(self, record: ReportStatus) -> SafeString:
        """Link to the report."""
        return format_html(
            '<a href="{}">{}<span class="hide-text">, {}</span></a>',
            record.report.address,
            record.partner,
            record.agreement,
        )

    def value_partner(self, record: ReportStatus) -> str:
        """Return the name of the partner as text."""
        return record.partner
