"""The list of data submissions: searched, filtered, sorted and downloaded."""

from datetime import date
from typing import Any

import django_tables2 as columns
from django.contrib.humanize.templatetags.humanize import intcomma
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext, gettext_lazy

from cairn.data.intake.models import Delivery
from cairn.platform.tables.api import ListTable
from cairn.policy.engine import acts_for_all_owners, mask_small_number
from cairn.policy.facts import CONSERVATIVE_POLICY, Actor
from cairn.policy.vocabulary import DeliveryState

_TONES = {
    DeliveryState.HELD: "warm",
    DeliveryState.RECEIVED: "deep",
    DeliveryState.CONFORMING: "deep",
    DeliveryState.CONFORMED: "good",
    DeliveryState.REFUSED: "stop",
    DeliveryState.SUPERSEDED: "",
    DeliveryState.WITHDRAWN: "warm",
    DeliveryState.DESTROYED: "",
}


def get_status_tone(delivery: Delivery) -> str:
    """Return the color of a status; a file with rows set aside asks for attention."""
    if delivery.state == DeliveryState.CONFORMED and delivery.quarantined_rows:
        return "warm"
    return _TONES[DeliveryState(delivery.state)]


class DeliveryTable(ListTable):
    """Data submissions, newest first; no row of a file is in it.

    Under written consent, a small number of rows set aside is shown to the data owner only.

    Args:
        requester: the reader.
        on: date of reading.
        exact_agreements: references of agreements that do not rest on written consent.
    """

    caption = "Data submissions"
    filter_columns = ("organization", "status", "agreement")
    may_download = True

    title = columns.Column(gettext_lazy("Data submission"), accessor="slot", order_by="slot")
    organization = columns.Column(gettext_lazy("Organization"), order_by="organization__name")
    agreement = columns.Column(gettext_lazy("Agreement"), accessor="agreement_reference")
    status = columns.Column(gettext_lazy("Status"), accessor="status_label")
    rows_kept = columns.Column(gettext_lazy("Rows accepted"))
    set_aside = columns.Column(gettext_lazy("Rows set aside"), accessor="quarantined_rows")
    received = columns.Column(gettext_lazy("Received"), accessor="received_at")

    def __init__(
        self,
        *args: Any,
        requester: Actor,
        on: date,
        exact_agreements: frozenset[str],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._requester, self._on, self._exact_agreements = requester, on, exact_agreements

    def _count_set_aside(self, record: Delivery) -> int | str:
        owners = frozenset({record.organization.slug})
        is_exact = record.agreement_reference in self._exact_agreements
        if is_exact or acts_for_all_owners(self._requester, owners, self._on):
            return record.quarantined_rows
        return mask_small_number(record.quarantined_rows, CONSERVATIVE_POLICY.told_from)

    def render_title(self, value: str, record: Delivery) -> SafeString:
        """Link to the page of the data submission, and mark synthetic data."""
        address = reverse("intake:delivery", args=[record.pk])
        if not record.pilot:
            return format_html('<a href="{}">{}</a>', address, value)
        badge = gettext("pilot, synthetic data")
        return format_html(
            '<a href="{}">{}</a> <span class="badge warm">{}</span>', address, value, badge
        )

    def value_title(self, value: str, record: Delivery) -> str:
        """Return the title as text, with the mark of synthetic data."""
        return f"{value} ({gettext('pilot, synthetic data')})" if record.pilot else value

    def render_organization(self, record: Delivery) -> SafeString:
        """Link to the partner's page."""
        address = reverse("web:partner", args=[record.organization.slug])
        return format_html('<a href="{}">{}</a>', address, record.organization)

    def value_organization(self, record: Delivery) -> str:
        """Return the name of the organization."""
        return str(record.organization)

    def render_agreement(self, value: str) -> SafeString:
        """Link to the agreement."""
        address = reverse("agreements:detail", args=[value])
        return format_html('<a href="{}">{}</a>', address, value)

    def value_agreement(self, value: str) -> str:
        """Return the reference of the agreement."""
        return value

    def render_status(self, value: str, record: Delivery) -> SafeString:
        """Show the status as a badge."""
        return format_html('<span class="badge {}">{}</span>', get_status_tone(record), value)

    def value_status(self, value: str) -> str:
        """Return the status as text."""
        return str(value)

    def render_rows_kept(self, value: int, record: Delivery) -> str:
        """Show the number of rows, or a dash before the check."""
        return intcomma(value) if record.conformed else "—"

    def value_rows_kept(self, value: int, record: Delivery) -> str:
        """Return the number of rows; empty before the check."""
        return str(value) if record.conformed else ""

    def render_set_aside(self, record: Delivery) -> str:
        """Show the number of rows, or a dash before the check."""
        return intcomma(self._count_set_aside(record)) if record.conformed else "—"

    def value_set_aside(self, record: Delivery) -> str:
        """Return the number of rows; empty before the check."""
        return str(self._count_set_aside(record)) if record.conformed else ""

    def render_received(self, record: Delivery) -> str:
        """Show the day."""
        return date_format(localtime(record.received_at), "DATE_FORMAT")

    def value_received(self, record: Delivery) -> str:
        """Return the day in ISO form, which spreadsheets sort."""
        return localtime(record.received_at).date().isoformat()
