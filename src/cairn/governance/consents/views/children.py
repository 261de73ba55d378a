"""Show the pages on which a district or school says what it knows about children.

A district records who holds the right to consent, and decides disagreements. A school declares
tribal nations and withheld elements.
"""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from cairn.governance.consents.actions import children, consents
from cairn.governance.consents.actions import opt_outs as actions_opt_outs
from cairn.governance.consents.forms import consents as consent_forms
from cairn.governance.consents.forms.school_statements import (
    ChildDeclarationForm,
    NationsForm,
    StatementForm,
    WithheldElementsForm,
)
from cairn.governance.consents.models.child import Child, Says, Subject, TaxEvidence
from cairn.governance.consents.models.opt_outs import Objection
from cairn.governance.consents.protected_identity import unseal_child_label
from cairn.governance.consents.queries import children as child_queries
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
    form = consent_forms.ChildRightsForm(
        request.POST or None,
        initial=consent_forms.ChildRightsForm.build_initial(child, child_label),
    )
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        child_rights = children.ChildRights(
            birth_date=cleaned["birth_date"],
            postsecondary={"": None, "no": False}.get(cleaned["postsecondary"], True),
            dual_enrolled=cleaned["postsecondary"] == "dual",
            court_order=cleaned["court_order"],
            placement=cleaned["placement"],
            placement_since=cleaned["placement_since"],
            placement_until=cleaned["placement_until"],
            hold=cleaned["hold"],
            custodians=cleaned["custodians"],
        )
        children.update_child_rights(
            child=child,
            rights=child_rights,
            by=staff_request.user,
            at=staff_request.now,
        )
        messages.success(request, _("Saved. The changes are in effect now."))
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
        "tax_evidence": child_queries.list_tax_evidence(child),
        "may_record_tax": child_queries.may_record_tax_evidence(
            child, staff_request.who, staff_request.today
        ),
        "today": staff_request.today,
    }
    return render(request, "consents/rights.html", context, status=get_form_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
def tax_evidence_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that a parent showed that an eligible student is a tax dependent."""
    staff_request = load_staff_request(request)
    schools = queries.list_permitted_organizations(
        Action.VERIFY_CONSENT, staff_request.who, staff_request.today
    )
    child = get_object_or_404(Child, pk=pk, organization__in=schools)
    form = consent_forms.TaxEvidenceForm(
        request.POST or None, initial={"tax_year": staff_request.today.year - 1}
    )
    if request.method == "POST" and form.is_valid():
        children.record_tax_dependency(
            child=child, **form.cleaned_data, by=staff_request.user, at=staff_request.now
        )
        messages.success(request, _("Saved. A parent's letter now opens the page to read."))
        return redirect("consents:rights", pk=pk)
    context = {"form": form, "child": unseal_child_label(child.key, child.sealed), "pk": pk}
    return render(request, "consents/tax_evidence.html", context, status=get_form_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
def end_tax_evidence_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for confirmation, then end evidence of tax dependency."""
    staff_request = load_staff_request(request)
    schools = queries.list_permitted_organizations(
        Action.VERIFY_CONSENT, staff_request.who, staff_request.today
    )
    rows = TaxEvidence.objects.filter(child__organization__in=schools, ended_at=None)
    evidence = get_object_or_404(rows.select_related("child__organization"), pk=pk)
    if request.method == "POST":
        children.end_tax_dependency(evidence=evidence, by=staff_request.user, at=staff_request.now)
        messages.success(request, _("Ended. A parent's letter no longer opens the page."))
        return redirect("consents:rights", pk=evidence.child_id)
    label = unseal_child_label(evidence.child.key, evidence.child.sealed)
    context = {"evidence": evidence, "child": label}
    return render(request, "consents/end_tax_evidence.html", context)


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
        messages.success(request, _("This disagreement was already decided."))
        return redirect("consents:conflicts")
    form = consent_forms.ObjectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions_opt_outs.decide_opt_out_objection(
            objection=disputed.objection,
            ends=form.cleaned_data["ends"] == "yes",
            reason=form.cleaned_data["reason"],
            by=staff_request.user,
            at=staff_request.now,
        )
        messages.success(request, _("Decision saved with your name and reason."))
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
        messages.success(request, _("This disagreement was already decided."))
        return redirect("consents:conflicts")
    form = consent_forms.ParentConflictForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        consents.decide_parent_conflict(
            child=child,
            form=disagreement.form,
            shares=form.cleaned_data["shares"] == "yes",
            reason=form.cleaned_data["reason"],
            by=staff_request.user,
            at=staff_request.now,
        )
        messages.success(request, _("Decision saved with your name and reason."))
        return redirect("consents:conflicts")
    context = {"form": form, "disagreement": disagreement}
    return render(request, "consents/conflict.html", context, status=get_form_status(form))


StatementPageForm = StatementForm | NationsForm | WithheldElementsForm


@require_safe
def school_statement_list(request: HttpRequest) -> HttpResponse:
    """List the statements of the user's schools, and how many children have records."""
    staff_request = load_staff_request(request)
    context = {
        "schools": child_queries.list_school_statements(staff_request.who, staff_request.today),
        "today": staff_request.today,
    }
    return render(request, "consents/keeping.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def school_statement_page(request: HttpRequest) -> HttpResponse:
    """Record what a school declares about all its children."""

    def act(form: StatementForm, **acting: Any) -> str:
        cleaned = form.cleaned_data
        subject, says = Subject(cleaned["subject"]), Says(cleaned["says"])
        children.record_school_statement(
            organization=cleaned["organization"], subject=subject, says=says, **acting
        )
        return _("Declaration saved with your name. It is in effect now.")

    title, action = _("Declare records"), Action.STATE_OF_CHILDREN
    return _render_statement_page(request, StatementForm, act, title, action)


@require_http_methods(["GET", "HEAD", "POST"])
def child_nations_page(request: HttpRequest) -> HttpResponse:
    """Record which tribal nations children belong to."""

    def act(form: NationsForm, **acting: Any) -> str:
        cleaned = form.cleaned_data
        changed = children.record_child_nations(
            organization=cleaned["organization"],
            local_ids=cleaned["local_ids"],
            nations=cleaned["nations"],
            **acting,
        )
        return _describe_recorded(changed)

    return _render_statement_page(request, NationsForm, act, _("Record Tribal nations"))


@require_http_methods(["GET", "HEAD", "POST"])
def withheld_elements_page(request: HttpRequest) -> HttpResponse:
    """Record what a school withholds for children."""

    def act(form: WithheldElementsForm, **acting: Any) -> str:
        cleaned = form.cleaned_data
        changed = children.withhold_elements(
            organization=cleaned["organization"],
            local_ids=cleaned["local_ids"],
            elements=form.chosen_elements,
            **acting,
        )
        return _describe_recorded(changed)

    return _render_statement_page(
        request, WithheldElementsForm, act, _("Withhold data for students")
    )


@require_http_methods(["GET", "HEAD", "POST"])
def child_declaration_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Record the nations of one child, and what the school withholds for it."""
    staff_request = load_staff_request(request)
    schools = queries.list_permitted_organizations(
        Action.VERIFY_CONSENT, staff_request.who, staff_request.today
    )
    child = get_object_or_404(Child, pk=pk, organization__in=schools)
    child_label = unseal_child_label(child.key, child.sealed)
    # No choice is an answer too: then the child has no nation, and nothing is withheld.
    posted = request.POST if request.method == "POST" else None
    form = ChildDeclarationForm(posted, child=child)
    if form.is_valid():
        shared_arguments: dict[str, Any] = {
            "organization": child.organization,
            "local_ids": [child_label.local_id],
            "by": staff_request.user,
            "at": staff_request.now,
        }
        children.record_child_nations(nations=form.cleaned_data["nations"], **shared_arguments)
        children.withhold_elements(elements=form.chosen_elements, **shared_arguments)
        messages.success(request, _describe_recorded(1))
        return redirect("consents:of_child", pk=pk)
    context = {"form": form, "title": child_label, "today": staff_request.today}
    return render(request, "consents/keeping_form.html", context, status=get_form_status(form))


def _render_statement_page(
    request: HttpRequest,
    form_class: type[Any],
    act: Callable[..., str],
    title: str,
    action: Action = Action.VERIFY_CONSENT,
) -> HttpResponse:
    """Show one form of a school's steward, and run its action."""
    staff_request = load_staff_request(request)
    permitted = queries.list_permitted_organizations(action, staff_request.who, staff_request.today)
    form: StatementPageForm = form_class(request.POST or None, organizations=permitted)
    if request.method == "POST" and form.is_valid():
        messages.success(request, act(form, by=staff_request.user, at=staff_request.now))
        can_see_list = may_open_page(
            Action.VERIFY_CONSENT, staff_request.who, on=staff_request.today
        ).allowed
        return redirect("consents:keeping" if can_see_list else request.path)
    context = {"form": form, "title": title, "today": staff_request.today}
    return render(request, "consents/keeping_form.html", context, status=get_form_status(form))


def _describe_recorded(changed: int) -> str:
    return ngettext("Saved for %(n)d student.", "Saved for %(n)d students.", changed) % {
        "n": changed
    }
