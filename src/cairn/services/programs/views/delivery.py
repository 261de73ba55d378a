"""The page on which a program's records are sent as data submissions."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from cairn.data.intake.api import DeliveryStateConflict, ReceiptResult
from cairn.governance.agreements.api import AgreementListing
from cairn.governance.partners.api import StaffRequest, load_staff_request
from cairn.policy.engine import find_audience
from cairn.policy.questions import may_draft_agreement, may_open_page
from cairn.policy.vocabulary import Action
from cairn.services.programs import actions, delivery, forms, queries
from cairn.services.programs.models import Program
from cairn.services.programs.record_files import list_record_years
from cairn.services.programs.views.programs import find_program


@require_http_methods(["GET", "HEAD", "POST"])
def program_delivery(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what would be sent of a program and what it replaces; send it when confirmed."""
    staff, program = _find_sender(request, pk)
    covering = delivery.list_covering_agreements(program, staff.who, staff.today)
    form = forms.DeliveryForm(
        request.POST or request.GET or None,
        years=list_record_years(program, staff.today),
        agreements=[listing.row for listing in covering],
    )
    context: dict[str, Any] = {
        "program": program,
        "form": form,
        "covering": covering,
        "today": staff.today,
        "nightly": queries.find_nightly_delivery(program),
        "may_draft": may_draft_agreement(program.organization.slug, staff.who, staff.today).allowed,
        "audience": find_audience(staff.who, frozenset({program.organization.slug}), staff.today),
    }
    if covering:
        listing, year = _choose(form, covering)
        files = delivery.prepare_record_files(
            program, listing.row, year, by=staff.user, at=staff.now, requester=staff.who
        )
        seen = delivery.compute_files_digest(files)
        if request.method == "POST":
            if request.POST.get("seen") == seen:
                return _send(request, program, files, staff)
            messages.warning(
                request,
                _("The records changed since you opened this page. Look at the numbers again."),
            )
        context |= {
            "listing": listing,
            "agreements": [listing.row.reference],
            "year": year,
            "files": files,
            "seen": seen,
            "refusal": next((row.preview.decision for row in files if row.is_refused), None),  # type: ignore[union-attr]
            "is_allowed": any(row.preview and row.preview.decision.allowed for row in files),
            "is_new": any(row.is_new for row in files),
        }
    return render(request, "programs/delivery.html", context)


@require_POST
def nightly_delivery(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the program's records each night from now on, or no longer."""
    staff, program = _find_sender(request, pk)
    page = redirect("programs:delivery", pk=pk)
    reference = request.POST.get("agreement", "")
    if not reference:
        actions.stop_nightly_delivery(program=program, by=staff.user, at=staff.now)
        messages.success(request, _("The records are no longer sent each night."))
        return page
    covering = delivery.list_covering_agreements(program, staff.who, staff.today)
    agreement = next((row.row for row in covering if row.row.reference == reference), None)
    if agreement is None:
        messages.error(request, _("Choose an agreement of your organization."))
        return page
    actions.start_nightly_delivery(
        program=program,
        submission=delivery.build_program_submission(
            program,
            agreement,
            list_record_years(program, staff.today)[0],
            by=staff.user,
            at=staff.now,
            requester=staff.who,
        ),
        by=staff.user,
        at=staff.now,
    )
    messages.success(request, _("From tonight on, what changed is sent each night."))
    return page


def _find_sender(request: HttpRequest, pk: int) -> tuple[StaffRequest, Program]:
    """Find a program of the user's own organization, for which they may hand in files."""
    staff = load_staff_request(request)
    program = find_program(request, pk, Action.VIEW_PROGRAM_RECORDS)
    slug = program.organization.slug
    may_open_page(Action.RECEIVE, staff.who, organization=slug, on=staff.today).require()
    return staff, program


def _choose(
    form: forms.DeliveryForm, covering: list[AgreementListing]
) -> tuple[AgreementListing, str]:
    """Choose agreement and school year: those of the form, else the first of each."""
    chosen = form.cleaned_data if form.is_valid() else {}
    listing = next(
        (row for row in covering if row.row.reference == chosen.get("agreement")), covering[0]
    )
    return listing, chosen.get("year") or form.years[0]


def _send(
    request: HttpRequest,
    program: Program,
    files: tuple[delivery.RecordFile, ...],
    staff: StaffRequest,
) -> HttpResponse:
    page = redirect(
        f"{reverse('programs:delivery', args=[program.pk])}"
        f"?year={files[0].submission.period}&agreement={files[0].submission.agreement.reference}"
    )
    try:
        receipts = delivery.send_record_files(files, by=staff.user, at=staff.now)
    except DeliveryStateConflict as conflict:
        messages.error(request, str(conflict))
        return page
    sent = [row for row in receipts if row.result in (ReceiptResult.NEW, ReceiptResult.REPLACED)]
    if len(sent) < len(receipts):
        messages.error(request, _("Not everything was sent. The reasons are below."))
    if sent:
        text = ngettext("%(n)d data submission sent.", "%(n)d data submissions sent.", len(sent))
        messages.success(request, text % {"n": len(sent)})
    if not receipts:
        messages.info(request, _("Nothing changed since the last time. Nothing was sent."))
    return page
