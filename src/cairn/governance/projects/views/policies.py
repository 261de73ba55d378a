"""Show the partnership's own policies."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cairn.governance.partners.api import Organization
from cairn.governance.projects import labels
from cairn.governance.projects.actions import policies as actions
from cairn.governance.projects.forms.reviews import AcknowledgePolicyForm, PolicyForm
from cairn.governance.projects.models.policy import Policy
from cairn.governance.projects.views.shared_pages import load_project_request, render_form_page
from cairn.policy.questions import may_open_page
from cairn.policy.vocabulary import Action

ALLOW_GET_AND_POST = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def policy_list(request: HttpRequest) -> HttpResponse:
    """List the charter and the six policies: newest version, owner and review date of each."""
    project_request = load_project_request(request)
    may_open_page(Action.VIEW_POLICY, project_request.who, on=project_request.today).require()
    newest: dict[str, Policy] = {}
    for row in Policy.objects.order_by("kind", "version"):
        newest[row.kind] = row
    context = {
        "policies": [
            (kind, label, labels.POLICY_DESCRIPTIONS[kind], newest.get(kind))
            for kind, label in labels.POLICIES
        ],
        "may_change": may_open_page(
            Action.CHANGE_POLICY, project_request.who, on=project_request.today
        ).allowed,
        "today": project_request.today,
    }
    return render(request, "projects/policies.html", context)


@ALLOW_GET_AND_POST
def adopt_policy_page(request: HttpRequest) -> HttpResponse:
    """Record the next version of a policy."""
    project_request = load_project_request(request)
    may_open_page(Action.CHANGE_POLICY, project_request.who, on=project_request.today).require()
    kind = request.GET.get("kind", "charter")
    form = PolicyForm(
        request.POST or None, initial={"kind": kind, "adopted_on": project_request.today}
    )
    if request.method == "POST" and form.is_valid():
        row = actions.adopt_policy(**form.cleaned_data, **project_request.action_context)
        return redirect("projects:policy", row.pk)
    return render_form_page(
        request,
        form,
        title=_("Adopt a policy"),
        introduction=_(
            "This adds a new version of the policy. Every partner must acknowledge it again."
        ),
        action=_("Adopt policy"),
        back=reverse("projects:policies"),
    )


@ALLOW_GET_AND_POST
def policy_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one policy and its acknowledgements, and acknowledge it for an organization."""
    project_request = load_project_request(request)
    may_open_page(Action.VIEW_POLICY, project_request.who, on=project_request.today).require()
    row = get_object_or_404(Policy, pk=pk)
    acknowledged = set(row.acknowledgements.values_list("organization__slug", flat=True))
    open_slugs = [
        slug
        for slug in project_request.who.list_organizations(project_request.today) - acknowledged
        if may_open_page(
            Action.ACKNOWLEDGE_POLICY,
            project_request.who,
            organization=slug,
            on=project_request.today,
        ).allowed
    ]
    organizations = Organization.objects.filter(slug__in=open_slugs)
    form = AcknowledgePolicyForm(request.POST or None, organizations=organizations)
    if request.method == "POST" and form.is_valid():
        actions.acknowledge_policy(
            policy=row,
            organization=form.cleaned_data["organization"],
            **project_request.action_context,
        )
        return redirect("projects:policy", pk)
    context = {"policy": row, "form": form if open_slugs else None, "today": project_request.today}
    status = 422 if form.errors else 200
    return render(request, "projects/policy.html", context, status=status)
