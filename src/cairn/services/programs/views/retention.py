"""How long records of children are kept, which are due to be destroyed, and the certificates."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cairn.governance.partners.api import Organization, get_form_status, load_staff_request
from cairn.platform.tables.api import build_list_table
from cairn.policy.engine import Refused
from cairn.policy.vocabulary import Action
from cairn.services.programs import models, queries
from cairn.services.programs.actions import ProgramConflict
from cairn.services.programs.forms import RecordPeriodForm
from cairn.services.programs.retention import actions, due_records
from cairn.services.programs.tables import DueRecordTable
from cairn.services.programs.views.form_results import show_group_refusal


@require_http_methods(["GET", "HEAD", "POST"])
def records_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Show which records are due to be destroyed, and choose how long they are kept."""
    staff = load_staff_request(request)
    organization = _find_organization(request, slug)
    overview = due_records.load_record_overview(organization, staff.who, staff.today)
    form = RecordPeriodForm(
        request.POST or None,
        initial={
            "years": overview.period.years,
            "has_federal_award": overview.period.has_federal_award,
        },
    )
    if form.is_valid():
        try:
            actions.choose_record_period(
                organization=organization, **form.cleaned_data, by=staff.user, at=staff.now
            )
        except Refused as refused:
            show_group_refusal(form, refused)
        else:
            messages.success(request, _("Period saved. Nothing was destroyed."))
            return redirect("programs:records", slug=slug)
    context = {
        "organization": organization,
        "overview": overview,
        "table": build_list_table(DueRecordTable, list(overview.due), request),
        "destructions": due_records.list_destructions(organization)[:_SHOWN_CERTIFICATES],
        "form": form,
        "today": staff.today,
    }
    return render(request, "programs/records.html", context, status=get_form_status(form))


_SHOWN_CERTIFICATES = 10


@require_http_methods(["GET", "HEAD", "POST"])
def destroy_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask once more, then destroy the records that are due."""
    staff = load_staff_request(request)
    organization = _find_organization(request, slug)
    overview = due_records.load_record_overview(organization, staff.who, staff.today)
    problem = ""
    if request.method == "POST" and request.POST.get("seen") != overview.digest:
        problem = _("The list changed in the meantime. Look at it again.")
    elif request.method == "POST":
        try:
            certificate = actions.destroy_participant_records(
                organization=organization,
                participants=[row.record.participant for row in overview.due],
                by=staff.user,
                at=staff.now,
            )
        except ProgramConflict as conflict:
            problem = str(conflict)
        else:
            n = len(overview.due)
            text = ngettext("%(n)s record destroyed.", "%(n)s records destroyed.", n)
            messages.success(request, text % {"n": n})
            return redirect("programs:certificate", slug=slug, pk=certificate.pk)
    context = {
        "organization": organization,
        "overview": overview,
        "problem": problem,
        "today": staff.today,
    }
    return render(request, "programs/destroy_records.html", context, status=409 if problem else 200)


@require_safe
def certificate_page(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Show the certificate of a destruction, to be printed."""
    organization = _find_organization(request, slug)
    certificate = get_object_or_404(due_records.list_destructions(organization), pk=pk)
    return render(request, "programs/certificate.html", {"certificate": certificate})


@require_POST
def hold_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Place a hold on a child's record."""
    staff = load_staff_request(request)
    try:
        participant = queries.get_participant(pk, staff.who, staff.today, Action.CHANGE_PROGRAM)
    except models.Participant.DoesNotExist as error:
        raise Http404 from error
    reason = request.POST.get("reason", "")
    if reason not in models.HoldReason.values:
        messages.error(request, _("Choose why the record is kept."))
        return redirect("programs:participant", pk=pk)
    try:
        actions.hold_participant_record(
            participant=participant,
            reason=models.HoldReason(reason),
            by=staff.user,
            at=staff.now,
        )
    except ProgramConflict as conflict:
        messages.error(request, str(conflict))
    else:
        messages.success(request, _("The record is on hold. It is kept until you end the hold."))
    return redirect("programs:participant", pk=pk)


@require_POST
def end_hold_page(request: HttpRequest, pk: int) -> HttpResponse:
    """End a hold."""
    staff = load_staff_request(request)
    organizations = queries.list_program_organizations(
        staff.who, staff.today, Action.DESTROY_PROGRAM_RECORDS
    )
    hold = get_object_or_404(
        models.RecordHold.objects.select_related("participant__organization"),
        pk=pk,
        participant__organization__in=organizations,
    )
    try:
        actions.end_record_hold(hold=hold, by=staff.user, at=staff.now)
    except ProgramConflict as conflict:
        messages.error(request, str(conflict))
    else:
        messages.success(request, _("Hold ended."))
    return redirect("programs:participant", pk=hold.participant_id)


def _find_organization(request: HttpRequest, slug: str) -> Organization:
    """Find one of the user's own organizations, or answer that there is none."""
    staff = load_staff_request(request)
    organizations = queries.list_program_organizations(
        staff.who, staff.today, Action.DESTROY_PROGRAM_RECORDS
    )
    return get_object_or_404(organizations, slug=slug)
