"""Public face of cairn.platform.accounts: what other packages may import."""

from cairn.platform.accounts.actions import close_tour
from cairn.platform.accounts.facts import detect_second_factor
from cairn.platform.accounts.invitation import build_invitation_path
from cairn.platform.accounts.models import SignInChange, User
from cairn.platform.accounts.sign_in_changes import apply_sign_in_change, has_second_factor
from cairn.platform.accounts.user_correction import correct_user

__all__ = [
    "SignInChange",
    "User",
    "apply_sign_in_change",
    "build_invitation_path",
    "close_tour",
    "correct_user",
    "detect_second_factor",
    "has_second_factor",
]
