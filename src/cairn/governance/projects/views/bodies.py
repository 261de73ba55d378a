"""Show bodies: members, rules, invitations, and the public page."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cairn.governance.projects.actions import bodies as actions
from cairn.governance.projects.forms.reviews import (
    BodyForm,
    EndSeatForm,
    InvitationForm,
    MeetingForm,
    SeatForm,
)
from cairn.governance.projects.models.body import Body, Seat
from cairn.governance.projects.queries import bodies as reads
from cairn.governance.projects.views.project_request import (
    ProjectRequest,
    load_project_request,
    render_form_page,
)
from cairn.policy.facts import BodyKind
from cairn.policy.questions import may_change_committee

ALLOW_GET_AND_POST = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def body_list(request: HttpRequest) -> HttpResponse:
    """List every body."""
    project_request = load_project_request(request)
    rows = reads.list_bodies(project_request.who, project_request.today)
    context = {
        "bodies": [(row, reads.list_body_members(row, project_request.today)) for row in rows],
        "may_change": may_change_committee(project_request.who, project_request.today).allowed,
        "today": project_request.today,
    }
    return render(request, "projects/bodies.html", context)


def _get_body_or_404(project_request: ProjectRequest, slug: str) -> Body:
    try:
        return reads.find_body(slug, project_request.who, project_request.today)
    except Body.DoesNotExist as error:
        raise Http404 from error


@require_safe
def body_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one body: mission, rules, members, meetings, invitations."""
    project_request = load_project_request(request)
    row = _get_body_or_404(project_request, slug)
    context = {
        "body": row,
        "members": reads.list_body_members(row, project_request.today),
        "meetings": row.meetings.prefetch_related("agenda__version__project"),
        "ready": reads.list_versions_to_hear(row, project_request.today),
        "invitations": row.invitations.select_related("organization"),
        "may_change": may_change_committee(project_request.who, project_request.today).allowed,
        "today": project_request.today,
    }
    return render(request, "projects/body.html", context)


@require_safe
def public_body_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what the public may see of a body."""
    project_request = load_project_request(request)
    try:
        row, named_seats, unnamed_count = reads.load_public_body(
            slug, project_request.who, project_request.today
        )
    except Body.DoesNotExist as error:
        raise Http404 from error
    context = {
        "body": row,
        "named": named_seats,
        "others": unnamed_count,
        "today": project_request.today,
    }
    return render(request, "projects/public_body.html", context)


@ALLOW_GET_AND_POST
def edit_body_page(request: HttpRequest, slug: str = "") -> HttpResponse:
    """Create a body, or change the rules of one."""
    project_request = load_project_request(request)
    may_change_committee(project_request.who, project_request.today).require()
    row = _get_body_or_404(project_request, slug) if slug else None
    initial = {name: getattr(row, name) for name in BodyForm.base_fields} if row else {}
    form = BodyForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        saved = actions.save_body(
            slug=cleaned["slug"],
            name=cleaned["name"],
            kind=BodyKind(cleaned["kind"]),
            mission=cleaned["mission"],
            rules=form.rules(),
            **project_request.action_context,
        )
        return redirect("projects:body", saved.slug)
    return render_form_page(
        request,
        form,
        title=_("A body that decides together"),
        introduction=_("Its rules are its own; the software only applies them."),
        action=_("Save"),
        back=reverse("projects:bodies"),
    )


@ALLOW_GET_AND_POST
def assign_seat_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Give a person a seat."""
    project_request = load_project_request(request)
    may_change_committee(project_request.who, project_request.today).require()
    row = _get_body_or_404(project_request, slug)
    form = SeatForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.assign_seat(
            body=row,
            user=form.cleaned_data["user"],
            seat_term=form.build_seat_term(),
            **project_request.action_context,
        )
        return redirect("projects:body", slug)
    return render_form_page(
        request,
        form,
        title=_("A seat in %(body)s") % {"body": row},
        introduction=_("To vote, the person also needs the role of a data committee member."),
        action=_("Save"),
        back=reverse("projects:body", args=[slug]),
    )


@ALLOW_GET_AND_POST
def end_seat_page(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """End a term on a day."""
    project_request = load_project_request(request)
    may_change_committee(project_request.who, project_request.today).require()
    row = get_object_or_404(Seat, body=_get_body_or_404(project_request, slug), pk=pk)
    form = EndSeatForm(request.POST or None, initial={"ends": project_request.today})
    if request.method == "POST" and form.is_valid():
        actions.end_seat_term(
            seat=row,
            ends=form.cleaned_data["ends"],
            **project_request.action_context,
        )
        return redirect("projects:body", slug)
    return render_form_page(
        request,
        form,
        title=_("End the term of %(name)s") % {"name": row.user.name},
        action=_("End it"),
        back=reverse("projects:body", args=[slug]),
    )


@ALLOW_GET_AND_POST
def record_invitation_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Record that a data partner was invited."""
    project_request = load_project_request(request)
    may_change_committee(project_request.who, project_request.today).require()
    row = _get_body_or_404(project_request, slug)
    form = InvitationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.record_invitation(
            body=row,
            organization=form.cleaned_data["organization"],
            agreement=form.cleaned_data["agreement"],
            **project_request.action_context,
        )
        messages.success(request, _("The invitation is on record."))
        return redirect("projects:body", slug)
    return render_form_page(
        request,
        form,
        title=_("Invite a data partner"),
        introduction=_("Partners help decide how their data are used and spoken of."),
        action=_("Record the invitation"),
        back=reverse("projects:body", args=[slug]),
    )


@ALLOW_GET_AND_POST
def call_meeting_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Call a meeting."""
    project_request = load_project_request(request)
    may_change_committee(project_request.who, project_request.today).require()
    row = _get_body_or_404(project_request, slug)
    form = MeetingForm(request.POST or None, initial={"on": project_request.today})
    if request.method == "POST" and form.is_valid():
        called = actions.call_meeting(
            body=row,
            on=form.cleaned_data["on"],
            place=form.cleaned_data["place"],
            **project_request.action_context,
        )
        return redirect("projects:meeting", called.pk)
    return render_form_page(
        request,
        form,
        title=_("A meeting of %(body)s") % {"body": row},
        action=_("Call it"),
        back=reverse("projects:body", args=[slug]),
    )
