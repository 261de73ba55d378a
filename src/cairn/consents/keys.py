"""The keys of this room: subkeys of the master key, each for one use."""

import os
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from cairn.warehouse.keys import KeyRing


def ring() -> KeyRing:
    """The key ring of this installation's data folder."""
    return _ring(settings.CAIRN_DATA, os.environ.get("CAIRN_KEY", ""))


def subkey(label: str) -> bytes:
    """32 bytes for one use, named by its label."""
    return _subkey(settings.CAIRN_DATA, os.environ.get("CAIRN_KEY", ""), label)


@lru_cache(maxsize=4)
def _ring(data: Path, master: str) -> KeyRing:
    return KeyRing.open(data, {"CAIRN_KEY": master})


@lru_cache(maxsize=16)
def _subkey(data: Path, master: str, label: str) -> bytes:
    return _ring(data, master).subkey(label)
