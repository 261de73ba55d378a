"""Answer requests for the page of gaps, for people who set priorities, and name factors."""

from typing import Any, Final, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cairn.governance.partners.api import load_actor
from cairn.outputs.dashboards import actions, forms, outcome_page, queries, wording
from cairn.outputs.dashboards.audiences import gaps
from cairn.outputs.dashboards.audiences.tables import GapTable
from cairn.outputs.dashboards.models import ContributingFactor, Target
from cairn.outputs.releases import api as releases_api
from cairn.platform.accounts.api import User
from cairn.platform.tables import api as tables_api
from cairn.policy.engine import Refused
from cairn.policy.questions import may_open_page, may_view_dashboards
from cairn.policy.vocabulary import Action, Audience

_GAPS_PER_PAGE: Final = 7
"""As many as a phone shows in one screen and a half, with the headline above them."""


@require_safe
def gap_list(request: HttpRequest) -> HttpResponse:
    """List all gaps between groups, the largest first, each beside its target."""
    today, actor = timezone.localdate(), load_actor(request.user, request=request)
    may_view_dashboards(actor, today).require()
    published_outcomes = list(queries.iterate_counted_outcomes(today))
    report = gaps.build_gap_report(published_outcomes, Target.objects.filter(ended_at=None))
    may_set = may_open_page(Action.CHANGE_TARGET, actor, on=today).allowed
    table = tables_api.build_list_table(
        GapTable, report.gaps, request, rows_per_page=_GAPS_PER_PAGE, may_set_target=may_set
    )
    if tables_api.is_download_requested(table, request):
        return tables_api.write_csv_response(table, "gaps-between-groups")
    largest = max(table.data, key=lambda gap: gap.rank, default=None)
    context = {
        "table": table,
        "report": report,
        "largest": largest,
        "may_set": may_set,
        "save_query": urlencode({"address": request.get_full_path()}),
        "has_outcomes": bool(published_outcomes),
        "age": wording.describe_age(queries.list_count_days(published_outcomes), today),
        **(_describe_outcome(largest.published_outcome, published_outcomes) if largest else {}),
        "chart": outcome_page.build_group_trend(largest.published_outcome, largest.key)
        if largest
        else None,
    }
    return render(request, "dashboards/staff/gaps.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def factor_list(request: HttpRequest, outcome: str) -> HttpResponse:
    """List the contributing factors of an outcome, and name another one."""
    today = timezone.localdate()
    may_open_page(
        Action.CHANGE_TARGET, load_actor(request.user, request=request), on=today
    ).require()
    published_outcomes = list(queries.iterate_published_outcomes(today))
    chosen = next((each for each in published_outcomes if each.definition.id == outcome), None)
    if chosen is None:
        raise Http404
    form = forms.FactorForm(
        request.POST or None,
        factors=[
            (each.definition.id, releases_api.localize_text(each.definition.title))
            for each in published_outcomes
            if each is not chosen
        ],
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.name_factor(
                outcome=outcome,
                **form.cleaned_data,
                by=cast("User", request.user),
                at=timezone.now(),
            )
        except Refused as refusal:
            for reason in refusal.decision.refusals:
                form.add_error(None, f"{reason.message_for(Audience.STEWARD)} {reason.next_step}")
        else:
            messages.success(request, _("Contributing factor named."))
            return redirect("figures:factors", outcome)
    context = {**_describe_outcome(chosen, published_outcomes), "form": form}
    status = 422 if form.errors else 200
    return render(request, "dashboards/staff/factors.html", context, status=status)


@require_POST
def factor_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove a contributing factor."""
    may_open_page(
        Action.CHANGE_TARGET, load_actor(request.user, request=request), on=timezone.localdate()
    ).require()
    row = get_object_or_404(ContributingFactor, pk=pk)
    outcome = row.outcome
    actions.remove_factor(row=row, by=cast("User", request.user), at=timezone.now())
    messages.success(request, _("Contributing factor removed. The audit log keeps it."))
    return redirect("figures:factors", outcome)


def _describe_outcome(
    published_outcome: queries.PublishedOutcome,
    published_outcomes: list[queries.PublishedOutcome],
) -> dict[str, Any]:
    """Describe one outcome with its contributing factors."""
    outcome = published_outcome.definition.id
    by_name = {each.definition.id: each for each in published_outcomes}
    return {
        "outcome": outcome,
        "title": releases_api.localize_text(published_outcome.definition.title),
        "figures": published_outcome.figures,
        "factors": [
            {"row": row, **_describe_factor(by_name.get(row.factor))}
            for row in ContributingFactor.objects.filter(outcome=outcome)
        ],
    }


def _describe_factor(published_outcome: queries.PublishedOutcome | None) -> dict[str, str]:
    """Describe the newest figure of a factor; empty once nothing of it is published."""
    if published_outcome is None:
        return {}
    figures, definition = published_outcome.figures, published_outcome.definition
    return {
        "title": releases_api.localize_text(definition.title),
        "share": releases_api.format_figure_with_unit(figures.county, definition),
        "year": figures.latest,
        "change": wording.describe_change(figures.describe_change(definition.direction)),
    }
