"""Export one consent as a machine-readable record in the structure of ISO/IEC TS 27560:2023."""

from collections.abc import Mapping
from typing import Any

from cairn.governance.consents.models.consent import Consent
from cairn.policy.vocabulary import ConsentState, ConsentStatus

__all__ = ["build_consent_record"]

_EVENT_TYPES = {
    ConsentState.GRANTED: "consent given",
    ConsentState.VERIFIED: "consent given",
    ConsentState.RETURNED: "consent not accepted",
    ConsentState.REFUSED: "consent refused",
    ConsentState.REVOKED: "consent withdrawn",
    ConsentState.SUPERSEDED: "consent replaced",
    ConsentState.UNDONE: "recording undone",
}


def build_consent_record(row: Consent, state_today: ConsentStatus | None) -> Mapping[str, Any]:
    """Build the consent record. Child and signer are pseudonyms, and the record holds no name.

    Args:
        row: the consent.
        state_today: the state of the consent today, or None if it supports no use.
    Returns:
        The record as nested dicts and lists that can be written as JSON.
    """
    form = row.form
    return {
        "record": {
            "schema_version": "ISO/IEC TS 27560:2023",
            "record_id": row.reference,
            "pii_principal_id": row.child.key,
            "recorded_at": row.recorded_at.isoformat(),
        },
        "pii_processing": {
            "privacy_notice": {
                "id": form.name,
                "version": form.version,
                "language": row.language,
                "published_at": form.published_at.isoformat(),
            },
            "purposes": [
                {
                    "purpose": purpose,
                    "lawful_basis": "consent",
                    "pii_information": [{"pii_type": element} for element in row.records],
                    "recipients": sorted(party.slug for party in form.parties.all()),
                    "recipient_classes": sorted(form.classes),
                    "agreement": form.agreement,
                    "clause": form.clause,
                    "withdrawal": "on the family page, or at the district or the program",
                    "jurisdiction": "US",
                    "valid_through": form.ends.isoformat() if form.ends else None,
                }
                for purpose in form.purposes
            ],
        },
        "party_identification": [
            {"party_id": form.organization.slug, "party_type": "pii_controller"},
            *({"party_id": party.slug, "party_type": "recipient"} for party in form.parties.all()),
        ],
        "events": list(_list_events(row)),
        "status_today": state_today.value if state_today else row.state,
    }


def _list_events(row: Consent) -> list[dict[str, Any]]:
    state = ConsentState(row.state)
    answer_event = {
        "event_type": "consent refused" if state is ConsentState.REFUSED else "consent given",
        "event_time": row.signed_on.isoformat() if row.signed_on else None,
        "entity_id": row.signer,
        "relation": row.relation,
        "method": row.method,
        "authentication": row.authenticated,
        "approval": row.approved,
        "collected_by": row.collected_by.slug if row.collected_by else row.child.organization.slug,
    }
    events: list[dict[str, Any]] = [answer_event]
    if row.verified_on:
        verified = {"event_type": "verified", "event_time": row.verified_on.isoformat()}
        events.append({**verified, "entity_id": row.child.organization.slug})
    if row.revoked_at:
        events.append({"event_type": "consent withdrawn", "event_time": row.revoked_at.isoformat()})
    elif state not in (ConsentState.GRANTED, ConsentState.VERIFIED, ConsentState.REFUSED):
        events.append({"event_type": _EVENT_TYPES[state], "event_time": None})
    return events
