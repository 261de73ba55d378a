"""Show a program its roster: the children it may see today, and for which purposes."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from cairn.governance.consents.actions import children
from cairn.governance.consents.forms.consents import RosterForm
from cairn.governance.consents.models.child import RosterEntry
from cairn.governance.consents.protected_identity import ChildLabel
from cairn.governance.consents.queries import children as child_queries
from cairn.governance.consents.queries import consents as queries
from cairn.governance.consents.tables import RosterTable
from cairn.governance.partners import api as partners_api
from cairn.platform.tables.api import build_list_table
from cairn.policy.questions import list_limiting_names
from cairn.policy.vocabulary import Action


@require_safe
def roster_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the children with consent, each with elements and purposes."""
    staff_request = partners_api.load_staff_request(request)
    row = get_object_or_404(_list_programs(staff_request, Action.VIEW_CONSENTS), slug=slug)
    roster = child_queries.load_program_roster(row, staff_request.who, staff_request.today)
    # What all families allowed alike appears once, above the list.
    students = build_list_table(
        RosterTable, roster.visible, request, exclude=("data",) if roster.common_permission else ()
    )
    context = {
        "roster": roster,
        "students": students,
        "assigned": list_limiting_names(staff_request.who, (slug,), staff_request.today),
        "today": staff_request.today,
    }
    return render(request, "consents/program.html", context)


@require_safe
def roster_statements_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the family's statements about data that the program may see of one child."""
    staff_request = partners_api.load_staff_request(request)
    programs = _list_programs(staff_request, Action.VIEW_CONSENTS)
    entry = get_object_or_404(RosterEntry, pk=pk, organization__in=programs)
    roster = child_queries.load_program_roster(
        entry.organization, staff_request.who, staff_request.today
    )
    statements = next((item.statements for item in roster.visible if item.entry == entry), ())
    if not statements:
        raise Http404
    context = {
        "statements": statements,
        "program": entry.organization,
        "today": staff_request.today,
    }
    return render(request, "consents/statements.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def add_to_roster_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the form that adds children to the roster."""
    staff_request = partners_api.load_staff_request(request)
    row = get_object_or_404(_list_programs(staff_request, Action.RECORD_CONSENT), slug=slug)
    form = RosterForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        lines = [line.partition(",") for line in form.cleaned_data["children"].splitlines()]
        added_count = children.add_children_to_roster(
            program=row,
            district=form.cleaned_data["district"],
            children=[
                ChildLabel(local_id.strip(), name.strip())
                for local_id, _comma, name in lines
                if local_id.strip()
            ],
            by=staff_request.user,
            at=staff_request.now,
        )
        text = ngettext(
            "%(n)d student added to the roster.", "%(n)d students added to the roster.", added_count
        )
        messages.success(request, text % {"n": added_count})
        return redirect("consents:program", slug=slug)
    context = {"form": form, "program": row}
    return render(
        request, "consents/roster.html", context, status=partners_api.get_form_status(form)
    )


@require_http_methods(["GET", "HEAD", "POST"])
def leave_roster_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for confirmation, then end a child's time on the roster."""
    staff_request = partners_api.load_staff_request(request)
    programs = _list_programs(staff_request, Action.RECORD_CONSENT)
    entry = get_object_or_404(RosterEntry, pk=pk, organization__in=programs, ends=None)
    slug = entry.organization.slug
    if request.method == "POST":
        children.end_roster_entry(entry=entry, by=staff_request.user, at=staff_request.now)
        messages.success(request, _("Student removed. Today is the last day on the roster."))
        return redirect("consents:program", slug=slug)
    # A child that the program may not see today is not named on this page.
    visible_children = child_queries.load_program_roster(
        entry.organization, staff_request.who, staff_request.today
    ).visible
    context = {
        "entry": entry,
        "child": next(
            (
                visible_child.child
                for visible_child in visible_children
                if visible_child.entry == entry
            ),
            None,
        ),
        "consequences": [_("From tomorrow, the program gets no new data about this student.")],
        "back": reverse("consents:program", args=[slug]),
    }
    return render(request, "consents/leave.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def unconfirmed_rosters_page(request: HttpRequest) -> HttpResponse:
    """Show programs' own lists, for the children's district to confirm or reject."""
    staff_request = partners_api.load_staff_request(request)
    if request.method == "POST":
        messages.success(request, _answer_roster_entries(request, staff_request))
        return redirect("consents:claims")
    unconfirmed = child_queries.list_unconfirmed_rosters(staff_request.who, staff_request.today)
    return render(
        request, "consents/claims.html", {"found": unconfirmed, "today": staff_request.today}
    )


def _answer_roster_entries(request: HttpRequest, staff_request: partners_api.StaffRequest) -> str:
    """Confirm or reject the chosen entries, one district at a time, and return a message."""
    is_rejection = request.POST.get("answer") == "strike"
    decide = children.reject_roster_entries if is_rejection else children.confirm_roster_entries
    chosen = [pk for pk in request.POST.getlist("entry") if pk.isdecimal()]
    rows = list(
        child_queries.list_roster_entries_to_confirm(staff_request.who, staff_request.today).filter(
            pk__in=chosen
        )
    )
    changed = 0
    for district in {row.child.organization for row in rows}:
        district_rows = [row for row in rows if row.child.organization == district]
        changed += decide(
            district=district,
            entries=district_rows,
            by=staff_request.user,
            at=staff_request.now,
        )
    if is_rejection:
        text = ngettext(
            "%(n)d student removed from the roster.",
            "%(n)d students removed from the roster.",
            changed,
        )
    else:
        text = ngettext("%(n)d student confirmed.", "%(n)d students confirmed.", changed)
    return text % {"n": changed}


def _list_programs(
    staff_request: partners_api.StaffRequest, action: Action
) -> QuerySet[partners_api.Organization]:
    return queries.list_permitted_organizations(action, staff_request.who, staff_request.today)
