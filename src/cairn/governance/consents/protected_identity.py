"""Replace children and signers with keyed hashes, and encrypt what identifies them.

A child or signer is identified by a keyed hash (HMAC-SHA-256). Names, ids and birth dates are
encrypted with AES-256-GCM. Each use has its own subkey of the master key. Each ciphertext is
bound to its owner, so two ciphertexts cannot be exchanged.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from cairn.platform.sealing.api import FieldSealer, KeyedHasher, compute_keyed_hash, derive_subkey

__all__ = [
    "ChildLabel",
    "compute_child_key",
    "compute_signer_key",
    "make_child_namer",
    "make_line_namer",
    "seal_fields",
    "unseal_child_label",
    "unseal_fields",
]

_CHILD_KEY_LABEL: Final = "consents-child"
_SIGNER_KEY_LABEL: Final = "consents-signer"
_LABEL_KEY_LABEL: Final = "consents-label"


def compute_child_key(organization: str, local_id: str) -> str:
    """Compute the keyed hash that identifies a child in consents and opt-outs.

    Spaces and letter case are ignored: "s 0042" and "S0042" are the same child. The key is a subkey
    of the master key for this one use, so the hash cannot be linked elsewhere or reversed by trial
    without that key.

    Args:
        organization: slug of the organization that assigned the id.
        local_id: the child's id at that organization.
    Returns:
        64 hexadecimal digits (HMAC-SHA-256).
    """
    return make_child_namer(organization)([local_id])[0]


def make_child_namer(organization: str) -> Callable[[Iterable[str]], list[str]]:
    """Make the function that computes the keys of many children of one organization.

    Args:
        organization: slug of the organization that assigned the IDs.

    Returns:
        IDs → the children's keys in the same order, as `compute_child_key` computes them.
    """
    hasher = KeyedHasher(derive_subkey(_CHILD_KEY_LABEL), f"{organization}\x1f".encode())

    def name_children(local_ids: Iterable[str]) -> list[str]:
        return [key.hex() for key in hasher.hash_contents(_fold_ids(list(local_ids)))]

    return name_children


def make_line_namer(organization: str) -> Callable[[str], str]:
    """Make the function that computes the keys of many children from one text of their IDs.

    Texts of a million IDs and keys take a tenth of the time of as many single ones.

    Args:
        organization: slug of the organization that assigned the IDs.

    Returns:
        IDs of letters and digits only, each on its own line → the children's keys, one after the
        other, as `compute_child_key` computes them.
    """
    hasher = KeyedHasher(derive_subkey(_CHILD_KEY_LABEL), f"{organization}\x1f".encode())

    def name_lines(lines: str) -> str:
        return b"".join(hasher.hash_contents(lines.casefold().encode().split(b"\n"))).hex()

    return name_lines


def _fold_ids(local_ids: list[str]) -> list[bytes]:
    """Remove spaces and letter case from IDs; a million without spaces are folded in one piece."""
    joined = "\n".join(local_ids)
    if joined.replace("\n", "").isalnum() and joined.count("\n") == len(local_ids) - 1:
        return joined.casefold().encode().split(b"\n")
    return ["".join(local_id.split()).casefold().encode() for local_id in local_ids]


def compute_signer_key(child: str, name: str) -> str:
    """Compute the keyed hash that identifies one signer for one child.

    Two parents have different keys. Spaces, letter case and periods are ignored.

    Args:
        child: the child's key.
        name: the signer's name.
    Returns:
        64 hexadecimal digits (HMAC-SHA-256).
    """
    normalized = " ".join(name.replace(".", " ").casefold().split())
    return compute_keyed_hash(_SIGNER_KEY_LABEL, f"{child}\x1f{normalized}".encode())


@dataclass(frozen=True, slots=True)
class ChildLabel:
    """What identifies a child to people who may know; stored sealed only.

    Attributes:
        local_id: the ID that the child's organization uses.
        name: the child's name; empty if it was not given.
        birth_date: the child's birth date; None if it was not given.
        custodians: names of the parents with legal custody, where the parents are divorced or
            separated; only the child's organization and the data manager read them.
    """

    local_id: str
    name: str = ""
    birth_date: date | None = None
    custodians: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.name} ({self.local_id})" if self.name else self.local_id


def seal_child_label(key: str, label: ChildLabel) -> bytes:
    """Encrypt the label of the child with this key."""
    birth_date = label.birth_date.isoformat() if label.birth_date else ""
    label_fields = {"local_id": label.local_id, "name": label.name, "born": birth_date}
    if label.custodians:
        label_fields["custodians"] = "\n".join(label.custodians)
    return seal_fields(key, label_fields)


def unseal_child_label(key: str, sealed: bytes | memoryview) -> ChildLabel:
    """Decrypt a child's label.

    Args:
        key: the child's key.
        sealed: the encrypted label.
    Returns:
        The label.
    Raises:
        InvalidTag: the label belongs to another child.
    """
    fields = unseal_fields(key, sealed)
    birth_date = date.fromisoformat(fields["born"]) if fields["born"] else None
    custodians = tuple(fields.get("custodians", "").splitlines())
    return ChildLabel(fields["local_id"], fields["name"], birth_date, custodians)


def seal_fields(bound_to: str, fields: Mapping[str, str]) -> bytes:
    """Encrypt a few text fields for one owner.

    Args:
        bound_to: key or reference of the owner; decryption needs the same value.
        fields: field name → text.
    Returns:
        Nonce and ciphertext.
    """
    plaintext = json.dumps(dict(fields), ensure_ascii=False).encode()
    return FieldSealer(derive_subkey(_LABEL_KEY_LABEL)).seal(bound_to, plaintext)


def unseal_fields(bound_to: str, sealed: bytes | memoryview) -> dict[str, str]:
    """Decrypt the fields of one owner.

    Args:
        bound_to: key or reference of the owner.
        sealed: nonce and ciphertext.
    Returns:
        Field name → text.
    Raises:
        InvalidTag: the fields belong to another owner.
    """
    return dict(json.loads(FieldSealer(derive_subkey(_LABEL_KEY_LABEL)).unseal(bound_to, sealed)))
