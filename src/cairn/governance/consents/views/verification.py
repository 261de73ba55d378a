"""Show district pages on which consents are verified or returned."""

from collections.abc import Iterator

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from cairn.governance.consents.actions import consents
from cairn.governance.consents.forms.consents import ReturnConsentForm, VerifyForm
from cairn.governance.consents.models.consent import Consent
from cairn.governance.consents.queries import consents as queries
from cairn.governance.partners import api as partners_api

_CONSENTS_SHOWN = 200


@require_safe
def verification_queue(request: HttpRequest) -> HttpResponse:
    """List consents that wait for verification, oldest first; with `all`, every one is selected."""
    staff_request = partners_api.load_staff_request(request)
    rows = queries.list_consents_to_verify(staff_request.who, staff_request.today)
    context = {
        "read": queries.load_consent_details(rows[:_CONSENTS_SHOWN], staff_request.today),
        "more": max(rows.count() - _CONSENTS_SHOWN, 0),
        "all": "all" in request.GET,
        "today": staff_request.today,
    }
    return render(request, "consents/queue.html", context)


@require_POST
def decide_consents_page(request: HttpRequest) -> HttpResponse:
    """Ask for confirmation, then verify the chosen consents or return them with a reason."""
    staff_request = partners_api.load_staff_request(request)
    chosen = request.POST.getlist("consent")
    rows = list(
        queries.list_consents_to_verify(staff_request.who, staff_request.today).filter(
            reference__in=chosen
        )
    )
    if not rows:
        messages.warning(request, _("Choose at least one consent."))
        return redirect("consents:queue")
    is_return = request.POST.get("answer") == "return"
    posted = request.POST if "confirmed" in request.POST else None
    college_unknown = [row for row in rows if row.child.postsecondary is None]
    form = (
        ReturnConsentForm(posted) if is_return else VerifyForm(posted, unknown=len(college_unknown))
    )
    if form.is_valid():
        text = (
            _return_chosen(staff_request, rows, form)
            if is_return
            else _verify_chosen(staff_request, rows, college_unknown, form)
        )
        messages.success(request, text)
        return redirect("consents:queue")
    context = {
        "read": queries.load_consent_details(rows, staff_request.today),
        "sends_back": is_return,
        "form": form,
    }
    return render(
        request, "consents/decide.html", context, status=partners_api.get_form_status(form)
    )


def _verify_chosen(
    staff_request: partners_api.StaffRequest,
    rows: list[Consent],
    college_unknown: list[Consent],
    form: BaseForm,
) -> str:
    """Verify the consents, one district at a time, and return a message with the counts."""
    declared = college_unknown if form.cleaned_data.get("college") == "none" else []
    verified_count = 0
    for organization, district_rows in _group_by_district(rows):
        verified_count += consents.verify_consents(
            organization=organization,
            consents=district_rows,
            no_college=declared,
            by=staff_request.user,
            at=staff_request.now,
        )
    text = ngettext(
        "%(n)d consent is verified.", "%(n)d consents are verified.", verified_count
    ) % {"n": verified_count}
    if not (still_open := len(college_unknown) - len(declared)):
        return text
    waiting_text = ngettext(
        "%(n)d does not count yet: say on the child's page whether the student attends a college.",
        "%(n)d do not count yet: say on each child's page whether the student attends a college.",
        still_open,
    )
    return f"{text} {waiting_text % {'n': still_open}}"


def _return_chosen(
    staff_request: partners_api.StaffRequest, rows: list[Consent], form: BaseForm
) -> str:
    """Return the consents, one district at a time, and return a message."""
    returned_count = 0
    for organization, district_rows in _group_by_district(rows):
        returned_count += consents.return_consents(
            organization=organization,
            consents=district_rows,
            because=form.cleaned_data["because"],
            by=staff_request.user,
            at=staff_request.now,
        )
    return ngettext(
        "%(n)d consent was sent back.", "%(n)d consents were sent back.", returned_count
    ) % {"n": returned_count}


def _group_by_district(
    rows: list[Consent],
) -> Iterator[tuple[partners_api.Organization, list[Consent]]]:
    for organization in {row.child.organization for row in rows}:
        yield organization, [row for row in rows if row.child.organization == organization]
