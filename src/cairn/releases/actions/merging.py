"""Groups that are too small apart, counted as one so that more can be shown, and apart again."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from cairn.accounts.models import User
from cairn.audit import log as audit
from cairn.partners.facts import actor
from cairn.releases import facts, groups
from cairn.releases.holding import begin_anew, day, hold
from cairn.releases.kept import CountedAsOne
from cairn.releases.models import Release
from cairn.rules.release import may_count_as_one, may_redraft
from cairn.rules.together import left_of


@transaction.atomic
def count_as_one(
    *, release: Release, values: Collection[str], why: str, by: User, at: datetime
) -> None:
    """Counts some groups of race and ethnicity as one; ``why`` is for reviewers and owners. Groups
    that were counted as one before are taken in."""
    hold(release)
    asked = facts.together(release, values, why)
    decision = may_count_as_one(facts.release(release), asked, actor(by), day(at))
    decision.require()
    kept = [one for one in release.merged if frozenset(one["values"]) in left_of(asked)]
    made = CountedAsOne(values=sorted(set(values)), why=why.strip(), shown=release.shown)
    release.merged = [*kept, made]
    begin_anew(release)
    release.save()
    detail = {"group": groups.code(made["values"])}
    audit.record("release.groups_merged", release, by=by, at=at, decision=decision, detail=detail)


@transaction.atomic
def show_apart(*, release: Release, group: str, by: User, at: datetime) -> None:
    """Tells the groups of a merged one (by its code) apart again."""
    hold(release)
    decision = may_redraft(facts.release(release), actor(by), day(at))
    decision.require()
    release.merged = [one for one in release.merged if groups.code(one["values"]) != group]
    begin_anew(release)
    release.save()
    detail = {"group": group}
    audit.record("release.groups_apart", release, by=by, at=at, decision=decision, detail=detail)
