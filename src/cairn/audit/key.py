"""The key that seals the chain's head: the master key's subkey for this one use."""

import os
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from cairn.warehouse.keys import KeyRing

_LABEL = "audit-head"


def seal_key() -> bytes:
    """32 bytes. With `CAIRN_KEY` set, nothing in the data folder yields them."""
    return _subkey(settings.CAIRN_DATA, os.environ.get("CAIRN_KEY", ""))


@lru_cache(maxsize=4)
def _subkey(data: Path, master: str) -> bytes:
    return KeyRing.open(data, {"CAIRN_KEY": master}).subkey(_LABEL)
