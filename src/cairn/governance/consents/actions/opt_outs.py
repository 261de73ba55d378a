"""Write opt-outs that staff record for families: record, withdraw, decide, undo."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final

from django.db import transaction
from django.utils import timezone

from cairn.governance.consents import facts
from cairn.governance.consents.actions import consents
from cairn.governance.consents.models.opt_outs import Objection, OptOut, Recording
from cairn.governance.consents.protected_identity import compute_child_key
from cairn.governance.consents.queries.opt_outs import select_active_opt_outs
from cairn.governance.consents.signature_lists import FamilySignature
from cairn.governance.partners.api import Organization, get_organization_slug
from cairn.platform.accounts.api import User
from cairn.platform.actions.api import ActionResult, action, load_current_actor
from cairn.platform.audit.api import record_audit_event
from cairn.policy import questions
from cairn.policy.engine import Permit
from cairn.policy.vocabulary import OptOutScope

__all__ = ["record_opt_outs", "withdraw_opt_outs"]

NO_SIGNATURES: Final[Mapping[str, FamilySignature]] = MappingProxyType({})
"""The signer is unknown for all of these children."""


@dataclass(frozen=True, slots=True)
class OptOutCounts:
    """How many children are newly left out, and how many were left out already."""

    recording: Recording
    new: int
    already: int


def _get_recording_organization(*, recording: Recording) -> tuple[str]:
    return (recording.organization.slug,)


@action("opt_out.recorded", asks=questions.may_record_opt_out, facts=get_organization_slug)
def record_opt_outs(
    permit: Permit,
    /,
    *,
    organization: Organization,
    local_ids: Sequence[str],
    scope: OptOutScope,
    season: str,
    signatures: Mapping[str, FamilySignature] = NO_SIGNATURES,
    by: User,
    at: datetime,
) -> ActionResult[OptOutCounts]:
    """Record opt-outs for these children, by the ids that their organization uses.

    An opt-out only restricts, so it is recorded whichever person brings it. The policy decides who
    may
    end it. An id without a signature is not stored.

    Args:
        organization: the children's organization.
        local_ids: the children's ids at that organization.
        scope: what the families opt out of.
        season: school year from which it holds, such as "2026-27".
        signatures: local id → who opted out, where that is known.
        by: the acting user.
        at: when it is recorded.
    Returns:
        The recording, with the number of children newly and already left out.
    Raises:
        Refused: the policy does not allow it.
    """
    ids = {compute_child_key(organization.slug, local_id): local_id for local_id in local_ids}
    existing = set(select_active_opt_outs(organization, scope).values_list("child_key", "signer"))
    recording = Recording.objects.create(
        organization=organization,
        scope=scope.value,
        season=season,
        recorded_by=by,
        recorded_at=at,
    )
    left_out_before = {child for child, _signer in existing}
    rows = [
        consents.build_opt_out(recording, key, local_id, signatures.get(local_id))
        for key, local_id in ids.items()
        if (key, consents.compute_opt_out_signer_key(key, signatures.get(local_id))) not in existing
        and (local_id in signatures or key not in left_out_before)
    ]
    OptOut.objects.bulk_create(rows)
    newly_left_out = ids.keys() - left_out_before
    detail = {"organization": organization.slug, "scope": scope.value, "season": season}
    return ActionResult(
        OptOutCounts(recording, len(newly_left_out), len(ids) - len(newly_left_out)),
        subject=recording,
        detail=detail,
    )


@transaction.atomic
def withdraw_opt_outs(
    *,
    organization: Organization,
    signatures: Mapping[str, FamilySignature],
    scope: OptOutScope,
    by: User,
    at: datetime,
) -> consents.OptOutEndings:
    """End opt-outs of families that changed their mind.

    The person who opted out ends it. An objection by another person who holds the right goes to the
    district, which decides.

    Args:
        organization: the children's organization.
        signatures: local id → who wants the opt-out to end.
        scope: what the families opted out of.
        by: the acting user.
        at: when it is recorded.
    Returns:
        How many opt-outs ended, and how many the district must decide.
    Raises:
        Refused: the policy does not allow it.
    """
    acting, on = load_current_actor(by), timezone.localdate(at)
    decision = questions.may_record_opt_out(organization.slug, acting, on)
    decision.require()
    ids = {compute_child_key(organization.slug, local_id): local_id for local_id in signatures}
    people = {person.id: person for person in facts.load_person_facts(ids, on)}
    endings = consents.OptOutEndings()
    for row in (
        select_active_opt_outs(organization, scope).filter(child_key__in=ids).select_for_update()
    ):
        key, local_id = row.child_key, ids[row.child_key]
        signature = signatures[local_id]
        end_decision = questions.may_record_opt_out_end(
            row.signer,
            consents.compute_opt_out_signer_key(key, signature),
            signature.relation,
            people[key],
            organization.slug,
            acting,
            on,
        )
        endings += consents.end_or_dispute_opt_out(row, local_id, signature, end_decision, at)
        if row.withdrawn_at:
            row.withdrawn_by = by
            row.save(update_fields=["withdrawn_by"])
    detail = {"organization": organization.slug, "scope": scope.value, "disputed": endings.disputed}
    record_audit_event(
        "opt_out.withdrawn", organization, by=by, at=at, decision=decision, detail=detail
    )
    return endings


@transaction.atomic
def decide_opt_out_objection(
    *, objection: Objection, ends: bool, reason: str, by: User, at: datetime
) -> None:
    """Record the district's decision about an objection: the opt-out ends or stays valid."""
    row = Objection.objects.select_for_update().get(pk=objection.pk)
    opt_out = OptOut.objects.select_for_update().get(pk=row.opt_out_id)
    acting, on = load_current_actor(by), timezone.localdate(at)
    is_open = row.answered_at is None and opt_out.withdrawn_at is None
    organization = opt_out.organization.slug
    decision = questions.may_decide_consent_conflict(
        organization, disagree=is_open, actor=acting, on=on
    )
    decision.require()
    row.ends, row.reason, row.answered_by, row.answered_at = ends, reason, by, at
    row.save(update_fields=["ends", "reason", "answered_by", "answered_at"])
    if ends:
        opt_out.withdrawn_by, opt_out.withdrawn_at = by, at
        opt_out.save(update_fields=["withdrawn_by", "withdrawn_at"])
    detail = {"ends": int(ends)}
    record_audit_event("opt_out.decided", row, by=by, at=at, decision=decision, detail=detail)


@action("opt_out.undone", asks=questions.may_record_opt_out, facts=_get_recording_organization)
def undo_opt_out_recording(
    permit: Permit, /, *, recording: Recording, by: User, at: datetime
) -> ActionResult[int]:
    """Undo one recording as if it had not happened; opt-outs that it left alone stay.

    This corrects a slip of the person who recorded it. Staff cannot undo what a family entered on
    its
    own page.
    """
    staff_opt_outs = recording.opt_outs.exclude(recording__recorded_by=None)
    rows = staff_opt_outs.filter(withdrawn_at__isnull=True)
    changed = rows.update(withdrawn_by=by, withdrawn_at=at)
    return ActionResult(changed, subject=recording)
