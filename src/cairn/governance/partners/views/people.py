"""Pages about partners and their people."""

from datetime import date, datetime
from typing import Any, cast

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cairn.governance.partners import forms as partner_forms
from cairn.governance.partners.actions import person_records
from cairn.governance.partners.facts import load_actor
from cairn.governance.partners.kept_pages import keep_page_while_rows_unchanged
from cairn.governance.partners.models import Affiliation, Organization
from cairn.governance.partners.queries import partner_people, security_status
from cairn.governance.partners.role_templates import ROLE_TEMPLATES
from cairn.governance.partners.tables import PartnerRow, PartnerTable, PeopleTable, RoleRow
from cairn.platform.accounts.api import User, build_invitation_path, has_second_factor
from cairn.platform.notifications import api as notifications
from cairn.platform.tables.api import build_list_table, is_download_requested, write_csv_response
from cairn.policy.facts import Actor
from cairn.policy.questions import may_open_page
from cairn.policy.vocabulary import Action, OrganizationKind, Role


def _signed_in_user(request: HttpRequest) -> User:
    """Return the signed-in user; use it only after the policy has allowed the request."""
    return cast("User", request.user)


@require_safe
@keep_page_while_rows_unchanged
def partner_list(request: HttpRequest) -> HttpResponse:
    """List every organization of the partnership."""
    who, today = load_actor(request.user, request=request), timezone.localdate()
    organizations = partner_people.list_partners(who, today)
    counts = partner_people.count_active_people(today)
    rows = [
        PartnerRow(
            name=row.name,
            slug=row.slug,
            kind=row.get_kind_display(),
            people=counts.get(row.slug, 0),
            links=_list_partner_links(row.slug)
            if security_status.may_see_security(who, row.slug, today).allowed
            else (),
        )
        for row in organizations
    ]
    table = build_list_table(PartnerTable, rows, request)
    if is_download_requested(table, request):
        return write_csv_response(table, "partners")
    context = {
        "table": table,
        "may_add": may_open_page(Action.CHANGE_PARTNERS, who, on=today).allowed,
        "may_see_people": may_open_page(Action.VIEW_PEOPLE, who, on=today).allowed,
    }
    return render(request, "partners/list.html", context)


