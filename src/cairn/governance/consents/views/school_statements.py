"""Show the pages on which a school declares tribal nations and withheld elements."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from cairn.governance.consents.actions import children as actions
from cairn.governance.consents.forms.school_statements import (
    ChildDeclarationForm,
    NationsForm,
    StatementForm,
    WithheldElementsForm,
)
from cairn.governance.consents.models.child import Child
from cairn.governance.consents.models.statement import Says, Subject
from cairn.governance.consents.protected_identity import unseal_child_label
from cairn.governance.consents.queries import consents as queries
from cairn.governance.consents.queries import school_statements
from cairn.governance.partners.api import get_form_status, load_staff_request
from cairn.policy.questions import may_open_page
from cairn.policy.vocabulary import Action

StatementPageForm = StatementForm | NationsForm | WithheldElementsForm


@require_safe
def school_statement_list(request: HttpRequest) -> HttpResponse:
    """List the statements of the user's schools, and how many children have records."""
    staff_request = load_staff_request(request)
    context = {
        "schools": school_statements.list_school_statements(staff_request.who, staff_request.today),
        "today": staff_request.today,
    }
    return render(request, "consents/keeping.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def school_statement_page(request: HttpRequest) -> HttpResponse:
    """Record what a school declares about all its children."""

    def act(form: StatementForm, **acting: Any) -> str:
        cleaned = form.cleaned_data
        subject, says = Subject(cleaned["subject"]), Says(cleaned["says"])
        actions.record_school_statement(
            organization=cleaned["organization"], subject=subject, says=says, **acting
        )
        return _("It is on record, with your name, and counts from now on.")

    title, action = _("What your records hold"), Action.STATE_OF_CHILDREN
    return _render_statement_page(request, StatementForm, act, title, action)


@require_http_methods(["GET", "HEAD", "POST"])
def child_nations_page(request: HttpRequest) -> HttpResponse:
    """Record which tribal nations children belong to."""

    def act(form: NationsForm, **acting: Any) -> str:
        cleaned = form.cleaned_data
        changed = actions.record_child_nations(
            organization=cleaned["organization"],
            local_ids=cleaned["local_ids"],
            nations=cleaned["nations"],
            **acting,
        )
        return _describe_recorded(changed)

    return _render_statement_page(request, NationsForm, act, _("Tribal nations of children"))


@require_http_methods(["GET", "HEAD", "POST"])
def withheld_elements_page(request: HttpRequest) -> HttpResponse:
    """Record what a school withholds for children."""

    def act(form: WithheldElementsForm, **acting: Any) -> str:
        cleaned = form.cleaned_data
        changed = actions.withhold_elements(
            organization=cleaned["organization"],
            local_ids=cleaned["local_ids"],
            elements=form.kept,
            **acting,
        )
        return _describe_recorded(changed)

    return _render_statement_page(
        request, WithheldElementsForm, act, _("Keep something back for children")
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
        actions.record_child_nations(nations=form.cleaned_data["nations"], **shared_arguments)
        actions.withhold_elements(elements=form.kept, **shared_arguments)
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
    return ngettext(
        "It is on record for %(n)d child.", "It is on record for %(n)d children.", changed
    ) % {"n": changed}
