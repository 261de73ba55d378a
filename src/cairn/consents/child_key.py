"""A child's name in this room: a keyed hash of the id that the child's own organization uses.

The plain id is never stored. The key is the master key's subkey for this one use, so the hash
means nothing elsewhere and cannot be tried out without it.
"""

import hashlib
import hmac
import os
import re
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from cairn.warehouse.keys import KeyRing

_LABEL = "consents-child"
_SPACES = re.compile(r"\s+")


def child_key(organization: str, local_id: str) -> str:
    """64 hexadecimal digits for one child of one organization (by its slug).

    Spaces and letter case do not count: "s 0042" and "S0042" are one child.
    """
    plain = f"{organization}\x1f{_SPACES.sub('', local_id).casefold()}"
    key = _subkey(settings.CAIRN_DATA, os.environ.get("CAIRN_KEY", ""))
    return hmac.new(key, plain.encode(), hashlib.sha256).hexdigest()


@lru_cache(maxsize=4)
def _subkey(data: Path, master: str) -> bytes:
    return KeyRing.open(data, {"CAIRN_KEY": master}).subkey(_LABEL)
