"""Write what families answered, and what a district does with it.

A district verifies, returns and revokes consents, and decides between parents. The functions that
write rows of answers and opt-outs serve the paper lists and the family page too. They do not ask
the policy: the caller has asked it, in the same transaction.
"""

import secrets
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from cairn.governance.consents import facts
from cairn.governance.consents.models.child import Child, ConflictAnswer
from cairn.governance.consents.models.consent import Consent, Sitting
from cairn.governance.consents.models.consent_form import ConsentForm
from cairn.governance.consents.models.opt_outs import Objection, OptOut, Recording
from cairn.governance.consents.protected_identity import compute_signer_key, seal_fields
from cairn.governance.consents.providers import load_program_sites
from cairn.governance.consents.signature_lists import FamilySignature
from cairn.governance.partners.api import Organization
from cairn.platform.accounts.api import User
from cairn.platform.actions.api import ActionResult, action, load_current_actor
from cairn.platform.audit.api import record_audit_event
from cairn.policy.engine import Decision, Permit
from cairn.policy.facts import ProgramSite
from cairn.policy.lifecycles import CONSENT_TRANSITIONS, find_next_state, list_states_allowing
from cairn.policy.questions import may_change_consents, may_decide_consent_conflict
from cairn.policy.vocabulary import ConsentState, Outcome

__all__ = ["OptOutEndings", "record_consent_revocation", "verify_consents"]


def create_consent(
    child: Child,
    form: ConsentForm,
    signature: FamilySignature,
    *,
    event: str,
    records: Iterable[str],
    at: datetime,
    sitting: Sitting | None = None,
    collected_by: Organization | None = None,
) -> Consent:
    """Store an answer to a form; it replaces the same signer's earlier answer to that form.

    Args:
        child: the child.
        form: the form that was answered.
        signature: the signer.
        event: event of the consent lifecycle, such as "agree" or "record refusal".
        records: data elements that the answer covers.
        at: when the answer is recorded.
        sitting: the list of papers that it came from, if any.
        collected_by: the organization that collected the paper, if any.
    Returns:
        The new consent.
    Raises:
        LookupError: no answer to a form has this event.
    """
    signer = compute_signer_key(child.key, signature.name)
    state = find_next_state(CONSENT_TRANSITIONS, ConsentState.OFFERED, event)
    if state is None:
        raise LookupError(f"No answer to a form is called {event!r}.")
    reference = secrets.token_hex(8)
    row = Consent.objects.create(
        reference=reference,
        child=child,
        form=form,
        sitting=sitting,
        state=state.value,
        records=sorted(set(records)),
        signer=signer,
        sealed=seal_fields(reference, {"name": signature.name}),
        relation=signature.relation.value,
        signed_on=signature.on,
        method=signature.method.value,
        authenticated=signature.authenticated,
        approved=signature.approved,
        language=signature.language,
        collected_by=collected_by,
        recorded_at=at,
    )
    # An answer to a newer version of a form replaces the answer to an older one.
    Consent.objects.filter(
        child=child,
        form__organization=form.organization,
        form__slug=form.slug,
        signer=signer,
        state__in=[
            earlier_state.value
            for earlier_state in list_states_allowing(CONSENT_TRANSITIONS, "supersede")
        ],
    ).exclude(pk=row.pk).update(
        state_before=F("state"), state=ConsentState.SUPERSEDED.value, superseded_by=row
    )
    return row


def reinstate_replaced_consents(rows: Iterable[Consent]) -> None:
    """Make the answers valid again that these undone answers had replaced.

    `rows` are the answers as they were. A consent that a refusal had replaced waits for
    verification
    by the district again: the organization that collected the refusal cannot by itself make data
    flow again.
    """
    undone = list(rows)
    refusals = [row for row in undone if row.state == ConsentState.REFUSED]
    replaced = Consent.objects.filter(superseded_by__in=refusals)
    replaced.filter(state_before=ConsentState.VERIFIED.value).update(
        state_before=ConsentState.GRANTED.value, verified_on=None, verified_by=None
    )
    Consent.objects.filter(superseded_by__in=undone).update(
        state=F("state_before"), state_before="", superseded_by=None
    )


