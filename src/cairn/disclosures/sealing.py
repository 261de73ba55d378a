"""What a decision rested on, kept once and closed: named by a keyed hash, compressed, encrypted."""

import hashlib
import hmac
import json
import os
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from cairn.disclosures.models import Snapshot
from cairn.warehouse.keys import KeyRing

_NONCE: Final = 12
_HALF: Final = 32
_LEVEL: Final = 6


class Unopenable(Exception):
    """A snapshot is missing, or is not what was sealed under its name."""


@dataclass(frozen=True, slots=True)
class Seals:
    """The keys of this room: to name a snapshot, to close it, and to name a child."""

    _naming: bytes
    _closing: bytes
    _children: bytes

    @classmethod
    def of_this_installation(cls) -> Self:
        """Those that the master key of the data folder gives."""
        return cls(*_subkeys(settings.CAIRN_DATA, os.environ.get("CAIRN_KEY", "")))

    def keep(self, contents: Iterable[Any]) -> list[str]:
        """Store each content unless it is here already; the digests, in the order given."""
        plain = [_plain(content) for content in contents]
        digests = [hmac.new(self._naming, text, hashlib.sha256).hexdigest() for text in plain]
        known = set(Snapshot.objects.filter(pk__in=digests).values_list("digest", flat=True))
        new = {d: text for d, text in zip(digests, plain, strict=True) if d not in known}
        Snapshot.objects.bulk_create(
            [Snapshot(digest=d, sealed=self._close(d, text)) for d, text in new.items()],
            ignore_conflicts=True,
        )
        return digests

    def open(self, digest: str) -> Any:
        """A content again. Raises ``Unopenable``."""
        row = Snapshot.objects.filter(pk=digest).first()
        if row is None:
            raise Unopenable(f"The snapshot {digest[:12]}… is missing.")
        sealed = bytes(row.sealed)
        try:
            cipher = AESGCM(self._closing)
            text = zlib.decompress(
                cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], digest.encode())
            )
        except (InvalidTag, zlib.error) as error:
            raise Unopenable(f"The snapshot {digest[:12]}… was changed.") from error
        return json.loads(text)

    def open_all(self, digests: Mapping[str, str]) -> dict[str, Any]:
        """Named contents again. Raises ``Unopenable``."""
        return {name: self.open(digest) for name, digest in digests.items()}

    def child(self, child_key: str) -> str:
        """How this room names a child that `consents` names by this key: 32 hexadecimal digits."""
        return hmac.new(self._children, child_key.encode(), hashlib.sha256).hexdigest()[:_HALF]

    def _close(self, digest: str, text: bytes) -> bytes:
        nonce = os.urandom(_NONCE)
        packed = zlib.compress(text, _LEVEL)
        return nonce + AESGCM(self._closing).encrypt(nonce, packed, digest.encode())


def _plain(content: Any) -> bytes:
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


@lru_cache(maxsize=4)
def _subkeys(data: Path, master: str) -> tuple[bytes, bytes, bytes]:
    ring = KeyRing.open(data, {"CAIRN_KEY": master})
    return (
        ring.subkey("disclosures/names"),
        ring.subkey("disclosures/snapshots"),
        ring.subkey("disclosures/children"),
    )
