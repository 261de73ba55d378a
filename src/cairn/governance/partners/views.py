"""Pages about partners and their people."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cairn.governance.partners.actions import person_records
from cairn.governance.partners.facts import load_actor
from cairn.governance.partners.forms import NewRoleForm, OrganizationForm
from cairn.governance.partners.models import Affiliation
from cairn.governance.partners.queries import partner_people, security_status
from cairn.governance.partners.role_templates import ROLE_TEMPLATES
from cairn.platform.accounts.api import User, build_invitation_path
from cairn.policy.questions import may_open_page
from cairn.policy.vocabulary import Action, OrganizationKind, Role


def _signed_in_user(request: HttpRequest) -> User:
    """Return the signed-in user; use it only after the policy has allowed the request."""
    return cast("User", request.user)


@require_safe
def partner_list(request: HttpRequest) -> HttpResponse:
    """List every organization of the partnership."""
    who, today = load_actor(request.user, request=request), timezone.localdate()
    organizations = partner_people.list_partners(who, today)
    context = {
        "organizations": organizations,
        "visible": {
            row.slug
            for row in organizations
            if security_status.may_see_security(who, row.slug, today).allowed
        },
        "may_add": may_open_page(Action.CHANGE_PARTNERS, who, on=today).allowed,
        "may_see_people": may_open_page(Action.VIEW_PEOPLE, who, on=today).allowed,
    }
    return render(request, "partners/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_partner(request: HttpRequest) -> HttpResponse:
    """Add a partner."""
    who, now = load_actor(request.user, request=request), timezone.localtime()
    may_open_page(Action.CHANGE_PARTNERS, who, on=now.date()).require()
    form = OrganizationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        organization = person_records.add_organization(
            slug=cleaned["slug"],
            name=cleaned["name"],
            kind=OrganizationKind(cleaned["kind"]),
            by=_signed_in_user(request),
            at=now,
        )
        messages.success(request, _("%(name)s was added.") % {"name": organization.name})
        return redirect("partners:list")
    return render(request, "partners/new.html", {"form": form}, status=_response_status(form))


@require_safe
def people_list(request: HttpRequest) -> HttpResponse:
    """List the people who act for each organization, now and in the past."""
    who, today = load_actor(request.user, request=request), timezone.localdate()
    changeable = set(partner_people.list_changeable_organizations(who, today))
    rows = [
        {
            "affiliation": row,
            "live": row.starts <= today and (row.ends is None or today <= row.ends),
            "may_change": row.organization in changeable,
        }
        for row in partner_people.list_visible_people(who, today)
    ]
    return render(request, "partners/people.html", {"rows": rows, "may_add": bool(changeable)})


@require_http_methods(["GET", "HEAD", "POST"])
def new_person(request: HttpRequest) -> HttpResponse:
    """Give a person a role."""
    who, now = load_actor(request.user, request=request), timezone.localtime()
    may_open_page(Action.CHANGE_PEOPLE, who, on=now.date()).require()
    form = NewRoleForm(
        request.POST or None,
        organizations=partner_people.list_changeable_organizations(who, now.date()),
    )
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        affiliation = person_records.add_person(
            email=cleaned["email"],
            name=cleaned["name"],
            organization=cleaned["organization"],
            role=Role(cleaned["role"]),
            starts=cleaned["starts"],
            by=_signed_in_user(request),
            at=now,
        )
        messages.success(request, _("%(name)s was added.") % {"name": affiliation.user.name})
        return redirect("partners:people")
    context = {"form": form, "templates": ROLE_TEMPLATES}
    return render(request, "partners/new_person.html", context, status=_response_status(form))


@require_POST
def invitation(request: HttpRequest, pk: int) -> HttpResponse:
    """Show, once, the link by which a person sets their password."""
    who = load_actor(request.user, request=request)
    may_open_page(Action.CHANGE_PEOPLE, who, on=timezone.localdate()).require()
    affiliation = get_object_or_404(Affiliation, pk=pk)
    person_records.invite_person(
        user=affiliation.user,
        organization=affiliation.organization,
        by=_signed_in_user(request),
        at=timezone.localtime(),
    )
    link = request.build_absolute_uri(build_invitation_path(affiliation.user))
    return render(request, "partners/invite.html", {"person": affiliation.user, "link": link})


@require_http_methods(["GET", "HEAD", "POST"])
def role_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for confirmation, then end a role."""
    who, now = load_actor(request.user, request=request), timezone.localtime()
    may_open_page(Action.CHANGE_PEOPLE, who, on=now.date()).require()
    affiliation = get_object_or_404(Affiliation, pk=pk)
    partner_people.may_change_people(who, affiliation.organization.slug, now.date()).require()
    name = affiliation.user.name
    if request.method == "POST":
        person_records.end_affiliation(affiliation=affiliation, by=_signed_in_user(request), at=now)
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


def _response_status(form: OrganizationForm | NewRoleForm) -> int:
    return 422 if form.errors else 200
