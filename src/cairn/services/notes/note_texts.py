"""Encrypt what staff write about a participant."""

import json
from collections.abc import Iterable, Mapping
from typing import Final

from cairn.platform.sealing.api import FieldSealer, derive_subkey
from cairn.services.notes.models import NoteText

_SEALING_LABEL: Final = "notes-text"


def save_text(key: str, **fields: str) -> None:
    """Save the texts of a new record, encrypted.

    Args:
        key: random key of the record.
        **fields: its texts by name.
    """
    plain = json.dumps(fields, ensure_ascii=False).encode()
    sealed = FieldSealer(derive_subkey(_SEALING_LABEL)).seal(key, plain)
    NoteText.objects.create(key=key, sealed=sealed)


def load_texts(keys: Iterable[str]) -> Mapping[str, Mapping[str, str]]:
    """Decrypt texts with one query for any number of them.

    Args:
        keys: keys of records; the caller has checked that the user may read them.

    Returns:
        Key of the record → its texts by name.
    """
    sealer = FieldSealer(derive_subkey(_SEALING_LABEL))
    return {
        row.key: json.loads(sealer.unseal(row.key, row.sealed))
        for row in NoteText.objects.filter(key__in=list(keys))
    }
