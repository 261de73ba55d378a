"""Channels, modes and states of deliveries."""

from enum import StrEnum

__all__ = ["Channel", "DeliveryMode", "DeliveryState"]


class Channel(StrEnum):
    """The channels by which a delivery can arrive."""

    UPLOAD = "upload"
    COMMAND = "command"


class DeliveryMode(StrEnum):
    """What a file does to the earlier file of its data set and period."""

    FULL = "full"
    APPEND = "append"
    CHANGES = "changes"


class DeliveryState(StrEnum):
    """The states of a delivery."""

    HELD = "held"
    RECEIVED = "received"
    CONFORMING = "conforming"
    CONFORMED = "conformed"
    REFUSED = "refused"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"
    DESTROYED = "destroyed"
