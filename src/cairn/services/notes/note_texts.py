"""Encrypt what staff write about a participant."""

import json
from collections.abc import Iterable, Mapping
from typing import Final

from cairn.platform.sealing.api import FieldSealer, derive_subkey
from cairn.services.notes.models import NoteText

_SEALING_LABEL: Final = "notes-text"


class NoteConflict(Exception):
    """Something else was recorded in the meantime, or before; the message says what to do."""


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


def require_same_page(key: str, *, is_same: bool, **texts: str) -> None:
    """Check that a page that is sent again says what was saved, so that no change is lost.

    Args:
        key: random key of the record.
        is_same: whether its other fields are those that were saved.
        **texts: the texts that were sent, by name.

    Raises:
        NoteConflict: something differs.
    """
    saved = load_texts([key])[key]
    if not is_same or any(saved[name] != text for name, text in texts.items()):
        raise NoteConflict(
            "This page was saved before with other entries. Copy your text, open the page again, "
            "and enter it there."
        )
