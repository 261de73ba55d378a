"""Pages that change a group's plan, and that continue a group in a new term."""

import re
from dataclasses import asdict, replace
from datetime import date, timedelta
from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from cairn.governance.consents.api import compute_school_year
from cairn.governance.partners.api import get_form_status, load_staff_request
from cairn.policy.engine import Refused
from cairn.policy.vocabulary import Action
from cairn.services.programs import actions, queries
from cairn.services.programs.groups import actions as group_actions
from cairn.services.programs.groups.forms import NextGroupForm, SeriesChangeForm
from cairn.services.programs.views.form_results import show_group_refusal
from cairn.services.programs.views.programs import find_group

_SCHOOL_YEAR: Final = re.compile(r", \d{4}-\d{2}$")
_YEAR: Final = timedelta(days=365)


@require_http_methods(["GET", "HEAD", "POST"])
def change_group(request: HttpRequest, pk: int) -> HttpResponse:
    """Change when and where a group meets."""
    staff = load_staff_request(request)
    series = find_group(request, pk, Action.CHANGE_PROGRAM)
    form = SeriesChangeForm(request.POST or None, on_record=actions.SeriesPlan.from_row(series))
    if form.is_valid():
        try:
            group_actions.change_session_series(
                series=series,
                plan=form.build_plan(),
                seen=form.cleaned_data["seen"],
                by=staff.user,
                at=staff.now,
            )
        except actions.ProgramConflict as conflict:
            form.add_error(None, str(conflict))
        else:
            messages.success(request, _("Group changed."))
            return redirect("programs:group", pk=pk)
    context = {"form": form, "series": series}
    return render(request, "programs/change_group.html", context, status=get_form_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
def next_group(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a group for the next term, with the children of this one who continue."""
    staff = load_staff_request(request)
    series = find_group(request, pk, Action.CHANGE_PROGRAM)
    plan = actions.SeriesPlan.from_row(series)
    first_day = plan.last_day + timedelta(days=1) if plan.last_day else None
    roster = queries.list_continuing_children(series, staff.who, staff.today)
    form = NextGroupForm(
        request.POST or None,
        roster=roster,
        initial={
            **asdict(replace(plan, last_day=None)),
            "first_day": first_day,
            "name": _suggest_name(plan, first_day or staff.today + _YEAR),
        },
    )
    if form.is_valid():
        children = form.get_participants()
        try:
            following = group_actions.continue_group(
                series=series,
                plan=form.build_plan(),
                participants=children,
                by=staff.user,
                at=staff.now,
            )
        except actions.ProgramConflict as conflict:
            form.add_error(None, str(conflict))
        except Refused as refused:
            show_group_refusal(form, refused)
        else:
            text = ngettext(
                "Group added, with %(n)s child.", "Group added, with %(n)s children.", len(children)
            )
            messages.success(request, text % {"n": len(children)})
            return redirect("programs:group", pk=following.pk)
    context = {
        "form": form,
        "series": series,
        "children": len(roster),
        "continuing": len(form["participants"].value() or ()),
        "today": staff.today,
    }
    return render(request, "programs/next_group.html", context, status=get_form_status(form))


def _suggest_name(plan: actions.SeriesPlan, first_day: date) -> str:
    """Suggest a name for the next group: the same with its school year, such as "2027-28"."""
    return f"{_SCHOOL_YEAR.sub('', plan.name)}, {compute_school_year(first_day)}"
