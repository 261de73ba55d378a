"""The table of the disclosure log."""

from collections.abc import Mapping
from typing import Any, ClassVar

import django_tables2
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from cairn.governance.disclosure_log.models import FROM, TO, DisclosureRecord, find_action_label
from cairn.governance.disclosure_log.queries import LinkedPages
from cairn.platform.tables.api import ListTable

_LINES_PER_PAGE = 25


class DisclosureTable(ListTable):
    """Entries of the disclosure log. The database filters, sorts and pages them."""

    caption: ClassVar[str] = "Disclosure log entries"
    may_search: ClassVar[bool] = False

    at = django_tables2.Column(verbose_name=_("Date"))
    kind = django_tables2.Column(verbose_name=_("Event"))
    data_owner = django_tables2.Column(
        verbose_name=_("Data owner"), empty_values=(), orderable=False
    )
    recipient = django_tables2.Column(
        verbose_name=_("Recipient or requester"), empty_values=(), orderable=False
    )
    agreements = django_tables2.Column(verbose_name=_("Agreements"), orderable=False)
    people = django_tables2.Column(verbose_name=_("Children"))

    def __init__(
        self, *args: Any, names: Mapping[str, str], linked: LinkedPages, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._names, self._linked = names, linked

    def render_at(self, record: DisclosureRecord) -> SafeString:
        """Link the date to the entry."""
        return format_html(
            '<a class="whole" href="{}">{}</a><br><span class="small soft whole">{}</span>',
            reverse("disclosures:detail", args=[record.pk]),
            date_format(localtime(record.at), "DATE_FORMAT"),
            date_format(localtime(record.at), "TIME_FORMAT"),
        )

    def render_kind(self, record: DisclosureRecord) -> SafeString:
        """Show what happened, and by which action."""
        return format_html(
            '{}<br><span class="small soft">{}</span>',
            record.get_kind_display(),
            find_action_label(record.action),
        )

    def render_data_owner(self, record: DisclosureRecord) -> SafeString:
        """Link the organizations that own the data."""
        return self._list_parties(record, FROM)

    def render_recipient(self, record: DisclosureRecord) -> SafeString:
        """Link the organizations that received or requested the data."""
        return self._list_parties(record, TO)

    def render_agreements(self, value: list[str]) -> SafeString:
        """Link the agreements that the user may read."""
        return format_html_join(", ", "{}", ((self._link_agreement(one),) for one in value))

    def _link_agreement(self, reference: str) -> str:
        if reference not in self._linked.agreements:
            return reference
        url = reverse("agreements:detail", args=[reference])
        return format_html('<a href="{}">{}</a>', url, reference)

    def _list_parties(self, record: DisclosureRecord, side: str) -> SafeString:
        slugs = [party.organization for party in record.parties.all() if party.side == side]
        if not slugs:
            return SafeString("—")
        items = format_html_join("", "<li>{}</li>", ((self._link_partner(one),) for one in slugs))
        return format_html('<ul class="run">{}</ul>', items)

    def _link_partner(self, slug: str) -> str:
        if not self._linked.partners or slug not in self._names:
            return self._names.get(slug, slug)
        url = reverse("web:partner", args=[slug])
        return format_html('<a href="{}">{}</a>', url, self._names[slug])


def build_disclosure_table(
    rows: QuerySet[DisclosureRecord],
    request: HttpRequest,
    names: Mapping[str, str],
    linked: LinkedPages,
) -> DisclosureTable:
    """Build one page of the log; the log grows without end, so the rows stay in the database.

    Args:
        rows: the entries that the user may see, filtered.
        request: its query string holds `sort` and `page`.
        names: names of organizations by slug.
        linked: pages that the user may open.

    Returns:
        The table.
    """
    order = DisclosureTable.read_order(request.GET.getlist("sort"))
    table = DisclosureTable(rows, names=names, linked=linked, order_by=order)
    table.query, table.unfiltered_count = request.GET, rows.count()
    table.paginate(page=1, per_page=_LINES_PER_PAGE)
    table.page = table.paginator.get_page(request.GET.get("page", "1"))
    return table
