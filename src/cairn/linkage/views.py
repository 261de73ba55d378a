"""Pages of linkage: how many records became how many people. No page of this room shows a name."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from cairn.disclosures.queries import names
from cairn.linkage import queries
from cairn.linkage.tasks import link_deliveries
from cairn.partners.facts import actor
from cairn.rules.access import may_open
from cairn.rules.linkage import may_view_linkage
from cairn.rules.vocabulary import Action


@require_GET
def summary(request: HttpRequest) -> HttpResponse:
    """The newest run in figures, and what they can and cannot say."""
    who = actor(request.user, request=request)
    on = timezone.localdate()
    may_view_linkage(who, on).require()
    run = queries.latest()
    return render(
        request,
        "linkage/summary.html",
        {
            "run": run,
            "work": queries.work(),
            "ready": queries.unlinked_deliveries(),
            "may_link": may_open(Action.LINK, who, on=on).allowed,
            "sources": _sources(run.by_source) if run else [],
        },
    )


@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Ask the worker to link; the worker asks the rules again, with the agreements in hand."""
    who = actor(request.user, request=request)
    may_open(Action.LINK, who, on=timezone.localdate()).require()
    link_deliveries.enqueue(int(who.id))
    return redirect("linkage:summary")


def _sources(by_source: dict[str, list[int]]) -> list[tuple[str, int, int]]:
    called = names()
    return [
        (called.get(source, source), records, people)
        for source, (records, people) in by_source.items()
    ]
