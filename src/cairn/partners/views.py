"""Pages about partners and their people."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cairn.accounts.invitation import invitation_path
from cairn.accounts.models import User
from cairn.partners import actions, queries
from cairn.partners.facts import actor
from cairn.partners.forms import OrganizationForm, PersonForm
from cairn.partners.models import Affiliation
from cairn.partners.role_templates import TEMPLATES
from cairn.rules.access import may_open
from cairn.rules.vocabulary import Action, OrganizationKind, Role


def _user(request: HttpRequest) -> User:
    """The signed-in person; a view calls it after the rules have refused everyone else."""
    return cast("User", request.user)


@require_safe
def partner_list(request: HttpRequest) -> HttpResponse:
    """Every organization of the partnership."""
    who, today = actor(request.user, request=request), timezone.localdate()
    organizations = queries.organizations(who, today)
    context = {
        "organizations": organizations,
        "visible": {
            row.slug
            for row in organizations
            if queries.may_see_security(who, row.slug, today).allowed
        },
        "may_add": may_open(Action.CHANGE_PARTNERS, who, on=today).allowed,
        "may_see_people": may_open(Action.VIEW_PEOPLE, who, on=today).allowed,
    }
    return render(request, "partners/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_partner(request: HttpRequest) -> HttpResponse:
    """The form for a new partner."""
    who, now = actor(request.user, request=request), timezone.localtime()
    may_open(Action.CHANGE_PARTNERS, who, on=now.date()).require()
    form = OrganizationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        organization = actions.add_organization(
            slug=given["slug"],
            name=given["name"],
            kind=OrganizationKind(given["kind"]),
            by=_user(request),
            at=now,
            who=who,
        )
        messages.success(request, _("%(name)s was added.") % {"name": organization.name})
        return redirect("partners:list")
    return render(request, "partners/new.html", {"form": form}, status=_status(form))


@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Who acts for whom, now and before."""
    who, today = actor(request.user, request=request), timezone.localdate()
    changeable = set(queries.changeable(who, today))
    rows = [
        {
            "affiliation": row,
            "live": row.starts <= today and (row.ends is None or today <= row.ends),
            "may_change": row.organization in changeable,
        }
        for row in queries.people(who, today)
    ]
    return render(request, "partners/people.html", {"rows": rows, "may_add": bool(changeable)})


@require_http_methods(["GET", "HEAD", "POST"])
def new_person(request: HttpRequest) -> HttpResponse:
    """The form that gives someone a role."""
    who, now = actor(request.user, request=request), timezone.localtime()
    may_open(Action.CHANGE_PEOPLE, who, on=now.date()).require()
    form = PersonForm(request.POST or None, organizations=queries.changeable(who, now.date()))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        affiliation = actions.add_person(
            email=given["email"],
            name=given["name"],
            organization=given["organization"],
            role=Role(given["role"]),
            starts=given["starts"],
            by=_user(request),
            at=now,
            who=who,
        )
        messages.success(request, _("%(name)s was added.") % {"name": affiliation.user.name})
        return redirect("partners:people")
    context = {"form": form, "templates": TEMPLATES}
    return render(request, "partners/new_person.html", context, status=_status(form))


@require_POST
def invite(request: HttpRequest, pk: int) -> HttpResponse:
    """Shows, once, the link by which someone sets their password."""
    who = actor(request.user, request=request)
    may_open(Action.CHANGE_PEOPLE, who, on=timezone.localdate()).require()
    affiliation = get_object_or_404(Affiliation, pk=pk)
    actions.invite(
        user=affiliation.user,
        organization=affiliation.organization,
        by=_user(request),
        at=timezone.localtime(),
        who=who,
    )
    link = request.build_absolute_uri(invitation_path(affiliation.user))
    return render(request, "partners/invite.html", {"person": affiliation.user, "link": link})


@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks, and then ends a role."""
    who, now = actor(request.user, request=request), timezone.localtime()
    may_open(Action.CHANGE_PEOPLE, who, on=now.date()).require()
    affiliation = get_object_or_404(Affiliation, pk=pk)
    queries.may_change_people(who, affiliation.organization.slug, now.date()).require()
    name = affiliation.user.name
    if request.method == "POST":
        actions.end_affiliation(affiliation=affiliation, by=_user(request), at=now, who=who)
        messages.success(request, _("The role of %(name)s has ended.") % {"name": name})
        return redirect("partners:people")
    context = {
        "affiliation": affiliation,
        "consequences": [
            _("They lose this access at once, also where they are signed in now."),
            _("What they did stays in the audit log under their name."),
            _("You can give them the role again at any time."),
        ],
        "back": reverse("partners:people"),
    }
    return render(request, "partners/end.html", context)


def _status(form: OrganizationForm | PersonForm) -> int:
    return 422 if form.errors else 200
