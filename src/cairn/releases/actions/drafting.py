"""What an author does to a release: begin it, change its words or its tables, correct it."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from cairn.accounts.models import User
from cairn.audit import log as audit
from cairn.disclosure.magnitudes.statistic import Statistic
from cairn.partners.facts import actor
from cairn.partners.models import Organization
from cairn.releases import facts, groups, sources
from cairn.releases.holding import begin_anew, day, hold
from cairn.releases.models import Release
from cairn.rules.framing import answered
from cairn.rules.release import (
    may_correct,
    may_draft,
    may_redraft,
    may_reword,
)
from cairn.rules.vocabulary import Purpose


@transaction.atomic
def draft(  # noqa: PLR0913 - a release is said in so many words
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
    """Begins a release of outcomes, broken down by tables, for school years (none: every one). Of
    the measures among them it tells the `statistic`. A `pilot` release counts what is invented, and
    the public never sees it."""
    purpose = Purpose.PUBLIC_REPORTING
    behind = sources.of(outcomes, purpose, pilot=pilot).agreements
    decision = may_draft(organization.slug, behind, purpose, actor(by), day(at), pilot=pilot)
    decision.require()
    release = Release.objects.create(
        title=title,
        outcomes=list(outcomes),
        statistic=_told(outcomes, statistic),
        tables=[list(table) for table in tables],
        years=list(years),
        purpose=purpose.value,
        organization=organization,
        story=story,
        framing=answered(framing or {}),
        pilot=pilot,
        author=by,
        agreements=[agreement.reference for agreement in behind],
        created_at=at,
    )
    audit.record("release.drafted", release, by=by, at=at, decision=decision)
    return release


@transaction.atomic
def reword(
    *,
    release: Release,
    title: str,
    story: str,
    framing: Mapping[str, str],
    by: User,
    at: datetime,
) -> None:
    """Changes what readers read beside the figures; ``framing`` are the author's answers to what
    policy asks of the words, by the code of the rule that asks."""
    hold(release)
    decision = may_reword(facts.release(release), actor(by), day(at))
    decision.require()
    release.title, release.story, release.framing = title, story, answered(framing)
    release.save(update_fields=["title", "story", "framing"])
    audit.record("release.reworded", release, by=by, at=at, decision=decision)


@transaction.atomic
def redraft(
    *,
    release: Release,
    outcomes: Sequence[str],
    tables: Sequence[Sequence[str]],
    years: Sequence[str],
    by: User,
    at: datetime,
    statistic: str = "",
) -> None:
    """Changes what is counted; what was found of the old tables says nothing of the new ones."""
    hold(release)
    decision = may_redraft(facts.release(release), actor(by), day(at))
    decision.require()
    pilot, purpose = release.pilot, Purpose(release.purpose)
    behind = sources.of(outcomes, purpose, pilot=pilot).agreements
    may_draft(release.organization.slug, behind, purpose, actor(by), day(at), pilot=pilot).require()
    begin_anew(release)
    release.outcomes, release.years = list(outcomes), list(years)
    release.statistic = _told(outcomes, statistic)
    release.tables = [list(table) for table in tables]
    release.agreements = [agreement.reference for agreement in behind]
    if not groups.told_apart(tables):
        release.merged = []
    release.save()
    audit.record("release.redrafted", release, by=by, at=at, decision=decision)


@transaction.atomic
def correct(*, release: Release, what_changed: str, by: User, at: datetime) -> Release:
    """Begins the correction of a published release: a new draft of the same tables and words."""
    hold(release)
    decision = may_correct(facts.release(release), actor(by), day(at))
    decision.require()
    correction = draft(
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
    audit.record("release.correction_begun", release, by=by, at=at, decision=decision)
    return correction


def _told(outcomes: Sequence[str], statistic: str) -> str:
    """What is told of measures: the mean where nothing else is said, nothing where there are
    none."""
    measures = any(definition.measure for definition in sources.definitions(outcomes))
    return Statistic(statistic or Statistic.MEAN).value if measures else ""
