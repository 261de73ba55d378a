"""Writes: families decline, or change their mind. Each asks the rule, changes, and records."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final

from django.db import transaction
from django.utils import timezone

from cairn.accounts.models import User
from cairn.audit import log as audit
from cairn.consents import facts
from cairn.consents.answering import Signature
from cairn.consents.child_key import child_key
from cairn.consents.declining import Ended, declined, end, signer
from cairn.consents.models import Objection, OptOut, Recording
from cairn.consents.queries.opt_outs import standing
from cairn.partners.facts import actor
from cairn.partners.models import Organization
from cairn.rules.actor import Actor
from cairn.rules.consent import may_record_opt_out
from cairn.rules.consent_record import may_decide_conflict
from cairn.rules.opt_out import may_record_end
from cairn.rules.vocabulary import OptOutScope

NOBODY: Final[Mapping[str, Signature]] = MappingProxyType({})
"""Of none of these children is it told who said no."""


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
    said: Mapping[str, Signature] = NOBODY,
    by: User,
    at: datetime,
    who: Actor | None = None,
) -> Recorded:
    """Leave these children out, by the ids their organization uses.

    ``said`` tells by id who said it, where that is known; an id of which nobody tells is not kept.
    Whoever brings a no, it is written down: it only restricts. Who may end it, the rules say.
    """
    decision = may_record_opt_out(organization.slug, who or actor(by), timezone.localdate(at))
    decision.require()
    ids = {child_key(organization.slug, local_id): local_id for local_id in local_ids}
    known = set(standing(organization, scope).values_list("child_key", "signer"))
    recording = Recording.objects.create(
        organization=organization,
        scope=scope.value,
        season=season,
        recorded_by=by,
        recorded_at=at,
    )
    out = {child for child, _signer in known}
    rows = [
        declined(recording, key, local_id, said.get(local_id))
        for key, local_id in ids.items()
        if (key, signer(key, said.get(local_id))) not in known
        and (local_id in said or key not in out)
    ]
    OptOut.objects.bulk_create(rows)
    new = ids.keys() - out
    detail = {"organization": organization.slug, "scope": scope.value, "season": season}
    audit.record("opt_out.recorded", recording, by=by, at=at, decision=decision, detail=detail)
    return Recorded(recording, len(new), len(ids) - len(new))


@transaction.atomic
def withdraw(
    *,
    organization: Organization,
    said: Mapping[str, Signature],
    scope: OptOutScope,
    by: User,
    at: datetime,
    who: Actor | None = None,
) -> Ended:
    """Families changed their mind: by the child's id, who says so. Whoever opted out ends it; of
    anyone else who holds the right the district hears, and decides."""
    asking, on = who or actor(by), timezone.localdate(at)
    decision = may_record_opt_out(organization.slug, asking, on)
    decision.require()
    ids = {child_key(organization.slug, local_id): local_id for local_id in said}
    people = {person.id: person for person in facts.people(ids, on)}
    done = Ended()
    for row in standing(organization, scope).filter(child_key__in=ids).select_for_update():
        key, local_id = row.child_key, ids[row.child_key]
        one = said[local_id]
        may = may_record_end(
            row.signer,
            signer(key, one),
            one.relation,
            people[key],
            organization.slug,
            asking,
            on,
        )
        done += end(row, local_id, one, may, at)
        if row.withdrawn_at:
            row.withdrawn_by = by
            row.save(update_fields=["withdrawn_by"])
    detail = {"organization": organization.slug, "scope": scope.value, "disputed": done.disputed}
    audit.record("opt_out.withdrawn", organization, by=by, at=at, decision=decision, detail=detail)
    return done


@transaction.atomic
def decide_objection(
    *,
    objection: Objection,
    ends: bool,
    reason: str,
    by: User,
    at: datetime,
    who: Actor | None = None,
) -> None:
    """The district decides where somebody else wants an opt-out ended: it ends, or it stands."""
    row = Objection.objects.select_for_update().get(pk=objection.pk)
    out = OptOut.objects.select_for_update().get(pk=row.opt_out_id)
    asking, on = who or actor(by), timezone.localdate(at)
    disagree = row.answered_at is None and out.withdrawn_at is None
    organization = out.organization.slug
    decision = may_decide_conflict(organization, disagree=disagree, actor=asking, on=on)
    decision.require()
    row.ends, row.reason, row.answered_by, row.answered_at = ends, reason, by, at
    row.save(update_fields=["ends", "reason", "answered_by", "answered_at"])
    if ends:
        out.withdrawn_by, out.withdrawn_at = by, at
        out.save(update_fields=["withdrawn_by", "withdrawn_at"])
    detail = {"ends": int(ends)}
    audit.record("opt_out.decided", row, by=by, at=at, decision=decision, detail=detail)


@transaction.atomic
def undo(*, recording: Recording, by: User, at: datetime, who: Actor | None = None) -> int:
    """Take one sitting back, as if it had not been recorded; what it left alone stays.

    For a slip of whoever recorded it: what a family said on its own page, nobody else undoes.
    """
    organization = recording.organization
    decision = may_record_opt_out(organization.slug, who or actor(by), timezone.localdate(at))
    decision.require()
    mine = recording.opt_outs.exclude(recording__recorded_by=None)
    rows = mine.filter(withdrawn_at__isnull=True)
    changed = rows.update(withdrawn_by=by, withdrawn_at=at)
    audit.record("opt_out.undone", recording, by=by, at=at, decision=decision)
    return changed