@dataclass(frozen=True, slots=True)
class OptOutEndings:
    """What became of the opt-outs that a family asked to end; two of them add up.

    Attributes:
        ended: how many ended.
        disputed: how many stay because another holder of the right disagrees; the district decides.
    """

    ended: int = 0
    disputed: int = 0

    def __add__(self, other: "OptOutEndings") -> "OptOutEndings":
        return OptOutEndings(self.ended + other.ended, self.disputed + other.disputed)


def build_opt_out(
    recording: Recording, child: str, local_id: str, signature: FamilySignature | None
) -> OptOut:
    """Build an unsaved opt-out for the child with this key, with its signature if one is known."""
    return OptOut(
        recording=recording,
        organization=recording.organization,
        scope=recording.scope,
        child_key=child,
        **(_seal_signature(child, local_id, signature) if signature else {}),
    )


def compute_opt_out_signer_key(child: str, signature: FamilySignature | None) -> str:
    """Return the signer's key, or an empty string if the signer is unknown."""
    return compute_signer_key(child, signature.name) if signature else ""


def end_or_dispute_opt_out(
    row: OptOut, local_id: str, signature: FamilySignature, decision: Decision, at: datetime
) -> OptOutEndings:
    """End an opt-out, or record an objection for the district to decide, as the policy answered.

    Raises `Refused` if the policy denies both.
    """
    if decision.outcome is not Outcome.NEEDS_PERSON:
        decision.require()
        row.withdrawn_at = at
        row.save(update_fields=["withdrawn_at"])
        return OptOutEndings(ended=1)
    sealed_signature = _seal_signature(row.child_key, local_id, signature)
    Objection.objects.get_or_create(
        opt_out=row,
        signer=sealed_signature["signer"],
        answered_at=None,
        defaults={**sealed_signature, "asked_at": at},
    )
    return OptOutEndings(disputed=1)


def _seal_signature(child: str, local_id: str, signature: FamilySignature) -> dict[str, Any]:
    return {
        "signer": compute_signer_key(child, signature.name),
        "sealed": seal_fields(child, {"name": signature.name, "local_id": local_id}),
        "relation": signature.relation.value,
        "said_on": signature.on,
        "method": signature.method.value,
        "authenticated": signature.authenticated,
    }


ConsentChangeFacts = tuple[
    str, Iterable[ConsentState], Iterable[str], Iterable[frozenset[ProgramSite]]
]


def _lock_verification_facts(
    *, organization: Organization, consents: Sequence[Consent]
) -> ConsentChangeFacts:
    rows = _lock_consents(organization, consents)
    return "verify", {ConsentState(row.state) for row in rows}, [organization.slug], ()


def _lock_return_facts(
    *, organization: Organization, consents: Sequence[Consent]
) -> ConsentChangeFacts:
    rows = _lock_consents(organization, consents)
    return "return", {ConsentState(row.state) for row in rows}, [organization.slug], ()


def _lock_revocation_facts(*, consent: Consent, at: datetime) -> ConsentChangeFacts:
    row = Consent.objects.select_for_update().get(pk=consent.pk)
    organizations = {row.child.organization.slug}
    if row.collected_by is not None:
        organizations.add(row.collected_by.slug)
    sites = load_program_sites(organizations, (row.child,), timezone.localdate(at))
    students = (sites.get(row.child.key, frozenset()),)
    return "record revocation", [ConsentState(row.state)], organizations, students


@action("consent.verified", asks=may_change_consents, facts=_lock_verification_facts)
def verify_consents(
    permit: Permit,
    /,
    *,
    organization: Organization,
    consents: Sequence[Consent],
    no_college: Collection[Consent] = (),
    by: User,
    at: datetime,
) -> ActionResult[int]:
    """Verify that these consents are authentic, as of today.

    Args:
        organization: the district of the children.
        consents: the consents; those of other districts' children are ignored.
        no_college: consents of students who attend no college, as the verifier declares. For other
            students an unknown status stays unknown, and their consent does not count yet.
        by: the acting user.
        at: when they are verified.
    Returns:
        The number of consents that changed.
    Raises:
        Refused: the policy does not allow it.
    """
    rows, on = _lock_consents(organization, consents), permit.on
    changed = Consent.objects.filter(pk__in=[row.pk for row in rows]).update(
        state=ConsentState.VERIFIED.value, verified_on=on, verified_by=by
    )
    declared_pks = {row.pk for row in no_college}
    children = {row.child_id for row in rows if row.pk in declared_pks}
    newly_known_count = Child.objects.filter(pk__in=children, postsecondary=None).update(
        postsecondary=False
    )
    detail: dict[str, str | int] = {"consents": changed, "no_college": newly_known_count}
    return ActionResult(changed, subject=organization, detail=detail)


