"""Review the copy of a program's own record of a child, and give it to the family that asked."""

from typing import Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from cairn.governance.consents import api as consents_api
from cairn.governance.partners.api import StaffRequest, load_staff_request
from cairn.policy.vocabulary import Audience
from cairn.services.families.program_copies import actions, files, forms, queries
from cairn.services.families.program_copies.labels import find_copy_language
from cairn.services.families.record_copies.actions import CopyChanged
from cairn.services.families.record_copies.queries import CopyChoices
from cairn.services.families.record_copies.request_lock import ClosedCopyRequest
from cairn.services.programs import api as programs_api

_MEDIA_TYPES: Final = {"pdf": "application/pdf", "csv": "text/csv; charset=utf-8"}


@never_cache
@sensitive_post_parameters("counsel")
@require_http_methods(["GET", "HEAD", "POST"])
def program_copy_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a copy would hold, and which rule leaves out what; give out what was shown."""
    staff = load_staff_request(request)
    try:
        participant = queries.load_participant(pk, staff.who, staff.today)
    except programs_api.Participant.DoesNotExist as error:
        raise Http404 from error
    record = queries.load_program_copy_record(participant, staff.today)
    form = forms.ProgramCopyForm(request.POST or None, parts=record.parts)
    choices = form.build_choices()
    review = queries.review_program_copy(record, choices, staff.who, staff.today)
    details = programs_api.load_participant_details([participant])[participant.key]
    problem, kind = "", request.POST.get("step", "")
    if kind and kind != "look" and form.is_valid():
        try:
            if kind in _MEDIA_TYPES:
                return _give_out(request, staff, participant, choices, review, kind, details)
            _release(request, staff, participant, choices, review, form.cleaned_data["answer"])
        except (CopyChanged, ClosedCopyRequest) as changed:
            problem = str(changed)
        else:
            messages.success(request, _("Released. The family can download the copy now."))
            return redirect("families:copies")
    refusals = [reason for reason in review.decision.refusals if not reason.about]
    context = {
        "participant": participant,
        "name": details.full_name,
        "form": form,
        "review": review,
        "refusals": [(item.message_for(Audience.STEWARD), item) for item in refusals],
        "problem": problem,
        "asked": [
            (row, consents_api.unseal_fields(row.child.key, row.sealed)["name"])
            for row in participant.copy_requests.filter(answered_at=None, withdrawn_at=None)
            .select_related("child", "letter")
            .order_by("asked_on", "pk")
        ],
        "seen": review.content.compute_digest(),
        "today": staff.today,
    }
    return render(request, "families/program_copy.html", context, status=422 if problem else 200)


def _release(
    request: HttpRequest,
    staff: StaffRequest,
    participant: programs_api.Participant,
    choices: CopyChoices,
    review: queries.ProgramCopyReview,
    answer: str,
) -> None:
    """Release the copy to the person who asked for it on the family page."""
    if not review.decision.allowed:
        raise CopyChanged(_("It cannot be given out yet. Read why below."))
    number = request.POST.get("step", "")
    rows = participant.copy_requests.select_related("participant__organization", "child")
    actions.release_requested_copy(
        copy=get_object_or_404(rows, pk=number if number.isdecimal() else 0),
        choices=choices,
        answer=answer,
        seen=request.POST.get("seen", ""),
        by=staff.user,
        at=staff.now,
    )


def _give_out(
    request: HttpRequest,
    staff: StaffRequest,
    participant: programs_api.Participant,
    choices: CopyChoices,
    review: queries.ProgramCopyReview,
    kind: str,
    details: programs_api.ParticipantDetails,
) -> HttpResponse:
    """Release the copy as a file."""
    if not review.decision.allowed:
        raise CopyChanged(_("It cannot be given out yet. Read why below."))
    content = actions.release_program_copy(
        participant=participant,
        choices=choices,
        seen=request.POST.get("seen", ""),
        by=staff.user,
        at=staff.now,
    )
    # A family reads it in its own language, whichever the steward reads.
    with override(find_copy_language(details.language)):
        written = (
            files.write_program_copy_csv(content)
            if kind == "csv"
            else files.write_program_copy_pdf(
                content,
                child=details.full_name,
                organization=participant.organization.name,
                on=staff.today,
            )
        )
    response = HttpResponse(written, content_type=_MEDIA_TYPES[kind])
    response.headers["Content-Disposition"] = f'attachment; filename="record-copy.{kind}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
