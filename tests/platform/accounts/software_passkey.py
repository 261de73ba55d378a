"""A device that keeps a passkey, in a few lines: it answers a page as a browser would."""

import json
import secrets
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

_FLAG = AuthenticatorData.FLAG


class SoftwarePasskey:
    """One passkey. `origin` is that of the page which asks, `verified` whether a PIN was typed."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._id = secrets.token_bytes(16)
        self._owner = ""

    def create(self, options: dict[str, Any], origin: str, *, verified: bool = True) -> str:
        """The answer to a page that adds a passkey."""
        asked = options["creation_options"]["publicKey"]
        self._owner = asked["user"]["id"]
        public = ES256.from_cryptography_key(self._key.public_key())
        made = AttestedCredentialData.create(Aaguid.NONE, self._id, public)
        signed = self._describe(asked["rp"]["id"], verified=verified, made=made)
        return self._answer(
            {
                "clientDataJSON": _collect("webauthn.create", asked, origin),
                "attestationObject": AttestationObject.create("none", signed, {}),
            }
        )

    def sign(self, options: dict[str, Any], origin: str, *, verified: bool = True) -> str:
        """The answer to a page that asks for a passkey."""
        asked = options["request_options"]["publicKey"]
        data = _collect("webauthn.get", asked, origin)
        signed = self._describe(asked["rpId"], verified=verified)
        signature = self._key.sign(signed + sha256(data).digest(), ec.ECDSA(hashes.SHA256()))
        answer = {"clientDataJSON": data, "authenticatorData": signed, "signature": signature}
        return self._answer(answer, userHandle=self._owner)

    def _describe(self, host: str, *, verified: bool, made: bytes = b"") -> AuthenticatorData:
        flags = _FLAG.UP | (_FLAG.UV if verified else _FLAG(0)) | (_FLAG.AT if made else _FLAG(0))
        return AuthenticatorData.create(sha256(host.encode()).digest(), flags, 0, made)

    def _answer(self, parts: dict[str, bytes], **more: str) -> str:
        response = {name: websafe_encode(part) for name, part in parts.items()} | more
        name = websafe_encode(self._id)
        return json.dumps(
            {
                "id": name,
                "rawId": name,
                "type": "public-key",
                "clientExtensionResults": {},
                "response": response,
            }
        )


def _collect(kind: str, asked: dict[str, Any], origin: str) -> CollectedClientData:
    return CollectedClientData.create(kind, asked["challenge"], origin)
