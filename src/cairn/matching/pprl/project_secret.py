"""Share the secret of a project among the partners who encode, and with no other party.

Each partner makes a key pair: the private half stays with the partner, the public half goes to the
others. One of them makes the project: a random secret, sealed for each partner with a key that only
these two can derive (X25519, HKDF-SHA256, AES-GCM). Cairn, which compares the encodings, receives
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

from cairn.warehouse.schema import SECRET_MARK_LENGTH

__all__ = ["compute_key_fingerprint", "create_key_pair", "create_project_file", "open_project_file"]

_PRIVATE_PREFIX: Final = "cairn-private-half:"
_PUBLIC_PREFIX: Final = "cairn-public-half:"
_KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12
_ENVELOPE_VERSION: Final = 1


class InvalidProjectKey(Exception):
    """A key or a project that cannot be used. The message says why and what to do."""


@dataclass(frozen=True, slots=True)
class ProjectSecret:
    """The secret of one project. Every use has a key of its own, derived from it."""

    project: str
    whole: bytes

    def derive_key(self, use: str) -> bytes:
        """Derive 32 bytes for one use, which reveal nothing about the keys of other uses."""
        return _derive_key(self.whole, salt=self.project, info=f"cairn encode {use}")

    @property
    def mark(self) -> str:
        """Return the mark that separates encodings of different secrets; it reveals nothing."""
        return self.derive_key("mark").hex()[:SECRET_MARK_LENGTH]


def create_key_pair(name: str) -> tuple[str, str]:
    """Create a key pair.

    Args:
        name: name of the partner.
    Returns:
        The private and the public half, each one line of text.
    """
    private = X25519PrivateKey.generate()
    return (
        f"{_PRIVATE_PREFIX}{name}:{_encode_base64(private.private_bytes_raw())}\n",
        f"{_PUBLIC_PREFIX}{name}:{_encode_base64(private.public_key().public_bytes_raw())}\n",
    )


def compute_key_fingerprint(public: str) -> str:
    """Compute the fingerprint of a public half, for two people to compare by phone.

    Args:
        public: a public half.
    Returns:
        Five groups of four characters.
    Raises:
        InvalidProjectKey: the text is no public half.
    """
    digest = hashlib.sha256(_parse_half(public, _PUBLIC_PREFIX)[1]).hexdigest()[:20]
    return " ".join(digest[i : i + 4] for i in range(0, len(digest), 4))


def derive_public_half(private: str) -> str:
    """Derive the public half that belongs to a private one.

    Args:
        private: a private half.
    Returns:
        The public half, one line of text.
    Raises:
        InvalidProjectKey: the text is no private half.
    """
    name, raw = _parse_half(private, _PRIVATE_PREFIX)
    key = X25519PrivateKey.from_private_bytes(raw).public_key()
    return f"{_PUBLIC_PREFIX}{name}:{_encode_base64(key.public_bytes_raw())}\n"


def create_project_file(project: str, private: str, partners: Sequence[str]) -> str:
    """Create the file of a project: a new secret, sealed for its maker and for each partner.

    Args:
        project: name of the project.
        private: the private half of the maker.
        partners: the public halves of the partners.
    Returns:
        The content of the file, as JSON.
    Raises:
        InvalidProjectKey: a half is not usable.
    """
    maker = derive_public_half(private)
    secret = os.urandom(_KEY_BYTES)
    sealed = {}
    for public in dict.fromkeys([maker, *(f"{partner.strip()}\n" for partner in partners)]):
        nonce = os.urandom(_NONCE_BYTES)
        ciphertext = AESGCM(_derive_shared_key(private, public, project)).encrypt(
            nonce, secret, project.encode()
        )
        sealed[_encode_base64(_parse_half(public, _PUBLIC_PREFIX)[1])] = _encode_base64(
            nonce + ciphertext
        )
    return json.dumps(
        {
            "cairn-project": _ENVELOPE_VERSION,
            "project": project,
            "maker": maker.strip(),
            "sealed": sealed,
        },
        indent=2,
    )


def open_project_file(envelope: str, private: str) -> ProjectSecret:
    """Open the secret of a project with one's own private half.

    Args:
        envelope: the content of the project file.
        private: one's own private half.
    Returns:
        The secret.
    Raises:
        InvalidProjectKey: the file is damaged, was changed, or was not made for this key.
    """
    try:
        content: dict[str, Any] = json.loads(envelope)
        project, maker, sealed = content["project"], content["maker"], content["sealed"]
    except (ValueError, KeyError, TypeError):
        raise InvalidProjectKey(
            "This is not a project file. Ask the partner who made it to send it again."
        ) from None
    own_public_text = _encode_base64(_parse_half(derive_public_half(private), _PUBLIC_PREFIX)[1])
    if own_public_text not in sealed:
        raise InvalidProjectKey(
            f"The project “{project}” was not made for this key. Send your public key to the "
            "partner who made it, and ask for a new project file."
        )
    sealed_secret = base64.b64decode(sealed[own_public_text])
    try:
        key = AESGCM(_derive_shared_key(private, maker, project))
        return ProjectSecret(
            project,
            key.decrypt(
                sealed_secret[:_NONCE_BYTES], sealed_secret[_NONCE_BYTES:], project.encode()
            ),
        )
    except InvalidTag:
        raise InvalidProjectKey(
            "The project file was changed, or it is not from the partner it names. Do not use it."
        ) from None


def _derive_shared_key(private: str, public: str, project: str) -> bytes:
    """Derive the key that only the holders of these two halves can derive."""
    own_bytes, partner_bytes = (
        _parse_half(private, _PRIVATE_PREFIX)[1],
        _parse_half(public, _PUBLIC_PREFIX)[1],
    )
    own = X25519PrivateKey.from_private_bytes(own_bytes)
    try:
        shared = own.exchange(X25519PublicKey.from_public_bytes(partner_bytes))
    except ValueError:
        raise InvalidProjectKey("This public key cannot be used. Ask for it again.") from None
    both_public_texts = "".join(
        sorted([_encode_base64(partner_bytes), _encode_base64(own.public_key().public_bytes_raw())])
    )
    return _derive_key(shared, salt=project, info=f"cairn project {both_public_texts}")


def _derive_key(material: bytes, *, salt: str, info: str) -> bytes:
    hkdf = HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=salt.encode(), info=info.encode())
    return hkdf.derive(material)


def _parse_half(line: str, kind: str) -> tuple[str, bytes]:
    """Parse the name and the bytes of a half.

    Raises:
        InvalidProjectKey: the line is no such half.
    """
    half = "private" if kind == _PRIVATE_PREFIX else "public"
    stripped_line = line.strip()
    try:
        _, name, text = stripped_line.split(":")
        raw = base64.b64decode(text, validate=True)
    except ValueError:
        raise InvalidProjectKey(f"This is not a {half} key.") from None
    if not stripped_line.startswith(kind) or len(raw) != _KEY_BYTES:
        raise InvalidProjectKey(f"This is not a {half} key.")
    return name, raw


def _encode_base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
