"""The audit trail as pages. They stand here, above `partners`, since a page must know who asks."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from cairn.audit import log as audit
from cairn.audit import queries
from cairn.partners.facts import actor
from cairn.rules.access import may_open
from cairn.rules.vocabulary import Action
from cairn.web.trail_lines import in_words

_LINES_A_PAGE = 100


@require_safe
def log(request: HttpRequest) -> HttpResponse:
    """The lines, newest first, with a filter."""
    who = actor(request.user, request=request)
    may_open(Action.VIEW_AUDIT, who, on=timezone.localdate()).require()
    words = request.GET.get("about", "").strip()[:200]
    page = Paginator(queries.lines(words), _LINES_A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "lines": in_words(page.object_list), "words": words}
    return render(request, "web/trail.html", context)


@require_safe
def verify(request: HttpRequest) -> HttpResponse:
    """Reads the whole chain and says whether it is whole."""
    who = actor(request.user, request=request)
    may_open(Action.VERIFY, who, on=timezone.localdate()).require()
    context = {"findings": audit.verify(), "lines": queries.lines().count()}
    return render(request, "web/trail_verified.html", context)
