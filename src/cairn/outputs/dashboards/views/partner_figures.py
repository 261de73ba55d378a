"""Answer requests for pages that compare a partner's own figures with published ones."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cairn.governance.partners.api import Organization, load_actor
from cairn.outputs.dashboards import actions, queries
from cairn.outputs.dashboards.views import group_disparities
from cairn.outputs.releases import api as releases_api
from cairn.platform.accounts.api import User
from cairn.policy.engine import Decision, find_audience
from cairn.policy.questions import may_open_own_figures_page, may_open_page
from cairn.policy.vocabulary import Action, Audience, Outcome, Role
from cairn.sdc.contributors import FEWEST_OTHER_CONTRIBUTORS
from cairn.warehouse.exporters import ALL_GROUPS, build_group_key

_NO_COUNT = releases_api.FigureCount(None, None)


@dataclass(frozen=True, slots=True)
class PartnerFigureLine:
    """Hold one group: the partner's own number, if it may be shown, and the published one."""

    label: str
    own: str
    own_count: str
    published: str


@dataclass(frozen=True, slots=True)
class PartnerFigureTable:
    """Hold one breakdown.

    `other` is the heading of the published column. `has_own` says whether the partner's numbers are
    shown; if not, `why` gives the reason, where other numbers of the partner are shown.
    """

    id: str
    title: str
    other: str
    lines: tuple[PartnerFigureLine, ...]
    has_own: bool
    why: str


def build_partner_tables(
    partner_figures: releases_api.PartnerFigures,
    public: releases_api.OutcomeFigures,
    decision: Decision,
) -> Iterator[PartnerFigureTable]:
    """Yield the breakdowns of the newest year: places first, then groups in their usual order."""
    own_figures = partner_figures.figures() if decision.allowed else None
    numbers = own_figures.tables[partner_figures.year] if own_figures else {}
    published = public.tables[partner_figures.year]
    for index, (margins, title, other, keys) in enumerate(
        _list_breakdowns(partner_figures, published)
    ):
        allowed = bool(numbers) and any(
            decision.elements.get(releases_api.describe_margin(margin)) is Outcome.ALLOW
            for margin in margins
        )
        lines = tuple(
            _build_partner_line(
                label,
                numbers.get(key) if allowed else None,
                published.get(published_key, _NO_COUNT),
            )
            for label, key, published_key in keys
        )
        if lines:
            why = "" if allowed or not numbers else _explain_hidden_table(margins, decision)
            yield PartnerFigureTable(f"own-{index}", title, other, lines, allowed, why)


def compare_partner_with_county(
    partner_figures: releases_api.PartnerFigures, public: releases_api.OutcomeFigures, minimum: int
) -> group_disparities.DisparityLine | None:
    """Compare the partner's published share with that of all other children.

    None if the tables name too few other organizations to hide one.
    """
    if not partner_figures.name or partner_figures.others < FEWEST_OTHER_CONTRIBUTORS:
        return None
    table_now = public.tables[partner_figures.year]
    count = table_now.get(build_group_key({"district": partner_figures.name}), _NO_COUNT)
    everyone = public.get_county(partner_figures.year)
    return group_disparities.compare_group(
        partner_figures.organization.name, count, everyone, minimum
    )


_LabeledKeys = list[tuple[str, releases_api.FigureKey, releases_api.FigureKey]]
"""A label, the key of the partner's number, and the key of the published number next to it."""


def _list_breakdowns(
    partner_figures: releases_api.PartnerFigures, published: Iterable[releases_api.FigureKey]
) -> Iterator[tuple[tuple[frozenset[str], ...], str, str, _LabeledKeys]]:
    published_heading = _("All children, as published")
    own_keys = (
        key
        for key in published
        if key.get("district") == partner_figures.name
        and key.dimensions <= releases_api.PLACE_DIMENSIONS
    )
    schools = sorted(
        own_keys,
        key=lambda key: (
            "school" in key.dimensions,
            key.get("school") == releases_api.NO_VALUE_ON_RECORD,
            key.get("school"),
        ),
    )
    places: _LabeledKeys = [
        (
            releases_api.label_school(key.get("school"))
            if "school" in key.dimensions
            else _("Whole district"),
            key,
            key,
        )
        for key in schools
    ]
    yield (
        (frozenset({"district"}), releases_api.PLACE_DIMENSIONS),
        _("Our schools"),
        _("As published"),
        places,
    )
    published_keys = set(published)
    races = [
        race
        for race in releases_api.sort_races(key.get("race_ethnicity") for key in published_keys)
        if race != ALL_GROUPS
    ]
    genders = [gender for gender in releases_api.GENDER_CODES if gender != ALL_GROUPS]
    for margin, title, pairs in (
        (
            frozenset({"race_ethnicity"}),
            _("By race and ethnicity"),
            [(race_code, ALL_GROUPS) for race_code in races],
        ),
        (
            frozenset({"gender"}),
            _("By gender"),
            [(ALL_GROUPS, gender_code) for gender_code in genders],
        ),
        (
            releases_api.RACE_AND_GENDER_DIMENSIONS,
            _("By race and gender"),
            [(race_code, gender_code) for race_code in races for gender_code in genders],
        ),
    ):
        keys: _LabeledKeys = [
            (_label_group(race, gender), key, key)
            for race, gender in pairs
            if (key := build_group_key({"race_ethnicity": race, "gender": gender}))
            in published_keys
        ]
        yield (margin,), title, published_heading, keys


