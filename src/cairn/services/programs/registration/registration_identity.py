"""Encrypt what a family enters when it registers a child."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction

from cairn.platform.notifications.api import delete_place_offer_emails
from cairn.platform.sealing.api import FieldSealer, derive_subkey
from cairn.services.programs.models import Registration, RegistrationIdentity
from cairn.services.programs.participant_identity import ParticipantDetails

__all__ = ["RegistrationDetails"]

_SEALING_LABEL: Final = "programs-registration"
_MESSAGES_KEPT: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class RegistrationDetails:
    """What a family enters.

    Attributes:
        child: what a participant's record has.
        email: email address of the parent or guardian; empty if none.
    """

    child: ParticipantDetails
    email: str = ""


def build_registration_identity(key: str, details: RegistrationDetails) -> RegistrationIdentity:
    """Build the encrypted row of a registration, not saved.

    Args:
        key: random key of the registration.
        details: what the family entered.

    Returns:
        The row.
    """
    born = details.child.birth_date
    fields = asdict(details.child) | {
        "birth_date": born.isoformat() if born else "",
        "email": details.email,
    }
    plain = json.dumps(fields, ensure_ascii=False).encode()
    sealed = FieldSealer(derive_subkey(_SEALING_LABEL)).seal(key, plain)
    return RegistrationIdentity(key=key, sealed=sealed)


def load_registration_details(
    registrations: Iterable[Registration],
) -> Mapping[str, RegistrationDetails]:
    """Decrypt what families entered; an erased registration has no entry.

    Args:
        registrations: the registrations; the caller has checked that the user may see them.

    Returns:
        Key of the registration → details.
    """
    sealer = FieldSealer(derive_subkey(_SEALING_LABEL))
    keys = [row.key for row in registrations]
    return {
        row.key: _parse_details(sealer.unseal(row.key, row.sealed))
        for row in RegistrationIdentity.objects.filter(key__in=keys)
    }


def leave_out_erased(registrations: Iterable[Registration]) -> list[Registration]:
    """Leave out the registrations that were erased.

    Args:
        registrations: the registrations.

    Returns:
        The others, in the same order.
    """
    rows = list(registrations)
    kept = RegistrationIdentity.objects.filter(key__in=[row.key for row in rows])
    keys = set(kept.values_list("key", flat=True))
    return [row for row in rows if row.key in keys]


def erase_registration_details(rows: Sequence[Registration], at: datetime) -> None:
    """Erase what families entered, and the emails about a place that went to their addresses.

    Args:
        rows: the registrations.
        at: the time; an email of the last 30 days is about another registration, and stays.
    """
    details = load_registration_details(rows)
    addresses = {found.email for found in details.values() if found.email}
    delete_place_offer_emails(addresses, at - _MESSAGES_KEPT)
    with transaction.atomic(using="identities"):
        RegistrationIdentity.objects.filter(key__in=list(details)).delete()


def _parse_details(plain: bytes) -> RegistrationDetails:
    fields = json.loads(plain)
    email, born = fields.pop("email"), fields.pop("birth_date")
    child = ParticipantDetails(birth_date=date.fromisoformat(born) if born else None, **fields)
    return RegistrationDetails(child, email)
