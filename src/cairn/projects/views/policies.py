"""Pages of the partnership's own policies."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cairn.partners.models import Organization
from cairn.projects import labels
from cairn.projects.actions import policies as actions
from cairn.projects.forms.deciding import AcknowledgeForm, PolicyForm
from cairn.projects.models import Policy
from cairn.projects.views.session import form_page, session
from cairn.rules.access import may_open
from cairn.rules.vocabulary import Action

BOTH = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def policy_list(request: HttpRequest) -> HttpResponse:
    """The charter and the six policies: the newest of each, its owner and its review."""
    asked = session(request)
    may_open(Action.VIEW_POLICY, asked.who, on=asked.today).require()
    newest: dict[str, Policy] = {}
    for row in Policy.objects.order_by("kind", "version"):
        newest[row.kind] = row
    context = {
        "policies": [(label, newest.get(kind)) for kind, label in labels.POLICIES],
        "may_change": may_open(Action.CHANGE_POLICY, asked.who, on=asked.today).allowed,
        "today": asked.today,
    }
    return render(request, "projects/policies.html", context)


@BOTH
def adopt(request: HttpRequest) -> HttpResponse:
    """Puts the next version of a policy on record."""
    asked = session(request)
    may_open(Action.CHANGE_POLICY, asked.who, on=asked.today).require()
    kind = request.GET.get("kind", "charter")
    form = PolicyForm(request.POST or None, initial={"kind": kind, "adopted_on": asked.today})
    if request.method == "POST" and form.is_valid():
        row = actions.adopt(**form.cleaned_data, **asked.speaking)
        return redirect("projects:policy", row.pk)
    return form_page(
        request,
        form,
        title=_("Adopt a policy"),
        lede=_("It becomes the next version; every partner acknowledges it anew."),
        action=_("Adopt"),
        back=reverse("projects:policies"),
    )


@BOTH
def policy(request: HttpRequest, pk: int) -> HttpResponse:
    """One policy's text, who acknowledged it, and acknowledging it for one's organization."""
    asked = session(request)
    may_open(Action.VIEW_POLICY, asked.who, on=asked.today).require()
    row = get_object_or_404(Policy, pk=pk)
    done = set(row.acknowledgements.values_list("organization__slug", flat=True))
    mine = [
        slug
        for slug in asked.who.organizations(asked.today) - done
        if may_open(Action.ACKNOWLEDGE_POLICY, asked.who, organization=slug, on=asked.today).allowed
    ]
    organizations = Organization.objects.filter(slug__in=mine)
    form = AcknowledgeForm(request.POST or None, organizations=organizations)
    if request.method == "POST" and form.is_valid():
        actions.acknowledge(
            policy=row,
            organization=form.cleaned_data["organization"],
            **asked.speaking,
        )
        return redirect("projects:policy", pk)
    context = {"policy": row, "form": form if mine else None, "today": asked.today}
    status = 422 if form.errors else 200
    return render(request, "projects/policy.html", context, status=status)
