"""The columns of the lists of agreements and drafts."""

from typing import ClassVar

import django_tables2 as columns
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from cairn.governance.agreements.documents.structure import capitalize_first
from cairn.governance.agreements.models import Draft
from cairn.governance.agreements.queries.visible_agreements import AgreementListing
from cairn.platform.tables.api import ListTable
from cairn.policy.facts import UNTIL_TERMINATED

_SEPARATOR = "; "


class AgreementTable(ListTable):
    """The agreements that a person may read, with the answer whether each is in force."""

    caption: ClassVar[str] = _lazy("Agreements")  # type: ignore[assignment]
    filter_columns: ClassVar[tuple[str, ...]] = ("status", "provider", "basis")
    may_download: ClassVar[bool] = True

    agreement = columns.Column(_lazy("Agreement"), accessor="terms__title")
    provider = columns.Column(_lazy("Data provider"), accessor="row__pk", orderable=False)
    basis = columns.Column(_lazy("Legal basis"), accessor="basis")
    ends = columns.Column(_lazy("Ends"), accessor="terms__ends", empty_values=())
    threshold = columns.Column(
        _lazy("Small-cell threshold"), accessor="terms__disclosure__minimum_cell"
    )
    status = columns.Column(_lazy("Status today"), accessor="standing__allowed", empty_values=())

    def render_agreement(self, record: AgreementListing) -> str:
        pilot = (
            format_html(' <span class="badge warm">{}</span>', _("Pilot, synthetic data"))
            if record.row.pilot
            else ""
        )
        return format_html(
            '<a href="{}">{}</a>{}<br><span class="small soft">{}</span>',
            reverse("agreements:detail", args=(record.row.reference,)),
            record.terms.title,
            pilot,
            record.row.reference,
        )

    def value_agreement(self, record: AgreementListing) -> str:
        pilot = f" ({_('pilot, synthetic data')})" if record.row.pilot else ""
        return f"{record.row.reference}: {record.terms.title}{pilot}"

    def render_provider(self, record: AgreementListing) -> str:
        return format_html_join(
            "",
            '<div><a href="{}">{}</a></div>',
            ((reverse("web:partner", args=(p.organization,)), p.name) for p in record.providers),
        )

    def value_provider(self, record: AgreementListing) -> str:
        return _SEPARATOR.join(party.name for party in record.providers)

    def render_basis(self, value: str) -> str:
        return capitalize_first(value)

    def render_ends(self, record: AgreementListing) -> str:
        return format_html('<span class="whole">{}</span>', self.value_ends(record))

    def value_ends(self, record: AgreementListing) -> str:
        ends = record.terms.ends
        if ends is None:
            return _("Not stated")
        if ends == UNTIL_TERMINATED:
            return _("When terminated")
        return str(date_format(ends, "DATE_FORMAT"))

    def render_status(self, record: AgreementListing) -> str:
        badge = format_html(
            '<span class="badge {}">{}</span>',
            "good" if record.standing.allowed else "stop",
            self.value_status(record),
        )
        if record.row.state == "signed":
            return badge
        return format_html(
            '{} <span class="badge stop">{}</span>', badge, record.row.get_state_display()
        )

    def value_status(self, record: AgreementListing) -> str:
        return _("In force") if record.standing.allowed else _("Not in force")


class DraftTable(ListTable):
    """The drafts that a person may read, open ones first."""

    caption: ClassVar[str] = _lazy("Drafts")  # type: ignore[assignment]
    filter_columns: ClassVar[tuple[str, ...]] = ("status", "written_by")
    may_download: ClassVar[bool] = True

    draft = columns.Column(_lazy("Draft"), accessor="reference")
    written_by = columns.Column(_lazy("Written by"), accessor="organization__name")
    other_parties = columns.Column(_lazy("Other parties"), accessor="pk", orderable=False)
    status = columns.Column(_lazy("Status"), accessor="get_state_display")
    since = columns.Column(_lazy("Status since"), accessor="moved_at")
    source = columns.Column(_lazy("Started from"), accessor="based_on", empty_values=())

    def render_draft(self, record: Draft) -> str:
        return format_html(
            '<a href="{}">{}</a><br><span class="small soft">{}</span>',
            reverse("agreements:draft", args=(record.pk,)),
            record.title or record.reference,
            record.reference,
        )

    def value_draft(self, record: Draft) -> str:
        return f"{record.reference}: {record.title}" if record.title else record.reference

    def render_other_parties(self, record: Draft) -> str:
        return format_html_join(
            "",
            '<div><a href="{}">{}</a></div>',
            (
                (reverse("web:partner", args=(party.slug,)), party.name)
                for party in record.parties.all()
                if party.pk != record.organization_id
            ),
        )

    def value_other_parties(self, record: Draft) -> str:
        return _SEPARATOR.join(
            party.name for party in record.parties.all() if party.pk != record.organization_id
        )

    def render_status(self, record: Draft) -> str:
        badge = format_html(
            '<span class="badge {}">{}</span>',
            _TONE_BY_STATE.get(record.state, "deep"),
            record.get_state_display(),
        )
        if not record.returned_why:
            return badge
        return format_html('{}<br><span class="small">{}</span>', badge, record.returned_why)

    def value_status(self, record: Draft) -> str:
        return str(record.get_state_display())

    def render_since(self, record: Draft) -> str:
        return format_html('<span class="whole">{}</span>', self.value_since(record))

    def value_since(self, record: Draft) -> str:
        return str(date_format(timezone.localtime(record.moved_at), "DATE_FORMAT"))

    def render_source(self, record: Draft) -> str:
        return record.batch or record.based_on or "—"


_TONE_BY_STATE = {
    "draft": "",
    "counsel_review": "warm",
    "out_for_signature": "warm",
    "signed": "good",
}
