"""Count the meals of a session, and the sheet of a month for a claim."""

from datetime import MINYEAR, date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from cairn.governance.partners.api import get_form_status, load_staff_request
from cairn.platform.actions.api import record_refusal
from cairn.policy.engine import Refused
from cairn.policy.questions import list_group_problems
from cairn.policy.vocabulary import Action
from cairn.services.programs import forms, models, queries
from cairn.services.programs.actions import ProgramConflict
from cairn.services.programs.meals import actions, meal_records
from cairn.services.programs.views.attendance import find_group_session
from cairn.services.programs.views.programs import find_program, read_day
from cairn.warehouse.exporters import write_text_csv


@require_http_methods(["GET", "HEAD", "POST"])
def meals_page(request: HttpRequest, pk: int, day: str) -> HttpResponse:
    """Count the meals of one session, or correct a count."""
    staff = load_staff_request(request)
    series, on_day = find_group_session(request, pk, day)
    roster = queries.list_roster(series, staff.who, staff.today, on_day)
    present = [
        (row.enrollment.pk, row.details.full_name)
        for row in roster
        if row.mark and row.mark.status in models.ATTENDED
    ]
    counts = meal_records.load_meal_counts(series, on_day)
    seen = ",".join(f"{row.meal}:{row.pk}" for row in counts.values())
    initial = {"seen": seen}
    form = forms.MealForm(request.POST or None, present=present, initial=initial)
    if form.is_valid():
        sent = form.cleaned_data
        try:
            actions.record_meal_count(
                series=series,
                day=on_day,
                meal=sent["meal"],
                served=sent["served"],
                children=sent["children"],
                reason=sent["reason"],
                seen=_read_seen(sent["seen"]).get(sent["meal"], 0),
                by=staff.user,
                at=staff.now,
            )
        except ProgramConflict as conflict:
            form.add_error(None, str(conflict))
            sent_again = request.POST.copy()
            sent_again["seen"] = seen
            form.data = sent_again
        except Refused as refused:
            problems = list_group_problems(refused.decision)
            if not problems:
                raise
            record_refusal(refused, "door:programs:meals", by=staff.user, at=staff.now)
            for problem in problems:
                form.add_error(None, problem)
        else:
            messages.success(request, _("Saved."))
            _warn_over_limit(request, meal_records.count_over_limit(series, on_day))
            return redirect("programs:meals", pk=pk, day=day)
    context = {
        "series": series,
        "program": series.program,
        "day": on_day,
        "today": staff.today,
        "form": form,
        "present": len(present),
        "counted": bool(counts),
        "counts": [(label, counts.get(value)) for value, label in models.Meal.choices],
        "history": meal_records.load_meal_history(series, on_day),
        "cancelled": queries.find_cancellation(series, on_day),
    }
    return render(request, "programs/meals.html", context, status=get_form_status(form))


def _warn_over_limit(request: HttpRequest, children: int) -> None:
    """Warn that more was served than an at-risk afterschool program claims."""
    if children:
        text = ngettext(
            "%(n)s child had more than one meal, or more than one snack, today. An at-risk "
            "afterschool program claims one of each (7 CFR 226.17a).",
            "%(n)s children had more than one meal, or more than one snack, today. An at-risk "
            "afterschool program claims one of each (7 CFR 226.17a).",
            children,
        )
        messages.warning(request, text % {"n": children})


@require_safe
def meal_month_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the meals of a month, to print or as CSV."""
    staff = load_staff_request(request)
    program = find_program(request, pk, Action.VIEW_PROGRAM_RECORDS)
    month = read_day(request.GET.get("month", "") + "-01") or staff.today.replace(day=1)
    days = meal_records.list_meal_days(program, staff.who, staff.today, month)
    if request.GET.get("file") == "csv":
        return _write_month(program, month, days)
    context = {
        "program": program,
        "month": month,
        "days": days,
        "meals": models.Meal.labels,
        "totals": meal_records.add_up_meals(days),
        "previous": _move_month(month, -1),
        "next": _move_month(month, 1) if month < staff.today.replace(day=1) else None,
        "today": staff.today,
    }
    return render(request, "programs/meal_month.html", context)


def _write_month(
    program: models.Program, month: date, days: list[meal_records.MealDay]
) -> HttpResponse:
    header = ["day", "present", *models.Meal.values]
    rows = [
        [row.day.isoformat(), str(row.present), *("" if n is None else str(n) for n in row.served)]
        for row in days
    ]
    name = f"meals-{program.pk}-{month:%Y-%m}.csv"
    return HttpResponse(
        write_text_csv(header, rows),
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-store",
        },
    )


def _move_month(month: date, by: int) -> date | None:
    """Return the first day of a month before or after; None before the year 1."""
    number = month.year * 12 + month.month - 1 + by
    if number < MINYEAR * 12:
        return None
    return date(number // 12, number % 12 + 1, 1)


def _read_seen(text: str) -> dict[str, int]:
    pairs = (part.split(":") for part in text.split(",") if part.count(":") == 1)
    return {meal: int(number) for meal, number in pairs if number.isdecimal()}
