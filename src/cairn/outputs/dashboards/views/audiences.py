"""Answer requests for dashboards of districts, schools and the committee.

Also for the results of one agreement, and the days on which the next figures are expected.
"""

from typing import Final, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cairn.governance.agreements.api import Agreement
from cairn.governance.partners.api import Organization, load_actor
from cairn.outputs.dashboards import actions, forms, queries, wording
from cairn.outputs.dashboards.audiences import group_comparison, oversight, release_calendar
from cairn.outputs.releases import api as releases_api
from cairn.platform.accounts.api import User
from cairn.policy.facts import Actor
from cairn.policy.questions import may_open_page, may_view_dashboards
from cairn.policy.vocabulary import Action
from cairn.warehouse.exporters import build_group_key

_RECENT_YEARS: Final = 5
"""Years in the table of a district or school: the columns that fit beside the outcome."""


@require_safe
def place_dashboard(request: HttpRequest) -> HttpResponse:
    """Show the published figures of one district, or of one of its schools."""
    today, actor = timezone.localdate(), load_actor(request.user, request=request)
    may_view_dashboards(actor, today).require()
    published_outcomes = list(queries.iterate_published_outcomes(today))
    places = group_comparison.list_places(published_outcomes)
    district = request.GET.get("district") or _find_own_district(actor, list(places))
    school = request.GET.get("school", "")
    if (district and district not in places) or (school and school not in places[district]):
        raise Http404
    key = build_group_key({"district": district, **({"school": school} if school else {})})
    others = build_group_key({"district": district} if school else {})
    outcomes = list(
        group_comparison.compare_group_outcomes(published_outcomes, key, others) if district else ()
    )
    recent_years = group_comparison.list_recent_years(outcomes, _RECENT_YEARS)
    context = {
        "recent_years": recent_years,
        "recent_lines": [
            (outcome, list(zip(recent_years, outcome.select_years(recent_years), strict=True)))
            for outcome in outcomes
        ],
        "districts": list(places),
        "save_query": urlencode({"address": request.get_full_path()}),
        "district": district,
        "schools": places.get(district, []),
        "school": school,
        "place": releases_api.label_school(school) if school else district,
        "outcomes": outcomes,
        "suppressed": sum(each.newest.is_suppressed for each in outcomes),
        "age": wording.describe_age([day for each in outcomes for day in each.counted_on], today),
    }
    return render(request, "dashboards/staff/place.html", context)


@require_safe
def committee_overview(request: HttpRequest) -> HttpResponse:
    """Show counts of figures due, in review, out, asked and suppressed."""
    today, actor = timezone.localdate(), load_actor(request.user, request=request)
    may_view_dashboards(actor, today).require()
    context = {
        "overview": oversight.load_committee_overview(today),
        "may_view_releases": may_open_page(Action.VIEW_RELEASE, actor, on=today).allowed,
        "today": today,
    }
    return render(request, "dashboards/staff/overview.html", context)


@require_safe
def agreement_results(request: HttpRequest, reference: str) -> HttpResponse:
    """Show what was asked, answered, changed and given back under one agreement."""
    today, actor = timezone.localdate(), load_actor(request.user, request=request)
    try:
        results = oversight.load_agreement_results(reference, actor, today)
    except Agreement.DoesNotExist as error:
        raise Http404 from error
    context = {
        "results": results,
        "answers": [
            {"answer": answer, "change": wording.describe_change(answer.change)}
            for answer in results.answers
        ],
        "today": today,
    }
    return render(request, "dashboards/staff/agreement_results.html", context)


@require_safe
def expected_list(request: HttpRequest) -> HttpResponse:
    """List when the next figure of each outcome is expected, and which are late."""
    today, actor = timezone.localdate(), load_actor(request.user, request=request)
    may_view_dashboards(actor, today).require()
    context = {
        "expectations": release_calendar.list_expectations(today),
        "may_promise": may_open_page(Action.CHANGE_TARGET, actor, on=today).allowed,
        "today": today,
    }
    return render(request, "dashboards/staff/expected.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def expected_change(request: HttpRequest, outcome: str) -> HttpResponse:
    """Promise the day of the next figure of an outcome."""
    today, actor = timezone.localdate(), load_actor(request.user, request=request)
    may_open_page(Action.CHANGE_TARGET, actor, on=today).require()
    definition = releases_api.load_indicator_catalogue().get(outcome)
    if definition is None:
        raise Http404
    form = forms.ExpectedFigureForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        due_on = form.cleaned_data["due_on"]
        if due_on < today:
            form.add_error("due_on", _("Enter today or a later day."))
        else:
            actions.promise_figure(
                outcome=outcome, due_on=due_on, by=cast("User", request.user), at=timezone.now()
            )
            messages.success(request, _("Day saved."))
            return redirect("figures:expected")
    context = {"form": form, "title": releases_api.localize_text(definition.title)}
    status = 422 if form.errors else 200
    return render(request, "dashboards/staff/expect.html", context, status=status)


def _find_own_district(actor: Actor, districts: list[str]) -> str:
    """Find the district of the user's organization; otherwise the first in the alphabet."""
    own = Organization.objects.filter(slug__in=actor.list_organizations(timezone.localdate()))
    names = {name.casefold() for each in own for name in (each.name, each.slug)}
    return next((each for each in districts if each.casefold() in names), (districts or [""])[0])
