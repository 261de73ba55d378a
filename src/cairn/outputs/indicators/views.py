"""Pages about indicators."""

from datetime import date
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cairn.governance.partners.api import load_actor
from cairn.governance.partners.models import Organization
from cairn.outputs.indicators import actions, facts, queries, tasks
from cairn.outputs.indicators.forms import NEW_DEFINITION, DefinitionForm, NewIndicatorForm
from cairn.outputs.indicators.models import IndicatorVersion
from cairn.outputs.indicators.tables import IndicatorTable, ListedIndicator
from cairn.outputs.releases import api as releases_api
from cairn.platform.accounts.api import User
from cairn.platform.audit.api import Work
from cairn.platform.tables.api import build_list_table, is_download_requested, write_csv_response
from cairn.policy import questions
from cairn.policy.facts import Actor
from cairn.warehouse.measures import (
    IndicatorDefinition,
    ValueRule,
    format_condition,
    format_indicator,
    get_value_rule,
    list_definition_changes,
    load_outcome_catalogue,
)

_GET_POST = require_http_methods(["GET", "HEAD", "POST"])

VALUE_RULE_LABELS = {
    ValueRule.MOST_COMMON: gettext_lazy("the value that most rows give"),
    ValueRule.MOST_RECENT: gettext_lazy("the most recent value"),
    ValueRule.BY_YEAR: gettext_lazy("the value of the year that is counted"),
    ValueRule.LONGEST: gettext_lazy("the value of the longest time"),
    ValueRule.EVER: gettext_lazy("yes, if it was ever yes"),
}

_LEVEL_LABELS = {
    "population": gettext_lazy("Population"),
    "program": gettext_lazy("Program"),
    "individual": gettext_lazy("Individual"),
    "systems": gettext_lazy("Systems"),
}
_DIRECTION_LABELS = {
    "higher": gettext_lazy("Higher is better"),
    "lower": gettext_lazy("Lower is better"),
    "none": gettext_lazy("Neither is better"),
}


@require_safe
def indicator_list(request: HttpRequest) -> HttpResponse:
    """List the community's indicators and the outcomes that Cairn ships."""
    who, today = load_actor(request.user, request=request), timezone.localdate()
    table = build_list_table(IndicatorTable, _list_rows(who, today), request)
    if is_download_requested(table, request):
        return write_csv_response(table, f"indicators-{today}")
    context = {"table": table, "may_draft": _list_organizations(who, today)}
    return render(request, "indicators/list.html", context)


def _list_rows(who: Actor, on: date) -> list[ListedIndicator]:
    """Describe each draft, the newest approved version of each indicator, and what Cairn ships."""
    rows: dict[tuple[str, bool], ListedIndicator] = {}
    for version in queries.list_indicator_versions(who, on):
        is_draft = version.approved_at is None
        definition = queries.get_definition(version)
        rows.setdefault(
            (version.indicator, is_draft),
            ListedIndicator(
                version.pk,
                releases_api.localize_text(definition.title),
                version.organization.name,
                version.version,
                _("Draft") if is_draft else _("Approved"),
                str(_LEVEL_LABELS[definition.level]),
                timezone.localdate(version.approved_at or version.written_at),
            ),
        )
    shipped = (
        ListedIndicator(
            None,
            releases_api.localize_text(definition.title),
            "Cairn",
            definition.version,
            _("Shipped"),
            str(_LEVEL_LABELS[definition.level]),
            None,
        )
        for definition in load_outcome_catalogue().values()
    )
    return [*rows.values(), *shipped]


def _list_organizations(who: Actor, on: date) -> list[Organization]:
    """List the organizations for which a person may write definitions."""
    return [
        organization
        for organization in releases_api.list_drafting_organizations(who, on)
        if questions.may_draft_indicator(organization.slug, who, on).allowed
    ]


