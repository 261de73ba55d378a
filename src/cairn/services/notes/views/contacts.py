"""Pages about contacts with families: of one child, and of a group."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from cairn.governance.partners.api import get_form_status, load_staff_request
from cairn.platform.tables.api import build_list_table
from cairn.policy.questions import may_change_note
from cairn.policy.vocabulary import Action
from cairn.services.notes import actions, facts, queries
from cairn.services.notes.forms import FamilyContactForm, NoteWithdrawalForm, NotReachedForm
from cairn.services.notes.models import WithdrawalReason
from cairn.services.notes.tables import ContactTable, GroupContactTable
from cairn.services.notes.views.notes import find_child, find_or_404, try_to_save
from cairn.services.programs.api import ContactChannel, get_series, list_authorized_adults


@never_cache
@require_safe
def contact_list(request: HttpRequest, pk: int) -> HttpResponse:
    """List the contacts with a child's family, and say how it prefers to be reached."""
    staff = load_staff_request(request)
    child = find_child(staff, pk, Action.VIEW_PROGRAM_RECORDS)
    rows = queries.list_family_contacts(child.participant, staff.who, staff.today)
    channel = child.details.channel
    context = {
        "child": child,
        "tab": "contacts",
        "last_reached": queries.find_last_reached(rows),
        "follow_up_on": queries.find_open_follow_up(row.contact for row in rows),
        "channel": ContactChannel(channel).label if channel in ContactChannel.values else "",
        "table": build_list_table(ContactTable, rows, request, rows_per_page=4),
        "today": staff.today,
    }
    return render(request, "notes/contacts.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new_contact(request: HttpRequest, pk: int) -> HttpResponse:
    """Record a contact with a child's family; the preferred channel and language are proposed."""
    staff = load_staff_request(request)
    child = find_child(staff, pk, Action.WRITE_NOTE)
    details = child.details
    form = FamilyContactForm(
        request.POST or None,
        adults=list_authorized_adults(details),
        initial={"day": staff.today, "channel": details.channel, "language": details.language},
    )
    if form.is_valid():
        contact = try_to_save(
            form,
            lambda: actions.record_family_contact(
                participant=child.participant,
                details=form.build_details(),
                key=form.cleaned_data["key"],
                by=staff.user,
                at=staff.now,
            ),
        )
        if contact is not None:
            messages.success(request, _("Contact saved."))
            return redirect("notes:contacts", pk=pk)
    context = {"form": form, "child": child}
    return render(request, "notes/new_contact.html", context, status=get_form_status(form))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a mistaken contact back; it stays on record as taken back."""
    staff = load_staff_request(request)
    contact = find_or_404(lambda: queries.get_contact(pk, staff.who, staff.today))
    may_change_note(facts.build_contact_fact(contact), staff.who, staff.today).require()
    child = find_child(staff, contact.participant_id, Action.WRITE_NOTE)
    form = NoteWithdrawalForm(request.POST or None)
    if form.is_valid():
        try:
            actions.withdraw_contact(
                contact=contact,
                reason=WithdrawalReason(form.cleaned_data["reason"]),
                by=staff.user,
                at=staff.now,
            )
        except actions.NoteConflict as conflict:
            form.add_error(None, str(conflict))
        else:
            messages.success(request, _("Contact taken back."))
            return redirect("notes:contacts", pk=contact.participant_id)
    context = {"form": form, "contact": contact, "child": child}
    return render(request, "notes/withdraw_contact.html", context, status=get_form_status(form))


@never_cache
@require_safe
def group_contacts(request: HttpRequest, pk: int) -> HttpResponse:
    """List the families of a group that were not reached lately."""
    staff = load_staff_request(request)
    series = find_or_404(
        lambda: get_series(pk, staff.who, staff.today, Action.VIEW_PROGRAM_RECORDS)
    )
    form = NotReachedForm(request.GET if "days" in request.GET else None)
    days = form.cleaned_data["days"] if form.is_valid() else queries.REACHED_WITHIN
    rows = queries.list_group_contacts(series, staff.who, staff.today)
    late = queries.filter_not_reached(rows, staff.today, days)
    context = {
        "series": series,
        "days": days,
        "total": len(rows),
        "late": len(late),
        "table": build_list_table(GroupContactTable, late, request, rows_per_page=8),
        "today": staff.today,
    }
    return render(request, "notes/group_contacts.html", context)
