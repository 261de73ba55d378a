"""Review the copy of a record, release it, and let the family that asked download it."""

from typing import Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from cairn.governance.consents import api as consents_api
from cairn.governance.partners.api import StaffRequest, load_staff_request
from cairn.policy.facts import FamilyReader
from cairn.policy.questions import may_open_page, may_view_family_page
from cairn.policy.vocabulary import Action, Audience
from cairn.services.families import forms, queries
from cairn.services.families.actions import withdraw_copy_request
from cairn.services.families.models import CopyRequest
from cairn.services.families.program_copies import actions as program_actions
from cairn.services.families.program_copies import files as program_files
from cairn.services.families.program_copies import requests as program_requests
from cairn.services.families.record_copies import actions, files
from cairn.services.families.record_copies import queries as copy_queries
from cairn.services.families.record_copies.request_lock import ClosedCopyRequest
from cairn.services.families.views import session as family_session
from cairn.services.families.views.child_page import build_signer_form
from cairn.services.families.views.session import FamilySession

_MEDIA_TYPES: Final = {"pdf": "application/pdf", "csv": "text/csv; charset=utf-8"}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def copy_review(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a copy would hold, and which rule leaves out what; release what was shown."""
    staff = load_staff_request(request)
    may_open_page(Action.RELEASE_COPY, staff.who, on=staff.today).require()
    rows = queries.list_copy_requests(staff.who, staff.today).select_related("letter")
    row = get_object_or_404(rows, pk=pk, answered_at=None, participant=None)
    may_open_page(
        Action.RELEASE_COPY, staff.who, organization=row.child.organization.slug, on=staff.today
    ).require()
    known = copy_queries.review_copy(
        row, copy_queries.CopyChoices(), staff.who, staff.today
    ).records
    form = forms.CopyReviewForm(request.POST or None, records=known)
    review = copy_queries.review_copy(row, _read_choices(form), staff.who, staff.today)
    problem = ""
    if request.POST.get("step") == "release" and form.is_valid():
        problem = _release(request, staff, row, form, review)
        if not problem:
            messages.success(request, _("Released. The family can download the copy now."))
            return redirect("families:copies")
    refusals = [reason for reason in review.decision.refusals if not reason.about]
    context = {
        "form": form,
        "row": row,
        "told": consents_api.unseal_child_label(row.child.key, row.child.sealed),
        "requester": consents_api.unseal_fields(row.child.key, row.sealed)["name"],
        "review": review,
        "refusals": [(one.message_for(Audience.STEWARD), one) for one in refusals],
        "problem": problem,
        "seen": review.content.compute_digest(),
        "is_late": row.due < staff.today,
        "today": staff.today,
    }
    return render(request, "families/copy_review.html", context, status=422 if problem else 200)


def _read_choices(form: forms.CopyReviewForm) -> copy_queries.CopyChoices:
    """Read what was chosen, also before the answer to the family is written."""
    if not form.is_bound:
        return copy_queries.CopyChoices()
    form.is_valid()
    cleaned = form.cleaned_data
    return copy_queries.CopyChoices(
        exclusions=frozenset(cleaned.get("exclusions", ())),
        left_out=frozenset(cleaned.get("left_out", ())),
        counsel=cleaned.get("counsel", ""),
        texts_read=cleaned.get("texts_read", False),
    )


def _release(
    request: HttpRequest,
    staff: StaffRequest,
    row: CopyRequest,
    form: forms.CopyReviewForm,
    review: copy_queries.CopyReview,
) -> str:
    """Release the copy, or say why not."""
    if not review.decision.allowed:
        return _("It cannot be released yet. Read why below.")
    try:
        actions.release_copy(
            copy=row,
            choices=_read_choices(form),
            answer=form.cleaned_data["answer"],
            seen=request.POST.get("seen", ""),
            by=staff.user,
            at=staff.now,
        )
    except (actions.CopyChanged, ClosedCopyRequest) as problem:
        return str(problem)
    return ""


@require_http_methods(["GET", "HEAD", "POST"])
@family_session.require_family_session
def copy_page(request: HttpRequest, session: FamilySession, pk: int) -> HttpResponse:
    """Let the person who asked for a copy download or delete it; ask for the name first."""
    row = _find_released_copy(session, pk)
    today = session.now.date()
    form = build_signer_form(request, session)
    decide = (
        program_requests.decide_program_download
        if row.participant
        else copy_queries.decide_download
    )
    if request.POST.get("step") == "delete":
        decide(row, family_session.load_reader(request, session), session.who, today).require()
        withdraw_copy_request(copy=row, who=session.who, at=session.now)
        messages.success(request, _("The copy was deleted."))
        return redirect("families:timeline" if row.participant else "families:home")
    if request.method == "POST" and form.is_valid():
        family_session.remember_signature(request, session, form)
        return redirect("families:copy_page", pk=pk)
    reader = family_session.load_reader(request, session)
    decision = decide(row, reader, session.who, today)
    context = {
        "row": row,
        "decision": decision,
        "is_known": bool(reader.signer),
        "form": form,
        "today": today,
    }
    return render(request, "families/copy_page.html", context, status=422 if form.errors else 200)


@require_safe
@family_session.require_family_session
def copy_file(request: HttpRequest, session: FamilySession, pk: int, kind: str) -> HttpResponse:
    """Download a copy as a PDF or as CSV."""
    row = _find_released_copy(session, pk)
    if kind not in _MEDIA_TYPES:
        raise Http404
    reader = family_session.load_reader(request, session)
    if row.participant is not None:
        return _send_program_copy(session, row, reader, kind)
    content = actions.download_copy(
        copy=row, reader=reader, kind=kind, who=session.who, at=session.now
    )
    if kind == "csv":
        written = files.write_copy_csv(content)
    else:
        label = consents_api.unseal_child_label(session.child.key, session.child.sealed)
        written = files.write_copy_pdf(
            content,
            child=str(label),
            organization=session.child.organization.name,
            on=timezone.localdate(session.now),
        )
    return _send_file(written, kind)


def _send_program_copy(
    session: FamilySession, row: CopyRequest, reader: FamilyReader, kind: str
) -> HttpResponse:
    content = program_actions.download_program_copy(
        copy=row, reader=reader, kind=kind, who=session.who, at=session.now
    )
    if kind == "csv":
        return _send_file(program_files.write_program_copy_csv(content), kind)
    written = program_files.write_program_copy_pdf(
        content,
        child=queries.label_requested_children([row])[row.pk].local_id,
        organization=row.holder.name,
        on=session.now.date(),
    )
    return _send_file(written, kind)


def _send_file(written: bytes, kind: str) -> HttpResponse:
    response = HttpResponse(written, content_type=_MEDIA_TYPES[kind])
    response.headers["Content-Disposition"] = f'attachment; filename="{_("record-copy")}.{kind}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _find_released_copy(session: FamilySession, pk: int) -> CopyRequest:
    """Find a copy of this child that was released and not withdrawn.

    A program's copy is found while the family sees every program of the record.
    """
    may_view_family_page(session.child.key, session.who, session.now.date()).require()
    rows = session.child.copy_requests.select_related(
        "letter", "child__organization", "participant__organization"
    )
    row: CopyRequest = get_object_or_404(
        rows.exclude(answered_at=None).exclude(sealed_copy=b""), pk=pk, withdrawn_at=None
    )
    today = session.now.date()
    if row.participant and not program_requests.can_see_request(row, session.who, today):
        raise Http404
    return row
