"""Answer requests about scheduled jobs: their last and next runs, and a run now."""

from typing import cast

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cairn.governance.partners.api import load_actor
from cairn.platform.accounts.api import User
from cairn.platform.schedule import api as schedule
from cairn.policy.questions import may_open_page
from cairn.policy.vocabulary import Action


@require_safe
def job_list(request: HttpRequest) -> HttpResponse:
    """List the scheduled jobs with their last and next runs, and what was missed."""
    who, now = load_actor(request.user, request=request), timezone.localtime()
    may_open_page(Action.MANAGE_SCHEDULE, who, on=now.date()).require()
    statuses = schedule.list_job_statuses(now)
    late = [status for status in statuses if status.is_late]
    context = {"statuses": statuses, "late": late, "now": now}
    return render(request, "web/scheduled_jobs.html", context)


@require_POST
def job_run(request: HttpRequest, name: str) -> HttpResponse:
    """Run one job at once, and show the page that the button was on."""
    who, now = load_actor(request.user, request=request), timezone.localtime()
    may_open_page(Action.MANAGE_SCHEDULE, who, on=now.date()).require()
    job = schedule.find_scheduled_job(name)
    if job is None:
        raise Http404
    with transaction.atomic():
        run = schedule.request_job_run(job=job, by=cast("User", request.user), at=now)
        if run is not None:
            schedule.enqueue_job_run(run)
    if run is None:
        messages.warning(request, _("A run of this job is open already. Wait until it ends."))
    else:
        messages.success(request, _("The job runs now. Reload this page to see the result."))
    return redirect("web:status" if request.POST.get("page") == "status" else "web:schedule")
