"""Pages of the district: who holds the right, and where two parents disagree."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cairn.consents.actions import opting_out, revoking
from cairn.consents.actions.rights import Rights, change_rights
from cairn.consents.forms.consents import ConflictForm, ObjectionForm, RightsForm
from cairn.consents.models import Child, Objection
from cairn.consents.queries import consents as queries
from cairn.consents.queries import opt_outs
from cairn.consents.sealing import label
from cairn.consents.views.asking import asking, status
from cairn.rules.access import may_open
from cairn.rules.vocabulary import Action


@require_http_methods(["GET", "HEAD", "POST"])
def rights(request: HttpRequest, pk: int) -> HttpResponse:
    """What the district knows of one child's rights, and the form that changes it."""
    ask = asking(request)
    mine = queries.organizations(Action.ANSWER_FAMILY, ask.who, ask.today)
    child = get_object_or_404(Child, pk=pk, organization__in=mine)
    told = label(child.key, child.sealed)
    form = RightsForm(request.POST or None, initial=RightsForm.of(child, told.birth_date))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        known = Rights(
            birth_date=given["birth_date"],
            postsecondary={"": None, "yes": True, "no": False}[given["postsecondary"]],
            court_order=given["court_order"],
            placement=given["placement"],
            placement_since=given["placement_since"],
            placement_until=given["placement_until"],
            hold=given["hold"],
        )
        change_rights(child=child, rights=known, by=ask.user, at=ask.now, who=ask.who)
        messages.success(request, _("What you know is on record, and counts from now on."))
        return redirect("consents:rights", pk=pk)
    slug = child.organization.slug
    speaks = may_open(Action.VERIFY_CONSENT, ask.who, organization=slug, on=ask.today).allowed
    context = {"form": form, "told": told, "pk": pk, "may_speak": speaks, "today": ask.today}
    return render(request, "consents/rights.html", context, status=status(form))


@require_safe
def conflicts(request: HttpRequest) -> HttpResponse:
    """Families in which two who hold the right disagree; their data are withheld meanwhile."""
    ask = asking(request)
    context = {
        "found": queries.disagreements(ask.who, ask.today),
        "disputed": opt_outs.objections(ask.who, ask.today),
        "today": ask.today,
    }
    return render(request, "consents/conflicts.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def objection(request: HttpRequest, pk: int) -> HttpResponse:
    """An opt-out that somebody else wants ended, and the district's answer."""
    ask = asking(request)
    mine = queries.organizations(Action.ANSWER_FAMILY, ask.who, ask.today)
    asked = get_object_or_404(Objection, pk=pk, opt_out__organization__in=mine)
    open_ = opt_outs.objections(ask.who, ask.today)
    disputed = next((one for one in open_ if one.objection == asked), None)
    if disputed is None:
        messages.success(request, _("This is decided already."))
        return redirect("consents:conflicts")
    form = ObjectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        opting_out.decide_objection(
            objection=disputed.objection,
            ends=form.cleaned_data["ends"] == "yes",
            reason=form.cleaned_data["reason"],
            by=ask.user,
            at=ask.now,
            who=ask.who,
        )
        messages.success(request, _("Your decision is on record, with your name and the reason."))
        return redirect("consents:conflicts")
    context = {"form": form, "disputed": disputed}
    return render(request, "consents/objection.html", context, status=status(form))


@require_http_methods(["GET", "HEAD", "POST"])
def conflict(request: HttpRequest, pk: int, form_pk: int) -> HttpResponse:
    """One disagreement, and the district's answer."""
    ask = asking(request)
    mine = queries.organizations(Action.ANSWER_FAMILY, ask.who, ask.today)
    child = get_object_or_404(Child, pk=pk, organization__in=mine)
    found = [d for d in queries.disagreements(ask.who, ask.today) if d.child == child]
    disagreement = next((d for d in found if d.form.pk == form_pk), None)
    if disagreement is None:
        messages.success(request, _("This is decided already."))
        return redirect("consents:conflicts")
    form = ConflictForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        revoking.decide_conflict(
            child=child,
            form=disagreement.form,
            shares=form.cleaned_data["shares"] == "yes",
            reason=form.cleaned_data["reason"],
            by=ask.user,
            at=ask.now,
            who=ask.who,
        )
        messages.success(request, _("Your decision is on record, with your name and the reason."))
        return redirect("consents:conflicts")
    context = {"form": form, "disagreement": disagreement}
    return render(request, "consents/conflict.html", context, status=status(form))
