"""Public face of cairn.platform.calendar: what other packages may import."""

from cairn.platform.calendar import (
    Deadline,
    DeadlineKind,
    DeadlineSource,
    list_deadline_sources,
    register_deadline_source,
)

__all__ = [
    "Deadline",
    "DeadlineKind",
    "DeadlineSource",
    "list_deadline_sources",
    "register_deadline_source",
]
