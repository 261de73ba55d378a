"""Show district pages about who holds the right to consent, and about disagreements."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cairn.governance.consents.actions import consents
from cairn.governance.consents.actions import opt_outs as actions_opt_outs
from cairn.governance.consents.actions.children import ChildRights, update_child_rights
from cairn.governance.consents.forms.consents import (
    ChildRightsForm,
    ObjectionForm,
    ParentConflictForm,
)
from cairn.governance.consents.models.child import Child
from cairn.governance.consents.models.opt_outs import Objection
from cairn.governance.consents.protected_identity import unseal_child_label
from cairn.governance.consents.queries import consents as queries
from cairn.governance.consents.queries import opt_outs
from cairn.governance.partners.api import get_form_status, load_staff_request
from cairn.policy.questions import may_open_page
from cairn.policy.vocabulary import Action


@require_http_methods(["GET", "HEAD", "POST"])
def child_rights_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show and change what the district knows about one child's rights."""
    staff_request = load_staff_request(request)
    districts = queries.list_permitted_organizations(
        Action.ANSWER_FAMILY, staff_request.who, staff_request.today
    )
    child = get_object_or_404(Child, pk=pk, organization__in=districts)
    child_label = unseal_child_label(child.key, child.sealed)
    form = ChildRightsForm(
        request.POST or None, initial=ChildRightsForm.of(child, child_label.birth_date)
    )
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        child_rights = ChildRights(
            birth_date=cleaned["birth_date"],
            postsecondary={"": None, "yes": True, "no": False}[cleaned["postsecondary"]],
            court_order=cleaned["court_order"],
            placement=cleaned["placement"],
            placement_since=cleaned["placement_since"],
            placement_until=cleaned["placement_until"],
            hold=cleaned["hold"],
        )
        update_child_rights(
            child=child,
            rights=child_rights,
            by=staff_request.user,
            at=staff_request.now,
        )
        messages.success(request, _("What you know is on record, and counts from now on."))
        return redirect("consents:rights", pk=pk)
    slug = child.organization.slug
    can_declare = may_open_page(
        Action.VERIFY_CONSENT, staff_request.who, organization=slug, on=staff_request.today
    ).allowed
    context = {
        "form": form,
        "told": child_label,
        "pk": pk,
        "may_speak": can_declare,
        "today": staff_request.today,
    }
    return render(request, "consents/rights.html", context, status=get_form_status(form))


@require_safe
def disagreement_list(request: HttpRequest) -> HttpResponse:
    """List families in which two holders of the right disagree; their data are withheld."""
    staff_request = load_staff_request(request)
    context = {
        "found": queries.list_consent_disagreements(staff_request.who, staff_request.today),
        "disputed": opt_outs.list_opt_out_disputes(staff_request.who, staff_request.today),
        "today": staff_request.today,
    }
    return render(request, "consents/conflicts.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def objection_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an opt-out that another person wants to end, and record the district's decision."""
    staff_request = load_staff_request(request)
    districts = queries.list_permitted_organizations(
        Action.ANSWER_FAMILY, staff_request.who, staff_request.today
    )
    objection_row = get_object_or_404(Objection, pk=pk, opt_out__organization__in=districts)
    open_disputes = opt_outs.list_opt_out_disputes(staff_request.who, staff_request.today)
    disputed = next(
        (dispute for dispute in open_disputes if dispute.objection == objection_row), None
    )
    if disputed is None:
        messages.success(request, _("This is decided already."))
        return redirect("consents:conflicts")
    form = ObjectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions_opt_outs.decide_opt_out_objection(
            objection=disputed.objection,
            ends=form.cleaned_data["ends"] == "yes",
            reason=form.cleaned_data["reason"],
            by=staff_request.user,
            at=staff_request.now,
        )
        messages.success(request, _("Your decision is on record, with your name and the reason."))
        return redirect("consents:conflicts")
    context = {"form": form, "disputed": disputed}
    return render(request, "consents/objection.html", context, status=get_form_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
def parent_conflict_page(request: HttpRequest, pk: int, form_pk: int) -> HttpResponse:
    """Show one disagreement, and record the district's decision."""
    staff_request = load_staff_request(request)
    districts = queries.list_permitted_organizations(
        Action.ANSWER_FAMILY, staff_request.who, staff_request.today
    )
    child = get_object_or_404(Child, pk=pk, organization__in=districts)
    child_disagreements = [
        item
        for item in queries.list_consent_disagreements(staff_request.who, staff_request.today)
        if item.child == child
    ]
    disagreement = next((item for item in child_disagreements if item.form.pk == form_pk), None)
    if disagreement is None:
        messages.success(request, _("This is decided already."))
        return redirect("consents:conflicts")
    form = ParentConflictForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        consents.decide_parent_conflict(
            child=child,
            form=disagreement.form,
            shares=form.cleaned_data["shares"] == "yes",
            reason=form.cleaned_data["reason"],
            by=staff_request.user,
            at=staff_request.now,
        )
        messages.success(request, _("Your decision is on record, with your name and the reason."))
        return redirect("consents:conflicts")
    context = {"form": form, "disagreement": disagreement}
    return render(request, "consents/conflict.html", context, status=get_form_status(form))
