"""Public face of cairn.platform.sealing: what other packages may import."""

from cairn.platform.sealing.field_sealer import FieldSealer
from cairn.platform.sealing.installation_keys import (
    compute_keyed_hash,
    derive_subkey,
    load_key_ring,
)

__all__ = [
    "FieldSealer",
    "compute_keyed_hash",
    "derive_subkey",
    "load_key_ring",
]
