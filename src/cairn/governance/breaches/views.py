"""Pages of breaches."""

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cairn.governance.agreements.api import filter_visible_agreements
from cairn.governance.breaches import actions, forms, queries
from cairn.governance.breaches.models import Breach
from cairn.governance.breaches.tables import BreachTable
from cairn.governance.consents.api import list_permitted_organizations
from cairn.governance.partners.api import (
    Organization,
    StaffRequest,
    get_form_status,
    load_staff_request,
)
from cairn.platform.tables.api import build_list_table
from cairn.policy.questions import may_open_page, may_view_breach
from cairn.policy.vocabulary import Action

ALLOW_GET_AND_POST = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def breach_list(request: HttpRequest) -> HttpResponse:
    """List breaches."""
    staff = load_staff_request(request)
    rows = queries.list_breaches(staff.who, staff.today)
    context = {
        "breaches": build_list_table(BreachTable, rows, request),
        "may_record": may_open_page(Action.RECORD_BREACH, staff.who, on=staff.today).allowed,
        "today": staff.today,
    }
    return render(request, "breaches/list.html", context)


@ALLOW_GET_AND_POST
def new_breach(request: HttpRequest) -> HttpResponse:
    """Record a breach."""
    staff = load_staff_request(request)
    form = forms.BreachForm(
        request.POST or None,
        organizations=list_permitted_organizations(Action.RECORD_BREACH, staff.who, staff.today),
        agreements=filter_visible_agreements(staff.who, staff.today),
        initial={"discovered_at": staff.now},
    )
    if request.method == "POST" and form.is_valid():
        row = actions.record_breach(
            organization=form.cleaned_data["organization"],
            discovered=form.get_discovered(),
            by=staff.user,
            at=staff.now,
        )
        messages.success(request, _("Recorded. Now notify each data owner."))
        return redirect("breaches:detail", pk=row.pk)
    return _render_form(request, form, _("Record a breach"), reverse("breaches:list"))


@require_safe
def breach_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a breach: what happened, who was notified, what the agreement says, what was done."""
    staff = load_staff_request(request)
    row = get_object_or_404(queries.list_breaches(staff.who, staff.today), pk=pk)
    may_view_breach(queries.build_breach_fact(row), staff.who, staff.today).require()
    context = {
        "row": row,
        "detail": queries.describe_breach(row),
        "notices": row.notices.select_related("owner", "by"),
        "may_record": may_open_page(
            Action.RECORD_BREACH, staff.who, organization=row.organization.slug, on=staff.today
        ).allowed,
        "today": staff.today,
    }
    return render(request, "breaches/detail.html", context)


@ALLOW_GET_AND_POST
def breach_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that a data owner was notified."""
    staff = load_staff_request(request)
    row = _find_breach(staff, pk)
    waiting = [owner.pk for owner in queries.describe_breach(row).waiting]
    if not waiting:
        messages.info(request, _("Each data owner was notified already."))
        return redirect("breaches:detail", pk=pk)
    owners = Organization.objects.filter(pk__in=waiting)
    form = forms.BreachNoticeForm(request.POST or None, owners=owners)
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        actions.record_breach_notice(
            breach=row, owner=cleaned["owner"], how=cleaned["how"], by=staff.user, at=staff.now
        )
        return redirect("breaches:detail", pk=pk)
    return _render_form(request, form, _("Record a notice"), _get_address(pk))


@ALLOW_GET_AND_POST
def breach_closing(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a breach with what was done."""
    staff = load_staff_request(request)
    row = _find_breach(staff, pk)
    form = forms.BreachClosingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.close_breach(
            breach=row, remedy=form.cleaned_data["remedy"], by=staff.user, at=staff.now
        )
        messages.success(request, _("The breach record is closed."))
        return redirect("breaches:detail", pk=pk)
    return _render_form(request, form, _("Close the breach record"), _get_address(pk))


def _find_breach(staff: StaffRequest, pk: int) -> Breach:
    return get_object_or_404(queries.list_own_breaches(staff.who, staff.today), pk=pk)


def _get_address(pk: int) -> str:
    return reverse("breaches:detail", args=[pk])


def _render_form(
    request: HttpRequest, form: django_forms.Form, title: str, back: str
) -> HttpResponse:
    context = {"form": form, "title": title, "back": back}
    return render(request, "breaches/form.html", context, status=get_form_status(form))
