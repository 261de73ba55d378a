"""Encrypt what identifies a participant, and recognize a child who was entered before.

A child is looked for among the organization's own participants only. So a program never learns
from its screen whether another organization knows the child.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Final

from django.utils.translation import gettext as _

from cairn.platform.sealing.api import FieldSealer, compute_keyed_hash, derive_subkey
from cairn.services.programs.models import Participant, ParticipantIdentity

__all__ = ["ParticipantDetails", "load_participant_details"]

_SEALING_LABEL: Final = "programs-participant"
_LOOKUP_LABEL: Final = "programs-lookup"
_SEEN_LABEL: Final = "programs-seen"

GRADES: Final = ("PK", "K", *(str(number) for number in range(1, 13)))
"""Grades as the 21st CCLC report and CEDS name them: prekindergarten, kindergarten, 1 to 12."""


@dataclass(frozen=True, slots=True)
class ParticipantDetails:
    """What a program knows about a child, and the people to call.

    Attributes:
        given_name: first name.
        family_name: last name.
        birth_date: day of birth; None if it is not known.
        own_id: ID that the program uses; empty if none.
        guardian: name of a parent or guardian.
        phone: how to reach them.
        pick_up: adults who may pick the child up.
        barred_adults: adults who may not, by an order on record.
        health: allergies and what staff must know to keep the child safe.
        grade: grade at school, a code of `GRADES`; empty if it is not known.
        channel: value of the `ContactChannel` that the family prefers; empty if unknown.
        language: language that the family prefers, in English; empty if unknown.
    """

    given_name: str
    family_name: str
    birth_date: date | None = None
    own_id: str = ""
    guardian: str = ""
    phone: str = ""
    pick_up: str = ""
    health: str = ""
    barred_adults: str = ""
    grade: str = ""
    channel: str = ""
    language: str = ""

    @property
    def is_destroyed(self) -> bool:
        """Whether the record was destroyed: every record on file has a first name."""
        return not self.given_name

    @property
    def full_name(self) -> str:
        """First and last name."""
        return f"{self.given_name} {self.family_name}".strip()

    @property
    def sort_name(self) -> str:
        """Last and first name, as a roster is sorted."""
        return f"{self.family_name}, {self.given_name}".removesuffix(", ")


def compute_participant_lookup(organization: str, details: ParticipantDetails) -> str:
    """Compute the keyed hash by which a child entered twice is found.

    Args:
        organization: slug of the organization that keeps the record.
        details: name and birth date of the child. Spaces and letter case are ignored.

    Returns:
        64 hexadecimal digits (HMAC-SHA-256).
    """
    born = details.birth_date.isoformat() if details.birth_date else ""
    name = "".join(f"{details.given_name}{details.family_name}".casefold().split())
    return compute_keyed_hash(_LOOKUP_LABEL, f"{organization}\x1f{name}\x1f{born}".encode())


def identifies_another_child(before: ParticipantDetails, after: ParticipantDetails) -> bool:
    """Return whether a change of name or birth date could make this the record of another child.

    Args:
        before: the details on record.
        after: the details that were entered.

    Returns:
        True if name or birth date differ in more than spaces and letter case.
    """
    return compute_participant_lookup("", before) != compute_participant_lookup("", after)


def build_identity(key: str, organization: str, details: ParticipantDetails) -> ParticipantIdentity:
    """Build the encrypted row of a participant, not saved.

    Args:
        key: random key of the participant.
        organization: slug of the organization that keeps the record.
        details: what identifies the child.

    Returns:
        The row.
    """
    sealed = FieldSealer(derive_subkey(_SEALING_LABEL)).seal(key, _write_details(details))
    lookup = compute_participant_lookup(organization, details)
    return ParticipantIdentity(key=key, lookup=lookup, sealed=sealed)


def compute_details_digest(details: ParticipantDetails) -> str:
    """Compute a keyed hash by which a form knows whether the details are still those it showed.

    Args:
        details: the details on record.

    Returns:
        64 hexadecimal digits (HMAC-SHA-256).
    """
    return compute_keyed_hash(_SEEN_LABEL, _write_details(details))


def _write_details(details: ParticipantDetails) -> bytes:
    born = details.birth_date.isoformat() if details.birth_date else ""
    return json.dumps(asdict(details) | {"birth_date": born}, ensure_ascii=False).encode()


def load_participant_details(
    participants: Iterable[Participant],
) -> Mapping[str, ParticipantDetails]:
    """Decrypt the details of participants, with one query for any number of them.

    A record that was destroyed has a line of its own instead of a name.

    Args:
        participants: the participants; the caller has checked that the user may see them.

    Returns:
        Key of the participant → details.
    """
    sealer = FieldSealer(derive_subkey(_SEALING_LABEL))
    rows = list(participants)
    destroyed = ParticipantDetails(given_name="", family_name=_("(record destroyed)"))
    return {row.key: destroyed for row in rows if row.destruction_id is not None} | {
        row.key: _parse_details(sealer.unseal(row.key, row.sealed))
        for row in ParticipantIdentity.objects.filter(key__in=[row.key for row in rows])
    }


def find_same_participants(
    organization: str, details: ParticipantDetails
) -> tuple[Participant, ...]:
    """Find the organization's own participants with the same name and birth date.

    Args:
        organization: slug of the organization.
        details: name and birth date of the child who is entered.

    Returns:
        The participants; empty if the child is new to this organization.
    """
    lookup = compute_participant_lookup(organization, details)
    keys = ParticipantIdentity.objects.filter(lookup=lookup).values_list("key", flat=True)
    return tuple(Participant.objects.filter(key__in=list(keys), organization__slug=organization))


def _parse_details(plain: bytes) -> ParticipantDetails:
    fields = json.loads(plain)
    born = fields.pop("birth_date")
    return ParticipantDetails(birth_date=date.fromisoformat(born) if born else None, **fields)
