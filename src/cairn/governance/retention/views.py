"""Pages of destruction: due duties, one duty, runs, certificates and the owner's answer."""

from datetime import date
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cairn.governance.agreements.api import Agreement, MissingFont, close_agreement
from cairn.governance.disclosure_log.api import find_linked_pages, load_organization_names
from cairn.governance.partners.api import load_actor
from cairn.governance.retention import actions, certificate, duty_line, queries
from cairn.governance.retention.actions import DestructionStateError
from cairn.governance.retention.forms import CertificateDisputeForm, DestructionDemandForm
from cairn.governance.retention.models import DestructionCertificate, DestructionRun
from cairn.governance.retention.tables import DestructionTable, DutyTable
from cairn.governance.retention.tasks import enqueue_destruction
from cairn.platform.accounts.api import User
from cairn.platform.audit.api import Work
from cairn.platform.tables.api import build_list_table, is_download_requested, write_csv_response
from cairn.policy import questions
from cairn.policy.engine import find_audience
from cairn.policy.facts import Actor
from cairn.policy.vocabulary import Action, DutyCause, DutyState


@require_safe
def duty_list(request: HttpRequest) -> HttpResponse:
    """List what must be destroyed and when, overdue first, and what was destroyed."""
    who, today = load_actor(request.user, request=request), timezone.localdate()
    names = load_organization_names()
    options: dict[str, Any] = {"names": names, "linked": find_linked_pages(who, today)}
    duties = build_list_table(
        DutyTable,
        [
            duty_line.build_duty_line(duty, today, names)
            for duty in queries.list_visible_duties(who, today)
        ],
        request,
        **options,
    )
    runs = build_list_table(
        DestructionTable,
        queries.list_destruction_runs(who, today),
        request,
        prefix="past-",
        **options,
    )
    for table, file_name in ((duties, "data-to-destroy"), (runs, "destroyed-data")):
        if is_download_requested(table, request):
            return write_csv_response(table, f"{file_name}-{today}")
    context = {
        "duties": duties,
        "runs": runs,
        "demands": [
            (row, queries.may_withdraw_demand(row, who, today).allowed)
            for row in queries.list_visible_demands(who, today)
        ],
        "may_demand": bool(queries.list_demandable_data(who, today)),
        "today": today,
    }
    return render(request, "retention/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def duty_detail(
    request: HttpRequest, agreement: str, owner: str, cause: str, due: str
) -> HttpResponse:
    """Show everything that one duty covers; destroy it after confirmation."""
    who, now = load_actor(request.user, request=request), timezone.localtime()
    questions.may_open_destruction_list(who, now.date()).require()
    try:
        cause_and_due = DutyCause(cause), date.fromisoformat(due)
    except ValueError as error:
        raise Http404 from error
    duty_fact = queries.find_visible_duty(agreement, owner, *cause_and_due, who, now.date())
    if duty_fact is None:
        raise Http404
    decision = questions.may_destroy_data(
        queries.load_agreement_terms(agreement, now.date()), who, now.date()
    )
    if request.method == "POST":
        try:
            run = actions.begin_destruction(duty=duty_fact, by=_signed_in_user(request), at=now)
        except DestructionStateError as state_error:
            messages.error(request, str(state_error))
            return redirect("retention:list")
        enqueue_destruction(run, _signed_in_user(request))
        messages.success(request, _("Destruction started."))
        return redirect("retention:run", run.pk)
    context = {
        "duty": duty_line.build_duty_line(duty_fact, now.date(), load_organization_names()),
        "items": queries.list_duty_holdings(duty_fact),
        "may_open_items": questions.may_open_page(Action.VIEW_DELIVERY, who, on=now.date()).allowed,
        "decision": decision,
        "audience": find_audience(who, frozenset({owner}), now.date()),
        "today": now.date(),
    }
    return render(request, "retention/duty.html", context)


