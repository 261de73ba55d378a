"""Pages of destruction: what is due, one duty, the certificate, an owner's word."""

from datetime import date
from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cairn.accounts.models import User
from cairn.agreements import actions as agreements
from cairn.agreements.models import Agreement
from cairn.agreements.printing.letters import NoFont
from cairn.audit.models import Work
from cairn.disclosures import queries as disclosures
from cairn.partners.facts import actor
from cairn.retention import actions, page, printing, queries
from cairn.retention.actions import NotNow
from cairn.retention.forms import DemandForm, DisputeForm
from cairn.retention.models import DestructionCertificate, DestructionRun
from cairn.retention.tasks import ask_to_destroy
from cairn.rules.access import may_open
from cairn.rules.actor import Actor
from cairn.rules.duty import may_accept, may_demand, may_open_duties
from cairn.rules.retention import may_destroy
from cairn.rules.telling import hearer
from cairn.rules.vocabulary import Action, DutyCause, DutyState


@require_safe
def duty_list(request: HttpRequest) -> HttpResponse:
    """What must be destroyed and when, overdue first; and what was done."""
    who, today = actor(request.user, request=request), timezone.localdate()
    names = disclosures.names()
    context = {
        "duties": [page.line(duty, today, names) for duty in queries.visible(who, today)],
        "runs": [(run, names.get(run.owner, run.owner)) for run in queries.runs(who, today)],
        "demands": [
            (row, queries.may_take_back(row, who, today).allowed)
            for row in queries.demands(who, today)
        ],
        "may_demand": bool(queries.demandable(who, today)),
        "today": today,
    }
    return render(request, "retention/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def duty(request: HttpRequest, agreement: str, owner: str, cause: str, due: str) -> HttpResponse:
    """One duty: everything that would go; then, once confirmed, it goes."""
    who, now = actor(request.user, request=request), timezone.localtime()
    may_open_duties(who, now.date()).require()
    try:
        named = DutyCause(cause), date.fromisoformat(due)
    except ValueError as error:
        raise Http404 from error
    found = queries.one(agreement, owner, *named, who, now.date())
    if found is None:
        raise Http404
    decision = may_destroy(queries.terms(agreement, now.date()), who, now.date())
    if request.method == "POST":
        try:
            run = actions.begin(duty=found, by=_user(request), at=now, who=who)
        except NotNow as late:
            messages.error(request, str(late))
            return redirect("retention:list")
        ask_to_destroy(run, _user(request))
        messages.success(request, _("The destruction has begun."))
        return redirect("retention:run", run.pk)
    context = {
        "duty": page.line(found, now.date(), disclosures.names()),
        "items": queries.items(found),
        "may_open_items": may_open(Action.VIEW_DELIVERY, who, on=now.date()).allowed,
        "decision": decision,
        "audience": hearer(who, frozenset({owner}), now.date()),
        "today": now.date(),
    }
    return render(request, "retention/duty.html", context)


@require_safe
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """One destruction: how far it is, what is gone, the certificate and the owner's answer."""
    who, today = actor(request.user, request=request), timezone.localdate()
    row = _seen(who, pk)
    may = may_destroy(queries.terms(row.agreement, today), who, today)
    open_again = row.state in (DutyState.RUNNING.value, DutyState.DISPUTED.value)
    work = Work.objects.filter(kind="destroy", subject=f"destruction:{pk}").first()
    context = {
        "run": row,
        "owner": disclosures.names().get(row.owner, row.owner),
        "tone": page.TONES[DutyState(row.state)],
        "certificate": row.certificate,
        "work": work if row.state == DutyState.RUNNING.value else None,
        "may_again": open_again and may.allowed and not (work and work.is_busy),
        "may_close": queries.may_close(row.agreement, who, today).allowed,
        "answer": may_accept(row.owner, DutyState(row.state), who, today),
        "today": today,
    }
    return render(request, "retention/run.html", context)


@require_POST
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """Goes on with a destruction that stopped, or that the owner disputes."""
    who, now = actor(request.user, request=request), timezone.localtime()
    row = _seen(who, pk)
    by = _user(request)
    actions.begin_again(run=row, by=by, at=now, who=who)
    ask_to_destroy(row, by)
    return redirect("retention:run", pk)


@require_http_methods(["GET", "HEAD", "POST"])
def demand(request: HttpRequest) -> HttpResponse:
    """An owner demands that its data be destroyed."""
    who, now = actor(request.user, request=request), timezone.localtime()
    may_open(Action.DEMAND_DESTRUCTION, who, on=now.date()).require()
    form = DemandForm(request.POST or None, choices=queries.demandable(who, now.date()))
    if request.method == "POST" and form.is_valid():
        terms, owner = form.chosen
        due = form.cleaned_data["due"]
        asked = may_demand(terms, owner.slug, due, who, now.date())
        if asked.allowed:
            actions.demand(
                agreement=terms.reference,
                owner=owner,
                due=due,
                why=form.cleaned_data["why"],
                by=_user(request),
                at=now,
                who=who,
            )
            messages.success(request, _("The demand is on record. The recipient sees it now."))
            return redirect("retention:list")
        hears = hearer(who, frozenset({owner.slug}), now.date())
        for reason in asked.refusals:
            form.add_error("due", reason.told(hears))
    status = 422 if form.errors else 200
    return render(request, "retention/demand.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks, and then takes a demand back."""
    who, now = actor(request.user, request=request), timezone.localtime()
    may_open(Action.DEMAND_DESTRUCTION, who, on=now.date()).require()
    row = next((d for d in queries.demands(who, now.date()) if d.pk == pk), None)
    if row is None:
        raise Http404
    queries.may_take_back(row, who, now.date()).require()
    if request.method == "POST":
        actions.take_back(demand=row, by=_user(request), at=now, who=who)
        messages.success(request, _("The demand was taken back."))
        return redirect("retention:list")
    context = {
        "demand": row,
        "consequences": [
            _("What must be destroyed for another reason stays due."),
            _("The audit log keeps that it was demanded and taken back."),
        ],
        "back": reverse("retention:list"),
    }
    return render(request, "retention/take_back.html", context)


@require_POST
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """The owner's steward accepts the certificate."""
    who, now = actor(request.user, request=request), timezone.localtime()
    actions.accept(run=_seen(who, pk), by=_user(request), at=now, who=who)
    messages.success(request, _("You have accepted the certificate. The duty is settled."))
    return redirect("retention:run", pk)


@require_http_methods(["GET", "HEAD", "POST"])
def dispute(request: HttpRequest, pk: int) -> HttpResponse:
    """The owner's steward does not accept the certificate, and says why."""
    who, now = actor(request.user, request=request), timezone.localtime()
    row = _seen(who, pk)
    may_accept(row.owner, DutyState(row.state), who, now.date()).require()
    form = DisputeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        why = form.cleaned_data["why"]
        actions.dispute(run=row, why=why, by=_user(request), at=now, who=who)
        messages.success(request, _("The recipient now sees what is wrong."))
        return redirect("retention:run", pk)
    status = 422 if form.errors else 200
    return render(request, "retention/dispute.html", {"form": form, "run": row}, status=status)


@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Closes an agreement for good, once nothing under it remains to be destroyed."""
    who, now = actor(request.user, request=request), timezone.localtime()
    row = _seen(who, pk)
    queries.may_close(row.agreement, who, now.date()).require()
    agreements.close(
        agreement=Agreement.objects.get(reference=row.agreement),
        open_duties=queries.open_duties(row.agreement, now.date()),
        by=_user(request),
        at=now,
        who=who,
    )
    messages.success(request, _("The agreement %s is closed.") % row.agreement)
    return redirect("retention:run", pk)


@require_safe
def certificate(request: HttpRequest, pk: int) -> HttpResponse:
    """The certificate, to read and to print."""
    row, names = _certified(actor(request.user, request=request), pk), disclosures.names()
    context = {
        "certificate": row,
        "said": row.content,
        "run": row.run,
        "owner": names.get(row.run.owner, row.run.owner),
        "holders": ", ".join(names.get(slug, slug) for slug in row.content["holders"]),
    }
    return render(request, "retention/certificate.html", context)


@require_safe
def certificate_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The certificate as PDF."""
    row = _certified(actor(request.user, request=request), pk)
    try:
        printed = printing.pdf(row)
    except NoFont as missing:
        messages.error(request, str(missing))
        return redirect("retention:certificate", pk)
    return HttpResponse(
        printed,
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{row.number}.pdf"'},
    )


@require_safe
def certificate_json(request: HttpRequest, pk: int) -> HttpResponse:
    """The certificate as JSON, with the digest that the audit chain keeps."""
    row = _certified(actor(request.user, request=request), pk)
    return JsonResponse(
        {"certificate": row.content, "sha256": row.digest},
        headers={"Content-Disposition": f'attachment; filename="{row.number}.json"'},
    )


def _seen(who: Actor, pk: int) -> DestructionRun:
    """The destruction with this number, if it is among those that this person may see."""
    found = next((r for r in queries.runs(who, timezone.localdate()) if r.pk == pk), None)
    if found is None:
        raise Http404
    return found


def _certified(who: Actor, pk: int) -> DestructionCertificate:
    run = _seen(who, pk)
    return get_object_or_404(run.certificates.select_related("run"), pk=_newest(run))


def _newest(run: DestructionRun) -> int:
    newest = run.certificate
    return newest.pk if newest else 0


def _user(request: HttpRequest) -> User:
    """The signed-in person; a view calls it after the rules have refused everyone else."""
    return cast("User", request.user)
