"""Public face of cairn.platform.accounts: what other packages may import."""

from cairn.platform.accounts.actions import close_tour
from cairn.platform.accounts.facts import detect_second_factor
from cairn.platform.accounts.invitation import build_invitation_path
from cairn.platform.accounts.models import User
from cairn.platform.accounts.user_correction import correct_user

__all__ = [
    "User",
    "build_invitation_path",
    "close_tour",
    "correct_user",
    "detect_second_factor",
]
