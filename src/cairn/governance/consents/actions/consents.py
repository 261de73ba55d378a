"""Write what a district does with consents: verify, return, revoke, decide between parents."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from cairn.governance.consents import facts
from cairn.governance.consents.models.child import Child, ConflictAnswer
from cairn.governance.consents.models.consent import Consent
from cairn.governance.consents.models.form import ConsentForm
from cairn.governance.consents.protected_identity import compute_signer_key
from cairn.governance.partners.api import Organization
from cairn.platform.accounts.api import User
from cairn.platform.actions.api import ActionResult, action, load_current_actor
from cairn.platform.audit.api import record_audit_event
from cairn.policy.engine import Permit
from cairn.policy.lifecycles import CONSENT_TRANSITIONS, list_states_allowing
from cairn.policy.questions import may_change_consents, may_decide_consent_conflict
from cairn.policy.vocabulary import ConsentState

__all__ = ["revoke_consent", "verify_consents"]

_ChangeFacts = tuple[str, Iterable[ConsentState], Iterable[str]]


def _lock_verification_facts(
    *, organization: Organization, consents: Sequence[Consent]
) -> _ChangeFacts:
    rows = _lock_consents(organization, consents)
    return "verify", {ConsentState(row.state) for row in rows}, [organization.slug]


def _lock_return_facts(*, organization: Organization, consents: Sequence[Consent]) -> _ChangeFacts:
    rows = _lock_consents(organization, consents)
    return "return", {ConsentState(row.state) for row in rows}, [organization.slug]


def _lock_revocation_facts(*, consent: Consent) -> _ChangeFacts:
    row = Consent.objects.select_for_update().get(pk=consent.pk)
    organizations = {row.child.organization.slug}
    if row.collected_by is not None:
        organizations.add(row.collected_by.slug)
    return "record revocation", [ConsentState(row.state)], organizations


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
def revoke_consent(
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
    is_open = form in facts.find_conflicting_forms(locked_child)
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
