"""Pages for when something is wrong: each says what happened and what to do next."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string


def _page(request: HttpRequest, status: int) -> HttpResponse:
    return render(request, f"web/errors/{status}.html", status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The browser sent something that no page of ours sends."""
    return _page(request, 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Refused without a decision, by the framework itself."""
    return _page(request, 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """No such page, or none that may be known to exist."""
    return _page(request, 404)


def broken(request: HttpRequest) -> HttpResponse:
    """Our own fault. Asks the database nothing, since that may be what broke."""
    return HttpResponse(render_to_string("web/errors/500.html"), status=500)


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without a valid token: usually a page left open overnight."""
    return render(request, "web/errors/form_expired.html", status=403)
