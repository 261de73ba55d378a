"""The secret of a project, which every partner who encodes has and nobody else.

Each partner makes a pair of keys: the private half stays home, the public half is sent to the
others. One of them makes the project: a random secret, sealed for each partner by a key that only
these two can work out (X25519, HKDF-SHA256, AES-GCM). Cairn, which compares the encodings, gets
none of it.
"""

import base64
import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from cairn.warehouse.encoded.form import MARK_SIGNS

_PRIVATE: Final = "cairn-private-half:"
_PUBLIC: Final = "cairn-public-half:"
_BYTES: Final = 32
_NONCE: Final = 12
_VERSION: Final = 1


class NoSecret(Exception):
    """A key or a project that cannot be used. The message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Secret:
    """The secret of one project. Every use has a key of its own, derived from it."""

    project: str
    whole: bytes

    def key(self, use: str) -> bytes:
        """32 bytes for one use, which say nothing about the others."""
        return _derived(self.whole, salt=self.project, info=f"cairn encode {use}")

    @property
    def mark(self) -> str:
        """Tells encodings of different secrets apart; nothing can be worked out from it."""
        return self.key("mark").hex()[:MARK_SIGNS]


def new_pair(name: str) -> tuple[str, str]:
    """The private and the public half of a new pair of keys, each one line of text."""
    private = X25519PrivateKey.generate()
    return (
        f"{_PRIVATE}{name}:{_text(private.private_bytes_raw())}\n",
        f"{_PUBLIC}{name}:{_text(private.public_key().public_bytes_raw())}\n",
    )


def fingerprint(public: str) -> str:
    """Five groups of four signs, for two people to compare on the phone."""
    digest = hashlib.sha256(_read(public, _PUBLIC)[1]).hexdigest()[:20]
    return " ".join(digest[i : i + 4] for i in range(0, len(digest), 4))


def public_of(private: str) -> str:
    """The public half that belongs to a private one."""
    name, raw = _read(private, _PRIVATE)
    key = X25519PrivateKey.from_private_bytes(raw).public_key()
    return f"{_PUBLIC}{name}:{_text(key.public_bytes_raw())}\n"


def new_project(project: str, private: str, partners: Sequence[str]) -> str:
    """A project's file: a new secret, sealed for its maker and for each partner (public halves)."""
    maker = public_of(private)
    secret = os.urandom(_BYTES)
    sealed = {}
    for public in dict.fromkeys([maker, *(f"{p.strip()}\n" for p in partners)]):
        nonce = os.urandom(_NONCE)
        box = AESGCM(_between(private, public, project)).encrypt(nonce, secret, project.encode())
        sealed[_text(_read(public, _PUBLIC)[1])] = _text(nonce + box)
    return json.dumps(
        {"cairn-project": _VERSION, "project": project, "maker": maker.strip(), "sealed": sealed},
        indent=2,
    )


def opened(envelope: str, private: str) -> Secret:
    """The secret of a project, with one's own private half. Raises `NoSecret`."""
    try:
        said: dict[str, Any] = json.loads(envelope)
        project, maker, sealed = said["project"], said["maker"], said["sealed"]
    except (ValueError, KeyError, TypeError):
        raise NoSecret("This is no project file. Ask its maker to send it again.") from None
    mine = _text(_read(public_of(private), _PUBLIC)[1])
    if mine not in sealed:
        raise NoSecret(
            f"The project “{project}” was not made for this key. Send its maker your public half, "
            "and ask for a new project file."
        )
    box = base64.b64decode(sealed[mine])
    try:
        key = AESGCM(_between(private, maker, project))
        return Secret(project, key.decrypt(box[:_NONCE], box[_NONCE:], project.encode()))
    except InvalidTag:
        raise NoSecret(
            "The project file was changed, or its maker is not who it says. Do not use it."
        ) from None


def _between(private: str, public: str, project: str) -> bytes:
    """The key that only the holders of these two halves can work out."""
    mine, theirs = _read(private, _PRIVATE)[1], _read(public, _PUBLIC)[1]
    own = X25519PrivateKey.from_private_bytes(mine)
    try:
        shared = own.exchange(X25519PublicKey.from_public_bytes(theirs))
    except ValueError:
        raise NoSecret("This public half is not a usable key. Ask for it again.") from None
    both = "".join(sorted([_text(theirs), _text(own.public_key().public_bytes_raw())]))
    return _derived(shared, salt=project, info=f"cairn project {both}")


def _derived(material: bytes, *, salt: str, info: str) -> bytes:
    hkdf = HKDF(algorithm=SHA256(), length=_BYTES, salt=salt.encode(), info=info.encode())
    return hkdf.derive(material)


def _read(line: str, kind: str) -> tuple[str, bytes]:
    """The name and the bytes of a half. Raises `NoSecret`."""
    half = "private" if kind == _PRIVATE else "public"
    told = line.strip()
    try:
        _, name, text = told.split(":")
        raw = base64.b64decode(text, validate=True)
    except ValueError:
        raise NoSecret(f"This is no {half} half of a key.") from None
    if not told.startswith(kind) or len(raw) != _BYTES:
        raise NoSecret(f"This is no {half} half of a key.")
    return name, raw


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