@_GET_POST
def indicator_new(request: HttpRequest) -> HttpResponse:
    """Write a new indicator, or a new version of one, from a text or a file."""
    who, now = load_actor(request.user, request=request), timezone.localtime()
    questions.may_draft_indicator("", who, now.date()).require()
    form = NewIndicatorForm(
        request.POST or None,
        request.FILES or None,
        organizations=_list_organizations(who, now.date()),
        initial=_find_template(request, who, now.date()),
    )
    if request.method == "POST" and form.is_valid():
        try:
            version = actions.draft_indicator_version(
                definition=form.parsed,
                organization=form.cleaned_data["organization"],
                by=cast("User", request.user),
                at=now,
            )
        except actions.IndicatorConflict as conflict:
            form.add_error("definition", str(conflict))
        else:
            messages.success(request, _("Saved as a draft. Next, preview it on data."))
            return redirect("indicators:detail", version.pk)
    status = 422 if form.errors else 200
    context = {"form": form, "examples": _list_examples()}
    return render(request, "indicators/new.html", context, status=status)


def _list_examples() -> list[tuple[str, str]]:
    """List the outcomes that Cairn ships and a definition can begin with: ID and title."""
    return [
        (name, releases_api.localize_text(definition.title))
        for name, definition in load_outcome_catalogue().items()
        if definition.people == name
    ]


def _find_template(request: HttpRequest, who: Actor, on: date) -> dict[str, Any]:
    """Begin with the definition that the address names, or with an example."""
    name = request.GET.get("from", "")
    if name.isdecimal():
        version = _find_version(int(name), who, on)
        return {"definition": version.definition, "organization": version.organization_id}
    shipped = load_outcome_catalogue().get(name)
    if shipped is None or shipped.people != name:
        return {"definition": NEW_DEFINITION}
    return {"definition": format_indicator(shipped).replace(name, f"{name}_local", 1)}


