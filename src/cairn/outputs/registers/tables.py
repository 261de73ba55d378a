"""The columns of the two public lists: agreements and approved projects.

Neither names a student, so both can be searched and downloaded.
"""

import django_tables2 as columns
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cairn.outputs.registers.queries import PublicProject, RegisterEntry
from cairn.platform.tables.api import ListTable

__all__ = ["PublicProjectTable", "RegisteredAgreementTable"]


class RegisteredAgreementTable(ListTable):
    """Every agreement on record, those in force first."""

    caption = _("Agreements")
    filter_columns = ("status", "providers", "kind")
    wide_columns = frozenset({"reference", "kind", "providers", "recipients"})
    may_download = True

    title = columns.Column(_("Agreement"), accessor="terms__title")
    reference = columns.Column(_("Reference"), accessor="terms__reference")
    kind = columns.Column(_("Type"))
    providers = columns.Column(_("Data provider"), empty_values=())
    recipients = columns.Column(_("Data recipient"), empty_values=())
    status = columns.Column(_("Status today"), accessor="in_force", empty_values=())

    def render_title(self, record: RegisterEntry) -> SafeString:
        """Link to the agreement's page, and mark a pilot."""
        address = reverse("registers:agreement", args=[record.terms.reference])
        return _link_title(address, record.terms.title, is_pilot=record.pilot)

    def value_title(self, record: RegisterEntry) -> str:
        """Return the title as text."""
        return _name_title(record.terms.title, is_pilot=record.pilot)

    def render_providers(self, value: tuple[str, ...]) -> str:
        """Name the organizations that provide data."""
        return ", ".join(value) or "—"

    def render_recipients(self, value: tuple[str, ...]) -> str:
        """Name the other parties."""
        return ", ".join(value) or "—"

    def render_status(self, record: RegisterEntry) -> SafeString:
        """Say whether the agreement is in force today."""
        tone = "good" if record.in_force else ""
        return format_html('<span class="badge {}">{}</span>', tone, self.value_status(record))

    def value_status(self, record: RegisterEntry) -> str:
        """Return the status as text."""
        return gettext("In force") if record.in_force else gettext("Not in force")


class PublicProjectTable(ListTable):
    """Every approved project, by reference."""

    caption = _("Projects")
    filter_columns = ("state", "purpose", "lead")
    may_download = True

    title = columns.Column(_("Project"), accessor="fact__title")
    reference = columns.Column(_("Reference"), accessor="fact__reference")
    purpose = columns.Column(_("Purpose"))
    lead = columns.Column(_("Lead organization"))
    state = columns.Column(_("Status"))

    def render_title(self, record: PublicProject) -> SafeString:
        """Link to the project's page, and mark a pilot."""
        address = reverse("registers:project", args=[record.fact.reference])
        return _link_title(address, record.fact.title, is_pilot=record.pilot)

    def value_title(self, record: PublicProject) -> str:
        """Return the title as text."""
        return _name_title(record.fact.title, is_pilot=record.pilot)


def _link_title(address: str, title: str, *, is_pilot: bool) -> SafeString:
    link = format_html('<a href="{}">{}</a>', address, title)
    if not is_pilot:
        return link
    return format_html('{} <span class="badge warm">{}</span>', link, _pilot_label())


def _name_title(title: str, *, is_pilot: bool) -> str:
    return f"{title} ({_pilot_label()})" if is_pilot else title


def _pilot_label() -> str:
    return gettext("Pilot (synthetic data)")
