"""Public face of cairn.platform.storage: what other packages may import."""

from cairn.platform.storage.data_folder import open_file_store, open_key_ring

__all__ = [
    "open_file_store",
    "open_key_ring",
]
