"""Protect a release beside earlier and overlapping ones, so that no difference discloses."""

from cairn.sdc.differencing.history_protection import HistoryProtection, protect_with_history
from cairn.sdc.differencing.published_history import ReleaseConflictError
from cairn.sdc.differencing.release_comparison import EarlierRelease, OtherPeopleError

__all__ = [
    "EarlierRelease",
    "HistoryProtection",
    "OtherPeopleError",
    "ReleaseConflictError",
    "protect_with_history",
]
