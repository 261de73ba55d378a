"""What names a child or a signer, encrypted (AES-256-GCM, a key of its own).

Each seal is bound to what it belongs to, so that two cannot be exchanged.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from cairn.consents.keys import subkey

_NONCE: Final = 12


@dataclass(frozen=True, slots=True)
class Label:
    """Which child this is, for those who may know: its organization's id, perhaps a name."""

    local_id: str
    name: str = ""
    birth_date: date | None = None

    def __str__(self) -> str:
        return f"{self.name} ({self.local_id})" if self.name else self.local_id


def seal_label(key: str, label: Label) -> bytes:
    """The label of the child with this key, encrypted."""
    born = label.birth_date.isoformat() if label.birth_date else ""
    return seal(key, {"local_id": label.local_id, "name": label.name, "born": born})


def label(key: str, sealed: bytes | memoryview) -> Label:
    """The label again; raises ``InvalidTag`` if it is another child's."""
    plain = unseal(key, sealed)
    born = date.fromisoformat(plain["born"]) if plain["born"] else None
    return Label(plain["local_id"], plain["name"], born)


def seal(bound_to: str, fields: Mapping[str, str]) -> bytes:
    """A few fields, encrypted for one owner."""
    nonce = os.urandom(_NONCE)
    plain = json.dumps(dict(fields), ensure_ascii=False).encode()
    return nonce + AESGCM(subkey("consents-label")).encrypt(nonce, plain, bound_to.encode())


def unseal(bound_to: str, sealed: bytes | memoryview) -> dict[str, str]:
    """The fields again; raises ``InvalidTag`` if they are another owner's."""
    raw = bytes(sealed)
    cipher = AESGCM(subkey("consents-label"))
    return dict(json.loads(cipher.decrypt(raw[:_NONCE], raw[_NONCE:], bound_to.encode())))
