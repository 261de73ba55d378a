"""Draft releases: begin one, change its words, tables or groups, or begin a correction."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.db import transaction

from cairn.governance.partners.api import Organization, load_actor
from cairn.outputs.releases import facts
from cairn.outputs.releases import merged_groups as releases_merged_groups
from cairn.outputs.releases.actions.state import get_local_day, lock_release, reset_to_draft
from cairn.outputs.releases.json_fields import MergedGroups
from cairn.outputs.releases.models import Release
from cairn.outputs.releases.queries import sources
from cairn.platform.accounts.api import User
from cairn.platform.audit.api import record_audit_event
from cairn.policy.checks import filter_given_answers, list_remaining_merges
from cairn.policy.questions import (
    may_correct_release,
    may_draft_release,
    may_merge_categories,
    may_redraft_release,
    may_reword_release,
)
from cairn.policy.vocabulary import Purpose
from cairn.sdc.options import Statistic


@transaction.atomic
def draft_release(  # noqa: PLR0913 - a release has this many attributes
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
    pilot: bool = False,
) -> Release:
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
        pilot: count synthetic data only; the public never sees the release.
    Returns:
        The draft.
    Raises:
        Refused: policy does not allow it.
    """
    purpose = Purpose.PUBLIC_REPORTING
    agreements = sources.find_outcome_sources(outcomes, purpose, pilot=pilot).agreements
    decision = may_draft_release(
        organization.slug, agreements, purpose, load_actor(by), get_local_day(at), pilot=pilot
    )
    decision.require()
    release = Release.objects.create(
        title=title,
        outcomes=list(outcomes),
        statistic=_choose_statistic(outcomes, statistic),
        tables=[list(table) for table in tables],
        years=list(years),
        purpose=purpose.value,
        organization=organization,
        story=story,
        framing=filter_given_answers(framing or {}),
        pilot=pilot,
        author=by,
        agreements=[agreement.reference for agreement in agreements],
        created_at=at,
    )
    record_audit_event("release.drafted", release, by=by, at=at, decision=decision)
    return release


@transaction.atomic
def reword_release(
    *,
    release: Release,
    title: str,
    story: str,
    framing: Mapping[str, str],
    by: User,
    at: datetime,
) -> None:
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
    lock_release(release)
    decision = may_reword_release(
        facts.load_release_fact(release), load_actor(by), get_local_day(at)
    )
    decision.require()
    release.title, release.story, release.framing = title, story, filter_given_answers(framing)
    release.save(update_fields=["title", "story", "framing"])
    record_audit_event("release.reworded", release, by=by, at=at, decision=decision)


@transaction.atomic
def redraft_release(
    *,
    release: Release,
    outcomes: Sequence[str],
    tables: Sequence[Sequence[str]],
    years: Sequence[str],
    by: User,
    at: datetime,
    statistic: str = "",
) -> None:
    """Change what a release counts. Results for the old tables are cleared."""
    lock_release(release)
    decision = may_redraft_release(
        facts.load_release_fact(release), load_actor(by), get_local_day(at)
    )
    decision.require()
    pilot, purpose = release.pilot, Purpose(release.purpose)
    agreements = sources.find_outcome_sources(outcomes, purpose, pilot=pilot).agreements
    may_draft_release(
        release.organization.slug,
        agreements,
        purpose,
        load_actor(by),
        get_local_day(at),
        pilot=pilot,
    ).require()
    reset_to_draft(release)
    release.outcomes, release.years = list(outcomes), list(years)
    release.statistic = _choose_statistic(outcomes, statistic)
    release.tables = [list(table) for table in tables]
    release.agreements = [agreement.reference for agreement in agreements]
    if not releases_merged_groups.has_race_breakdown(tables):
        release.merged = []
    release.save()
    record_audit_event("release.redrafted", release, by=by, at=at, decision=decision)


@transaction.atomic
def begin_release_correction(
    *, release: Release, what_changed: str, by: User, at: datetime
) -> Release:
    """Begin the correction of a published release: a new draft with the same tables and words."""
    lock_release(release)
    decision = may_correct_release(
        facts.load_release_fact(release), load_actor(by), get_local_day(at)
    )
    decision.require()
    correction = draft_release(
        title=release.title,
        outcomes=release.outcomes,
        statistic=release.statistic,
        tables=release.tables,
        years=release.years,
        organization=release.organization,
        story=release.story,
        framing=release.framing,
        pilot=release.pilot,
        by=by,
        at=at,
    )
    correction.corrects, correction.what_changed = release, what_changed
    correction.merged = release.merged
    correction.save(update_fields=["corrects", "what_changed", "merged"])
    record_audit_event("release.correction_begun", release, by=by, at=at, decision=decision)
    return correction


def _choose_statistic(outcomes: Sequence[str], statistic: str) -> str:
    """Return the statistic for measures: the mean by default, empty if there is no measure."""
    measures = any(definition.measure for definition in sources.get_outcome_definitions(outcomes))
    return Statistic(statistic or Statistic.MEAN).value if measures else ""


@transaction.atomic
def merge_release_groups(
    *, release: Release, values: Collection[str], why: str, by: User, at: datetime
) -> None:
    """Merge groups of race and ethnicity. Groups merged with any of them before are included.

    `why` is shown to reviewers and data owners.
    """
    lock_release(release)
    merge_fact = facts.build_merge_fact(release, values, why)
    decision = may_merge_categories(
        facts.load_release_fact(release), merge_fact, load_actor(by), get_local_day(at)
    )
    decision.require()
    other_merges = [
        earlier_merge
        for earlier_merge in release.merged
        if frozenset(earlier_merge["values"]) in list_remaining_merges(merge_fact)
    ]
    merged_groups = MergedGroups(values=sorted(set(values)), why=why.strip(), shown=release.shown)
    release.merged = [*other_merges, merged_groups]
    reset_to_draft(release)
    release.save()
    detail = {"group": releases_merged_groups.encode_merged_group(merged_groups["values"])}
    record_audit_event(
        "release.groups_merged", release, by=by, at=at, decision=decision, detail=detail
    )


@transaction.atomic
def split_release_group(*, release: Release, group: str, by: User, at: datetime) -> None:
    """Split a merged group (by its code) into its groups again."""
    lock_release(release)
    decision = may_redraft_release(
        facts.load_release_fact(release), load_actor(by), get_local_day(at)
    )
    decision.require()
    release.merged = [
        merged_groups
        for merged_groups in release.merged
        if releases_merged_groups.encode_merged_group(merged_groups["values"]) != group
    ]
    reset_to_draft(release)
    release.save()
    detail = {"group": group}
    record_audit_event(
        "release.groups_apart", release, by=by, at=at, decision=decision, detail=detail
    )
