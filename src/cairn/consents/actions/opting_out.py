"""Writes: families decline, or change their mind. Each asks the rule, changes, and records."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from cairn.accounts.models import User
from cairn.audit import log as audit
from cairn.consents.child_key import child_key
from cairn.consents.models import OptOut, Recording
from cairn.consents.queries.opt_outs import standing
from cairn.partners.facts import actor
from cairn.partners.models import Organization
from cairn.rules.actor import Actor
from cairn.rules.consent import may_record_opt_out
from cairn.rules.vocabulary import OptOutScope


@dataclass(frozen=True, slots=True)
class Recorded:
    """How many children are newly left out, and how many were already."""

    recording: Recording
    new: int
    already: int


@transaction.atomic
def record(
    *,
    organization: Organization,
    local_ids: Sequence[str],
    scope: OptOutScope,
    season: str,
    by: User,
    at: datetime,
    who: Actor | None = None,
) -> Recorded:
    """Leave these children out, by the ids their organization uses; the ids are not kept."""
    decision = may_record_opt_out(organization.slug, who or actor(by), timezone.localdate(at))
    decision.require()
    keys = dict.fromkeys(child_key(organization.slug, local_id) for local_id in local_ids)
    known = set(standing(organization, scope).values_list("child_key", flat=True))
    recording = Recording.objects.create(
        organization=organization,
        scope=scope.value,
        season=season,
        recorded_by=by,
        recorded_at=at,
    )
    new = [key for key in keys if key not in known]
    OptOut.objects.bulk_create(
        OptOut(recording=recording, organization=organization, scope=scope.value, child_key=key)
        for key in new
    )
    detail = {"organization": organization.slug, "scope": scope.value, "season": season}
    audit.record("opt_out.recorded", recording, by=by, at=at, decision=decision, detail=detail)
    return Recorded(recording, len(new), len(keys) - len(new))


@transaction.atomic
def withdraw(
    *,
    organization: Organization,
    local_ids: Sequence[str],
    scope: OptOutScope,
    by: User,
    at: datetime,
    who: Actor | None = None,
) -> int:
    """Families changed their mind: these children take part again. How many that changes."""
    decision = may_record_opt_out(organization.slug, who or actor(by), timezone.localdate(at))
    decision.require()
    keys = {child_key(organization.slug, local_id) for local_id in local_ids}
    rows = standing(organization, scope).filter(child_key__in=keys)
    changed = rows.update(withdrawn_by=by, withdrawn_at=at)
    detail = {"organization": organization.slug, "scope": scope.value}
    audit.record("opt_out.withdrawn", organization, by=by, at=at, decision=decision, detail=detail)
    return changed


@transaction.atomic
def undo(*, recording: Recording, by: User, at: datetime, who: Actor | None = None) -> int:
    """Take one sitting back, as if it had not been recorded; what it left alone stays."""
    organization = recording.organization
    decision = may_record_opt_out(organization.slug, who or actor(by), timezone.localdate(at))
    decision.require()
    rows = recording.opt_outs.filter(withdrawn_at__isnull=True)
    changed = rows.update(withdrawn_by=by, withdrawn_at=at)
    audit.record("opt_out.undone", recording, by=by, at=at, decision=decision)
    return changed
