"""The Django apps of Cairn and where their pages live; an explicit list, from the top down."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Room:
    """One app. `path` is where its pages begin; empty when it has none of its own."""

    name: str
    path: str = ""


ROOMS = (
    Room("dashboards", "public/"),
    Room("releases", "releases/"),
    Room("linkage", "linkage/"),
    Room("consents", "opt-outs/"),
    Room("agreements", "agreements/"),
    Room("partners", "partners/"),
    Room("intake", "intake/"),
    Room("audit"),
)