def _list_partner_links(slug: str) -> tuple[tuple[str, str], ...]:
    return (
        (_("Access requirements"), reverse("partners:clearance", args=(slug,))),
        (_("Security"), reverse("partners:security", args=(slug,))),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def new_partner(request: HttpRequest) -> HttpResponse:
    """Add a partner."""
    who, now = load_actor(request.user, request=request), timezone.localtime()
    may_open_page(Action.CHANGE_PARTNERS, who, on=now.date()).require()
    form = partner_forms.OrganizationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        organization = _add_partner(form.cleaned_data, _signed_in_user(request), now)
        messages.success(
            request,
            _("%(name)s was added. Its next steps are below.") % {"name": organization.name},
        )
        return redirect("web:partner", slug=organization.slug)
    return render(request, "partners/new.html", {"form": form}, status=_response_status(form))


def _add_partner(cleaned: dict[str, Any], by: User, at: datetime) -> Organization:
    """Add a partner and, where the form names one, its data steward."""
    organization: Organization = person_records.add_organization(
        slug=cleaned["slug"],
        name=cleaned["name"],
        kind=OrganizationKind(cleaned["kind"]),
        by=by,
        at=at,
    )
    if cleaned["steward_email"]:
        person_records.add_person(
            email=cleaned["steward_email"],
            name=cleaned["steward_name"],
            organization=organization,
            role=Role.STEWARD,
            starts=timezone.localdate(at),
            by=by,
            at=at,
        )
    return organization


@require_safe
def people_list(request: HttpRequest) -> HttpResponse:
    """List the people who act for each organization, now and in the past."""
    who, today = load_actor(request.user, request=request), timezone.localdate()
    rows = [
        RoleRow(
            name=row.user.name,
            person_url=reverse("partners:person", args=(row.user_id,)),
            email=row.user.email,
            organization=row.organization.name,
            organization_url=reverse("web:partner", args=(row.organization.slug,)),
            role=row.get_role_display(),
            starts=row.starts,
            ends=row.ends,
            status=_describe_role_status(row, today),
        )
        for row in partner_people.list_visible_people(who, today)
    ]
    table = build_list_table(PeopleTable, rows, request)
    if is_download_requested(table, request):
        return write_csv_response(table, "people")
    may_add = partner_people.list_changeable_organizations(who, today).exists()
    return render(request, "partners/people.html", {"table": table, "may_add": may_add})


def _describe_role_status(row: Affiliation, on: date) -> str:
    if row.ends is not None and row.ends < on:
        return _("Ended")
    if not row.user.is_active:
        return _("Sign-in deactivated")
    return _("Current") if row.starts <= on else _("Not started")


@require_safe
def person_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one person: name, address, and the roles that the user may see."""
    who, today = load_actor(request.user, request=request), timezone.localdate()
    affiliations = list(partner_people.list_visible_people(who, today).filter(user=pk))
    if not affiliations:
        raise Http404
    person = affiliations[0].user
    changeable = set(partner_people.list_changeable_organizations(who, today))
    roles = [
        {
            "affiliation": row,
            "status": _describe_role_status(row, today),
            "may_change": row.organization in changeable
            and (row.ends is None or row.ends >= today),
        }
        for row in affiliations
    ]
    context = {
        "person": person,
        "roles": roles,
        "may_correct": partner_people.decide_account_change(who, person, today).allowed,
        "sign_in": _describe_sign_in(who, person, today),
        "invitable": next((role["affiliation"] for role in roles if role["may_change"]), None),
    }
    return render(request, "partners/person.html", context)


def _describe_sign_in(who: Actor, person: User, on: date) -> dict[str, Any]:
    """Describe how a person signs in, for users who may change the account."""
    if not partner_people.decide_account_change(who, person, on).allowed:
        return {}
    return {
        "decision": partner_people.decide_sign_in_change(who, person, on),
        "has_second_factor": has_second_factor(person),
        "changes": list(person.sign_in_changes.select_related("changed_by")),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def person_correction(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct the name and the email address of a person."""
    who, now = load_actor(request.user, request=request), timezone.localtime()
    may_open_page(Action.CHANGE_PEOPLE, who, on=now.date()).require()
    person = get_object_or_404(User, pk=pk)
    partner_people.decide_account_change(who, person, now.date()).require()
    form = partner_forms.PersonForm(request.POST or None, user=person)
    if request.method == "POST" and form.is_valid():
        person_records.correct_person(
            user=person, **form.cleaned_data, by=_signed_in_user(request), at=now
        )
        messages.success(request, _("%(name)s was updated.") % {"name": person.name})
        return redirect("partners:person", pk=pk)
    context = {"person": person, "form": form, "title": _("Edit name and email")}
    return render(request, "partners/edit_person.html", context, status=_response_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
def new_person(request: HttpRequest) -> HttpResponse:
    """Give a person a role."""
    who, now = load_actor(request.user, request=request), timezone.localtime()
    may_open_page(Action.CHANGE_PEOPLE, who, on=now.date()).require()
    organizations = partner_people.list_changeable_organizations(who, now.date())
    asked_for = {
        "organization": organizations.filter(slug=request.GET.get("organization", "")).first(),
        "role": request.GET.get("role", ""),
    }
    form = partner_forms.NewRoleForm(
        request.POST or None, initial=asked_for, organizations=organizations
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
        messages.success(
            request,
            _("%(name)s was added. Next: create a sign-in link and give it to them.")
            % {"name": affiliation.user.name},
        )
        return redirect("partners:person", pk=affiliation.user_id)
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
    if notifications.is_email_on():
        _email_invitation(affiliation, link, _signed_in_user(request))
    context = {
        "person": affiliation.user,
        "organization": affiliation.organization,
        "link": link,
        "is_emailed": notifications.is_email_on(),
    }
    return render(request, "partners/invite.html", context)


def _email_invitation(affiliation: Affiliation, link: str, by: User) -> None:
    values = {
        "name": affiliation.user.name,
        "by": by.name,
        "organization": affiliation.organization.name,
        "link": link,
    }
    language = notifications.get_mail_preference(affiliation.user).language
    with override(language):
        subject, text = _("Cairn: your sign-in link"), _compose_invitation(values)
    notifications.email_link(
        kind=notifications.MailMessage.Kind.INVITATION,
        address=affiliation.user.email,
        subject=subject,
        text=text,
        by=by,
        at=timezone.localtime(),
    )


def _compose_invitation(values: dict[str, str]) -> str:
    text = _(
        "Hello %(name)s,\n\n%(by)s added you to Cairn, where %(organization)s shares data "
        "about children by agreement. Choose your password here:\n\n%(link)s\n\nThe link works "
        "once, within three days. If you do not know %(by)s, do not open it.\n"
    )
    return text % values


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
        return redirect("partners:person", pk=affiliation.user_id)
    other_roles = affiliation.user.affiliations.filter_active(now.date()).exclude(pk=affiliation.pk)
    context = {
        "affiliation": affiliation,
        "consequences": [
            _("They lose this access now, even if they are signed in."),
            _("Other current roles of this person: %(n)s.") % {"n": other_roles.count()},
            _("Their past actions stay in the audit log under their name."),
            _("You can give them the role again at any time."),
        ],
        "back": reverse("partners:person", args=(affiliation.user_id,)),
    }
    return render(request, "partners/end.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def role_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the role of a person at an organization, or its last day."""
    who, now = load_actor(request.user, request=request), timezone.localtime()
    may_open_page(Action.CHANGE_PEOPLE, who, on=now.date()).require()
    affiliation = get_object_or_404(Affiliation.objects.exclude(ends__lt=now.date()), pk=pk)
    partner_people.may_change_people(who, affiliation.organization.slug, now.date()).require()
    person = affiliation.user
    form = partner_forms.RoleChangeForm(request.POST or None, affiliation=affiliation)
    if request.method == "POST" and form.is_valid():
        person_records.change_role(
            affiliation=affiliation,
            role=Role(form.cleaned_data["role"]),
            ends=form.cleaned_data["ends"],
            by=_signed_in_user(request),
            at=now,
        )
        messages.success(request, _("The role of %(name)s was changed.") % {"name": person.name})
        return redirect("partners:person", pk=person.pk)
    title = _("Change role at %(organization)s") % {"organization": affiliation.organization}
    context = {"person": person, "form": form, "title": title}
    return render(request, "partners/edit_person.html", context, status=_response_status(form))


def _response_status(form: Form) -> int:
    return 422 if form.errors else 200
