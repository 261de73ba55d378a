"""The code that an authenticator app shows for a secret."""

import time
from typing import Final

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

_STEP: Final = 30  # seconds, RFC 6238
_TIME_TO_TYPE: Final = 10  # seconds: a busy machine types slowly, too


def compute_code(secret: str) -> str:
    """One that stays good long enough to be entered: near the end of a step, the next one."""
    left = _STEP - time.time() % _STEP
    if left < _TIME_TO_TYPE:
        time.sleep(left)
    return format_hotp_value(hotp_value(secret, int(time.time()) // _STEP))
