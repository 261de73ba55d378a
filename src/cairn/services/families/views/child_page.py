"""Show a family the data shared about its child, and record its answers.

The names of the views on the family page are logged with refusals; renaming a view changes what
the audit log calls it.
"""

from collections.abc import Sequence
from typing import Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cairn.governance.consents import api as consents_api
from cairn.governance.disclosure_log.api import count_changed_lines
from cairn.policy.checks import find_record_copy_due_date
from cairn.policy.questions import may_answer_for_child, may_view_family_page
from cairn.policy.vocabulary import ConsentMethod, OptOutScope, SignerRelation
from cairn.services.families import actions, queries
from cairn.services.families.amendment_queries import list_amendments_for_family
from cairn.services.families.forms import ConsentAnswerForm, SignerForm
from cairn.services.families.record_copies.request_lock import ClosedCopyRequest
from cairn.services.families.views import session as family_session

RECENT_LOG_ENTRIES: Final = 3
"""Entries of the sharing log that fill three screens of a phone; earlier ones are folded."""


@require_safe
@family_session.require_family_session
def home(request: HttpRequest, session: family_session.FamilySession) -> HttpResponse:
    """Show the whole family page, in the order of a family's questions."""
    today = session.now.date()
    page = queries.load_family_page(
        session.child, session.who, today, family_session.list_own_answers(request)
    )
    context = {
        "page": page,
        "amendments": list_amendments_for_family(
            session.child, session.who, family_session.load_reader(request, session), today
        ),
        "may_answer": may_answer_for_child(session.child.key, session.who, today).allowed,
        "today": today,
    }
    return render(request, "families/home.html", context)


