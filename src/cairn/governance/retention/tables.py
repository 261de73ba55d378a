"""The tables of data destruction: what must be destroyed, and what was."""

from collections.abc import Mapping
from typing import Any, ClassVar

import django_tables2
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from cairn.governance.disclosure_log.api import LinkedPages
from cairn.governance.retention.duty_line import TONE_BY_DUTY_STATE, DutyLine
from cairn.governance.retention.models import DestructionRun
from cairn.platform.tables.api import ListTable
from cairn.policy.vocabulary import DutyState


class _DestructionTable(ListTable):
    """Columns that both tables have: each row is data of one owner under one agreement."""

    may_download: ClassVar[bool] = True

    def __init__(
        self, *args: Any, names: Mapping[str, str], linked: LinkedPages, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._names, self._linked = names, linked

    def _link_agreement(self, reference: str) -> str:
        if reference not in self._linked.agreements:
            return reference
        url = reverse("agreements:detail", args=[reference])
        return format_html('<a href="{}">{}</a>', url, reference)

    def _link_partner(self, slug: str) -> str:
        name = self._names.get(slug, slug)
        if not self._linked.partners or slug not in self._names:
            return name
        return format_html('<a href="{}">{}</a>', reverse("web:partner", args=[slug]), name)


class DutyTable(_DestructionTable):
    """Data that must be destroyed by a date."""

    caption: ClassVar[str] = "Data to destroy"
    filter_columns: ClassVar[tuple[str, ...]] = ("status",)

    data = django_tables2.Column(
        verbose_name="Data", accessor="owner", order_by=("owner", "fact__agreement")
    )
    due = django_tables2.Column(verbose_name="Destroy by", accessor="fact__due")
    agreement = django_tables2.Column(verbose_name="Agreement", accessor="fact__agreement")
    owner = django_tables2.Column(verbose_name="Data owner")
    why = django_tables2.Column(verbose_name="Reason")
    held = django_tables2.Column(
        verbose_name="Items held", accessor="fact__references", orderable=False
    )
    status = django_tables2.Column(verbose_name="Status", accessor="state")

    def render_data(self, record: DutyLine) -> SafeString:
        """Link the row to its page."""
        return format_html('<a href="{}">{}</a>', record.url, self.value_data(record))

    def value_data(self, record: DutyLine) -> str:
        """Name the row."""
        return _("Data of %(owner)s") % {"owner": record.owner}

    def render_due(self, record: DutyLine) -> str:
        """Show the last day on which the data may be held."""
        return date_format(record.fact.due, "DATE_FORMAT")

    def render_agreement(self, record: DutyLine) -> str:
        """Link the agreement."""
        return self._link_agreement(record.fact.agreement)

    def value_agreement(self, record: DutyLine) -> str:
        """Return the number of the agreement."""
        return record.fact.agreement

    def render_owner(self, record: DutyLine) -> str:
        """Link the data owner."""
        return self._link_partner(record.fact.owner)

    def value_owner(self, record: DutyLine) -> str:
        """Return the name of the data owner."""
        return record.owner

    def render_held(self, record: DutyLine) -> str:
        """Count the data submissions and scans that are held."""
        return str(len(record.fact.references))

    def render_status(self, record: DutyLine) -> SafeString:
        """Show the status as a badge."""
        return _build_badge(self.value_status(record), "stop" if record.overdue else record.tone)

    def value_status(self, record: DutyLine) -> str:
        """Return the status in words."""
        return _("Overdue") if record.overdue else record.state


class DestructionTable(_DestructionTable):
    """Destructions that have begun, and their certificates."""

    caption: ClassVar[str] = "Destroyed data and certificates"
    filter_columns: ClassVar[tuple[str, ...]] = ("state",)

    data = django_tables2.Column(verbose_name="Data", accessor="owner")
    begun_at = django_tables2.Column(verbose_name="Started")
    agreement = django_tables2.Column(verbose_name="Agreement")
    owner = django_tables2.Column(verbose_name="Data owner")
    begun_by = django_tables2.Column(verbose_name="Started by", accessor="begun_by__name")
    state = django_tables2.Column(verbose_name="Status")

    def render_data(self, record: DestructionRun) -> SafeString:
        """Link the row to its page."""
        url = reverse("retention:run", args=[record.pk])
        return format_html('<a href="{}">{}</a>', url, self.value_data(record))

    def value_data(self, record: DestructionRun) -> str:
        """Name the row."""
        return _("Data of %(owner)s") % {"owner": self._names.get(record.owner, record.owner)}

    def render_begun_at(self, record: DestructionRun) -> str:
        """Show the day."""
        return date_format(localtime(record.begun_at), "DATE_FORMAT")

    def render_agreement(self, record: DestructionRun) -> str:
        """Link the agreement."""
        return self._link_agreement(record.agreement)

    def value_agreement(self, record: DestructionRun) -> str:
        """Return the number of the agreement."""
        return record.agreement

    def render_owner(self, record: DestructionRun) -> str:
        """Link the data owner."""
        return self._link_partner(record.owner)

    def value_owner(self, record: DestructionRun) -> str:
        """Return the name of the data owner."""
        return self._names.get(record.owner, record.owner)

    def render_state(self, record: DestructionRun) -> SafeString:
        """Show the status as a badge."""
        tone = TONE_BY_DUTY_STATE[DutyState(record.state)]
        return _build_badge(self.value_state(record), tone)

    def value_state(self, record: DestructionRun) -> str:
        """Return the status in words."""
        return str(record.get_state_display())


def _build_badge(label: str, tone: str) -> SafeString:
    return format_html('<span class="badge {}">{}</span>', tone, label)