@require_safe
def destruction_run(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one destruction: its progress, the files, the certificate and the owner's
    answer.
    """
    who, today = load_actor(request.user, request=request), timezone.localdate()
    row = _find_visible_run(who, pk)
    decision = questions.may_destroy_data(
        queries.load_agreement_terms(row.agreement, today), who, today
    )
    open_again = row.state in (DutyState.RUNNING.value, DutyState.DISPUTED.value)
    work = Work.objects.filter(kind="destroy", subject=f"destruction:{pk}").first()
    context = {
        "run": row,
        "owner": load_organization_names().get(row.owner, row.owner),
        "tone": duty_line.TONE_BY_DUTY_STATE[DutyState(row.state)],
        "certificate": row.certificate,
        "work": work if row.state == DutyState.RUNNING.value else None,
        "may_again": open_again and decision.allowed and not (work and work.is_busy),
        "may_close": queries.may_close_settled_agreement(row.agreement, who, today).allowed,
        "answer": questions.may_accept_certificate(row.owner, DutyState(row.state), who, today),
        "today": today,
    }
    return render(request, "retention/run.html", context)


@require_POST
def resume_run(request: HttpRequest, pk: int) -> HttpResponse:
    """Resume a destruction that stopped, or that the owner disputes."""
    who, now = load_actor(request.user, request=request), timezone.localtime()
    row = _find_visible_run(who, pk)
    by = _signed_in_user(request)
    actions.resume_destruction(run=row, by=by, at=now)
    enqueue_destruction(row, by)
    return redirect("retention:run", pk)


@require_http_methods(["GET", "HEAD", "POST"])
def destruction_demand(request: HttpRequest) -> HttpResponse:
    """Let a data owner demand that its data be destroyed."""
    who, now = load_actor(request.user, request=request), timezone.localtime()
    questions.may_open_page(Action.DEMAND_DESTRUCTION, who, on=now.date()).require()
    form = DestructionDemandForm(
        request.POST or None, choices=queries.list_demandable_data(who, now.date())
    )
    if request.method == "POST" and form.is_valid():
        terms, owner = form.chosen_terms
        due = form.cleaned_data["due"]
        decision = questions.may_demand_destruction(terms, owner.slug, due, who, now.date())
        if decision.allowed:
            actions.demand_destruction(
                agreement=terms.reference,
                owner=owner,
                due=due,
                why=form.cleaned_data["why"],
                by=_signed_in_user(request),
                at=now,
            )
            messages.success(request, _("Request recorded. The recipient can see it now."))
            return redirect("retention:list")
        audience = find_audience(who, frozenset({owner.slug}), now.date())
        for reason in decision.refusals:
            form.add_error("due", reason.message_for(audience))
    status = 422 if form.errors else 200
    return render(request, "retention/demand.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def demand_withdrawal(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for confirmation, then withdraw a demand."""
    who, now = load_actor(request.user, request=request), timezone.localtime()
    questions.may_open_page(Action.DEMAND_DESTRUCTION, who, on=now.date()).require()
    row = next(
        (
            candidate
            for candidate in queries.list_visible_demands(who, now.date())
            if candidate.pk == pk
        ),
        None,
    )
    if row is None:
        raise Http404
    queries.may_withdraw_demand(row, who, now.date()).require()
    if request.method == "POST":
        actions.withdraw_demand(demand=row, by=_signed_in_user(request), at=now)
        messages.success(request, _("Request withdrawn."))
        return redirect("retention:list")
    context = {
        "demand": row,
        "consequences": [
            _("Data that must be destroyed for another reason stay on the list."),
            _("The audit log keeps the request and its withdrawal."),
        ],
        "back": reverse("retention:list"),
    }
    return render(request, "retention/take_back.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def certificate_acceptance(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for confirmation, then accept the certificate as the owner's data steward."""
    who, now = load_actor(request.user, request=request), timezone.localtime()
    row = _find_visible_run(who, pk)
    questions.may_accept_certificate(row.owner, DutyState(row.state), who, now.date()).require()
    if request.method == "POST":
        actions.accept_certificate(run=row, by=_signed_in_user(request), at=now)
        messages.success(request, _("Certificate accepted. This destruction is complete."))
        return redirect("retention:run", pk)
    context = _describe_run(row) | {
        "title": _("Accept the certificate of destruction?"),
        "consequences": [
            _("This destruction is complete. You can no longer dispute it."),
            _("The certificate stays on record with your name and the date."),
        ],
        "action": _("Accept certificate"),
        "harmless": True,
    }
    return render(request, "web/confirm_page.html", context)


def _describe_run(row: DestructionRun) -> dict[str, Any]:
    """Describe the destruction that a confirmation is about, with the number of items."""
    owner = load_organization_names().get(row.owner, row.owner)
    said = {"agreement": row.agreement, "owner": owner, "n": len(row.done)}
    return {
        "text": _("%(agreement)s, data of %(owner)s. Items destroyed: %(n)s.") % said,
        "back": reverse("retention:run", args=(row.pk,)),
        "of": f"{row.agreement}, {owner}",
    }


@require_http_methods(["GET", "HEAD", "POST"])
def certificate_dispute(request: HttpRequest, pk: int) -> HttpResponse:
    """Dispute the certificate as the owner's data steward, with a reason."""
    who, now = load_actor(request.user, request=request), timezone.localtime()
    row = _find_visible_run(who, pk)
    questions.may_accept_certificate(row.owner, DutyState(row.state), who, now.date()).require()
    form = CertificateDisputeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        why = form.cleaned_data["why"]
        actions.dispute_certificate(run=row, why=why, by=_signed_in_user(request), at=now)
        messages.success(request, _("Dispute recorded. The recipient can see it now."))
        return redirect("retention:run", pk)
    status = 422 if form.errors else 200
    return render(request, "retention/dispute.html", {"form": form, "run": row}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def agreement_closing(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for confirmation, then close an agreement under which nothing remains to destroy."""
    who, now = load_actor(request.user, request=request), timezone.localtime()
    row = _find_visible_run(who, pk)
    queries.may_close_settled_agreement(row.agreement, who, now.date()).require()
    if request.method != "POST":
        context = _describe_run(row) | {
            "title": _("Close %(agreement)s?") % {"agreement": row.agreement},
            "consequences": [
                _("The agreement is closed for good. It cannot be opened again."),
                _("Its text, its certificates and the audit log stay readable."),
            ],
            "action": _("Close agreement"),
        }
        return render(request, "web/confirm_page.html", context)
    close_agreement(
        agreement=Agreement.objects.get(reference=row.agreement),
        open_duties=queries.count_open_duties(row.agreement, now.date()),
        by=_signed_in_user(request),
        at=now,
    )
    messages.success(request, _("Agreement %s is closed.") % row.agreement)
    return redirect("retention:run", pk)


@require_safe
def destruction_certificate(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the certificate, to read and to print."""
    row, names = (
        _find_certificate(load_actor(request.user, request=request), pk),
        load_organization_names(),
    )
    context = {
        "certificate": row,
        "said": row.content,
        "run": row.run,
        "owner": names.get(row.run.owner, row.run.owner),
        "holders": ", ".join(names.get(slug, slug) for slug in row.content["holders"]),
    }
    return render(request, "retention/certificate.html", context)


@require_safe
def download_certificate_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """Download the certificate as a PDF."""
    row = _find_certificate(load_actor(request.user, request=request), pk)
    try:
        printed = certificate.print_certificate_pdf(row)
    except MissingFont as missing_font:
        messages.error(request, str(missing_font))
        return redirect("retention:certificate", pk)
    return HttpResponse(
        printed,
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{row.number}.pdf"'},
    )


@require_safe
def download_certificate_json(request: HttpRequest, pk: int) -> HttpResponse:
    """Download the certificate as JSON, with the digest that the audit chain keeps."""
    row = _find_certificate(load_actor(request.user, request=request), pk)
    return JsonResponse(
        {"certificate": row.content, "sha256": row.digest},
        headers={"Content-Disposition": f'attachment; filename="{row.number}.json"'},
    )


def _find_visible_run(who: Actor, pk: int) -> DestructionRun:
    """Return the run with this primary key if this person may see it, else answer 404."""
    run_row = next(
        (
            candidate
            for candidate in queries.list_destruction_runs(who, timezone.localdate())
            if candidate.pk == pk
        ),
        None,
    )
    if run_row is None:
        raise Http404
    return run_row


def _find_certificate(who: Actor, pk: int) -> DestructionCertificate:
    run = _find_visible_run(who, pk)
    return get_object_or_404(
        run.certificates.select_related("run"), pk=_find_newest_certificate_key(run)
    )


def _find_newest_certificate_key(run: DestructionRun) -> int:
    newest = run.certificate
    return newest.pk if newest else 0


def _signed_in_user(request: HttpRequest) -> User:
    """Return the signed-in user; use it only after the policy has allowed the request."""
    return cast("User", request.user)
