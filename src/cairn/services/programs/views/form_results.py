"""Run the action of a form, and show what the action refuses with the form."""

from collections.abc import Callable

from django.forms import Form
from django.http import HttpRequest

from cairn.governance.partners.api import load_staff_request
from cairn.platform.actions.api import record_refusal
from cairn.policy.engine import Refused
from cairn.policy.questions import list_group_problems
from cairn.services.programs.actions import ProgramConflict


def run_form_action(request: HttpRequest, form: Form, act: Callable[[], object], page: str) -> bool:
    """Run the action of a valid form; what the record itself refuses is shown on the form.

    Args:
        request: the request.
        form: the form.
        act: runs the action.
        page: name of the page, for the record of a refusal.

    Returns:
        Whether it is done.

    Raises:
        Refused: the user may not do this at all.
    """
    staff = load_staff_request(request)
    try:
        act()
    except ProgramConflict as conflict:
        form.add_error(None, str(conflict))
    except Refused as refused:
        show_group_refusal(form, refused)
        record_refusal(refused, f"door:programs:{page}", by=staff.user, at=staff.now)
    else:
        return True
    return False


def show_group_refusal(form: Form, refused: Refused) -> None:
    """Show on a form what the group's own plan refuses; anything else is refused as a page."""
    for problem in list_shown_problems(refused):
        form.add_error(None, problem)


def list_shown_problems(refused: Refused) -> tuple[str, ...]:
    """List what the group's own plan refuses; anything else is refused as a page."""
    problems = list_group_problems(refused.decision)
    if not problems:
        raise refused
    return problems
