"""Write the rows of families' answers and opt-outs, from paper and from the family page.

Every action on consents and opt-outs uses these functions. They do not ask the policy: the caller
has asked it, in the same transaction.
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F

from cairn.governance.consents.models.child import Child
from cairn.governance.consents.models.consent import Consent, Sitting
from cairn.governance.consents.models.form import ConsentForm
from cairn.governance.consents.models.opt_outs import Objection, OptOut, Recording
from cairn.governance.consents.protected_identity import compute_signer_key, seal_fields
from cairn.governance.consents.signer_lines import FamilySignature
from cairn.governance.partners.api import Organization
from cairn.policy.engine import Decision
from cairn.policy.lifecycles import CONSENT_TRANSITIONS, find_next_state, list_states_allowing
from cairn.policy.vocabulary import ConsentState, Outcome

__all__ = ["OptOutEndings"]


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
