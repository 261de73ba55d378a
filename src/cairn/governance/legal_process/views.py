"""Pages of legal process and public-records requests."""

from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cairn.governance.consents import api as consents_api
from cairn.governance.legal_process import actions, forms, queries
from cairn.governance.legal_process.tables import LegalProcessTable, PublicRequestTable
from cairn.governance.partners.api import Organization, get_form_status, load_staff_request
from cairn.platform.tables.api import build_list_table
from cairn.policy.questions import may_open_page
from cairn.policy.vocabulary import Action

ALLOW_GET_AND_POST = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def legal_request_list(request: HttpRequest) -> HttpResponse:
    """List legal process and public-records requests."""
    staff = load_staff_request(request)
    context = {
        "processes": build_list_table(
            LegalProcessTable, queries.list_legal_processes(staff.who, staff.today), request
        ),
        "requests": build_list_table(
            PublicRequestTable, queries.list_public_requests(staff.who, staff.today), request
        ),
        "may_handle": may_open_page(Action.HANDLE_LEGAL_REQUEST, staff.who, on=staff.today).allowed,
        "today": staff.today,
    }
    return render(request, "legal_process/list.html", context)


@ALLOW_GET_AND_POST
def new_legal_process(request: HttpRequest) -> HttpResponse:
    """Record legal process, which puts it on hold for counsel."""
    staff = load_staff_request(request)
    owners = consents_api.list_permitted_organizations(
        Action.HANDLE_LEGAL_REQUEST, staff.who, staff.today
    )
    form = forms.LegalProcessForm(
        request.POST or None, organizations=owners, initial={"received_on": staff.today}
    )
    if request.method == "POST" and form.is_valid():
        row = actions.record_legal_process(
            organization=form.cleaned_data["organization"],
            demand=form.get_demand(),
            by=staff.user,
            at=staff.now,
        )
        messages.success(request, _("Recorded. It is on hold until counsel decides."))
        return redirect("legal:process", pk=row.pk)
    return _render_form(request, form, _("Record a legal demand"), reverse("legal:list"))


@require_safe
def legal_process_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show legal process: what was served, counsel's decision, notice and disclosure."""
    staff = load_staff_request(request)
    row = get_object_or_404(queries.list_legal_processes(staff.who, staff.today), pk=pk)
    slug = row.organization.slug
    context = {
        "row": row,
        "demanded": queries.unseal_demand(row),
        "students": queries.list_cleared_students(row),
        "statements": queries.list_statements_with_records(row, staff.today),
        "may_decide": may_open_page(
            Action.DECIDE_LEGAL_PROCESS, staff.who, organization=slug, on=staff.today
        ).allowed,
        "may_handle": may_open_page(
            Action.HANDLE_LEGAL_REQUEST, staff.who, organization=slug, on=staff.today
        ).allowed,
        "today": staff.today,
    }
    return render(request, "legal_process/process.html", context)


@ALLOW_GET_AND_POST
def counsel_decision(request: HttpRequest, pk: int) -> HttpResponse:
    """Let counsel of the data owner decide."""
    staff = load_staff_request(request)
    rows = queries.list_legal_processes(staff.who, staff.today, Action.DECIDE_LEGAL_PROCESS)
    row = get_object_or_404(rows, pk=pk)
    partners = Organization.objects.exclude(pk=row.organization.pk).order_by("name")
    form = forms.CounselDecisionForm(request.POST or None, partners=partners)
    if request.method == "POST" and form.is_valid():
        actions.decide_legal_process(
            process=row,
            event=form.cleaned_data["decision"],
            reason=form.cleaned_data["reason"],
            scope=form.get_scope(),
            by=staff.user,
            at=staff.now,
        )
        return redirect("legal:process", pk=pk)
    return _render_form(request, form, _("Decide about a legal demand"), _get_address(pk))


