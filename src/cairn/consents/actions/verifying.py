"""Writes: the district verifies what was collected, or sends it back with a reason."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from cairn.accounts.models import User
from cairn.audit import log as audit
from cairn.consents.models import Child, Consent
from cairn.partners.facts import actor
from cairn.partners.models import Organization
from cairn.rules.actor import Actor
from cairn.rules.consent_record import may_change_consents
from cairn.rules.decision import Decision
from cairn.rules.vocabulary import ConsentState


@transaction.atomic
def verify(
    *,
    organization: Organization,
    consents: Sequence[Consent],
    no_college: Collection[Consent] = (),
    by: User,
    at: datetime,
    who: Actor | None = None,
) -> int:
    """These consents are what they say, as of today. How many that changes.

    ``no_college`` are those of whose students the verifier states that they attend no college. Of
    the others, what nobody knew stays unknown, and a consent of such a student does not count yet.
    """
    rows = _locked(organization, consents)
    on = timezone.localdate(at)
    decision = _asked("verify", organization, rows, who or actor(by), at)
    changed = Consent.objects.filter(pk__in=[row.pk for row in rows]).update(
        state=ConsentState.VERIFIED.value, verified_on=on, verified_by=by
    )
    stated = {row.pk for row in no_college}
    children = {row.child_id for row in rows if row.pk in stated}
    known = Child.objects.filter(pk__in=children, postsecondary=None).update(postsecondary=False)
    detail: dict[str, str | int] = {"consents": changed, "no_college": known}
    audit.record("consent.verified", organization, by=by, at=at, decision=decision, detail=detail)
    return changed


@transaction.atomic
def send_back(
    *,
    organization: Organization,
    consents: Sequence[Consent],
    because: str,
    by: User,
    at: datetime,
    who: Actor | None = None,
) -> int:
    """The district does not accept these, and tells the collector why. How many that changes."""
    rows = _locked(organization, consents)
    decision = _asked("return", organization, rows, who or actor(by), at)
    changed = Consent.objects.filter(pk__in=[row.pk for row in rows]).update(
        state=ConsentState.RETURNED.value, returned_because=because
    )
    detail = {"consents": changed}
    audit.record("consent.returned", organization, by=by, at=at, decision=decision, detail=detail)
    return changed


def _locked(organization: Organization, consents: Sequence[Consent]) -> list[Consent]:
    """The rows as they are now, those of this organization's children only."""
    return list(
        Consent.objects.select_for_update().filter(
            pk__in=[row.pk for row in consents], child__organization=organization
        )
    )


def _asked(
    event: str, organization: Organization, rows: Sequence[Consent], who: Actor, at: datetime
) -> Decision:
    states = {ConsentState(row.state) for row in rows}
    on = timezone.localdate(at)
    decision = may_change_consents(event, states, [organization.slug], who, on)
    decision.require()
    return decision