@require_safe
@family_session.require_family_session
def record(request: HttpRequest, session: family_session.FamilySession) -> HttpResponse:
    """List every disclosure of this child (34 CFR 99.32(c))."""
    entries = queries.list_disclosures_to_family(session.child, session.who, session.now.date())
    context = {
        "recent_entries": entries[:RECENT_LOG_ENTRIES],
        "earlier_entries": entries[RECENT_LOG_ENTRIES:],
        "changed_entries": count_changed_lines(session.child.key),
    }
    return render(request, "families/record.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@family_session.require_family_session
def agree(request: HttpRequest, session: family_session.FamilySession, pk: int) -> HttpResponse:
    """Show one form to read and sign by typed name, or to decline."""
    offer = queries.find_offered_form(session.child, pk)
    may_view_family_page(session.child.key, session.who, session.now.date()).require()
    if offer is None:
        raise Http404
    is_declined = request.POST.get("answer") == "no"
    form = build_signer_form(request, session, offered=() if is_declined else offer.records)
    if request.method == "POST" and form.is_valid():
        signature = _build_signature(
            session, *family_session.remember_signature(request, session, form)
        )
        row = consents_api.answer_consent_form(
            child=session.child,
            form=offer,
            signature=signature,
            records=form.cleaned_data.get("records", ()),
            who=session.who,
            at=session.now,
        )
        family_session.remember_answer(request, row.reference)
        messages.success(request, _describe_answer(is_declined=is_declined))
        return redirect("families:home")
    context = {
        "form": form,
        "offer": offer,
        "purposes": consents_api.describe_purposes_for_families(offer.purposes),
    }
    return render(request, "families/agree.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@family_session.require_family_session
def stop(
    request: HttpRequest, session: family_session.FamilySession, reference: str
) -> HttpResponse:
    """Ask for confirmation, then revoke a consent."""
    may_view_family_page(session.child.key, session.who, session.now.date()).require()
    row = queries.find_family_answer(session.child, reference)
    if row is None:
        raise Http404
    form = build_signer_form(request, session)
    if request.method == "POST" and form.is_valid():
        name, _relation = family_session.remember_signature(request, session, form)
        consents_api.revoke_own_consent(consent=row, name=name, who=session.who, at=session.now)
        family_session.remember_answer(request, reference)
        return redirect("families:stopped", reference=reference)
    context = {"form": form, "consent": row}
    return render(request, "families/stop.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@family_session.require_family_session
def stopped(
    request: HttpRequest, session: family_session.FamilySession, reference: str
) -> HttpResponse:
    """Confirm the revocation, and offer to undo a slip."""
    may_view_family_page(session.child.key, session.who, session.now.date()).require()
    row = queries.find_family_answer(session.child, reference)
    name = family_session.load_signer(request, session).get("name", "")
    is_own = reference in family_session.list_own_answers(request)
    if row is None or not is_own or not queries.has_revoked_consent(row, name):
        raise Http404
    if request.method == "POST":
        consents_api.undo_own_revocation(consent=row, name=name, who=session.who, at=session.now)
        messages.success(request, _("Your permission is in effect again."))
        return redirect("families:home")
    return render(request, "families/stopped.html", {"consent": row})


@require_http_methods(["GET", "HEAD", "POST"])
@family_session.require_family_session
def decline(
    request: HttpRequest, session: family_session.FamilySession, scope: str
) -> HttpResponse:
    """Ask for confirmation, then opt the child out, or end the opt-out."""
    may_answer_for_child(session.child.key, session.who, session.now.date()).require()
    if scope not in {known.value for known in OptOutScope}:
        raise Http404
    opt_out_scope, child = OptOutScope(scope), session.child
    is_opted_out = opt_out_scope in queries.list_declined_scopes(child)
    form = build_signer_form(request, session)
    if request.method == "POST" and form.is_valid():
        signature = _build_signature(
            session, *family_session.remember_signature(request, session, form)
        )
        if is_opted_out:
            endings = consents_api.end_own_opt_outs(
                child=child,
                scope=opt_out_scope,
                signature=signature,
                who=session.who,
                at=session.now,
            )
            messages.success(request, _describe_opt_in(endings))
        else:
            consents_api.opt_out_child(
                child=child,
                scope=opt_out_scope,
                signature=signature,
                who=session.who,
                at=session.now,
            )
            messages.success(request, _("You opted out, starting now."))
        return redirect("families:home")
    context = {"scope": opt_out_scope.value, "is_out": is_opted_out, "form": form}
    return render(request, "families/decline.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@family_session.require_family_session
def copy(request: HttpRequest, session: family_session.FamilySession) -> HttpResponse:
    """Request a copy of the child's record; the district has 45 days (34 CFR 99.10)."""
    may_answer_for_child(session.child.key, session.who, session.now.date()).require()
    today = session.now.date()
    deadlines = queries.load_record_deadlines(session.child.organization, today)
    form, due = build_signer_form(request, session), find_record_copy_due_date(today, deadlines)
    if request.method == "POST" and form.is_valid():
        name, _relation = family_session.remember_signature(request, session, form)
        actions.request_copy(
            child=session.child,
            letter=session.letter,
            name=name,
            who=session.who,
            at=session.now,
        )
        messages.success(request, _("Your request was sent to the school."))
        return redirect("families:home")
    status = 422 if form.errors else 200
    return render(request, "families/copy.html", {"form": form, "due": due}, status=status)


@require_POST
@family_session.require_family_session
def no_copy(request: HttpRequest, session: family_session.FamilySession, pk: int) -> HttpResponse:
    """Withdraw a request for a copy."""
    may_answer_for_child(session.child.key, session.who, session.now.date()).require()
    row = get_object_or_404(session.child.copy_requests, pk=pk, answered_at=None, withdrawn_at=None)
    try:
        actions.withdraw_copy_request(copy=row, who=session.who, at=session.now)
    except ClosedCopyRequest as closed:
        raise Http404 from closed
    messages.success(request, _("Your request was canceled."))
    return redirect("families:timeline" if row.participant_id else "families:home")


def build_signer_form(
    request: HttpRequest, session: family_session.FamilySession, offered: Sequence[str] = ()
) -> SignerForm:
    """Build the form for the signer, with the offered records if a form offers any."""
    posted, remembered, student_answers = (
        request.POST or None,
        family_session.load_signer(request, session),
        family_session.student_holds_rights(session),
    )
    if offered:
        return ConsentAnswerForm(
            posted, offered=offered, student_answers=student_answers, initial=remembered
        )
    return SignerForm(posted, student_answers=student_answers, initial=remembered)


def _build_signature(
    session: family_session.FamilySession, name: str, relation: SignerRelation
) -> consents_api.FamilySignature:
    """Return the signature, with how the signer was identified (34 CFR 99.30(d))."""
    return consents_api.FamilySignature(
        name=name,
        relation=relation,
        on=session.now.date(),
        language=(get_language() or "en")[:2],
        method=ConsentMethod.ELECTRONIC,
        authenticated=f"code of letter {session.letter.pk}, sent by the district",
        approved=f"typed name and box checked at {session.now.isoformat(timespec='seconds')}",
    )


def _describe_opt_in(endings: consents_api.OptOutEndings) -> str:
    if endings.disputed:
        return _(
            "Another person opted out, so the district decides. Until then, the opt-out stays in "
            "effect."
        )
    return _("You opted back in.")


def _describe_answer(*, is_declined: bool) -> str:
    if is_declined:
        return _(
            "You said no. This information will not be shared. The school's services stay the same."
        )
    return _(
        "You gave permission. Sharing can start after the district checks your answer. You can "
        "stop at any time."
    )
