"""Show district staff their family letters and families' requests for copies."""

from collections.abc import Iterable
from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cairn.governance.consents import api as consents_api
from cairn.governance.partners.api import Organization, get_form_status, load_staff_request
from cairn.platform.tables.api import build_list_table, is_download_requested, write_csv_response
from cairn.policy.questions import may_open_page
from cairn.policy.vocabulary import Action
from cairn.services.families import actions, forms, queries
from cairn.services.families.actions import PrintedLetter
from cairn.services.families.letter_rendering import render_letters
from cairn.services.families.models import Letter
from cairn.services.families.record_copies.request_lock import ClosedCopyRequest
from cairn.services.families.tables import (
    CopyRequestTable,
    FoundLetterTable,
    LetterRunTable,
    LetterTable,
)


@require_safe
def copy_request_list(request: HttpRequest) -> HttpResponse:
    """List families' requests for copies, the first due first."""
    staff_request = load_staff_request(request)
    details = queries.list_copy_request_details(staff_request.who, staff_request.today)
    context = {
        "copies": build_list_table(CopyRequestTable, details, request),
        "today": staff_request.today,
    }
    return render(request, "families/copies.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def answer_copy_request_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Record how one request for a copy was answered."""
    staff_request = load_staff_request(request)
    row = get_object_or_404(
        queries.list_copy_requests(staff_request.who, staff_request.today),
        pk=pk,
        answered_at=None,
    )
    form = forms.CopyAnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.answer_copy_request(
                copy=row,
                answer=form.cleaned_data["answer"],
                exclusions=form.cleaned_data["exclusions"],
                counsel=form.cleaned_data["counsel"],
                by=staff_request.user,
                at=staff_request.now,
            )
        except ClosedCopyRequest as closed:
            messages.error(request, str(closed))
        else:
            messages.success(request, _("Answer saved. The family can see it on its page."))
        return redirect("families:copies")
    context = {
        "form": form,
        "row": row,
        "told": queries.label_requested_children([row])[row.pk],
        "may_release": may_open_page(
            Action.RELEASE_COPY,
            staff_request.who,
            organization=row.holder.slug,
            on=staff_request.today,
        ).allowed,
    }
    return render(request, "families/answer.html", context, status=get_form_status(form))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def print_letters_page(request: HttpRequest) -> HttpResponse:
    """Show the form for new letters and the printed runs, then the new letters once.

    Their codes are stored in no place. A download lists the runs.
    """
    staff_request = load_staff_request(request)
    districts = consents_api.list_permitted_organizations(
        Action.INVITE_FAMILY, staff_request.who, staff_request.today
    )
    runs = build_list_table(
        LetterRunTable,
        queries.list_letter_runs(staff_request.who, staff_request.today),
        request,
    )
    if is_download_requested(runs, request):
        return write_csv_response(runs, "family-letters")
    form = forms.LettersForm(request.POST or None, organizations=districts)
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        printed = actions.print_letters(
            organization=cleaned["organization"],
            children=cleaned["children"],
            expires_on=cleaned["expires_on"],
            by=staff_request.user,
            at=staff_request.now,
        )
        return _render_printed_letters(request, printed, cleaned["organization"])
    context = {
        "form": form,
        "find": forms.FindLettersForm(organizations=districts),
        "runs": runs,
        "today": staff_request.today,
    }
    return render(request, "families/invite.html", context, status=get_form_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
def stop_letter_run(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for confirmation, then stop all codes of a letter run."""
    staff_request = load_staff_request(request)
    run = get_object_or_404(queries.list_letter_runs(staff_request.who, staff_request.today), pk=pk)
    if request.method == "POST":
        stopped_count = actions.stop_letters(run=run, by=staff_request.user, at=staff_request.now)
        text = ngettext(
            "%(n)d letter was deactivated.", "%(n)d letters were deactivated.", stopped_count
        ) % {"n": stopped_count}
        messages.success(request, text)
        return redirect("families:letters")
    context = {
        "run": run,
        "consequences": [
            _("Families can no longer open their page with these letters. Letters: %(n)s.")
            % {"n": run.letters.count()},
            _("Their answers stay on file. You can create new letters."),
        ],
        "back": reverse("families:letters"),
    }
    return render(request, "families/stop_letters.html", context)


@never_cache
@require_safe
def letter_run_page(request: HttpRequest, pk: int) -> HttpResponse:
    """List the letters that were printed together, each with its state."""
    staff_request = load_staff_request(request)
    run = get_object_or_404(queries.list_letter_runs(staff_request.who, staff_request.today), pk=pk)
    rows = queries.list_letters(staff_request.who, staff_request.today).filter(run=run)
    context = {
        "run": run,
        "sent": build_list_table(
            LetterTable, queries.describe_sent_letters(rows, staff_request.today), request
        ),
        "today": staff_request.today,
    }
    return render(request, "families/sent.html", context)


@never_cache
@require_POST
def child_letters_page(request: HttpRequest) -> HttpResponse:
    """List the letters of one child; the id is posted by the form and is in no URL."""
    staff_request = load_staff_request(request)
    districts = consents_api.list_permitted_organizations(
        Action.INVITE_FAMILY, staff_request.who, staff_request.today
    )
    form = forms.FindLettersForm(request.POST, organizations=districts)
    rows = Letter.objects.none()
    if form.is_valid():
        cleaned = form.cleaned_data
        rows = queries.list_letters_of_child(
            cleaned["district"], cleaned["local_id"], staff_request.who, staff_request.today
        )
    context = {
        "find": form,
        "sent": build_list_table(
            FoundLetterTable, queries.describe_sent_letters(rows, staff_request.today), request
        ),
        "today": staff_request.today,
    }
    return render(request, "families/sent.html", context, status=get_form_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
def stop_letter_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for confirmation, then stop the code of this one letter."""
    staff_request = load_staff_request(request)
    letter = get_object_or_404(queries.list_letters(staff_request.who, staff_request.today), pk=pk)
    back = reverse("families:run", args=[letter.run_id])
    if request.method == "POST":
        actions.stop_letter(letter=letter, by=staff_request.user, at=staff_request.now)
        messages.success(request, _("Letter deactivated. Other letters still work."))
        return redirect(back)
    context = {
        "told": consents_api.unseal_child_label(letter.child.key, letter.child.sealed),
        "consequences": [
            _("The page can no longer be opened with this letter."),
            _("Other letters for this student still work. Two parents can each have a letter."),
        ],
        "back": back,
    }
    return render(request, "families/stop_letter.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def replace_letter_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for confirmation, then stop this letter and show the new one once."""
    staff_request = load_staff_request(request)
    letter = get_object_or_404(queries.list_letters(staff_request.who, staff_request.today), pk=pk)
    if request.method == "POST":
        expires_on = staff_request.today + timedelta(weeks=forms.DEFAULT_LETTER_WEEKS)
        new_letter = actions.replace_letter(
            letter=letter,
            expires_on=expires_on,
            by=staff_request.user,
            at=staff_request.now,
        )
        return _render_printed_letters(request, [new_letter], letter.run.organization)
    context = {
        "told": consents_api.unseal_child_label(letter.child.key, letter.child.sealed),
        "consequences": [
            _("The code on the old letter stops working."),
            _("The new letter and its code are shown only once. Print and mail it."),
        ],
        "back": reverse("families:run", args=[letter.run_id]),
    }
    return render(request, "families/replace_letter.html", context)


def _render_printed_letters(
    request: HttpRequest, printed: Iterable[PrintedLetter], organization: Organization
) -> HttpResponse:
    """Show the letters for printing."""
    address = request.build_absolute_uri(reverse("families:enter"))
    rendered = render_letters(printed, organization.name, address)
    return render(request, "families/letters.html", {"letters": rendered})
