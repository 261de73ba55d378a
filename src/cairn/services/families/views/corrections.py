"""Show staff families' requests to amend a record, and record decisions and hearings."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cairn.governance.consents import api as consents_api
from cairn.governance.partners.api import get_form_status, load_staff_request
from cairn.platform.sealing.api import load_key_ring
from cairn.platform.tables.api import build_list_table
from cairn.policy.questions import may_open_page
from cairn.policy.vocabulary import Action, SignerRelation
from cairn.services.families import amendment_actions, amendment_queries, forms
from cairn.services.families.tables import AmendmentTable
from cairn.warehouse.store import AttachmentProblem, open_attachment


@require_safe
def amendment_list(request: HttpRequest) -> HttpResponse:
    """List families' requests to amend a record, the first due first."""
    staff = load_staff_request(request)
    details = amendment_queries.list_amendment_details(staff.who, staff.today)
    context = {
        "amendments": build_list_table(AmendmentTable, details, request),
        "may_record": may_open_page(Action.DECIDE_AMENDMENT, staff.who, on=staff.today).allowed,
        "today": staff.today,
    }
    return render(request, "families/amendments.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_amendment(request: HttpRequest) -> HttpResponse:
    """Record a request that came on paper or by phone."""
    staff = load_staff_request(request)
    owners = consents_api.list_permitted_organizations(
        Action.DECIDE_AMENDMENT, staff.who, staff.today
    )
    form = forms.ReceivedAmendmentForm(
        request.POST or None,
        request.FILES or None,
        organizations=owners,
        initial={"received_on": staff.today},
    )
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        try:
            row = amendment_actions.record_received_amendment(
                organization=cleaned["organization"],
                child_label=consents_api.ChildLabel(cleaned["local_id"], cleaned["student_name"]),
                requested=amendment_actions.RequestedAmendment(
                    cleaned["name"],
                    SignerRelation(cleaned["relation"]),
                    cleaned["wrong"],
                    cleaned["correct"],
                ),
                received_on=cleaned["received_on"],
                by=staff.user,
                at=staff.now,
                scan=cleaned["scan"].read() if cleaned["scan"] else b"",
            )
        except AttachmentProblem as problem:
            form.add_error("scan", str(problem))
        else:
            messages.success(request, _("Request saved."))
            return redirect("families:amendment_detail", pk=row.pk)
    return render(
        request, "families/new_amendment.html", {"form": form}, status=get_form_status(form)
    )


@require_safe
def amendment_scan(request: HttpRequest, pk: int) -> HttpResponse:
    """Download the scan of a request that came on paper."""
    staff = load_staff_request(request)
    rows = amendment_queries.list_amendments(staff.who, staff.today, Action.ANSWER_FAMILY)
    row = get_object_or_404(rows.exclude(scan=""), pk=pk)
    try:
        content = open_attachment(
            settings.CAIRN_DATA, load_key_ring(), amendment_queries.locate_amendment_scan(row)
        )
    except AttachmentProblem as problem:
        raise Http404(str(problem)) from problem
    response = HttpResponse(content, content_type=row.scan_type)
    response["Content-Disposition"] = "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_safe
def amendment_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one request with every decision, the hearing and the statement."""
    staff = load_staff_request(request)
    rows = amendment_queries.list_amendments(staff.who, staff.today, Action.ANSWER_FAMILY)
    row = get_object_or_404(rows, pk=pk)
    slug = row.child.organization.slug
    context = {
        "amendment": amendment_queries.describe_amendment(row, staff.today),
        "may_decide": may_open_page(
            Action.DECIDE_AMENDMENT, staff.who, organization=slug, on=staff.today
        ).allowed,
        "is_heard": row.hearing_on is not None and row.hearing_on <= staff.today,
        "today": staff.today,
    }
    return render(request, "families/amendment_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def amendment_decision(request: HttpRequest, pk: int) -> HttpResponse:
    """Record whether the organization amends its record, with the reason."""
    staff = load_staff_request(request)
    rows = amendment_queries.list_amendments(staff.who, staff.today, Action.DECIDE_AMENDMENT)
    row = get_object_or_404(rows, pk=pk)
    form = forms.AmendmentDecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        amendment_actions.decide_amendment(
            amendment=row,
            event=form.cleaned_data["decision"],
            reason=form.cleaned_data["reason"],
            by=staff.user,
            at=staff.now,
        )
        messages.success(request, _("Decision saved. The family can see it on its page."))
        return redirect("families:amendment_detail", pk=pk)
    context = {
        "form": form,
        "title": _("Decide a request to correct a record"),
        "amendment": amendment_queries.describe_amendment(row, staff.today),
        "button": _("Save decision"),
    }
    return render(request, "families/amendment_form.html", context, status=get_form_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
def hearing_schedule(request: HttpRequest, pk: int) -> HttpResponse:
    """Set the day, place and officer of a hearing, or change them."""
    staff = load_staff_request(request)
    rows = amendment_queries.list_amendments(staff.who, staff.today, Action.DECIDE_AMENDMENT)
    row = get_object_or_404(rows, pk=pk)
    detail = amendment_queries.describe_amendment(row, staff.today)
    initial = {
        "held_on": row.hearing_on,
        "place": detail.texts["place"],
        "officer": detail.texts["officer"],
        "impartial": row.has_impartial_officer,
    }
    form = forms.HearingForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        amendment_actions.schedule_hearing(
            amendment=row,
            hearing=amendment_actions.HearingPlan(**form.cleaned_data),
            by=staff.user,
            at=staff.now,
        )
        messages.success(request, _("Hearing saved. The family can see it on its page."))
        return redirect("families:amendment_detail", pk=pk)
    context = {
        "form": form,
        "title": _("Schedule a hearing"),
        "amendment": detail,
        "button": _("Save hearing"),
    }
    return render(request, "families/amendment_form.html", context, status=get_form_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
def hearing_decision(request: HttpRequest, pk: int) -> HttpResponse:
    """Record the written decision after a hearing."""
    staff = load_staff_request(request)
    rows = amendment_queries.list_amendments(staff.who, staff.today, Action.DECIDE_AMENDMENT)
    row = get_object_or_404(rows.exclude(hearing_on=None), pk=pk)
    form = forms.HearingDecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        amendment_actions.decide_hearing(
            amendment=row,
            event=form.cleaned_data["decision"],
            reason=form.cleaned_data["reason"],
            contested=form.cleaned_data["contested"],
            by=staff.user,
            at=staff.now,
        )
        messages.success(request, _("Decision saved. The family can see it on its page."))
        return redirect("families:amendment_detail", pk=pk)
    context = {
        "form": form,
        "title": _("Record the decision after a hearing"),
        "amendment": amendment_queries.describe_amendment(row, staff.today),
        "button": _("Save decision"),
    }
    return render(request, "families/amendment_form.html", context, status=get_form_status(form))
