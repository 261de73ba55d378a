"""Public face of cairn.platform.tasks: what other packages may import."""

from cairn.platform.tasks.progress import (
    StoppedError,
    WorkProgress,
    record_waiting_work,
    track_work,
)
from cairn.warehouse.progress import NullProgress, Progress

__all__ = [
    "NullProgress",
    "Progress",
    "StoppedError",
    "WorkProgress",
    "record_waiting_work",
    "track_work",
]
