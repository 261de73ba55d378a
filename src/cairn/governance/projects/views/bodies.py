"""Show bodies: members, rules, invitations, the public page, and their meetings.

A meeting has its agenda and minutes; each agenda item has a page with its vote.
"""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cairn.governance.projects import labels
from cairn.governance.projects.actions import bodies as actions
from cairn.governance.projects.forms import reviews as review_forms
from cairn.governance.projects.models.body import AgendaItem, Body, Meeting, Seat
from cairn.governance.projects.models.project import Version
from cairn.governance.projects.queries import bodies as reads
from cairn.governance.projects.queries import versions
from cairn.governance.projects.views import shared_pages
from cairn.policy.facts import BodyKind
from cairn.policy.questions import may_change_committee
from cairn.policy.vocabulary import Ballot

ALLOW_GET_AND_POST = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def body_list(request: HttpRequest) -> HttpResponse:
    """List every body."""
    project_request = shared_pages.load_project_request(request)
    rows = reads.list_bodies(project_request.who, project_request.today)
    context = {
        "bodies": [(row, reads.list_body_members(row, project_request.today)) for row in rows],
        "may_change": may_change_committee(project_request.who, project_request.today).allowed,
        "today": project_request.today,
    }
    return render(request, "projects/bodies.html", context)


def _get_body_or_404(project_request: shared_pages.ProjectRequest, slug: str) -> Body:
    try:
        return reads.find_body(slug, project_request.who, project_request.today)
    except Body.DoesNotExist as error:
        raise Http404 from error


@require_safe
def body_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one body: mission, rules, members, meetings, invitations."""
    project_request = shared_pages.load_project_request(request)
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
    project_request = shared_pages.load_project_request(request)
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
    project_request = shared_pages.load_project_request(request)
    may_change_committee(project_request.who, project_request.today).require()
    row = _get_body_or_404(project_request, slug) if slug else None
    initial = (
        {name: getattr(row, name) for name in review_forms.BodyForm.base_fields} if row else {}
    )
    form = review_forms.BodyForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        saved = actions.save_body(
            slug=cleaned["slug"],
            name=cleaned["name"],
            kind=BodyKind(cleaned["kind"]),
            mission=cleaned["mission"],
            rules=form.get_rules(),
            **project_request.action_context,
        )
        return redirect("projects:body", saved.slug)
    return shared_pages.render_form_page(
        request,
        form,
        title=_("Committee"),
        introduction=_("Enter the committee's own rules. Cairn applies them to each vote."),
        action=_("Save"),
        back=reverse("projects:bodies"),
    )


@ALLOW_GET_AND_POST
def assign_seat_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Give a person a seat."""
    project_request = shared_pages.load_project_request(request)
    may_change_committee(project_request.who, project_request.today).require()
    row = _get_body_or_404(project_request, slug)
    form = review_forms.SeatForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.assign_seat(
            body=row,
            user=form.cleaned_data["user"],
            seat_term=form.build_seat_term(),
            **project_request.action_context,
        )
        return redirect("projects:body", slug)
    return shared_pages.render_form_page(
        request,
        form,
        title=_("Add a member to %(body)s") % {"body": row},
        introduction=_("To vote, the person also needs the role “data committee member”."),
        action=_("Save"),
        back=reverse("projects:body", args=[slug]),
    )


