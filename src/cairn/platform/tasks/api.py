"""Public face of cairn.platform.tasks: what other packages may import."""

from cairn.platform.tasks.progress import (
    StoppedError,
    WorkProgress,
    record_waiting_work,
    track_work,
)

__all__ = [
    "StoppedError",
    "WorkProgress",
    "record_waiting_work",
    "track_work",
]
