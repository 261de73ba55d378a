"""The check of a release, asked before the long work and again before it is kept."""

from datetime import datetime

from django.db import transaction

from cairn.accounts.models import User
from cairn.audit import log as audit
from cairn.partners.facts import actor
from cairn.releases import beside, checking, facts
from cairn.releases.checking import Checked, Progress, Stopped
from cairn.releases.holding import after, day, hold
from cairn.releases.models import Release
from cairn.rules.release import check_event, may_check, may_stand_beside


def check(*, release: Release, by: User, at: datetime, progress: Progress) -> None:
    """Counts, protects and attacks; long, and safe to begin again. Refused, with every reason,
    where what is out already lets it have no safe figures."""
    decision = may_check(facts.release(release), actor(by), day(at))
    decision.require()
    found = checking.run(release, who=actor(by), by=by, at=at, progress=progress)
    if isinstance(found, Checked):
        _keep_check(release, found, by=by, at=at)
        return
    _keep_meeting(release, found, by=by, at=at)
    may_stand_beside(facts.release(release), actor(by), day(at)).require()


@transaction.atomic
def _keep_meeting(release: Release, found: Stopped, *, by: User, at: datetime) -> None:
    """Writes down what stopped the check, so that its page says it until another one passes. From
    those who look at it already the release goes back to its author."""
    hold(release)
    decision = may_check(facts.release(release), actor(by), day(at))
    decision.require()
    release.meets = [beside.kept(met) for met in found.met]
    release.state = after(release, "stop")
    release.save(update_fields=["meets", "state"])
    detail = {"outcomes": len({met.outcome for met in found.met})}
    audit.record("release.met_earlier", release, by=by, at=at, decision=decision, detail=detail)


@transaction.atomic
def _keep_check(release: Release, found: Checked, *, by: User, at: datetime) -> None:
    hold(release)
    fact = facts.release(release)
    decision = may_check(fact, actor(by), day(at))
    decision.require()
    release.state = after(release, check_event(fact, day(at)))
    release.agreements = list(found.agreements)
    release.counted, release.own = dict(found.counted), dict(found.own)
    release.protected = str(found.protected)
    release.certificate = found.certificate
    release.minimum_cell = found.minimum_cell
    release.as_of = day(at)
    release.caveats = list(found.caveats)
    release.missing_groups = list(found.missing_groups)
    release.nations = sorted(found.nations)
    release.attacked, release.meets = list(found.attacked), []
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
            "few_others": sum(part.get("few_others", 0) for part in found.certificate),
            "contributors": max(part.get("contributors", 0) for part in found.certificate),
            "programs": sum(part["programs"] for part in found.certificate),
            "minimum_cell": found.minimum_cell,
        },
    )