@action("consent.returned", asks=may_change_consents, facts=_lock_return_facts)
def return_consents(
    permit: Permit,
    /,
    *,
    organization: Organization,
    consents: Sequence[Consent],
    because: str,
    by: User,
    at: datetime,
) -> ActionResult[int]:
    """Return consents to their collector with a reason; return the number that changed."""
    rows = _lock_consents(organization, consents)
    changed = Consent.objects.filter(pk__in=[row.pk for row in rows]).update(
        state=ConsentState.RETURNED.value, returned_because=because
    )
    detail = {"consents": changed}
    return ActionResult(changed, subject=organization, detail=detail)


def _lock_consents(organization: Organization, consents: Sequence[Consent]) -> list[Consent]:
    """Lock the current rows of these consents, only for children of this organization."""
    return list(
        Consent.objects.select_for_update().filter(
            pk__in=[row.pk for row in consents], child__organization=organization
        )
    )


@action("consent.revoked", asks=may_change_consents, facts=_lock_revocation_facts)
def record_consent_revocation(
    permit: Permit, /, *, consent: Consent, name: str, by: User, at: datetime
) -> ActionResult[None]:
    """Record at the district or a program that a person with the right revokes a consent.

    Nothing new is shared from now on; earlier disclosures are not undone.

    Args:
        consent: the consent to revoke.
        name: name of the person who revokes it.
        by: the acting user.
        at: when it is revoked.
    Raises:
        Refused: the policy does not allow it.
    """
    row = Consent.objects.select_for_update().get(pk=consent.pk)
    row.state, row.revoked_at = ConsentState.REVOKED.value, at
    row.revoker = compute_signer_key(row.child.key, name)
    row.save(update_fields=["state", "revoked_at", "revoker"])
    return ActionResult(subject=row)


@transaction.atomic
def decide_parent_conflict(
    *, child: Child, form: ConsentForm, shares: bool, reason: str, by: User, at: datetime
) -> ConflictAnswer:
    """Record the district's decision where two parents disagree: the consent counts or not."""
    acting, on = load_current_actor(by), timezone.localdate(at)
    organization = child.organization.slug
    rows = child.consents.select_for_update().filter(form=form)
    locked_child = Child.objects.select_for_update().get(pk=child.pk)
    is_open = form in facts.find_conflicting_forms(
        locked_child.consents.select_related("form"), locked_child.conflict_answers.all()
    )
    decision = may_decide_consent_conflict(organization, disagree=is_open, actor=acting, on=on)
    decision.require()
    open_states = [
        state.value for state in list_states_allowing(CONSENT_TRANSITIONS, "record revocation")
    ]
    if not shares:
        rows.filter(state__in=open_states).update(state=ConsentState.REVOKED.value, revoked_at=at)
    elif not rows.filter(state__in=open_states).exists():
        _restore_revoked_consent(
            rows.filter(state=ConsentState.REVOKED.value).exclude(verified_on=None).first()
        )
    conflict_answer = ConflictAnswer.objects.create(
        child=child, form=form, shares=shares, reason=reason, answered_by=by, answered_at=at
    )
    detail = {"stands": int(shares)}
    record_audit_event(
        "consent.decided", conflict_answer, by=by, at=at, decision=decision, detail=detail
    )
    return conflict_answer


def _restore_revoked_consent(row: Consent | None) -> None:
    """Make the newest revoked consent valid again."""
    if row is not None:
        row.state, row.revoked_at, row.revoker = ConsentState.VERIFIED.value, None, ""
        row.save(update_fields=["state", "revoked_at", "revoker"])
