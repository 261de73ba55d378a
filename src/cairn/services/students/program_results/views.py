"""The page with the results of a program's own participants."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cairn.governance.partners.api import load_staff_request
from cairn.policy.vocabulary import Action
from cairn.services.programs import api as programs_api
from cairn.services.students.program_results import actions


@never_cache
@require_safe
def program_results_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show how much a program did, how well, and whether its participants are better off."""
    staff = load_staff_request(request)
    try:
        program = programs_api.get_program(pk, staff.who, staff.today, Action.VIEW_PROGRAM_RESULTS)
    except programs_api.Program.DoesNotExist as error:
        raise Http404 from error
    results = actions.open_program_results(
        program=program, who=staff.who, by=staff.user, at=staff.now
    )
    context = {
        "program": program,
        "results": results,
        "trend": programs_api.load_result_trend(program, staff.who, staff.today),
        "goal_hours": programs_api.GOAL_HOURS,
        "today": staff.today,
    }
    return render(request, "students/program_results.html", context)
