"""Answer requests for the dashboard of one district or school, from published figures."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from cairn.governance.partners.api import Organization, load_actor
from cairn.outputs.dashboards import group_comparison, queries, wording
from cairn.outputs.releases import api as releases_api
from cairn.policy.facts import Actor
from cairn.policy.questions import may_view_dashboards
from cairn.warehouse.exporters import build_group_key


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
    context = {
        "districts": list(places),
        "district": district,
        "schools": places.get(district, []),
        "school": school,
        "place": releases_api.label_school(school) if school else district,
        "outcomes": outcomes,
        "suppressed": sum(each.newest.is_suppressed for each in outcomes),
        "age": wording.describe_age([day for each in outcomes for day in each.counted_on], today),
    }
    return render(request, "dashboards/staff/place.html", context)


def _find_own_district(actor: Actor, districts: list[str]) -> str:
    """Find the district of the user's organization; otherwise the first in the alphabet."""
    own = Organization.objects.filter(slug__in=actor.list_organizations(timezone.localdate()))
    names = {name.casefold() for each in own for name in (each.name, each.slug)}
    return next((each for each in districts if each.casefold() in names), (districts or [""])[0])
