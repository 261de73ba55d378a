"""Show every component of the pages once, so that a new page is built from what exists."""

from dataclasses import dataclass
from datetime import date

import django_tables2
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from cairn.governance.partners.api import load_actor
from cairn.interfaces.web.middleware import activate_english
from cairn.platform.tables.api import (
    ListTable,
    build_list_table,
    is_download_requested,
    write_csv_response,
)
from cairn.policy.questions import may_open_page
from cairn.policy.vocabulary import Action


@dataclass(frozen=True, slots=True)
class SampleRow:
    """One row of the sample table."""

    name: str
    status: str
    due: date


_SAMPLE_ROWS = tuple(
    SampleRow(f"Sample agreement {number}", status, date(2026, 1 + number % 12, 15))
    for number in range(1, 31)
    for status in (("In force", "Draft", "Ended")[number % 3],)
)


class SampleTable(ListTable):
    """A list table with a link, a badge and a date."""

    caption = "Sample agreements"
    filter_columns = ("status",)
    may_download = True

    name = django_tables2.Column("Agreement")
    status = django_tables2.Column("Status")
    due = django_tables2.Column("Due")

    def render_status(self, value: str) -> SafeString:
        """Show the status as a badge."""
        return format_html('<span class="badge">{}</span>', value)

    def value_status(self, value: str) -> str:
        """Return the plain status, to be searched and downloaded."""
        return value


class SampleForm(forms.Form):
    """A form with a hint, a choice and an error summary."""

    title = forms.CharField(label="Title", help_text="What readers will see in lists.")
    level = forms.ChoiceField(
        label="Level of data",
        choices=[("aggregate", "Counts of groups"), ("individual", "Student-level records")],
        widget=forms.RadioSelect,
    )
    starts = forms.DateField(label="Start date", help_text="Month, day and year.")


@require_safe
def component_gallery(request: HttpRequest) -> HttpResponse:
    """Show the components with sample content."""
    actor = load_actor(request.user, request=request)
    may_open_page(Action.VIEW_HOME, actor, on=timezone.localdate()).require()
    activate_english(request)
    table = build_list_table(SampleTable, _SAMPLE_ROWS, request, rows_per_page=10)
    if is_download_requested(table, request):
        return write_csv_response(table, "sample")
    context = {
        "table": table,
        "empty_form": SampleForm(),
        "folded_form": SampleForm(initial={"title": "Reading"}, auto_id="fold_%s"),
        "wrong_form": SampleForm({"title": "", "level": "none", "starts": "soon"}),
    }
    return render(request, "web/gallery.html", context)
