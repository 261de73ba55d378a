"""Keys are derived once for each use, and what an earlier version encrypted can still be read."""

import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from cairn.data.identity.storage.statements import IdentitySealer
from cairn.governance.consents.protected_identity import (
    compute_child_key,
    compute_signer_key,
    make_child_namer,
    make_line_namer,
    seal_fields,
    unseal_fields,
)
from cairn.governance.disclosure_log.archive import SnapshotVault
from cairn.governance.disclosure_log.models import Snapshot
from cairn.platform.accounts.adapters import SecondFactorAdapter
from cairn.platform.audit import log
from cairn.platform.sealing.api import (
    FieldSealer,
    KeyedHasher,
    compute_keyed_hash,
    derive_subkey,
    load_key_ring,
)
from cairn.services.families.letter_codes import hash_letter_code
from cairn.warehouse.store import KeyProblem, KeyRing

MASTER = "11" * 32
NONCE = bytes(range(12))


@pytest.fixture
def ring(own_data_folder: Path) -> KeyRing:
    """The key ring that a version before `platform.sealing` opened for itself."""
    return KeyRing.open(own_data_folder, {})


def _encrypt(ring: KeyRing, label: str, bound_to: str, plain: bytes) -> bytes:
    return NONCE + AESGCM(ring.subkey(label)).encrypt(NONCE, plain, bound_to.encode())


def _hash(ring: KeyRing, label: str, content: str) -> str:
    return hmac.new(ring.subkey(label), content.encode(), hashlib.sha256).hexdigest()


def test_a_sealed_field_opens_for_its_owner_only(ring: KeyRing) -> None:
    sealer = FieldSealer(derive_subkey("a use"))
    sealed = sealer.seal("row:1", b"Maria")
    assert b"Maria" not in sealed
    assert sealer.unseal("row:1", memoryview(sealed)) == b"Maria"
    assert sealer.seal("row:1", b"Maria") != sealed
    for wrong, owner in ((sealer, "row:2"), (FieldSealer(derive_subkey("another")), "row:1")):
        with pytest.raises(InvalidTag):
            wrong.unseal(owner, sealed)
    with pytest.raises(InvalidTag):
        sealer.unseal("row:1", sealed[:-1] + bytes([sealed[-1] ^ 1]))


def test_keys_follow_the_data_folder_and_the_master_key(
    ring: KeyRing, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = derive_subkey("a use")
    assert first == ring.subkey("a use") == load_key_ring().subkey("a use")
    assert first != derive_subkey("another")
    settings.CAIRN_DATA = tmp_path / "other"
    settings.CAIRN_DATA.mkdir(mode=0o700)
    assert derive_subkey("a use") != first
    monkeypatch.setenv("CAIRN_KEY", MASTER)
    with pytest.raises(KeyProblem):
        derive_subkey("a use")


def test_a_keyed_hash_is_the_hmac_of_its_use(ring: KeyRing) -> None:
    assert compute_keyed_hash("a use", b"x") == _hash(ring, "a use", "x")
    assert compute_keyed_hash("another", b"x") != compute_keyed_hash("a use", b"x")


@pytest.mark.parametrize("key", [b"", b"short", bytes(range(32)), bytes(64), bytes(65)])
def test_many_values_have_the_hashes_that_each_has_alone(key: bytes) -> None:
    contents = [b"", b"x", bytes(64), "Muñoz".encode() * 99]
    assert KeyedHasher(key).hash_contents(contents) == [
        hmac.digest(key, content, "sha256") for content in contents
    ]
    assert KeyedHasher(key).hash_contents([]) == []


def test_labels_of_stored_hashes_never_change(ring: KeyRing) -> None:
    child = compute_child_key("river", "S 0042")
    assert make_child_namer("river")([" s\t00\u00a042", "7", "Ä-ß"]) == [
        child,
        _hash(ring, "consents-child", "river\x1f7"),
        _hash(ring, "consents-child", "river\x1fä-ss"),
    ]
    assert child == _hash(ring, "consents-child", "river\x1fs0042")
    assert make_line_namer("river")("S0042\n7") == child + make_child_namer("river")(["7"])[0]
    assert compute_signer_key(child, "Ana Ruiz") == _hash(
        ring, "consents-signer", f"{child}\x1fana ruiz"
    )
    assert hash_letter_code("ABCD") == _hash(ring, "families-code", "ABCD")
    assert derive_subkey(log._SEAL_KEY_LABEL) == ring.subkey("audit-head")


def test_fields_sealed_before_can_still_be_read(ring: KeyRing) -> None:
    fields = {"name": "María", "local_id": "7"}
    plain = json.dumps(fields, ensure_ascii=False).encode()
    assert unseal_fields("k", _encrypt(ring, "consents-label", "k", plain)) == fields
    sealed = seal_fields("k", fields)
    assert AESGCM(ring.subkey("consents-label")).decrypt(sealed[:12], sealed[12:], b"k") == plain


def test_identities_sealed_before_can_still_be_read(ring: KeyRing) -> None:
    sealer = IdentitySealer(ring)
    assert sealer.unseal("7", _encrypt(ring, "identities", "7", b"[]")) == b"[]"
    assert sealer.hash_content(b"x") == _hash(ring, "identities/content", "x")


def test_second_factors_sealed_before_can_still_be_read(ring: KeyRing) -> None:
    wrapped = ring.wrap(b"SECRET", bound_to="second factor")
    assert SecondFactorAdapter().decrypt(wrapped) == "SECRET"
    assert ring.unwrap(SecondFactorAdapter().encrypt("S"), bound_to="second factor") == b"S"


@pytest.mark.django_db
def test_snapshots_sealed_before_can_still_be_read(ring: KeyRing) -> None:
    import zlib

    digest = _hash(ring, "disclosures/names", '{"a":1}')
    sealed = _encrypt(ring, "disclosures/snapshots", digest, zlib.compress(b'{"a":1}'))
    Snapshot.objects.create(digest=digest, sealed=sealed)
    vault = SnapshotVault.for_installation()
    assert vault.open(digest) == {"a": 1}
    assert vault.store_contents([{"a": 1}]) == [digest]
