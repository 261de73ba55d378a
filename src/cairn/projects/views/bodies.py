"""Pages of bodies: who sits there, its rules, invitations; and its public page."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cairn.projects.actions import meeting as actions
from cairn.projects.forms.deciding import BodyForm, EndForm, InviteForm, MeetingForm, SeatForm
from cairn.projects.models import Body, Seat
from cairn.projects.queries import bodies as reads
from cairn.projects.views.session import Session, form_page, session
from cairn.rules.committee import BodyKind
from cairn.rules.voting import may_change_body

BOTH = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def body_list(request: HttpRequest) -> HttpResponse:
    """Every body."""
    asked = session(request)
    rows = reads.bodies(asked.who, asked.today)
    context = {
        "bodies": [(row, reads.members(row, asked.today)) for row in rows],
        "may_change": may_change_body(asked.who, asked.today).allowed,
        "today": asked.today,
    }
    return render(request, "projects/bodies.html", context)


def _body(asked: Session, slug: str) -> Body:
    try:
        return reads.body(slug, asked.who, asked.today)
    except Body.DoesNotExist as error:
        raise Http404 from error


@require_safe
def body(request: HttpRequest, slug: str) -> HttpResponse:
    """One body: mission, rules, members, meetings, invitations."""
    asked = session(request)
    row = _body(asked, slug)
    context = {
        "body": row,
        "members": reads.members(row, asked.today),
        "meetings": row.meetings.prefetch_related("agenda__version__project"),
        "ready": reads.ready(row, asked.today),
        "invitations": row.invitations.select_related("organization"),
        "may_change": may_change_body(asked.who, asked.today).allowed,
        "today": asked.today,
    }
    return render(request, "projects/body.html", context)


@require_safe
def public(request: HttpRequest, slug: str) -> HttpResponse:
    """What everyone may see of a body."""
    asked = session(request)
    try:
        row, named, others = reads.public(slug, asked.who, asked.today)
    except Body.DoesNotExist as error:
        raise Http404 from error
    context = {"body": row, "named": named, "others": others, "today": asked.today}
    return render(request, "projects/public_body.html", context)


@BOTH
def write(request: HttpRequest, slug: str = "") -> HttpResponse:
    """Founds a body, or changes the rules of one."""
    asked = session(request)
    may_change_body(asked.who, asked.today).require()
    row = _body(asked, slug) if slug else None
    initial = {name: getattr(row, name) for name in BodyForm.base_fields} if row else {}
    form = BodyForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        made = actions.found(
            slug=given["slug"],
            name=given["name"],
            kind=BodyKind(given["kind"]),
            mission=given["mission"],
            rules=form.rules(),
            **asked.speaking,
        )
        return redirect("projects:body", made.slug)
    return form_page(
        request,
        form,
        title=_("A body that decides together"),
        lede=_("Its rules are its own; the software only applies them."),
        action=_("Save"),
        back=reverse("projects:bodies"),
    )


@BOTH
def seat(request: HttpRequest, slug: str) -> HttpResponse:
    """Gives somebody a seat."""
    asked = session(request)
    may_change_body(asked.who, asked.today).require()
    row = _body(asked, slug)
    form = SeatForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.seat(
            body=row,
            user=form.cleaned_data["user"],
            seated=form.seated(),
            **asked.speaking,
        )
        return redirect("projects:body", slug)
    return form_page(
        request,
        form,
        title=_("A seat in %(body)s") % {"body": row},
        lede=_("To vote, the person also needs the role of a data committee member."),
        action=_("Save"),
        back=reverse("projects:body", args=[slug]),
    )


@BOTH
def end_seat(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Ends a term on a day."""
    asked = session(request)
    may_change_body(asked.who, asked.today).require()
    row = get_object_or_404(Seat, body=_body(asked, slug), pk=pk)
    form = EndForm(request.POST or None, initial={"ends": asked.today})
    if request.method == "POST" and form.is_valid():
        actions.end_seat(
            seat=row,
            ends=form.cleaned_data["ends"],
            **asked.speaking,
        )
        return redirect("projects:body", slug)
    return form_page(
        request,
        form,
        title=_("End the term of %(name)s") % {"name": row.user.name},
        action=_("End it"),
        back=reverse("projects:body", args=[slug]),
    )


@BOTH
def invite(request: HttpRequest, slug: str) -> HttpResponse:
    """Records that a data partner was invited."""
    asked = session(request)
    may_change_body(asked.who, asked.today).require()
    row = _body(asked, slug)
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.invite(
            body=row,
            organization=form.cleaned_data["organization"],
            agreement=form.cleaned_data["agreement"],
            **asked.speaking,
        )
        messages.success(request, _("The invitation is on record."))
        return redirect("projects:body", slug)
    return form_page(
        request,
        form,
        title=_("Invite a data partner"),
        lede=_("Partners help decide how their data are used and spoken of."),
        action=_("Record the invitation"),
        back=reverse("projects:body", args=[slug]),
    )


@BOTH
def call(request: HttpRequest, slug: str) -> HttpResponse:
    """Calls a meeting."""
    asked = session(request)
    may_change_body(asked.who, asked.today).require()
    row = _body(asked, slug)
    form = MeetingForm(request.POST or None, initial={"on": asked.today})
    if request.method == "POST" and form.is_valid():
        made = actions.call(
            body=row,
            on=form.cleaned_data["on"],
            place=form.cleaned_data["place"],
            **asked.speaking,
        )
        return redirect("projects:meeting", made.pk)
    return form_page(
        request,
        form,
        title=_("A meeting of %(body)s") % {"body": row},
        action=_("Call it"),
        back=reverse("projects:body", args=[slug]),
    )
