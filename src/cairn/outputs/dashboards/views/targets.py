"""Answer requests for the pages of targets: list, set, change, end and resume."""

from datetime import date
from typing import Any, cast

from django.contrib import messages
from django.core.cache import caches
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cairn.governance.partners.api import load_actor
from cairn.outputs.dashboards import actions, queries
from cairn.outputs.dashboards.charts import targets as drawing
from cairn.outputs.dashboards.charts.figures import ChartSize, ChartTheme
from cairn.outputs.dashboards.forms import EndTargetForm, TargetTermsForm
from cairn.outputs.dashboards.models import Target
from cairn.outputs.dashboards.views import public, public_files
from cairn.outputs.releases import api as releases_api
from cairn.platform.accounts.api import User
from cairn.policy.engine import Refused
from cairn.policy.questions import may_open_page
from cairn.policy.vocabulary import Action, Audience
from cairn.warehouse.measures import list_following_periods

_GET_POST = require_http_methods(["GET", "HEAD", "POST"])

_RULE_FIELDS = {"F01": "baseline_year", "F02": "percent", "F03": "agreed_by"}
"""The form field that a rule is about."""


@require_safe
def target_list(request: HttpRequest) -> HttpResponse:
    """List every published outcome with its targets, and the ended targets."""
    today = _require_target_access(request)
    published_outcomes = list(queries.iterate_counted_outcomes(today))
    context = {
        "outcomes": [
            {
                "title": releases_api.localize_text(published_outcome.definition.title),
                "id": published_outcome.definition.id,
                "share": releases_api.format_percent(published_outcome.figures.county),
                "year": published_outcome.figures.latest,
                "as_of": published_outcome.release.as_of,
                "standings": queries.list_target_progress(published_outcome),
            }
            for published_outcome in published_outcomes
        ],
        "ended": Target.objects.filter(ended_at__isnull=False).select_related("ended_by"),
    }
    return render(request, "dashboards/staff/targets.html", context)


@_GET_POST
def target_set(request: HttpRequest, outcome: str) -> HttpResponse:
    """Set a target of one published outcome, for all children or for the group in the address."""
    today = _require_target_access(request)
    published_outcome = _get_outcome_with_share(outcome, today)
    name = request.GET.get("group", "")
    labels = dict(queries.list_target_groups(published_outcome.figures, name))
    group = next((key for key in labels if queries.encode_group(key) == name), None)
    if group is None:
        raise Http404
    form = _build_target_form(request, published_outcome, group)
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_target(
                outcome=outcome,
                terms=form.get_terms(group),
                by=_get_user(request),
                at=timezone.now(),
            )
        except Refused as refusal:
            _add_refusals_to_form(form, refusal)
        else:
            messages.success(request, _("Target set. It now appears on the public page."))
            return redirect("figures:targets")
    choices = [(queries.encode_group(key), labels[key], key == group) for key in labels]
    return _render_target_form(
        request, form, published_outcome, _("Set target"), groups=choices, group=labels[group]
    )


@_GET_POST
def target_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a target; the audit log keeps the old terms."""
    today = _require_target_access(request)
    row = get_object_or_404(Target, pk=pk, ended_at__isnull=True)
    published_outcome = _get_outcome_with_share(row.outcome, today)
    form = _build_target_form(request, published_outcome, row.key, row)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_target(
                target=row, terms=form.get_terms(row.key), by=_get_user(request), at=timezone.now()
            )
        except Refused as refusal:
            _add_refusals_to_form(form, refusal)
        else:
            messages.success(request, _("Target changed."))
            return redirect("figures:targets")
    group = row.group_label or _("All children")
    return _render_target_form(request, form, published_outcome, _("Change target"), group=group)


@_GET_POST
def target_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for confirmation and a reason, then end a target."""
    _require_target_access(request)
    row = get_object_or_404(Target, pk=pk, ended_at__isnull=True)
    form = EndTargetForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        why = form.cleaned_data["why"]
        actions.end_target(target=row, why=why, by=_get_user(request), at=timezone.now())
        messages.success(request, _("Target ended. You can resume it below."))
        return redirect("figures:targets")
    context = {
        "title": _("End this target?"),
        "text": _(
            "The public page will no longer show this target. The audit log keeps its terms."
        ),
        "action": _("End target"),
        "back": reverse("figures:targets"),
        "form": form,
    }
    status = 422 if form.errors else 200
    return render(request, "dashboards/staff/confirm.html", context, status=status)


