"""Pages of linkage for whoever may see its figures: no name is on any of them."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from cairn.accounts.models import User
from cairn.disclosures.queries import names
from cairn.intake.storehouse import key_ring
from cairn.linkage import actions, figures, matching, queries
from cairn.linkage.models import LinkageRun
from cairn.linkage.queries import review
from cairn.linkage.queries.encoded import costs, encoded
from cairn.linkage.queries.trust import trust
from cairn.linkage.sealing import Sealer
from cairn.linkage.tasks import ask_to_link, ask_to_link_beside, link_pilots
from cairn.partners.facts import actor
from cairn.rules.access import may_open
from cairn.rules.linkage import may_review_matches, may_view_linkage
from cairn.rules.vocabulary import Action


@require_GET
def summary(request: HttpRequest) -> HttpResponse:
    """The newest run in figures, what they can and cannot say, and what to do about it."""
    who = actor(request.user, request=request)
    on = timezone.localdate()
    may_view_linkage(who, on).require()
    run = queries.latest()
    reviewer = may_review_matches(who, on).allowed
    return render(
        request,
        "linkage/summary.html",
        {
            "run": run,
            "trust": trust(run) if run else None,
            "work": queries.work(),
            "ready": queries.unlinked_deliveries(),
            "may_link": may_open(Action.LINK, who, on=on).allowed,
            "may_review": reviewer,
            "waits": review.queue(who.id).count() if reviewer else 0,
            "sample": review.progress(),
            "agreement": review.agreement(),
            "shadow": queries.shadow(),
            "of_pilots": queries.latest(pilot=True),
            "ready_of_pilots": queries.unlinked_deliveries(pilot=True),
            "undecided": _decided_since(run),
            "outdated": matching.outdated(Sealer(key_ring())),
            "sources": _sources(run.by_source) if run else [],
            "findings": queries.findings(run) if run else [],
            "encoded": encoded(run) if run else None,
            "costs": costs(),
        },
    )


@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Ask the worker to link; the worker asks the rules again, with the agreements in hand."""
    who = actor(request.user, request=request)
    may_open(Action.LINK, who, on=timezone.localdate()).require()
    if "pilots" in request.POST:
        link_pilots.enqueue(int(who.id))
    else:
        ask_to_link(cast("User", request.user), whole="whole" in request.POST)
    return redirect("linkage:summary")


@require_POST
def shadow(request: HttpRequest) -> HttpResponse:
    """Ask the worker to link everything anew beside the index."""
    who = actor(request.user, request=request)
    may_open(Action.LINK, who, on=timezone.localdate()).require()
    ask_to_link_beside(cast("User", request.user))
    return redirect("linkage:summary")


@require_POST
def sample(request: HttpRequest) -> HttpResponse:
    """Draw questions for reviewers, by which linking is measured."""
    drawn = actions.draw_sample(by=cast("User", request.user), at=timezone.now())
    said = ngettext("%(n)s question is drawn.", "%(n)s questions are drawn.", drawn)
    messages.success(request, said % {"n": drawn})
    return redirect("linkage:summary")


@require_POST
def measure(request: HttpRequest) -> HttpResponse:
    """Work out from all answers so far how right linking is."""
    actions.measure(by=cast("User", request.user), at=timezone.now())
    messages.success(request, _("Measured anew, from all answers so far."))
    return redirect("linkage:summary")


def _decided_since(run: LinkageRun | None) -> bool:
    """Whether reviewers decided something that the linked files do not show yet."""
    return run is not None and run.found.get("decisions") not in (None, figures.decisions())


def _sources(by_source: dict[str, list[int]]) -> list[tuple[str, int, int]]:
    called = names()
    return [
        (called.get(source, source), records, people)
        for source, (records, people) in by_source.items()
    ]
