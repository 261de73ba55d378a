"""A child's name in this room: a keyed hash of the id that the child's own organization uses.

The key is the master key's subkey for this one use, so the hash means nothing elsewhere and
cannot be tried out without it.
"""

import hashlib
import hmac
import re

from cairn.consents.keys import subkey

_LABEL = "consents-child"
_SPACES = re.compile(r"\s+")


def child_key(organization: str, local_id: str) -> str:
    """64 hexadecimal digits for one child of one organization (by its slug).

    Spaces and letter case do not count: "s 0042" and "S0042" are one child.
    """
    plain = f"{organization}\x1f{_SPACES.sub('', local_id).casefold()}"
    return hmac.new(subkey(_LABEL), plain.encode(), hashlib.sha256).hexdigest()


def signer_key(child: str, name: str) -> str:
    """64 hexadecimal digits for one signer of one child, so that two parents can be told apart.

    Spaces, letter case and full stops do not count.
    """
    plain = " ".join(name.replace(".", " ").casefold().split())
    return hmac.new(subkey("consents-signer"), f"{child}\x1f{plain}".encode(), "sha256").hexdigest()
