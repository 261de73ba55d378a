"""Public face of cairn.platform.accounts: what other packages may import."""

from cairn.platform.accounts.facts import detect_second_factor
from cairn.platform.accounts.invitation import build_invitation_path
from cairn.platform.accounts.models import User

__all__ = [
    "User",
    "build_invitation_path",
    "detect_second_factor",
]
