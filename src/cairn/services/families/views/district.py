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
from cairn.policy.vocabulary import Action
from cairn.services.families import actions, forms, queries
from cairn.services.families.actions import PrintedLetter
from cairn.services.families.letter_rendering import render_letters
from cairn.services.families.models import Letter


@require_safe
def copy_request_list(request: HttpRequest) -> HttpResponse:
    """List families' requests for copies, the first due first."""
    staff_request = load_staff_request(request)
    rows = [
        (
            row,
            consents_api.unseal_child_label(row.child.key, row.child.sealed),
            consents_api.unseal_fields(row.child.key, row.sealed)["name"],
            is_late,
        )
        for row, is_late in queries.list_copy_requests_with_lateness(
            staff_request.who, staff_request.today
        )
    ]
    return render(request, "families/copies.html", {"rows": rows, "today": staff_request.today})


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
                by=staff_request.user,
                at=staff_request.now,
            )
        except actions.ClosedCopyRequest as closed:
            messages.error(request, str(closed))
        else:
            messages.success(request, _("The answer is on record, and the family reads it."))
        return redirect("families:copies")
    context = {
        "form": form,
        "row": row,
        "told": consents_api.unseal_child_label(row.child.key, row.child.sealed),
    }
    return render(request, "families/answer.html", context, status=get_form_status(form))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def print_letters_page(request: HttpRequest) -> HttpResponse:
    """Show the form for new letters, then the letters once: their codes are stored in no place."""
    staff_request = load_staff_request(request)
    districts = consents_api.list_permitted_organizations(
        Action.INVITE_FAMILY, staff_request.who, staff_request.today
    )
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
        "runs": queries.list_letter_runs(staff_request.who, staff_request.today),
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
        text = ngettext("%(n)d code is stopped.", "%(n)d codes are stopped.", stopped_count) % {
            "n": stopped_count
        }
        messages.success(request, text)
        return redirect("families:letters")
    context = {
        "run": run,
        "consequences": [
            _("Families with these letters cannot open their page any more."),
            _("What they have said on it stands. You can print new letters."),
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
        "sent": queries.describe_sent_letters(rows, staff_request.today),
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
        "sent": queries.describe_sent_letters(rows, staff_request.today),
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
        messages.success(request, _("This letter is stopped. The others go on counting."))
        return redirect(back)
    context = {
        "told": consents_api.unseal_child_label(letter.child.key, letter.child.sealed),
        "consequences": [
            _("Whoever holds this letter cannot open the page any more."),
            _("Other letters of this child go on counting: two parents can each have one."),
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
            _("The code of the old letter opens nothing any more."),
            _("A new letter with a new code is shown once, to be printed and mailed."),
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
