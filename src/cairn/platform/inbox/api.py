"""Public face of cairn.platform.inbox: what other packages may import."""

from cairn.platform.inbox import InboxTask

__all__ = [
    "InboxTask",
]
