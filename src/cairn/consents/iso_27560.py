"""One consent as a machine-readable record, shaped as ISO/IEC TS 27560:2023 names its parts."""

from collections.abc import Mapping
from typing import Any

from cairn.consents.models import Consent
from cairn.rules.consent_record import Standing
from cairn.rules.vocabulary import ConsentState

_EVENTS = {
    ConsentState.GRANTED: "consent given",
    ConsentState.VERIFIED: "consent given",
    ConsentState.RETURNED: "consent not accepted",
    ConsentState.REFUSED: "consent refused",
    ConsentState.REVOKED: "consent withdrawn",
    ConsentState.SUPERSEDED: "consent replaced",
    ConsentState.UNDONE: "recording undone",
}


def record(row: Consent, standing: Standing | None) -> Mapping[str, Any]:
    """The record of one consent. The child and the signer are pseudonyms; no name is in it."""
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
        "events": list(_events(row)),
        "status_today": standing.value if standing else row.state,
    }


def _events(row: Consent) -> list[dict[str, Any]]:
    state = ConsentState(row.state)
    given = {
        "event_type": "consent refused" if state is ConsentState.REFUSED else "consent given",
        "event_time": row.signed_on.isoformat() if row.signed_on else None,
        "entity_id": row.signer,
        "relation": row.relation,
        "method": row.method,
        "authentication": row.authenticated,
        "approval": row.approved,
        "collected_by": row.collected_by.slug if row.collected_by else row.child.organization.slug,
    }
    events: list[dict[str, Any]] = [given]
    if row.verified_on:
        verified = {"event_type": "verified", "event_time": row.verified_on.isoformat()}
        events.append({**verified, "entity_id": row.child.organization.slug})
    if row.revoked_at:
        events.append({"event_type": "consent withdrawn", "event_time": row.revoked_at.isoformat()})
    elif state not in (ConsentState.GRANTED, ConsentState.VERIFIED, ConsentState.REFUSED):
        events.append({"event_type": _EVENTS[state], "event_time": None})
    return events
