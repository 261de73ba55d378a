"""Sign children out: which adult came, when, and who handed the child over."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cairn.governance.partners.api import load_staff_request
from cairn.platform.actions.api import record_refusal
from cairn.policy.engine import Refused
from cairn.policy.questions import list_group_problems
from cairn.policy.vocabulary import Action
from cairn.services.programs import models, queries
from cairn.services.programs.actions import ProgramConflict
from cairn.services.programs.pick_up import actions, pick_up_records
from cairn.services.programs.views.attendance import find_group_session

OTHER_ADULT = "other"


@require_http_methods(["GET", "HEAD", "POST"])
def pick_up_page(request: HttpRequest, pk: int, day: str) -> HttpResponse:
    """Sign a child of a session out, or see which adult came for each."""
    staff = load_staff_request(request)
    series, on_day = find_group_session(request, pk, day)
    rows = pick_up_records.list_pick_up_rows(series, staff.who, staff.today, on_day)
    problems: tuple[str, ...] = ()
    chosen = request.POST.get("child", "")
    child = next((row for row in rows if str(row.enrollment.pk) == chosen), None)
    adult = request.POST.get("adult", "")
    if adult == OTHER_ADULT:
        adult = request.POST.get("other", "")
    adult = adult.strip()[:200]
    if request.method == "POST" and (child is None or not adult):
        problems = (_("Choose who picks the child up, or enter the name."),)
    elif child is not None and request.method == "POST":
        try:
            actions.sign_child_out(
                enrollment=child.enrollment,
                day=on_day,
                adult=adult,
                signature=request.POST.get("signature", ""),
                by=staff.user,
                at=staff.now,
            )
        except ProgramConflict as conflict:
            problems = (str(conflict),)
        except Refused as refused:
            problems = list_group_problems(refused.decision)
            if not problems:
                raise
            record_refusal(refused, "door:programs:pick_up", by=staff.user, at=staff.now)
        else:
            text = _("%(name)s is signed out.") % {"name": child.details.full_name}
            messages.success(request, text)
            return redirect("programs:pick_up", pk=pk, day=day)
    context = {
        "series": series,
        "program": series.program,
        "day": on_day,
        "today": staff.today,
        "rows": rows,
        "left": sum(row.pick_up is not None for row in rows),
        "cancelled": queries.find_cancellation(series, on_day),
        "problems": problems,
        "child": child,
    }
    return render(request, "programs/pick_up.html", context, status=422 if problems else 200)


@require_POST
def withdraw_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a sign-out back that was recorded by mistake."""
    staff = load_staff_request(request)
    organizations = queries.list_program_organizations(
        staff.who, staff.today, Action.TAKE_ATTENDANCE
    )
    row = models.ChildPickUp.objects.filter(
        pk=pk, enrollment__series__program__organization__in=organizations
    ).first()
    if row is None:
        raise Http404
    queries.require_series_access(
        row.enrollment.series, staff.who, staff.today, Action.TAKE_ATTENDANCE
    )
    try:
        actions.withdraw_pick_up(pick_up=row, by=staff.user, at=staff.now)
    except ProgramConflict as conflict:
        messages.error(request, str(conflict))
    else:
        messages.success(request, _("Sign-out taken back."))
    return redirect("programs:pick_up", pk=row.enrollment.series_id, day=row.day.isoformat())
