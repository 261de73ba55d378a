"""Show a family its requests to amend the record, and record each of its steps.

The names of the views on the family page are logged with refusals, as in `child_page`.
"""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cairn.policy.checks import find_amendment_due_date
from cairn.policy.questions import may_answer_for_child
from cairn.services.families import actions, amendment_actions, amendment_queries, queries
from cairn.services.families.forms import AmendmentForm, RecordStatementForm, SignerForm
from cairn.services.families.models import AmendmentRequest
from cairn.services.families.views.session import (
    FamilySession,
    build_reader,
    load_reader,
    load_signer,
    remember_signature,
    require_family_session,
    student_holds_rights,
)


@require_http_methods(["GET", "HEAD", "POST"])
@require_family_session
def amendment(request: HttpRequest, session: FamilySession) -> HttpResponse:
    """Ask to amend the child's record (34 CFR 99.20)."""
    today = session.now.date()
    may_answer_for_child(session.child.key, session.who, today).require()
    form = AmendmentForm(
        request.POST or None,
        student_answers=student_holds_rights(session),
        initial=load_signer(request, session),
    )
    if request.method == "POST" and form.is_valid():
        name, relation = remember_signature(request, session, form)
        amendment_actions.request_amendment(
            child=session.child,
            requested=amendment_actions.RequestedAmendment(
                name, relation, form.cleaned_data["wrong"], form.cleaned_data["correct"]
            ),
            letter=session.letter,
            who=session.who,
            at=session.now,
        )
        messages.success(request, _("Your request was sent to the school."))
        return redirect("families:home")
    deadlines = queries.load_record_deadlines(session.child.organization, today)
    context = {"form": form, "due": find_amendment_due_date(today, deadlines)}
    status = 422 if form.errors else 200
    return render(request, "families/amendment.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@require_family_session
def amendment_reader(request: HttpRequest, session: FamilySession) -> HttpResponse:
    """Ask for the reader's name, so that the page shows the requests that this person made."""
    may_answer_for_child(session.child.key, session.who, session.now.date()).require()
    form = _build_form(SignerForm, request, session)
    if request.method == "POST" and form.is_valid():
        remember_signature(request, session, form)
        actions.record_name_given(
            child=session.child, letter=session.letter, who=session.who, at=session.now
        )
        return redirect(reverse("families:home") + "#see")
    context = {"form": form}
    return render(request, "families/amendment_reader.html", context, status=_get_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
@require_family_session
def amendment_withdrawal(request: HttpRequest, session: FamilySession, pk: int) -> HttpResponse:
    """Ask for confirmation, then withdraw a request to amend the record."""
    row = _find_own_amendment(request, session, pk)
    form = _build_form(SignerForm, request, session)
    if request.method == "POST" and form.is_valid():
        reader = build_reader(session, *remember_signature(request, session, form))
        amendment_actions.withdraw_amendment(
            amendment=row, reader=reader, who=session.who, at=session.now
        )
        messages.success(request, _("Your request was canceled."))
        return redirect("families:home")
    context = {"form": form, "step": "withdraw"}
    return render(request, "families/amendment_step.html", context, status=_get_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
@require_family_session
def amendment_hearing(request: HttpRequest, session: FamilySession, pk: int) -> HttpResponse:
    """Explain the right to a hearing, then record that the family asks for one."""
    row = _find_own_amendment(request, session, pk)
    form = _build_form(SignerForm, request, session)
    if request.method == "POST" and form.is_valid():
        reader = build_reader(session, *remember_signature(request, session, form))
        amendment_actions.request_hearing(
            amendment=row, reader=reader, who=session.who, at=session.now
        )
        messages.success(request, _("The school must now hold a hearing."))
        return redirect("families:home")
    context = {"form": form, "step": "hearing"}
    return render(request, "families/amendment_step.html", context, status=_get_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
@require_family_session
def amendment_statement(request: HttpRequest, session: FamilySession, pk: int) -> HttpResponse:
    """Take a family's statement for the record (34 CFR 99.21(b)(2))."""
    row = _find_own_amendment(request, session, pk)
    form = _build_form(RecordStatementForm, request, session)
    if request.method == "POST" and form.is_valid():
        name, relation = remember_signature(request, session, form)
        amendment_actions.place_statement(
            amendment=row,
            name=name,
            reader=build_reader(session, name, relation),
            statement=form.cleaned_data["statement"],
            who=session.who,
            at=session.now,
        )
        messages.success(request, _("Your statement is now in the record."))
        return redirect("families:home")
    context = {"form": form, "step": "statement"}
    return render(request, "families/amendment_step.html", context, status=_get_status(form))


def _find_own_amendment(request: HttpRequest, session: FamilySession, pk: int) -> AmendmentRequest:
    today = session.now.date()
    may_answer_for_child(session.child.key, session.who, today).require()
    reader = load_reader(request, session)
    row = amendment_queries.find_own_amendment(session.child, pk, session.who, reader, today)
    if row is None:
        raise Http404
    return row


def _build_form(
    form_class: type[SignerForm], request: HttpRequest, session: FamilySession
) -> SignerForm:
    return form_class(
        request.POST or None,
        student_answers=student_holds_rights(session),
        initial=load_signer(request, session),
    )


def _get_status(form: SignerForm) -> int:
    return 422 if form.errors else 200