@ALLOW_GET_AND_POST
def end_seat_page(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """End a term on a day."""
    project_request = shared_pages.load_project_request(request)
    may_change_committee(project_request.who, project_request.today).require()
    row = get_object_or_404(Seat, body=_get_body_or_404(project_request, slug), pk=pk)
    form = review_forms.EndSeatForm(request.POST or None, initial={"ends": project_request.today})
    if request.method == "POST" and form.is_valid():
        actions.end_seat_term(
            seat=row,
            ends=form.cleaned_data["ends"],
            **project_request.action_context,
        )
        return redirect("projects:body", slug)
    return shared_pages.render_form_page(
        request,
        form,
        title=_("End term of %(name)s") % {"name": row.user.name},
        action=_("End term"),
        back=reverse("projects:body", args=[slug]),
    )


@ALLOW_GET_AND_POST
def record_invitation_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Record that a data partner was invited."""
    project_request = shared_pages.load_project_request(request)
    may_change_committee(project_request.who, project_request.today).require()
    row = _get_body_or_404(project_request, slug)
    form = review_forms.InvitationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.record_invitation(
            body=row,
            organization=form.cleaned_data["organization"],
            agreement=form.cleaned_data["agreement"],
            **project_request.action_context,
        )
        messages.success(request, _("Invitation recorded."))
        return redirect("projects:body", slug)
    return shared_pages.render_form_page(
        request,
        form,
        title=_("Invite a data partner"),
        introduction=_("Partners help decide how their data are used and described."),
        action=_("Record invitation"),
        back=reverse("projects:body", args=[slug]),
    )


@ALLOW_GET_AND_POST
def call_meeting_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Call a meeting."""
    project_request = shared_pages.load_project_request(request)
    may_change_committee(project_request.who, project_request.today).require()
    row = _get_body_or_404(project_request, slug)
    form = review_forms.MeetingForm(request.POST or None, initial={"on": project_request.today})
    if request.method == "POST" and form.is_valid():
        called = actions.call_meeting(
            body=row,
            on=form.cleaned_data["on"],
            place=form.cleaned_data["place"],
            **project_request.action_context,
        )
        return redirect("projects:meeting", called.pk)
    return shared_pages.render_form_page(
        request,
        form,
        title=_("Schedule a meeting of %(body)s") % {"body": row},
        action=_("Schedule meeting"),
        back=reverse("projects:body", args=[slug]),
    )


def _get_meeting_or_404(project_request: shared_pages.ProjectRequest, pk: int) -> Meeting:
    try:
        return reads.find_meeting(pk, project_request.who, project_request.today)
    except Meeting.DoesNotExist as error:
        raise Http404 from error


def _list_agenda_choices(
    row: Meeting, project_request: shared_pages.ProjectRequest
) -> list[tuple[str, str]]:
    on_agenda = set(row.agenda.values_list("version_id", "round", "step"))
    open_versions = reads.list_versions_to_hear(row.body, project_request.today)
    return [
        (str(item.pk), str(item))
        for item in open_versions
        if (item.pk, item.round, item.step) not in on_agenda
    ]


@ALLOW_GET_AND_POST
def meeting_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a meeting's agenda and minutes; the data manager adds projects that are ready."""
    project_request = shared_pages.load_project_request(request)
    row = _get_meeting_or_404(project_request, pk)
    ready = _list_agenda_choices(row, project_request)
    form = review_forms.AgendaForm(request.POST or None, ready=ready)
    if request.method == "POST" and form.is_valid():
        actions.add_agenda_item(
            meeting=row,
            version=get_object_or_404(Version, pk=int(form.cleaned_data["version"])),
            **project_request.action_context,
        )
        return redirect("projects:meeting", pk)
    items = row.agenda.select_related("version__project__lead", "meeting__body")
    context = {
        "meeting": row,
        "matters": [
            reads.build_agenda_matter(item, project_request.who, project_request.today)
            for item in items
        ],
        "form": form if ready else None,
        "present": row.present.order_by("name"),
        "may_change": may_change_committee(project_request.who, project_request.today).allowed,
    }
    status = 422 if form.errors else 200
    return render(request, "projects/meeting.html", context, status=status)


@ALLOW_GET_AND_POST
def write_minutes_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Record the minutes."""
    project_request = shared_pages.load_project_request(request)
    may_change_committee(project_request.who, project_request.today).require()
    row = _get_meeting_or_404(project_request, pk)
    form = review_forms.MinutesForm(request.POST or None, initial={"text": row.minutes})
    if request.method == "POST" and form.is_valid():
        actions.write_minutes(
            meeting=row,
            text=form.cleaned_data["text"],
            **project_request.action_context,
        )
        return redirect("projects:meeting", pk)
    return shared_pages.render_form_page(
        request,
        form,
        title=_("Minutes"),
        introduction=str(row),
        action=_("Save"),
        back=reverse("projects:meeting", args=[pk]),
    )


@ALLOW_GET_AND_POST
def record_attendance_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Record which members are present."""
    project_request = shared_pages.load_project_request(request)
    may_change_committee(project_request.who, project_request.today).require()
    row = _get_meeting_or_404(project_request, pk)
    form = review_forms.AttendanceForm(
        request.POST or None,
        members=reads.list_members(row.body, project_request.today),
        initial={"present": row.present.all()},
    )
    if request.method == "POST" and form.is_valid():
        actions.record_attendance(
            meeting=row, present=form.cleaned_data["present"], **project_request.action_context
        )
        return redirect("projects:meeting", pk)
    return shared_pages.render_form_page(
        request,
        form,
        title=_("Attendance"),
        introduction=str(row),
        action=_("Save"),
        back=reverse("projects:meeting", args=[pk]),
    )


def _get_agenda_matter_or_404(
    project_request: shared_pages.ProjectRequest, pk: int
) -> reads.AgendaMatter:
    try:
        return reads.load_agenda_matter(pk, project_request.who, project_request.today)
    except AgendaItem.DoesNotExist as error:
        raise Http404 from error


@ALLOW_GET_AND_POST
def agenda_item_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one agenda item: the request, the vote, recusals, and closing the vote."""
    project_request = shared_pages.load_project_request(request)
    agenda_matter = _get_agenda_matter_or_404(project_request, pk)
    form = review_forms.VoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.cast_vote(
            item=agenda_matter.item,
            ballot=Ballot(form.cleaned_data["ballot"]),
            why=form.cleaned_data["why"],
            **project_request.action_context,
        )
        messages.success(request, _("Vote recorded. You can change it until voting closes."))
        return redirect("projects:matter", pk)
    version = agenda_matter.item.version
    context = {
        "matter": agenda_matter,
        "row": version,
        "form": form,
        "shown": versions.load_version_page(version, project_request.who, project_request.today),
        "may_change": may_change_committee(project_request.who, project_request.today).allowed,
        "audience": shared_pages.FULL_REASON_AUDIENCE,
    }
    status = 422 if form.errors else 200
    return render(request, "projects/matter.html", context, status=status)


@ALLOW_GET_AND_POST
def appoint_proxy_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a member name another member to vote for them on this item."""
    project_request = shared_pages.load_project_request(request)
    matter = _get_agenda_matter_or_404(project_request, pk)
    matter.aside.require()
    members = reads.list_members(matter.item.meeting.body, project_request.today)
    form = review_forms.ProxyForm(
        request.POST or None, members=members.exclude(pk=project_request.user.pk)
    )
    if request.method == "POST" and form.is_valid():
        actions.appoint_proxy(
            item=matter.item, holder=form.cleaned_data["holder"], **project_request.action_context
        )
        messages.success(request, _("Proxy recorded. Your own vote would replace the proxy's."))
        return redirect("projects:matter", pk)
    return shared_pages.render_form_page(
        request,
        form,
        title=_("Name a proxy"),
        introduction=matter.item.version.title,
        action=_("Save"),
        back=reverse("projects:matter", args=[pk]),
    )


@ALLOW_GET_AND_POST
def proxy_vote_page(request: HttpRequest, pk: int, member: int) -> HttpResponse:
    """Let a member vote for an absent member who chose them."""
    project_request = shared_pages.load_project_request(request)
    matter = _get_agenda_matter_or_404(project_request, pk)
    may_vote = {user.pk: user for user in matter.represented}
    matter.vote.require()
    if member not in may_vote:
        raise Http404
    form = review_forms.VoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.cast_proxy_vote(
            item=matter.item,
            absent=may_vote[member],
            ballot=Ballot(form.cleaned_data["ballot"]),
            why=form.cleaned_data["why"],
            **project_request.action_context,
        )
        messages.success(request, _("Vote recorded. You can change it until voting closes."))
        return redirect("projects:matter", pk)
    return shared_pages.render_form_page(
        request,
        form,
        title=_("Vote for %(name)s") % {"name": may_vote[member].name},
        introduction=matter.item.version.title,
        action=_("Submit vote"),
        back=reverse("projects:matter", args=[pk]),
    )


@ALLOW_GET_AND_POST
def record_recusal_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for confirmation, then record that a member recuses from an agenda item."""
    project_request = shared_pages.load_project_request(request)
    agenda_matter = _get_agenda_matter_or_404(project_request, pk)
    agenda_matter.aside.require()
    if request.method != "POST":
        context = _describe_matter(agenda_matter) | {
            "title": _("Recuse yourself from this vote?"),
            "consequences": [
                _("You cannot vote on this project, and you do not count toward the quorum."),
                _("A vote that you cast before does not count."),
                _("You cannot undo this. You do not have to give a reason."),
            ],
            "action": _("Recuse myself"),
            "form": review_forms.RecusalForm(),
        }
        return render(request, "projects/confirm.html", context)
    actions.record_recusal(
        item=agenda_matter.item,
        why=request.POST.get("why", ""),
        **project_request.action_context,
    )
    messages.success(request, _("You are recused. You do not count toward the quorum."))
    return redirect("projects:matter", pk)


def _describe_matter(agenda_matter: reads.AgendaMatter) -> dict[str, Any]:
    """Describe the agenda item that a confirmation is about, with the votes so far."""
    version, tally = agenda_matter.item.version, agenda_matter.tally
    said = {"title": version.title, "cast": tally.cast, "seats": tally.seats}
    return {
        "text": _("%(title)s. %(cast)s of %(seats)s members have voted.") % said,
        "back": reverse("projects:matter", args=(agenda_matter.item.pk,)),
        "of": version.project.reference,
    }


@ALLOW_GET_AND_POST
def close_vote_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for confirmation, then close the vote; its result decides the next step."""
    project_request = shared_pages.load_project_request(request)
    agenda_matter = _get_agenda_matter_or_404(project_request, pk)
    if request.method != "POST":
        agenda_matter.close.require()
        context = _describe_matter(agenda_matter) | {
            "title": _("Close voting?"),
            "consequences": [
                _("Members can no longer vote or change their vote, and each vote is shown."),
                _("The result decides the next step of the project. You cannot undo this."),
            ],
            "action": _("Close voting"),
            "form": review_forms.CloseVoteForm(),
        }
        return render(request, "projects/confirm.html", context)
    form = review_forms.CloseVoteForm(request.POST)
    result = actions.close_vote(
        item=agenda_matter.item,
        conditions=form.get_conditions() if form.is_valid() else [],
        **project_request.action_context,
    )
    result_label = labels.RESULT_LABELS[result]
    messages.success(request, _("Voting is closed. Result: %(result)s.") % {"result": result_label})
    return redirect("projects:matter", pk)
