"""Pages about notes: list, write, read, correct, take back."""

from collections.abc import Callable
from typing import TypeVar

from django import forms as django_forms
from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from cairn.governance.partners.api import StaffRequest, get_form_status, load_staff_request
from cairn.platform.tables.api import build_list_table
from cairn.policy.engine import Refused
from cairn.policy.questions import list_note_problems
from cairn.policy.vocabulary import Action
from cairn.services.notes import actions, queries
from cairn.services.notes.forms import NoteCorrectionForm, NoteForm, NoteWithdrawalForm
from cairn.services.notes.models import WithdrawalReason
from cairn.services.notes.tables import NoteTable

Found = TypeVar("Found")


def find_or_404(load: Callable[[], Found]) -> Found:
    """Load what a page is about; what the user may not see is answered like an unknown number."""
    try:
        return load()
    except ObjectDoesNotExist as error:
        raise Http404 from error


def find_child(staff: StaffRequest, pk: int, action: Action) -> queries.ChildRecord:
    """Find the child that a page is about, in the user's own organizations."""
    return find_or_404(lambda: queries.load_child(pk, staff.who, staff.today, action))


def try_to_save(form: django_forms.Form, save: Callable[[], Found]) -> Found | None:
    """Save what was entered, or show on the form what the user can mend.

    Args:
        form: the form.
        save: calls the action.

    Returns:
        What the action gave back; None if it was not saved.

    Raises:
        Refused: the user may not do it at all.
    """
    try:
        return save()
    except actions.NoteConflict as conflict:
        form.add_error(None, str(conflict))
    except Refused as refused:
        problems = list_note_problems(refused.decision)
        if not problems or len(problems) != len(refused.decision.refusals):
            raise
        for problem in problems:
            form.add_error(None, problem)
    return None


@never_cache
@require_safe
def note_list(request: HttpRequest, pk: int) -> HttpResponse:
    """List the notes about a child."""
    staff = load_staff_request(request)
    child = find_child(staff, pk, Action.VIEW_PROGRAM_RECORDS)
    rows = queries.list_notes(child.participant, staff.who, staff.today)
    context = {
        "child": child,
        "tab": "notes",
        "table": build_list_table(NoteTable, rows, request, rows_per_page=5),
        "today": staff.today,
    }
    return render(request, "notes/list.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new_note(request: HttpRequest, pk: int) -> HttpResponse:
    """Write a note about a child."""
    staff = load_staff_request(request)
    child = find_child(staff, pk, Action.WRITE_NOTE)
    form = NoteForm(request.POST or None, initial={"day": staff.today})
    if form.is_valid():
        note = try_to_save(
            form,
            lambda: actions.write_note(
                participant=child.participant,
                details=form.build_details(),
                key=form.cleaned_data["key"],
                by=staff.user,
                at=staff.now,
            ),
        )
        if note is not None:
            messages.success(request, _("Note saved."))
            return redirect("notes:notes", pk=pk)
    context = {"form": form, "child": child}
    return render(request, "notes/new_note.html", context, status=get_form_status(form))


@never_cache
@require_safe
def note_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a note with its earlier versions; reading a sensitive one is recorded."""
    staff = load_staff_request(request)
    record = _find_note(staff, pk, Action.VIEW_PROGRAM_RECORDS)
    if record.is_sensitive:
        actions.record_sensitive_view(note=record.note, by=staff.user, at=staff.now)
    context = {"record": record, "child": record.child, "today": staff.today}
    return render(request, "notes/note.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def correct_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a note; the old text stays."""
    staff = load_staff_request(request)
    record = _find_note(staff, pk, Action.WRITE_NOTE)
    record.decision.require()
    current = record.current
    initial = {
        "day": current.version.day,
        "kind": current.version.kind,
        "audience": current.version.audience,
        "text": current.text,
        "seen": current.version.number,
    }
    form = NoteCorrectionForm(request.POST or None, initial=initial)
    if request.method != "POST" and record.is_sensitive:
        actions.record_sensitive_view(note=record.note, by=staff.user, at=staff.now)
    if form.is_valid() and _save_correction(form, record, staff):
        messages.success(request, _("Correction saved. The earlier text stays on record."))
        return redirect("notes:notes", pk=record.child.participant.pk)
    context = {"form": form, "record": record, "child": record.child, "today": staff.today}
    return render(request, "notes/correct.html", context, status=get_form_status(form))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a mistaken note back; it stays on record as taken back."""
    staff = load_staff_request(request)
    record = _find_note(staff, pk, Action.WRITE_NOTE)
    record.decision.require()
    form = NoteWithdrawalForm(request.POST or None)
    if form.is_valid():
        try:
            actions.withdraw_note(
                note=record.note,
                reason=WithdrawalReason(form.cleaned_data["reason"]),
                by=staff.user,
                at=staff.now,
            )
        except actions.NoteConflict as conflict:
            form.add_error(None, str(conflict))
        else:
            messages.success(request, _("Note taken back."))
            return redirect("notes:notes", pk=record.child.participant.pk)
    context = {"form": form, "record": record, "child": record.child}
    return render(request, "notes/withdraw_note.html", context, status=get_form_status(form))


def _find_note(staff: StaffRequest, pk: int, action: Action) -> queries.NoteRecord:
    return find_or_404(lambda: queries.load_note(pk, staff.who, staff.today, action))


def _save_correction(
    form: NoteCorrectionForm, record: queries.NoteRecord, staff: StaffRequest
) -> bool:
    def save() -> bool:
        actions.correct_note(
            note=record.note,
            details=form.build_details(),
            reason=form.cleaned_data["reason"],
            seen=form.cleaned_data["seen"],
            by=staff.user,
            at=staff.now,
        )
        return True

    return bool(try_to_save(form, save))
