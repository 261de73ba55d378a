"""Public face of cairn.platform.storage: what other packages may import.

Opens the file store of this installation, for every app that keeps or reads rows.
"""

import os

from django.conf import settings

from cairn.warehouse.store import FileStore, KeyRing

__all__ = ["open_file_store", "open_key_ring"]


def open_file_store() -> FileStore:
    """Open the file store of the data folder in force, with its key.

    Returns:
        The store.
    """
    return FileStore(settings.CAIRN_DATA, open_key_ring())


def open_key_ring() -> KeyRing:
    """Open the key of the data folder.

    Show its `note` wherever a person decides about safety.

    Returns:
        The key ring.
    """
    return KeyRing.open(settings.CAIRN_DATA, os.environ)
