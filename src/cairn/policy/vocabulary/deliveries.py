"""Channels and states of deliveries."""

from enum import StrEnum

__all__ = ["Channel", "DeliveryState"]


class Channel(StrEnum):
    """The channels by which a delivery can arrive."""

    UPLOAD = "upload"
    COMMAND = "command"


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
