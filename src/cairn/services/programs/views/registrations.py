"""Staff's pages of online registration: open it, see who registered, accept or decline."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cairn.governance.partners.api import StaffRequest, get_form_status, load_staff_request
from cairn.platform.tables.api import build_list_table
from cairn.policy.engine import Refused
from cairn.policy.questions import list_group_problems
from cairn.policy.vocabulary import Action
from cairn.services.programs import actions as program_actions
from cairn.services.programs import forms, participant_identity, queries
from cairn.services.programs.models import Registration
from cairn.services.programs.registration import actions, registration_queries
from cairn.services.programs.registration.registration_identity import (
    RegistrationDetails,
    load_registration_details,
)
from cairn.services.programs.tables import RegistrationTable
from cairn.services.programs.views.programs import find_group


@require_http_methods(["GET", "HEAD", "POST"])
def offer_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Let families register for a group online, or change how."""
    staff = load_staff_request(request)
    series = find_group(request, pk, Action.CHANGE_PROGRAM)
    offer = registration_queries.find_offer(pk)
    form = forms.OfferForm(request.POST or None, instance=offer)
    if form.is_valid():
        actions.open_registration(
            series=series,
            details=actions.OfferDetails(**form.cleaned_data),
            by=staff.user,
            at=staff.now,
        )
        messages.success(request, _("Saved. Give families the address on this page."))
        return redirect("programs:queue", pk=pk)
    context = {"form": form, "series": series, "program": series.program}
    return render(request, "programs/offer.html", context, status=get_form_status(form))


@require_safe
def queue_page(request: HttpRequest, pk: int) -> HttpResponse:
    """List the families who registered for a group, the first ones first."""
    staff = load_staff_request(request)
    series = find_group(request, pk, Action.CHANGE_PROGRAM)
    rows = registration_queries.list_queue(series, staff.who, staff.today)
    offer = registration_queries.find_offer(pk)
    context = {
        "series": series,
        "program": series.program,
        "offer": offer,
        "is_open": offer is not None and offer.closes_on >= staff.today,
        "family_address": f"{settings.CAIRN_SITE}{reverse('programs:register', args=[pk])}",
        "open_places": registration_queries.count_open_places(series, staff.today),
        "waiting": sum(row.registration.state == "waiting" for row in rows),
        "table": build_list_table(RegistrationTable, rows, request),
        "place_form": forms.PlaceOfferForm(),
        "accepted": sum(row.registration.state == "accepted" for row in rows),
        "today": staff.today,
    }
    return render(request, "programs/queue.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def decision_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one registration, with the program's own children of the same name; decide on it."""
    staff = load_staff_request(request)
    row = _find_registration(staff, pk)
    found = load_registration_details([row]).get(row.key)
    if found is None:
        raise Http404
    organization = row.series.program.organization
    same = participant_identity.find_same_participants(organization.slug, found.child)
    details = participant_identity.load_participant_details(same)
    form = forms.RegistrationDecisionForm(
        request.POST or None,
        same=[(child, details[child.key]) for child in same],
        initial={"starts": max(staff.today, row.series.first_day)},
    )
    shown_state = request.POST.get("shown_state", "")
    if form.is_valid() and _decide(form, row, shown_state, staff):
        messages.success(request, _describe_decision(form.cleaned_data["decision"], found))
        return redirect("programs:queue", pk=row.series_id)
    context = {
        "form": form,
        "registration": row,
        "details": found,
        "series": row.series,
        "open_places": registration_queries.count_open_places(row.series, staff.today),
        "today": staff.today,
    }
    return render(request, "programs/registration.html", context, status=get_form_status(form))


def _describe_decision(decision: str, details: RegistrationDetails) -> str:
    text = _("%(name)s is enrolled.") if decision != "decline" else _("%(name)s is declined.")
    note = _("Cairn sends no message: call the family.")
    return f"{text % {'name': details.child.full_name}} {note}"


def _decide(
    form: forms.RegistrationDecisionForm,
    row: Registration,
    shown_state: str,
    staff: StaffRequest,
) -> bool:
    decision, starts = form.cleaned_data["decision"], form.cleaned_data["starts"]
    try:
        if decision == "decline":
            actions.decline_registration(
                registration=row, shown_state=shown_state, by=staff.user, at=staff.now
            )
        else:
            child = form.get_participant()
            actions.accept_registration(
                registration=row,
                participant=child,
                other_than=form.cleaned_data["other_than"],
                starts=starts,
                by=staff.user,
                at=staff.now,
            )
    except program_actions.ProgramConflict as conflict:
        form.add_error(None, str(conflict))
    except Refused as refused:
        problems = list_group_problems(refused.decision)
        if not problems:
            raise
        for problem in problems:
            form.add_error(None, problem)
    else:
        return True
    return False


def _find_registration(staff: StaffRequest, pk: int) -> Registration:
    organizations = queries.list_program_organizations(
        staff.who, staff.today, Action.CHANGE_PROGRAM
    )
    try:
        row = registration_queries.get_registration(pk, organizations)
    except Registration.DoesNotExist as error:
        raise Http404 from error
    queries.require_series_access(row.series, staff.who, staff.today, Action.CHANGE_PROGRAM)
    return row
