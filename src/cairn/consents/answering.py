"""The one way in which a family's answer becomes a row, from paper or from its own page."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F

from cairn.consents.child_key import signer_key
from cairn.consents.models import Child, Consent, ConsentForm, Sitting
from cairn.consents.sealing import seal, unseal
from cairn.partners.models import Organization
from cairn.rules.lifecycle import next_state, states_with
from cairn.rules.lives.consent import CONSENT
from cairn.rules.vocabulary import ConsentMethod, ConsentState, Relation


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signed, as what, on which day, in which language, and how that is known."""

    name: str
    relation: Relation
    on: date
    language: str
    method: ConsentMethod = ConsentMethod.PAPER
    authenticated: str = ""
    approved: str = ""


def answer(
    child: Child,
    form: ConsentForm,
    signature: Signature,
    *,
    event: str,
    records: Iterable[str],
    at: datetime,
    sitting: Sitting | None = None,
    collected_by: Organization | None = None,
) -> Consent:
    """Write the answer down; an earlier answer of the same signer to the same form gives way."""
    signer = signer_key(child.key, signature.name)
    state = next_state(CONSENT, ConsentState.OFFERED, event)
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
        sealed=seal(reference, {"name": signature.name}),
        relation=signature.relation.value,
        signed_on=signature.on,
        method=signature.method.value,
        authenticated=signature.authenticated,
        approved=signature.approved,
        language=signature.language,
        collected_by=collected_by,
        recorded_at=at,
    )
    # A newer version of a form takes the place of the older one.
    Consent.objects.filter(
        child=child,
        form__organization=form.organization,
        form__slug=form.slug,
        signer=signer,
        state__in=[s.value for s in states_with(CONSENT, "supersede")],
    ).exclude(pk=row.pk).update(
        state_before=F("state"), state=ConsentState.SUPERSEDED.value, superseded_by=row
    )
    return row


def reinstate_earlier(rows: Iterable[Consent]) -> None:
    """What these answers had replaced counts again, because they are undone.

    `rows` are the answers as they were. A yes that had given way to a no waits for the district
    once more: whoever collected the no cannot alone let data flow again.
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


def signer_name(row: Consent) -> str:
    """Who signed, for those who may know."""
    return unseal(row.reference, row.sealed)["name"]
