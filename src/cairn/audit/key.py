"""The key that seals the chain's head."""

import hashlib
import hmac

from django.conf import settings


def seal_key() -> bytes:
    """32 bytes, derived from the installation's secret for this one use."""
    return hmac.new(settings.SECRET_KEY.encode(), b"cairn audit seal", hashlib.sha256).digest()
