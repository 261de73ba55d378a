"""Show error pages: each says what happened and what to do next."""

import sys
from http import HTTPStatus

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from cairn.interfaces.disk_problems import describe_disk_problem


def _render_error_page(request: HttpRequest, status: int) -> HttpResponse:
    return render(request, f"web/errors/{status}.html", status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Show that the browser sent a request that no page of this site sends."""
    if isinstance(exception, DisallowedHost):
        # A page of the site names its own addresses, which need a host name that is allowed.
        return HttpResponse(render_to_string("web/errors/unknown_host.html"), status=400)
    return _render_error_page(request, 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Show that the framework itself refused a request, without a policy decision."""
    return _render_error_page(request, 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Show that the page does not exist, or that its existence may not be revealed."""
    return _render_error_page(request, 404)


def too_many_requests(request: HttpRequest) -> HttpResponse:
    """Show that this address asked too often, which slows down guessing."""
    return _render_error_page(request, 429)


def broken(request: HttpRequest) -> HttpResponse:
    """Show that the server failed. Does not use the database, which may be the cause."""
    if problem := describe_disk_problem(sys.exception()):
        context = {"problem": problem}
        page = render_to_string("web/errors/disk.html", context)
        return HttpResponse(page, status=HTTPStatus.INSUFFICIENT_STORAGE)
    return HttpResponse(render_to_string("web/errors/500.html"), status=500)


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Show that a form has no valid token; usually its page was left open overnight."""
    return render(request, "web/errors/form_expired.html", status=403)
