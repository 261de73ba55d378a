"""Public face of cairn.platform.calendar: what other packages may import."""

from cairn.platform.calendar import Deadline, DeadlineKind

__all__ = [
    "Deadline",
    "DeadlineKind",
]
