"""The check of a release, asked before the long work and again before it is kept."""

from datetime import datetime

from django.db import transaction

from cairn.accounts.models import User
from cairn.audit import log as audit
from cairn.partners.facts import actor
from cairn.releases import checking, facts
from cairn.releases.actions.holding import after, day, hold
from cairn.releases.checking import Checked, Progress
from cairn.releases.models import Release
from cairn.rules.release import (
    may_check,
)


def check(*, release: Release, by: User, at: datetime, progress: Progress) -> None:
    """Counts, protects and attacks; long, and safe to begin again."""
    decision = may_check(facts.release(release), actor(by), day(at))
    decision.require()
    found = checking.run(release, who=actor(by), by=by, at=at, progress=progress)
    _keep_check(release, found, by=by, at=at)


@transaction.atomic
def _keep_check(release: Release, found: Checked, *, by: User, at: datetime) -> None:
    hold(release)
    decision = may_check(facts.release(release), actor(by), day(at))
    decision.require()
    release.state = after(release, "check")
    release.agreements = list(found.agreements)
    release.counted = dict(found.counted)
    release.protected = str(found.protected)
    release.certificate = found.certificate
    release.minimum_cell = found.minimum_cell
    release.as_of = day(at)
    release.caveats = list(found.caveats)
    release.missing_groups = list(found.missing_groups)
    release.nations = sorted(found.nations)
    release.checked_at = at
    release.save()
    audit.record(
        "release.checked",
        release,
        by=by,
        at=at,
        decision=decision,
        detail={
            "withheld": release.withheld,
            "small": sum(part["small"] for part in found.certificate),
            "programs": sum(part["programs"] for part in found.certificate),
            "minimum_cell": found.minimum_cell,
        },
    )
