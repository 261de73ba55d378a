"""Answer requests for the home page, the progress of long work, and the health check."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from cairn.governance.partners.api import list_access_steps, load_actor
from cairn.interfaces.web.middleware import activate_english
from cairn.interfaces.web.pages.welcome_tour import list_tour_stops
from cairn.interfaces.web.user_tasks import list_user_tasks
from cairn.platform.accounts.api import User, close_tour
from cairn.platform.audit.api import Work
from cairn.platform.notifications import api as notifications
from cairn.policy.questions import may_open_page
from cairn.policy.vocabulary import Action


@require_safe
def home_page(request: HttpRequest) -> HttpResponse:
    """Show a user's tasks, or introduce the site to the public."""
    current_actor, today = load_actor(request.user, request=request), timezone.localdate()
    may_open_page(Action.VIEW_HOME, current_actor, on=today).require()
    if not isinstance(request.user, User):
        return render(request, "web/welcome.html")
    activate_english(request)
    waiting = list_user_tasks(current_actor, today)
    if unread := notifications.list_unrecorded_notices(request.user, waiting):
        notifications.record_notices_read(keys=unread, by=request.user, at=timezone.now())
    steps = list_access_steps(current_actor, today)
    open_steps = [step for step in steps if not step.is_done]
    context = {
        "affiliations": request.user.affiliations.filter_active(today).select_related(
            "organization"
        ),
        "access_steps": steps if open_steps else [],
        "access_done": len(steps) - len(open_steps),
        "next_access_step": next((step for step in open_steps if step.is_own), None),
        "waiting": waiting,
        "is_undeliverable": notifications.is_undeliverable(request.user.email),
        "tour": list_tour_stops(current_actor, today)
        if request.user.tour_closed_at is None or "tour" in request.GET
        else [],
        "today": today,
    }
    return render(request, "web/home.html", context)


@require_POST
def close_welcome_tour(request: HttpRequest) -> HttpResponse:
    """Stop showing the welcome tour on Home."""
    current_actor, now = load_actor(request.user, request=request), timezone.localtime()
    may_open_page(Action.CHANGE_OWN_ACCOUNT, current_actor, on=now.date()).require()
    close_tour(by=cast("User", request.user), at=now)
    return redirect("web:home")


@require_safe
def work_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the progress of one piece of work; the page requests it every second."""
    current_actor = load_actor(request.user, request=request)
    may_open_page(Action.VIEW_WORK, current_actor, on=timezone.localdate()).require()
    work = get_object_or_404(Work, pk=pk)
    response = render(request, "web/parts/progress.html", {"work": work})
    if not work.is_running:
        # The work ended, so reload the page: its states and buttons changed.
        response.headers["HX-Refresh"] = "true"
    return response


@require_safe
def health_check(request: HttpRequest) -> HttpResponse:
    """Report that the server answers; reads no data."""
    return HttpResponse("ok", content_type="text/plain")
