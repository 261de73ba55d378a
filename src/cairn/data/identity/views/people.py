"""Show single people of the index to reviewers: possible overlinks, and one person."""

from typing import cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from cairn.data.identity.actions import clerical_review
from cairn.data.identity.forms import SplitPersonForm
from cairn.data.identity.models.clerical_review import NEVER
from cairn.data.identity.models.person_index import Record
from cairn.data.identity.queries import person_page as queries
from cairn.data.identity.queries.linkage_quality import OVERLINK_FLAG_TEXTS
from cairn.data.identity.queries.linkage_runs import find_latest_run
from cairn.data.identity.queries.relationships import (
    build_person_relationships,
    find_relationship_progress,
)
from cairn.data.identity.views.index_notices import open_person, warn_if_update_is_deferred
from cairn.governance.partners.api import load_actor
from cairn.matching.clustering import OverlinkFlag
from cairn.platform.accounts.api import User
from cairn.policy.questions import may_review_possible_matches

_PEOPLE_PER_PAGE = 50


@require_GET
def flagged_people(request: HttpRequest, alarm: str) -> HttpResponse:
    """List the people with one overlink flag."""
    _require_reviewer(request)
    if alarm not in set(OverlinkFlag):
        raise Http404
    page = Paginator(queries.filter_by_overlink_flag(alarm), _PEOPLE_PER_PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        "said": OVERLINK_FLAG_TEXTS[OverlinkFlag(alarm)],
        "page": page,
        "as_of": timezone.localdate(),
    }
    return render(request, "linkage/alarm.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def person_details(request: HttpRequest, pk: str) -> HttpResponse:
    """Show one person: values and rules, records and events; split off records of another child.

    The page of a retired ID redirects to the person that replaced it.
    """
    _require_reviewer(request)
    row = get_object_or_404(queries.filter_people_with_names(), pk=pk)
    if row.merged_into:
        return redirect("linkage:person", row.merged_into)
    is_complete = open_person(request, row)
    details = queries.build_person_details(row)
    form = SplitPersonForm(request.POST or None, choices=details.choices)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["records"]
        rows = Record.objects.in_bulk([number for number, _label in details.choices])
        try:
            clerical_review.decide_match(
                kind=NEVER,
                left=[rows[record_number] for record_number in rows if record_number not in chosen],
                right=[rows[record_number] for record_number in chosen],
                why=form.cleaned_data["why"],
                by=cast("User", request.user),
                at=timezone.now(),
            )
        except clerical_review.ConflictingDecision as reason:
            messages.error(request, str(reason))
        else:
            messages.success(request, _("They are parted, and stay so."))
            warn_if_update_is_deferred(request)
        return redirect("linkage:person", pk)
    context = {
        "shown": details,
        "sheet": details.sheet,
        "run": find_latest_run(),
        "form": form,
        "family": build_person_relationships(row),
        "today": timezone.now(),
        "work": None if is_complete else find_relationship_progress(),
    }
    return render(request, "linkage/person.html", context)


def _require_reviewer(request: HttpRequest) -> None:
    user_actor = load_actor(request.user, request=request)
    may_review_possible_matches(user_actor, timezone.localdate()).require()
