"""Show linkage runs to users who may see their figures: no name is on any of these pages."""

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from cairn.data.identity.actions import linkage
from cairn.data.identity.comparison import fitted_model
from cairn.data.identity.models.linkage_runs import LinkageRun
from cairn.data.identity.queries import linkage_runs, review_queue
from cairn.data.identity.queries.encoded_people import list_encoding_costs, summarize_encodings
from cairn.data.identity.queries.linkage_quality import build_linkage_quality
from cairn.data.identity.queries.program_participants import count_program_participants
from cairn.data.identity.storage import index_counts
from cairn.data.identity.storage.statements import IdentitySealer
from cairn.data.identity.tasks import enqueue_linkage, enqueue_shadow_linkage, link_pilots_task
from cairn.governance.disclosure_log.api import load_organization_names
from cairn.governance.partners.api import load_actor
from cairn.platform.accounts.api import User
from cairn.platform.storage.api import open_key_ring
from cairn.policy import questions
from cairn.policy.vocabulary import Action


@require_GET
def linkage_summary(request: HttpRequest) -> HttpResponse:
    """Show the newest run in figures, their limits, and what to do next."""
    user_actor = load_actor(request.user, request=request)
    on = timezone.localdate()
    questions.may_view_match_summary(user_actor, on).require()
    run = linkage_runs.find_latest_run()
    is_reviewer = questions.may_review_possible_matches(user_actor, on).allowed
    return render(
        request,
        "linkage/summary.html",
        {
            "run": run,
            "trust": build_linkage_quality(run) if run else None,
            "work": linkage_runs.find_linkage_progress(),
            "unlinked": linkage_runs.find_unlinked_deliveries(user_actor, on),
            "may_link": questions.may_open_page(Action.LINK, user_actor, on=on).allowed,
            "may_review": is_reviewer,
            "waits": review_queue.filter_review_queue(user_actor.id).count() if is_reviewer else 0,
            "sample": review_queue.count_sample_progress(),
            "agreement": review_queue.measure_reviewer_agreement(),
            "shadow": linkage_runs.find_latest_shadow(),
            "of_pilots": linkage_runs.find_latest_run(pilot=True),
            "unlinked_of_pilots": linkage_runs.find_unlinked_deliveries(user_actor, on, pilot=True),
            "undecided": _has_new_decisions(run),
            "outdated": fitted_model.is_model_outdated(IdentitySealer(open_key_ring())),
            "sources": _list_sources(run.by_source) if run else [],
            "findings": linkage_runs.list_run_findings(run) if run else [],
            "encoded": summarize_encodings(run) if run else None,
            "costs": list_encoding_costs(),
        },
    )


@require_GET
def program_participants(request: HttpRequest) -> HttpResponse:
    """Show how many different children take part in programs, with the range of the estimate."""
    user_actor = load_actor(request.user, request=request)
    questions.may_view_match_summary(user_actor, timezone.localdate()).require()
    run = linkage_runs.find_latest_run()
    accuracy = build_linkage_quality(run) if run else None
    context = {
        "run": run,
        "is_measured": accuracy is not None and accuracy.right is not None,
        "participants": count_program_participants(run, accuracy) if run and accuracy else [],
    }
    return render(request, "linkage/participants.html", context)


@require_POST
def start_linkage(request: HttpRequest) -> HttpResponse:
    """Ask the worker to link; the worker asks the policy again, with the agreements loaded."""
    user_actor = load_actor(request.user, request=request)
    questions.may_open_page(Action.LINK, user_actor, on=timezone.localdate()).require()
    if "pilots" in request.POST:
        link_pilots_task.enqueue(int(user_actor.id))
    else:
        enqueue_linkage(cast("User", request.user), whole="whole" in request.POST)
    return redirect("linkage:summary")


@require_POST
def start_shadow_linkage(request: HttpRequest) -> HttpResponse:
    """Ask the worker to link all records again beside the index."""
    user_actor = load_actor(request.user, request=request)
    questions.may_open_page(Action.LINK, user_actor, on=timezone.localdate()).require()
    enqueue_shadow_linkage(cast("User", request.user))
    return redirect("linkage:summary")


@require_POST
def draw_sample(request: HttpRequest) -> HttpResponse:
    """Draw questions for reviewers to measure accuracy."""
    drawn = linkage.draw_review_sample(by=cast("User", request.user), at=timezone.now())
    message = ngettext(
        "%(n)s possible match was selected.", "%(n)s possible matches were selected.", drawn
    )
    messages.success(request, message % {"n": drawn})
    return redirect("linkage:summary")


@require_POST
def measure_accuracy_now(request: HttpRequest) -> HttpResponse:
    """Measure the accuracy of linkage from all answers so far."""
    linkage.measure_linkage_accuracy(by=cast("User", request.user), at=timezone.now())
    messages.success(request, _("Accuracy was measured again from all answers so far."))
    return redirect("linkage:summary")


def _has_new_decisions(run: LinkageRun | None) -> bool:
    """Decide whether reviewers made decisions that the linked files do not reflect yet."""
    return run is not None and run.found.get("decisions") not in (
        None,
        index_counts.hash_current_decisions(),
    )


def _list_sources(by_source: dict[str, list[int]]) -> list[tuple[str, int, int]]:
    name_of = load_organization_names()
    return [
        (name_of.get(source, source), records, people)
        for source, (records, people) in by_source.items()
    ]
