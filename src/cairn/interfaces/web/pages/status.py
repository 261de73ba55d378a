"""Answer requests for the status page, and for the readiness of this process."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from cairn.governance.partners.api import load_actor
from cairn.interfaces.web.serving.system_status import (
    StatusTone,
    find_unreadiness,
    list_status_lines,
)
from cairn.policy.questions import may_open_page
from cairn.policy.vocabulary import Action


@require_safe
def status_page(request: HttpRequest) -> HttpResponse:
    """Show the state of each part of the installation, with what to do about each problem."""
    who, now = load_actor(request.user, request=request), timezone.localtime()
    may_open_page(Action.MANAGE_SCHEDULE, who, on=now.date()).require()
    lines = list_status_lines(now)
    wrong = sum(line.tone is not StatusTone.GOOD for line in lines)
    return render(request, "web/status.html", {"lines": lines, "wrong": wrong, "now": now})


@require_safe
def readiness_check(request: HttpRequest) -> HttpResponse:
    """Say whether this process can serve people; "ready", or one word for the missing part."""
    missing = find_unreadiness()
    status = HTTPStatus.SERVICE_UNAVAILABLE if missing else HTTPStatus.OK
    return HttpResponse(missing or "ready", content_type="text/plain", status=status)
