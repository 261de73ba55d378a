"""Show the pages on which schools and districts record their annual notice to families."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cairn.governance.consents.actions import annual_notices as actions
from cairn.governance.consents.annual_notice_facts import find_notice_in_effect
from cairn.governance.consents.forms import annual_notices as notice_forms
from cairn.governance.consents.models.annual_notices import AnnualNoticeVersion
from cairn.governance.consents.queries import annual_notices as queries
from cairn.governance.consents.school_year_choices import compute_school_year
from cairn.governance.consents.tables import AnnualNoticeTable
from cairn.governance.dictionaries import api as dictionaries_api
from cairn.governance.partners import api as partners_api
from cairn.platform.tables.api import build_list_table, is_download_requested, write_csv_response
from cairn.policy.engine import Decision, Refused
from cairn.policy.questions import may_give_annual_notice
from cairn.warehouse.schema import describe_element, load_element_catalogue

_ELEMENTS = "directory"
_SEARCH = "find"


@require_safe
def annual_notice_list(request: HttpRequest) -> HttpResponse:
    """Show or download the notices on record: the version in effect of each, and withdrawn ones."""
    staff_request = partners_api.load_staff_request(request)
    rows = queries.list_visible_notices(staff_request.who, staff_request.today)
    details = queries.describe_notices(rows.filter(replaced_at=None), staff_request.today)
    table = build_list_table(AnnualNoticeTable, list(details), request)
    if is_download_requested(table, request):
        return write_csv_response(table, "annual-notices")
    context = {
        "table": table,
        "organizations": queries.list_noticing_organizations(
            staff_request.who, staff_request.today
        ),
        "today": staff_request.today,
    }
    return render(request, "annual_notices/list.html", context)


@require_safe
def annual_notice_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one version of a notice, with its other versions."""
    staff_request = partners_api.load_staff_request(request)
    row = _find_visible_notice(staff_request, pk)
    visible = queries.list_visible_notices(staff_request.who, staff_request.today)
    (detail,) = queries.describe_notices([row], staff_request.today)
    context = {
        "read": detail,
        "versions": visible.filter(organization=row.organization, season=row.season).order_by(
            "-version"
        ),
        "current": find_notice_in_effect(row.organization_id, row.season),
        "may_change": row.is_in_effect and _ask_to_give(row.organization, staff_request).allowed,
        "today": staff_request.today,
    }
    return render(request, "annual_notices/detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def record_annual_notice_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Record the annual notice of a school year."""
    staff_request = partners_api.load_staff_request(request)
    organization = get_object_or_404(partners_api.Organization, slug=slug)
    _ask_to_give(organization, staff_request).require()
    editor = _NoticeEditor(request, organization, frozenset())
    form = notice_forms.AnnualNoticeForm(
        request.POST or None,
        organization=organization,
        initial={"season": compute_school_year(staff_request.today)},
    )
    if editor.is_saving and form.is_valid():
        try:
            row = actions.record_annual_notice(
                organization=organization,
                content=form.build_content(editor.chosen),
                by=staff_request.user,
                at=staff_request.now,
            )
        except Refused as refusal:
            editor.refusal = refusal.decision
        else:
            messages.success(request, _("Annual notice recorded."))
            return redirect("notices:detail", pk=row.pk)
    context = {
        "title": _("Record an annual notice"),
        "back": reverse("notices:list"),
        "action": _("Record notice"),
    }
    return editor.render_page(form, context)


@require_http_methods(["GET", "HEAD", "POST"])
def correct_annual_notice_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Record a corrected version of a notice."""
    staff_request = partners_api.load_staff_request(request)
    row = _find_own_notice(staff_request, pk)
    editor = _NoticeEditor(request, row.organization, frozenset(row.directory))
    form = notice_forms.AnnualNoticeCorrectionForm(request.POST or None, notice=row)
    if editor.is_saving and form.is_valid():
        try:
            corrected = actions.correct_annual_notice(
                notice=row,
                content=form.build_content(editor.chosen),
                correction=form.cleaned_data["correction"],
                by=staff_request.user,
                at=staff_request.now,
            )
        except Refused as refusal:
            editor.refusal = refusal.decision
        else:
            messages.success(request, _("Corrected. The earlier version stays readable."))
            return redirect("notices:detail", pk=corrected.pk)
    context = {
        "title": _("Correct the annual notice"),
        "back": reverse("notices:detail", args=[pk]),
        "action": _("Save corrected version"),
        "of": row,
    }
    return editor.render_page(form, context)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_annual_notice_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the reason, then withdraw a notice."""
    staff_request = partners_api.load_staff_request(request)
    row = _find_own_notice(staff_request, pk)
    if not row.is_in_effect:
        return redirect("notices:detail", pk=pk)
    form = notice_forms.AnnualNoticeWithdrawalForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.withdraw_annual_notice(
            notice=row,
            reason=form.cleaned_data["reason"],
            by=staff_request.user,
            at=staff_request.now,
        )
        messages.success(request, _("Annual notice withdrawn."))
        return redirect("notices:detail", pk=pk)
    context = {
        "form": form,
        "row": row,
        "consequences": [
            _("No new file of directory information comes in under this notice."),
            _("Files that came in before stay, and so does the disclosure log."),
            _("You can record a new notice for this school year."),
        ],
        "back": reverse("notices:detail", args=[pk]),
    }
    return render(
        request, "annual_notices/withdraw.html", context, status=partners_api.get_form_status(form)
    )


class _NoticeEditor:
    """The page of one form, with the search that picks the elements beside it.

    A search sends the whole form, so that nothing that was entered is lost.
    """

    def __init__(
        self, request: HttpRequest, organization: partners_api.Organization, saved: frozenset[str]
    ) -> None:
        self._request = request
        self._organization = organization
        self._wanted = request.POST.get("q", "").strip()
        posted = frozenset(request.POST.getlist(_ELEMENTS)) & _list_catalog_elements()
        self.chosen = posted if request.method == "POST" else saved
        self.is_saving = request.method == "POST" and _SEARCH not in request.POST
        self.refusal: Decision | None = None

    def render_page(
        self, form: notice_forms.AnnualNoticeForm, context: Mapping[str, Any]
    ) -> HttpResponse:
        """Show the form with its errors, the chosen elements and what the search found."""
        is_search = self._request.method == "POST" and not self.is_saving
        if is_search:
            form.errors.clear()
        owner = self._organization.slug
        unlisted = dictionaries_api.list_undescribed_elements([owner], self.chosen)
        page = {
            **context,
            "form": form,
            "organization": self._organization,
            "refusal": self.refusal,
            "wanted": self._wanted,
            "offers": dictionaries_api.search_dictionary_elements(
                [owner], self._wanted, self.chosen
            ),
            "chosen": [
                (element, describe_element(element), element in unlisted)
                for element in sorted(self.chosen)
            ],
        }
        status = 422 if form.errors or self.refusal else 200
        return render(self._request, "annual_notices/edit.html", page, status=status)


def _list_catalog_elements() -> frozenset[str]:
    return frozenset(
        field.element
        for record in load_element_catalogue().values()
        for field in record.fields.values()
    )


def _find_visible_notice(staff_request: partners_api.StaffRequest, pk: int) -> AnnualNoticeVersion:
    """Return the version with this key, or 404 if the user may not see it."""
    rows = queries.list_visible_notices(staff_request.who, staff_request.today)
    return get_object_or_404(rows, pk=pk)


def _find_own_notice(staff_request: partners_api.StaffRequest, pk: int) -> AnnualNoticeVersion:
    """Return the version with this key, or 404 if it is another organization's."""
    return get_object_or_404(
        queries.list_own_notices(staff_request.who, staff_request.today), pk=pk
    )


def _ask_to_give(
    organization: partners_api.Organization, staff_request: partners_api.StaffRequest
) -> Decision:
    institution = partners_api.load_organization_fact(organization)
    return may_give_annual_notice(institution, staff_request.who, staff_request.today)