@ALLOW_GET_AND_POST
def notice_effort(request: HttpRequest, pk: int) -> HttpResponse:
    """Record the effort to notify the family."""
    staff = load_staff_request(request)
    rows = queries.list_legal_processes(staff.who, staff.today, Action.HANDLE_LEGAL_REQUEST)
    row = get_object_or_404(rows, pk=pk)
    form = forms.NoticeEffortForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.record_notice_effort(
            process=row, effort=form.cleaned_data["effort"], by=staff.user, at=staff.now
        )
        return redirect("legal:process", pk=pk)
    return _render_form(request, form, _("Effort to notify the family"), _get_address(pk))


@ALLOW_GET_AND_POST
def legal_disclosure(request: HttpRequest, pk: int) -> HttpResponse:
    """Record what was disclosed."""
    staff = load_staff_request(request)
    rows = queries.list_legal_processes(staff.who, staff.today, Action.HANDLE_LEGAL_REQUEST)
    row = get_object_or_404(rows, pk=pk)
    form = forms.LegalDisclosureForm(request.POST or None, is_secret=bool(row.secrecy))
    if request.method == "POST" and form.is_valid():
        actions.record_legal_disclosure(
            process=row, disclosure=form.get_disclosure(), by=staff.user, at=staff.now
        )
        return redirect("legal:process", pk=pk)
    return _render_form(request, form, _("Record a disclosure"), _get_address(pk))


@ALLOW_GET_AND_POST
def legal_withdrawal(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for confirmation, then record that the issuer withdrew the demand."""
    staff = load_staff_request(request)
    rows = queries.list_legal_processes(staff.who, staff.today, Action.HANDLE_LEGAL_REQUEST)
    row = get_object_or_404(rows, pk=pk)
    if request.method == "POST":
        actions.withdraw_legal_process(process=row, by=staff.user, at=staff.now)
        return redirect("legal:process", pk=pk)
    title = _("Was this demand withdrawn?")
    return _render_form(request, django_forms.Form(), title, _get_address(pk))


@ALLOW_GET_AND_POST
def new_public_request(request: HttpRequest) -> HttpResponse:
    """Record a public-records request."""
    staff = load_staff_request(request)
    owners = consents_api.list_permitted_organizations(
        Action.HANDLE_LEGAL_REQUEST, staff.who, staff.today
    )
    form = forms.PublicRequestForm(
        request.POST or None, organizations=owners, initial={"received_on": staff.today}
    )
    if request.method == "POST" and form.is_valid():
        row = actions.record_public_request(
            organization=form.cleaned_data["organization"],
            received=form.get_received(),
            by=staff.user,
            at=staff.now,
        )
        return redirect("legal:request", pk=row.pk)
    return _render_form(request, form, _("Record a public-records request"), reverse("legal:list"))


@require_safe
def public_request_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a public-records request and its answer."""
    staff = load_staff_request(request)
    row = get_object_or_404(queries.list_public_requests(staff.who, staff.today), pk=pk)
    context = {
        "row": row,
        "may_handle": may_open_page(
            Action.HANDLE_LEGAL_REQUEST,
            staff.who,
            organization=row.organization.slug,
            on=staff.today,
        ).allowed,
        "today": staff.today,
    }
    return render(request, "legal_process/request.html", context)


@ALLOW_GET_AND_POST
def public_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Release, deny or close a public-records request."""
    staff = load_staff_request(request)
    rows = queries.list_public_requests(staff.who, staff.today, Action.HANDLE_LEGAL_REQUEST)
    row = get_object_or_404(rows, pk=pk)
    form = forms.PublicAnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.answer_public_request(
            request=row, answer=form.get_answer(), by=staff.user, at=staff.now
        )
        return redirect("legal:request", pk=pk)
    back = reverse("legal:request", args=[pk])
    return _render_form(request, form, _("Answer a public-records request"), back)


def _get_address(pk: int) -> str:
    return reverse("legal:process", args=[pk])


def _render_form(
    request: HttpRequest, form: django_forms.Form, title: str, back: str
) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "title": title, "back": back}
    status = get_form_status(form)
    return render(request, "legal_process/form.html", context, status=status)
