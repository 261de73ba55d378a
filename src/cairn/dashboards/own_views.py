"""Pages on which a steward sees its own organization's figures beside the published ones."""

from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cairn.accounts.models import User
from cairn.dashboards import actions, queries
from cairn.dashboards import own as words
from cairn.partners.facts import actor
from cairn.partners.models import Organization
from cairn.releases import facts, labels, own_figures
from cairn.releases.models import Release
from cairn.releases.protecting import LEAST
from cairn.rules.access import may_open
from cairn.rules.own_figures import may_open_own_figures
from cairn.rules.telling import hearer
from cairn.rules.vocabulary import Action, Role


@require_safe
def own(request: HttpRequest) -> HttpResponse:
    """The published outcomes, for each organization whose steward asks."""
    who, today = actor(request.user, request=request), timezone.localdate()
    may_open(Action.COMPARE_OWN_FIGURES, who, on=today).require()
    mine = who.organizations(today, Role.STEWARD)
    context = {
        "organizations": Organization.objects.filter(slug__in=mine).order_by("name"),
        "outcomes": [
            {
                "id": one.definition.id,
                "title": labels.spoken(one.definition.title),
                "share": labels.percent(one.figures.county),
                "year": one.figures.latest,
                "as_of": one.release.as_of,
            }
            for one in queries.counted(today)
        ],
    }
    return render(request, "dashboards/staff/own.html", context)


@require_safe
@never_cache
def own_outcome(request: HttpRequest, organization: str, outcome: str) -> HttpResponse:
    """One outcome: the organization's own numbers, as far as they may be shown, beside what is
    published. That it was opened is on the record before anything is shown."""
    who, today = actor(request.user, request=request), timezone.localdate()
    may_open_own_figures(organization, who, today).require()
    row = get_object_or_404(Organization, slug=organization)
    shown = queries.of(outcome, today)
    if shown is None or shown.definition.measure:
        raise Http404
    mine = own_figures.of(shown.release, row, shown.definition)
    by = cast("User", request.user)
    decision = actions.view_own_figures(shown=shown, own=mine, by=by, at=timezone.now())
    agreements = queries.agreements(shown.release)
    context = {
        "organization": row,
        "title": labels.spoken(shown.definition.title),
        "outcome": shown.definition.id,
        "figures": shown.figures,
        "release": shown.release,
        "decision": decision,
        "audience": hearer(who, _whose(shown.release, organization), today),
        "has_row": bool(mine.name),
        "others": mine.others,
        "county": labels.percent(shown.figures.county),
        "tables": list(words.tables(mine, shown.figures, decision)),
        "beside": words.beside_everyone(mine, shown.figures, shown.release.minimum_cell or LEAST),
        "agreements": agreements,
        "bases": sorted({labels.basis(one.basis) for one in agreements}),
    }
    return render(request, "dashboards/staff/own_outcome.html", context)


def _whose(release: Release, organization: str) -> frozenset[str]:
    """Whose matter the answer is: an owner's own; all owners' where somebody else asks."""
    owners = facts.release(release).owners
    return owners & {organization} or owners
