"""Read who may pick a child up and which adult did; the adults' names are encrypted."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from cairn.platform.sealing.api import FieldSealer, derive_subkey
from cairn.policy.facts import Actor, PickUpFact
from cairn.services.programs import models, queries
from cairn.services.programs.participant_identity import ParticipantDetails

__all__ = ["list_authorized_adults"]

_SEALING_LABEL: Final = "programs-pick-up"
_WORD: Final = re.compile(r"[^\W\d_]+")
_SIGNATURE: Final = re.compile(r"(?:M\d{1,3} \d{1,3}(?:L\d{1,3} \d{1,3})*)+", re.ASCII)
_LONGEST_SIGNATURE: Final = 8_000


@dataclass(frozen=True, slots=True)
class PickUpRow:
    """One child who may be signed out on a day.

    Attributes:
        enrollment: the child's time in the group.
        details: who the child is, with the people to call.
        adults: who may pick the child up.
        pick_up: the sign-out on record; None while the child is there.
        adult: the adult who came; empty while the child is there.
        signature: the lines that the adult drew, as the path of an SVG image of 300 by 100; empty
            without a signature.
    """

    enrollment: models.ProgramEnrollment
    details: ParticipantDetails
    adults: tuple[str, ...]
    pick_up: models.ChildPickUp | None = None
    adult: str = ""
    signature: str = ""


def is_signature(text: str) -> bool:
    """Tell whether a text is the path of a signature: lines in an image of 300 by 100, no more."""
    return len(text) <= _LONGEST_SIGNATURE and _SIGNATURE.fullmatch(text) is not None


def list_authorized_adults(details: ParticipantDetails) -> tuple[str, ...]:
    """List who may pick a child up: the parent or guardian, and those on the list.

    Args:
        details: the program's own record of the child.

    Returns:
        The adults as written there, each once.
    """
    return tuple(dict.fromkeys((*_split_names(details.guardian), *_split_names(details.pick_up))))


def build_pick_up_fact(adult: str, details: ParticipantDetails) -> PickUpFact:
    """Build the facts of an adult who comes for a child.

    An order names an adult if each word of the shorter of the two names is in the other one, so
    that "Marco Reyes" bars "Rosa and Marco Reyes", too.

    Args:
        adult: name of the adult.
        details: the program's own record of the child.

    Returns:
        The facts.
    """
    words = _find_words(adult)
    listed = {frozenset(_find_words(name)) for name in list_authorized_adults(details)}
    orders = (_find_words(name) for name in _split_names(details.barred_adults))
    return PickUpFact(
        is_listed=frozenset(words) in listed,
        is_barred=any(order <= words or words <= order for order in orders),
    )


def list_pick_up_rows(
    series: models.SessionSeries, who: Actor, on: date, day: date
) -> list[PickUpRow]:
    """List the children of a session who are not recorded as away, each with the adult who came.

    Args:
        series: the group.
        who: the policy facts about the user.
        on: the date of the request.
        day: the day of the session.

    Returns:
        The rows by last name.

    Raises:
        Refused: the user may not see the records of this program.
    """
    there = [
        row
        for row in queries.list_roster(series, who, on, day)
        if row.mark is None or row.mark.status in models.ATTENDED
    ]
    found = {
        row.enrollment_id: row
        for row in models.ChildPickUp.objects.filter(
            enrollment__series=series, day=day, withdrawn_at=None
        ).select_related("recorded_by")
    }
    adults = _load_adults(row.key for row in found.values())
    rows = []
    for row in there:
        pick_up = found.get(row.enrollment.pk)
        adult, signature = adults[pick_up.key] if pick_up else ("", "")
        names = list_authorized_adults(row.details)
        rows.append(PickUpRow(row.enrollment, row.details, names, pick_up, adult, signature))
    return rows


def build_pick_up_identity(key: str, adult: str, signature: str = "") -> models.PickUpIdentity:
    """Build the encrypted row of an adult who picked a child up, not saved.

    Args:
        key: random key of the pick-up.
        adult: name of the adult.
        signature: the lines that the adult drew; empty without a signature.

    Returns:
        The row.
    """
    sealer = FieldSealer(derive_subkey(_SEALING_LABEL))
    drawn = sealer.seal(f"{key}:signature", signature.encode()) if signature else b""
    return models.PickUpIdentity(
        key=key, sealed=sealer.seal(key, adult.encode()), sealed_signature=drawn
    )


def load_pick_up_adult(pick_up: models.ChildPickUp) -> str:
    """Decrypt the name of the adult who came; the caller has checked that the user may see it."""
    return _load_adults(iter((pick_up.key,)))[pick_up.key][0]


def _load_adults(keys: Iterator[str]) -> dict[str, tuple[str, str]]:
    """Decrypt the name and the signature of each adult."""
    sealer = FieldSealer(derive_subkey(_SEALING_LABEL))
    found = {}
    for row in models.PickUpIdentity.objects.filter(key__in=list(keys)):
        drawn = bytes(row.sealed_signature)
        signature = sealer.unseal(f"{row.key}:signature", drawn).decode() if drawn else ""
        found[row.key] = (sealer.unseal(row.key, row.sealed).decode(), signature)
    return found


def _split_names(text: str) -> list[str]:
    return [name.strip() for name in re.split(r"[;\n]", text) if _find_words(name)]


def _find_words(text: str) -> set[str]:
    return set(_WORD.findall(text.casefold()))