def _label_group(race: str, gender: str) -> str:
    if gender == ALL_GROUPS:
        return releases_api.label_race(race)
    return (
        releases_api.label_gender(gender)
        if race == ALL_GROUPS
        else f"{releases_api.label_race(race)}, {releases_api.label_gender(gender)}"
    )


def _build_partner_line(
    label: str, own_count: releases_api.FigureCount | None, published: releases_api.FigureCount
) -> PartnerFigureLine:
    if own_count is None:
        return PartnerFigureLine(label, "", "", releases_api.format_percent(published))
    yes, child_count = (
        releases_api.format_child_count(own_count.yes or 0),
        releases_api.format_child_count(own_count.n or 0),
    )
    count_text = _("%(yes)s of %(n)s") % {"yes": yes, "n": child_count}
    share = releases_api.format_percent(
        releases_api.FigureCount(own_count.yes or 0, own_count.n or 0)
    )
    return PartnerFigureLine(label, share, count_text, releases_api.format_percent(published))


def _explain_hidden_table(margins: Iterable[frozenset[str]], decision: Decision) -> str:
    names = {releases_api.describe_margin(margin) for margin in margins}
    return " ".join(
        reason.message_for(Audience.STEWARD)
        for reason in decision.refusals
        if reason.about in names
    )


@require_safe
def partner_outcome_list(request: HttpRequest) -> HttpResponse:
    """List the published outcomes, for each organization of the steward."""
    current_actor, today = load_actor(request.user, request=request), timezone.localdate()
    may_open_page(Action.COMPARE_OWN_FIGURES, current_actor, on=today).require()
    own_organizations = current_actor.list_organizations(today, Role.STEWARD)
    context = {
        "organizations": Organization.objects.filter(slug__in=own_organizations).order_by("name"),
        "outcomes": [
            {
                "id": published_outcome.definition.id,
                "title": releases_api.localize_text(published_outcome.definition.title),
                "share": releases_api.format_percent(published_outcome.figures.county),
                "year": published_outcome.figures.latest,
                "as_of": published_outcome.release.as_of,
            }
            for published_outcome in queries.iterate_counted_outcomes(today)
        ],
    }
    return render(request, "dashboards/staff/own.html", context)


@require_safe
@never_cache
def partner_outcome(request: HttpRequest, organization: str, outcome: str) -> HttpResponse:
    """Show a partner's own numbers of one outcome next to the published ones, if permitted.

    The view is recorded before any number is shown.
    """
    current_actor, today = load_actor(request.user, request=request), timezone.localdate()
    may_open_own_figures_page(organization, current_actor, today).require()
    row = get_object_or_404(Organization, slug=organization)
    published_outcome = queries.load_published_outcome(outcome, today)
    if published_outcome is None or not published_outcome.definition.has_share:
        raise Http404
    partner_figures = releases_api.load_partner_figures(
        published_outcome.release, row, published_outcome.definition
    )
    by = cast("User", request.user)
    decision = actions.record_comparison_view(
        published_outcome=published_outcome,
        partner_figures=partner_figures,
        by=by,
        at=timezone.now(),
    )
    agreements = queries.list_outcome_agreements(published_outcome)
    context = {
        "organization": row,
        "title": releases_api.localize_text(published_outcome.definition.title),
        "outcome": published_outcome.definition.id,
        "figures": published_outcome.figures,
        "release": published_outcome.release,
        "decision": decision,
        "audience": find_audience(
            current_actor, _choose_owners(published_outcome.release, organization), today
        ),
        "has_row": bool(partner_figures.name),
        "others": partner_figures.others,
        "county": releases_api.format_percent(published_outcome.figures.county),
        "tables": list(build_partner_tables(partner_figures, published_outcome.figures, decision)),
        "beside": compare_partner_with_county(
            partner_figures,
            published_outcome.figures,
            published_outcome.release.minimum_cell or releases_api.SMALLEST_MINIMUM_CELL,
        ),
        "agreements": agreements,
        "bases": sorted(
            {releases_api.label_legal_basis(agreement_fact.basis) for agreement_fact in agreements}
        ),
    }
    return render(request, "dashboards/staff/own_outcome.html", context)


def _choose_owners(release: releases_api.Release, organization: str) -> frozenset[str]:
    """Return the owners that the decision concerns: the partner if an owner, else all."""
    owners = releases_api.load_release_fact(release).owners
    return owners & {organization} or owners
