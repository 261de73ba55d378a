"""The consents that counted and were taken back, for whoever must destroy what rested on them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from cairn.consents.models import Consent
from cairn.rules.vocabulary import ConsentState


@dataclass(frozen=True, slots=True)
class Revocation:
    """Which agreement a consent was for, whose record it was, and on which days it counted."""

    agreement: str
    owner: str
    verified_on: date
    revoked_on: date


def revocations() -> Iterator[Revocation]:
    """Every consent for an agreement that the district verified and the family took back."""
    rows = Consent.objects.filter(
        state=ConsentState.REVOKED.value, revoked_at__isnull=False, verified_on__isnull=False
    ).exclude(form__agreement="")
    found = rows.values_list(
        "form__agreement", "form__organization__slug", "verified_on", "revoked_at"
    )
    for agreement, owner, verified_on, revoked_at in found.distinct():
        assert verified_on is not None  # noqa: S101 - asked for above
        assert revoked_at is not None  # noqa: S101 - asked for above
        yield Revocation(agreement, owner, verified_on, timezone.localdate(revoked_at))