@require_POST
def target_resume(request: HttpRequest, pk: int) -> HttpResponse:
    """Resume a target that was ended."""
    _require_target_access(request)
    row = get_object_or_404(Target, pk=pk, ended_at__isnull=False)
    actions.resume_target(target=row, by=_get_user(request), at=timezone.now())
    messages.success(request, _("Target resumed."))
    return redirect("figures:targets")


@require_safe
@public_files.CHART_CACHE
def target_picture(
    request: HttpRequest,
    outcome: str,
    version: str,
    language: str,
    pk: int,
    edition: int,
    theme: str,
    size: str,
) -> HttpResponse:
    """Send the chart of one target, for the public."""
    published_outcome = public.get_published_outcome(request, outcome)
    row = get_object_or_404(queries.list_active_targets(outcome), pk=pk, edition=edition)
    if row.group:
        raise Http404
    parts = (theme in list(ChartTheme), size in list(ChartSize), language in ("en", "es"))
    if version != published_outcome.version or not all(parts):
        raise Http404

    def draw_svg() -> str:
        with override(language):
            return drawing.draw_target_chart(
                row, published_outcome.figures, ChartTheme(theme), ChartSize(size)
            )

    key = f"target:{pk}:{edition}:{version}:{language}:{theme}:{size}"
    svg = caches["figures"].get_or_set(key, draw_svg, timeout=None)
    headers = {"Content-Security-Policy": public_files.CHART_CONTENT_POLICY}
    return HttpResponse(svg, content_type="image/svg+xml", headers=headers)


def _require_target_access(request: HttpRequest) -> date:
    """Return today's date, if the user may change targets."""
    today = timezone.localdate()
    current_actor = load_actor(request.user, request=request)
    may_open_page(Action.CHANGE_TARGET, current_actor, on=today).require()
    return today


def _get_user(request: HttpRequest) -> User:
    return cast("User", request.user)


def _get_outcome_with_share(outcome: str, on: date) -> queries.PublishedOutcome:
    published_outcome = queries.load_published_outcome(outcome, on)
    if published_outcome is None or not published_outcome.definition.has_share:
        raise Http404
    return published_outcome


def _build_target_form(
    request: HttpRequest,
    published_outcome: queries.PublishedOutcome,
    group: releases_api.FigureKey,
    row: Target | None = None,
) -> TargetTermsForm:
    years = [
        (line.value, f"{line.value}: {releases_api.format_percent(line.count)}")
        for line in reversed(published_outcome.figures.list_trend(group))
        if line.count.span is not None
    ]
    ahead = list_following_periods(
        published_outcome.figures.years[0], 10 + len(published_outcome.figures.years)
    )
    names = ("baseline_year", "target_year", "percent", "agreed_by", "agreed_on", "context")
    initial: dict[str, Any] = {name: getattr(row, name) for name in names} if row else {}
    default_values = {
        "target_year": list_following_periods(published_outcome.figures.latest, 3)[-1]
    }
    return TargetTermsForm(
        request.POST or None, years=years, target_years=ahead, initial=initial or default_values
    )


def _add_refusals_to_form(form: TargetTermsForm, refusal: Refused) -> None:
    """Show each reason of a refusal next to the field it is about, with the next step."""
    for reason in refusal.decision.refusals:
        message = f"{reason.message_for(Audience.STEWARD)} {reason.next_step}"
        form.add_error(_RULE_FIELDS.get(reason.code), message)


def _render_target_form(
    request: HttpRequest,
    form: TargetTermsForm,
    published_outcome: queries.PublishedOutcome,
    title: str,
    **words: object,
) -> HttpResponse:
    context = {
        "form": form,
        "title": title,
        "outcome": releases_api.localize_text(published_outcome.definition.title),
        "release": published_outcome.release,
        "better": published_outcome.definition.direction,
        **words,
    }
    status = 422 if form.errors else 200
    return render(request, "dashboards/staff/target_form.html", context, status=status)
