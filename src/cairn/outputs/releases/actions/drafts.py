"""Draft releases: begin one, change its words, tables or groups, or begin a correction."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Final

from django.db import transaction

from cairn.governance.partners.api import Organization
from cairn.outputs.releases import facts
from cairn.outputs.releases import merged_groups as releases_merged_groups
from cairn.outputs.releases.actions import state
from cairn.outputs.releases.actions.renewals import set_release_renewal
from cairn.outputs.releases.json_fields import MergedGroups
from cairn.outputs.releases.models import Release
from cairn.outputs.releases.queries import sources
from cairn.outputs.releases.queries.offered_tables import list_insiders
from cairn.platform.accounts.api import User
from cairn.platform.actions.api import ActionResult, action, load_current_actor
from cairn.platform.audit.api import record_audit_event
from cairn.policy import questions
from cairn.policy.checks import filter_given_answers, list_remaining_merges
from cairn.policy.engine import Decision, Permit
from cairn.policy.facts import (
    Actor,
    AgreementFact,
    CategoryMergeFact,
    ReleaseAudience,
    ReleaseFact,
)
from cairn.policy.vocabulary import Purpose
from cairn.sdc.options import ReleaseMethod, Statistic
from cairn.warehouse import measures

__all__ = ["draft_release", "reword_release"]

_PURPOSE: Final = Purpose.PUBLIC_REPORTING


def _load_draft_facts(
    *,
    organization: Organization,
    outcomes: Sequence[str],
    tables: Sequence[Sequence[str]],
    pilot: bool,
    method: str,
    audience: Organization | None,
    audience_minimum: int | None,
    cohort_on: date | None,
) -> tuple[str, tuple[AgreementFact, ...], bool, ReleaseAudience | None]:
    agreements = _find_agreements(outcomes, tables, _PURPOSE, audience, pilot=pilot)
    audience_fact = facts.build_audience_fact(
        audience, audience_minimum, method, outcomes, cohort_on
    )
    return organization.slug, agreements, pilot, audience_fact


def _find_agreements(
    outcomes: Sequence[str],
    tables: Sequence[Sequence[str]],
    purpose: Purpose,
    audience: Organization | None,
    *,
    pilot: bool,
) -> tuple[AgreementFact, ...]:
    """Find the agreements that cover the counted data, also by the programs of an audience."""
    programs = [
        (dimension,)
        for insider in list_insiders([audience], purpose)
        for dimension in sorted(insider.dimensions)
    ]
    counted_tables = [*tables, *programs]
    return sources.find_outcome_sources(
        outcomes, purpose, tables=counted_tables, pilot=pilot
    ).agreements


def _may_draft_release(
    organization: str,
    agreements: tuple[AgreementFact, ...],
    pilot: bool,  # noqa: FBT001 - the facts come in order
    audience: ReleaseAudience | None,
    actor: Actor,
    on: date,
) -> Decision:
    return questions.may_draft_release(
        organization, agreements, _PURPOSE, actor, on, pilot=pilot, audience=audience
    )


@action("release.drafted", asks=_may_draft_release, facts=_load_draft_facts)
def draft_release(  # noqa: PLR0913 - a release has this many attributes
    permit: Permit,
    /,
    *,
    title: str,
    outcomes: Sequence[str],
    tables: Sequence[Sequence[str]],
    years: Sequence[str],
    organization: Organization,
    story: str,
    framing: Mapping[str, str] | None = None,
    by: User,
    at: datetime,
    statistic: str = "",
    method: str = ReleaseMethod.SUPPRESS.value,
    pilot: bool = False,
    audience: Organization | None = None,
    audience_minimum: int | None = None,
    cohort_on: date | None = None,
    renew: str = "",
) -> ActionResult[Release]:
    """Begin a release of outcomes, broken down by tables, for school years.

    Args:
        title: what readers will call the release.
        outcomes: ids of outcomes and measures.
        tables: the dimensions of each table.
        years: school years; empty means every year.
        organization: the organization that publishes.
        story: the text that explains the figures.
        framing: the author's answers to the policy's questions about the wording, by code of the
            rule.
        by: the author.
        at: the time.
        statistic: the statistic published for measures; empty means the mean.
        method: how outcomes are protected (`ReleaseMethod`).
        pilot: count synthetic data only; the public never sees the release.
        audience: the one organization that the release is for; None for the public.
        audience_minimum: the smallest group that is shown to an audience, in children.
        cohort_on: of a release to an audience, the day on which the children of its programs were
            enrolled who count as such in every period; None for those of each period.
        renew: how often the release renews itself (`RenewalCadence`); empty for never.
    Returns:
        The draft.
    Raises:
        Refused: policy does not allow it.
    """
    release = Release.objects.create(
        title=title,
        outcomes=list(outcomes),
        statistic=_choose_statistic(outcomes, statistic),
        method=ReleaseMethod(method).value,
        tables=_fix_cohort(tables, cohort_on if audience else None),
        years=list(years),
        purpose=_PURPOSE.value,
        organization=organization,
        story=story,
        framing=filter_given_answers(framing or {}),
        pilot=pilot,
        audience=audience,
        audience_minimum=audience_minimum if audience else None,
        author=by,
        agreements=list(permit.agreements),
        created_at=at,
    )
    if renew:
        set_release_renewal(release=release, cadence=renew, by=by, at=at)
    detail = dict(release.audience_detail)
    if day := facts.find_cohort_date(release):
        detail["cohort"] = day.isoformat()
    return ActionResult(release, subject=release, detail=detail)


@action("release.reworded", asks=questions.may_reword_release, facts=state.lock_release_facts)
def reword_release(
    permit: Permit,
    /,
    *,
    release: Release,
    title: str,
    story: str,
    framing: Mapping[str, str],
    by: User,
    at: datetime,
) -> ActionResult[None]:
    """Change the words that readers see beside the figures.

    Args:
        release: the release.
        title: the new title.
        story: the new text that explains the figures.
        framing: the author's answers to the policy's questions about the wording, by code of the
            rule.
        by: the author.
        at: the time.
    Raises:
        Refused: policy does not allow it.
    """
    release.title, release.story, release.framing = title, story, filter_given_answers(framing)
    release.save(update_fields=["title", "story", "framing"])
    return ActionResult(subject=release)


@transaction.atomic
def redraft_release(  # noqa: PLR0913 - a release has this many attributes
    *,
    release: Release,
    outcomes: Sequence[str],
    tables: Sequence[Sequence[str]],
    years: Sequence[str],
    by: User,
    at: datetime,
    statistic: str = "",
    method: str = "",
    cohort_on: date | None = None,
) -> None:
    """Change what a release counts, or its method. Results for the old tables are cleared.

    Without `cohort_on`, the children of a program are those of each period.
    """
    state.lock_release(release)
    decision = questions.may_redraft_release(
        facts.load_release_fact(release), load_current_actor(by), state.get_local_day(at)
    )
    decision.require()
    pilot, purpose = release.pilot, Purpose(release.purpose)
    agreements = _find_agreements(outcomes, tables, purpose, release.audience, pilot=pilot)
    questions.may_draft_release(
        release.organization.slug,
        agreements,
        purpose,
        load_current_actor(by),
        state.get_local_day(at),
        pilot=pilot,
        audience=facts.build_audience_fact(
            release.audience,
            release.audience_minimum,
            method or release.method,
            outcomes,
            cohort_on,
        ),
    ).require()
    state.reset_to_draft(release)
    release.outcomes, release.years = list(outcomes), list(years)
    release.statistic = _choose_statistic(outcomes, statistic)
    release.method = ReleaseMethod(method or release.method).value
    release.tables = _fix_cohort(tables, cohort_on if release.audience else None)
    release.agreements = [agreement.reference for agreement in agreements]
    if not releases_merged_groups.has_race_breakdown(tables):
        release.merged = []
    release.save()
    record_audit_event("release.redrafted", release, by=by, at=at, decision=decision)


@action(
    "release.correction_begun", asks=questions.may_correct_release, facts=state.lock_release_facts
)
def begin_release_correction(
    permit: Permit, /, *, release: Release, what_changed: str, by: User, at: datetime
) -> ActionResult[Release]:
    """Begin the correction of a published release: a new draft with the same tables and words."""
    correction = draft_release(
        title=release.title,
        outcomes=release.outcomes,
        statistic=release.statistic,
        method=release.method,
        tables=release.tables,
        years=release.years,
        organization=release.organization,
        story=release.story,
        framing=release.framing,
        pilot=release.pilot,
        audience=release.audience,
        audience_minimum=release.audience_minimum,
        cohort_on=facts.find_cohort_date(release),
        by=by,
        at=at,
    )
    correction.corrects, correction.what_changed = release, what_changed
    correction.merged = release.merged
    correction.renewal, correction.renewed_term = release.renewal, release.renewed_term
    correction.missed_terms = release.missed_terms
    correction.save()
    return ActionResult(correction, subject=release)


def _fix_cohort(tables: Sequence[Sequence[str]], day: date | None) -> list[list[str]]:
    """Fix the cohort of every program in the tables; without a day, those of each period count."""
    return [[measures.set_cohort_date(dim, day) for dim in table] for table in tables]


def _choose_statistic(outcomes: Sequence[str], statistic: str) -> str:
    """Return the statistic for measures: the mean by default, empty if there is no measure."""
    has_measure = any(
        definition.measure for definition in sources.get_outcome_definitions(outcomes)
    )
    return Statistic(statistic or Statistic.MEAN).value if has_measure else ""


def _lock_merge_facts(
    release: Release, values: Collection[str], why: str
) -> tuple[ReleaseFact, CategoryMergeFact]:
    (release_fact,) = state.lock_release_facts(release)
    return release_fact, facts.build_merge_fact(release, values, why)


@action("release.groups_merged", asks=questions.may_merge_categories, facts=_lock_merge_facts)
def merge_release_groups(
    permit: Permit,
    /,
    *,
    release: Release,
    values: Collection[str],
    why: str,
    by: User,
    at: datetime,
) -> ActionResult[None]:
    """Merge groups of race and ethnicity. Groups merged with any of them before are included.

    `why` is shown to reviewers and data owners.
    """
    merge_fact = facts.build_merge_fact(release, values, why)
    other_merges = [
        earlier_merge
        for earlier_merge in release.merged
        if frozenset(earlier_merge["values"]) in list_remaining_merges(merge_fact)
    ]
    merged_groups = MergedGroups(values=sorted(set(values)), why=why.strip(), shown=release.shown)
    release.merged = [*other_merges, merged_groups]
    state.reset_to_draft(release)
    release.save()
    detail = {"group": releases_merged_groups.encode_merged_group(merged_groups["values"])}
    return ActionResult(subject=release, detail=detail)


@action("release.groups_apart", asks=questions.may_redraft_release, facts=state.lock_release_facts)
def split_release_group(
    permit: Permit, /, *, release: Release, group: str, by: User, at: datetime
) -> ActionResult[None]:
    """Split a merged group (by its code) into its groups again."""
    release.merged = [
        merged_groups
        for merged_groups in release.merged
        if releases_merged_groups.encode_merged_group(merged_groups["values"]) != group
    ]
    state.reset_to_draft(release)
    release.save()
    return ActionResult(subject=release, detail={"group": group})