@require_safe
def indicator_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one version: what it counts, its preview, what changed, and what can be done."""
    who, today = load_actor(request.user, request=request), timezone.localdate()
    version = _find_version(pk, who, today)
    definition = queries.get_definition(version)
    earlier = queries.find_earlier_version(version)
    fact = facts.build_version_fact(version)
    may_view_preview = questions.may_view_indicator_preview(who, today).allowed
    preview = queries.load_preview(version, earlier) if may_view_preview else None
    context = {
        "version": version,
        "definition": definition,
        "facts": _describe_definition(definition),
        "earlier": earlier,
        "changes": list_definition_changes(queries.get_definition(earlier), definition)
        if earlier
        else (),
        "differing": queries.list_differing_definitions(version),
        "may_view_preview": may_view_preview,
        "preview": preview,
        "missing": [
            (releases_api.label_breakdown(name), count) for name, count in preview.missing.items()
        ]
        if preview
        else [],
        "changed": [
            (releases_api.label_breakdown(name), count) for name, count in preview.changed.items()
        ]
        if preview
        else [],
        "previewed_on": version.previewed_at
        and date_format(timezone.localdate(version.previewed_at), "DATE_FORMAT"),
        "work": Work.objects.filter(kind="preview", subject=f"indicator:{pk}").first()
        if may_view_preview
        else None,
        "may_change": questions.may_change_indicator(fact, who, today).allowed,
        "approval": questions.may_approve_indicator(fact, who, today),
        "may_draft": version.approved_at is not None
        and queries.is_newest_version(version)
        and questions.may_draft_indicator(version.organization.slug, who, today).allowed,
        "versions": queries.list_indicator_versions(who, today).filter(indicator=version.indicator),
        "text": format_indicator(definition),
        "written": queries.describe_writing(version),
    }
    return render(request, "indicators/detail.html", context)


def _describe_definition(definition: IndicatorDefinition) -> list[tuple[str, str, str]]:
    """Say in words and as conditions what a definition counts."""
    denominator, numerator = definition.denominator, definition.numerator
    rows = [
        (
            _("Who is counted"),
            releases_api.localize_text(denominator.text),
            f"{denominator.record} {format_condition(denominator.where)}".strip(),
        )
    ]
    if definition.unit != "count":
        rows.append(
            (
                _("Who of them reached it"),
                releases_api.localize_text(numerator.text),
                f"{numerator.record} {format_condition(numerator.where)}".strip(),
            )
        )
    breakdowns = ", ".join(releases_api.label_breakdown(name) for name in definition.breakdowns)
    rules = [
        f"{releases_api.label_breakdown(name)}: {VALUE_RULE_LABELS[rule]}"
        for name in definition.breakdowns
        if (rule := get_value_rule(name, definition.value_rules))
    ]
    return [
        *rows,
        (_("Period"), definition.vintage.capitalize(), ""),
        (_("Direction"), str(_DIRECTION_LABELS[definition.direction]), ""),
        (_("May be broken down by"), breakdowns or _("Nothing: the total only"), ""),
        *([(_("A child with several values"), "; ".join(rules), "")] if rules else []),
    ]


@_GET_POST
def indicator_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a draft."""
    who, now = load_actor(request.user, request=request), timezone.localtime()
    version = _find_version(pk, who, now.date())
    questions.may_change_indicator(facts.build_version_fact(version), who, now.date()).require()
    written = _get_written(request) or queries.describe_writing(version)
    form = DefinitionForm(
        request.POST or None,
        request.FILES or None,
        initial={"definition": version.definition},
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_indicator_version(
                version=version,
                definition=form.parsed,
                written=_get_written(request),
                by=cast("User", request.user),
                at=now,
            )
        except actions.IndicatorConflict as conflict:
            form.add_error("definition", str(conflict))
        else:
            messages.success(request, _("Draft changed. Preview it again."))
            return redirect("indicators:detail", pk)
    status = 422 if form.errors else 200
    context = {"form": form, "version": version, "written": written}
    return render(request, "indicators/new.html", context, status=status)


@require_POST
def indicator_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """Queue the preview of a draft."""
    who, today = load_actor(request.user, request=request), timezone.localdate()
    version = _find_version(pk, who, today)
    questions.may_change_indicator(facts.build_version_fact(version), who, today).require()
    work = Work.objects.filter(kind="preview", subject=f"indicator:{pk}").first()
    if work is None or not work.is_busy:
        tasks.enqueue_indicator_preview(version, cast("User", request.user))
    return redirect("indicators:detail", pk)


@_GET_POST
def indicator_approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, and approve a version for the data committee."""
    who, now = load_actor(request.user, request=request), timezone.localtime()
    version = _find_version(pk, who, now.date())
    questions.may_approve_indicator(facts.build_version_fact(version), who, now.date()).require()
    if request.method == "POST":
        try:
            actions.approve_indicator_version(
                version=version,
                written=_get_written(request),
                by=cast("User", request.user),
                at=now,
            )
        except actions.IndicatorConflict as conflict:
            messages.error(request, str(conflict))
        else:
            messages.success(request, _("Approved. Releases may count it."))
        return redirect("indicators:detail", pk)
    return _confirm_as_read(request, version, "indicators/approve.html")


@_GET_POST
def indicator_discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, and discard a draft."""
    who, now = load_actor(request.user, request=request), timezone.localtime()
    version = _find_version(pk, who, now.date())
    questions.may_change_indicator(facts.build_version_fact(version), who, now.date()).require()
    if request.method == "POST":
        try:
            actions.discard_indicator_version(
                version=version,
                written=_get_written(request),
                by=cast("User", request.user),
                at=now,
            )
        except actions.IndicatorConflict as conflict:
            messages.error(request, str(conflict))
            return redirect("indicators:detail", pk)
        messages.success(request, _("Draft discarded."))
        return redirect("indicators:list")
    return _confirm_as_read(request, version, "indicators/discard.html")


def _get_written(request: HttpRequest) -> str:
    """Return when the text was written that the person read: the form or the address says it."""
    return request.POST.get("written", "") or request.GET.get("written", "")


def _confirm_as_read(
    request: HttpRequest, version: IndicatorVersion, template: str
) -> HttpResponse:
    """Ask once more, about the text that the person read: the link from its page names it."""
    written = queries.describe_writing(version)
    if _get_written(request) != written:
        messages.error(request, _("This draft was changed, or you did not read it. Read it here."))
        return redirect("indicators:detail", version.pk)
    definition = queries.get_definition(version)
    context = {"version": version, "definition": definition, "written": written}
    return render(request, template, context)


@require_safe
def indicator_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Export a version as TOML."""
    who, today = load_actor(request.user, request=request), timezone.localdate()
    version = _find_version(pk, who, today)
    name = f"{version.indicator}-{version.version}.toml"
    return HttpResponse(
        format_indicator(queries.get_definition(version)),
        content_type="application/toml; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _find_version(pk: int, who: Actor, on: date) -> IndicatorVersion:
    version = queries.list_indicator_versions(who, on).filter(pk=pk).first()
    if version is None:
        raise Http404
    return version
